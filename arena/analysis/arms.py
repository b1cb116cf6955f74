"""Arms of a design: contestants that are alike but for one thing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from arena.core.types import canonical
from prompts import PLACEBO
from prompts.core.rendering.voice import beside_mode
from ratings.core.human.arrows import Arm

Identity: TypeAlias = Mapping[str, Any]
"""What makes a contestant what it is, as records keep it."""

_CONTROLS = ("none", PLACEBO)
_INDUCTION = ("induced", "cause", "intensity")
"""The fields of an emotion that say what is induced."""


def alike(
    identities: Mapping[str, Identity], rest: Callable[[Identity], dict[str, Any]]
) -> list[tuple[dict[str, Any], list[str]]]:
    """Contestants that have the same rest.

    Args:
        identities: by contestant.
        rest: an identity without that in which contestants may differ.

    Returns:
        Each rest with the names that share it, in the order of the identities.
    """
    groups: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for name, identity in identities.items():
        own = rest(identity)
        groups.setdefault(canonical(own), (own, []))[1].append(name)
    return list(groups.values())


def inductions(identities: Mapping[str, Identity]) -> dict[str, Arm]:
    """Every contestant as a cell of the design.

    Those that differ in the induction alone belong together, and bear the neutral one's name.
    """
    found: dict[str, Arm] = {}
    for _, names in alike(identities, _without_induction):
        emotions = {name: identities[name].get("emotion") or {} for name in names}
        neutral = [name for name in names if emotions[name].get("induced", "none") == "none"]
        base = neutral[-1] if neutral else names[0]
        for name, emotion in emotions.items():
            induced, cause = emotion.get("induced", "none"), emotion.get("cause", "simple")
            found[name] = Arm(base, induced, cause, emotion.get("intensity") or "unstated")
    return {name: found[name] for name in identities}


def controls(identities: Mapping[str, Identity]) -> dict[str, list[str]]:
    """Of each contestant with an induced emotion: those who are alike but for the induction.

    A placebo has a cause too, and is a control of inductions with the same cause.
    """

    def fits(arm: str, name: str) -> bool:
        one, other = (identities[who]["emotion"] for who in (arm, name))
        return bool(one["induced"] == "none" or one["cause"] == other["cause"])

    found: dict[str, list[str]] = {}
    for _, names in alike(identities, _without_induction):
        arms = [n for n in names if identities[n]["emotion"]["induced"] in _CONTROLS]
        found |= {n: [arm for arm in arms if fits(arm, n)] for n in names if n not in arms}
    return {name: found[name] for name in identities if name in found}


def modes(identities: Mapping[str, Identity]) -> dict[str, dict[str, str]]:
    """Contestants that differ in their mode alone: by what they share, and by mode."""
    emotional = {n: each for n, each in identities.items() if each.get("emotion") is not None}
    groups = []
    for rest, names in alike(emotional, _without_mode):
        by_mode: dict[str, str] = {}
        for name in names:
            by_mode.setdefault(str(emotional[name]["emotion"]["mode"]), name)
        if len(by_mode) > 1:
            groups.append((rest, by_mode))
    titles = _titles([rest for rest, _ in groups])
    return {title: own for title, (_, own) in zip(titles, groups, strict=True)}


def _without_induction(identity: Identity) -> dict[str, Any]:
    emotion = identity.get("emotion") or {}
    kept = {key: value for key, value in emotion.items() if key not in _INDUCTION}
    return {**identity, "emotion": kept}


def _without_mode(identity: Identity) -> dict[str, Any]:
    return {**identity, "emotion": beside_mode(identity["emotion"])}


def _titles(shared: list[dict[str, Any]]) -> Iterator[str]:
    """A short name for each group of arms: the model, and what tells it from others."""
    flat = [
        {k: str(v) for k, v in {**rest, **rest["emotion"]}.items() if k != "emotion"}
        for rest in shared
    ]
    for own in flat:
        model = own.get("model", own.get("agent", "?"))
        rivals = [o for o in flat if o is not own and o.get("model") == own.get("model")]
        parts = [f"{k} {v}" for k, v in own.items() if any(o.get(k) != v for o in rivals)]
        yield ", ".join([model, *parts])
