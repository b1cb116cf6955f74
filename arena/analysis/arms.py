"""Arms of a design: contestants that are alike but for one thing."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from arena.core.types import canonical
from prompts import PLACEBO
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
    arms: dict[str, Arm] = {}
    for _, names in alike(identities, _without_induction):
        emotions = {name: identities[name].get("emotion") or {} for name in names}
        neutral = [name for name in names if emotions[name].get("induced", "none") == "none"]
        base = neutral[-1] if neutral else names[0]
        for name, emotion in emotions.items():
            induced, cause = emotion.get("induced", "none"), emotion.get("cause", "simple")
            arms[name] = Arm(base, induced, cause, emotion.get("intensity") or "unstated")
    return {name: arms[name] for name in identities}


def controls(identities: Mapping[str, Identity]) -> dict[str, list[str]]:
    """Of each contestant with an induced emotion: those who are alike but for the induction.

    A placebo has a cause too, and is a control of inductions with the same cause.
    """

    def fits(arm: str, name: str) -> bool:
        one, other = (identities[who]["emotion"] for who in (arm, name))
        return bool(one["induced"] == "none" or one["cause"] == other["cause"])

    control_arms: dict[str, list[str]] = {}
    for _, names in alike(identities, _without_induction):
        arms = [n for n in names if identities[n]["emotion"]["induced"] in _CONTROLS]
        control_arms |= {n: [arm for arm in arms if fits(arm, n)] for n in names if n not in arms}
    return {name: control_arms[name] for name in identities if name in control_arms}


def _without_induction(identity: Identity) -> dict[str, Any]:
    emotion = identity.get("emotion") or {}
    kept = {key: value for key, value in emotion.items() if key not in _INDUCTION}
    return {**identity, "emotion": kept}
