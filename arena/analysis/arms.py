"""Arms of a design: contestants that differ in one feature only."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from arena.core.types import canonical
from prompts import PLACEBO
from prompts.core.rendering.emotion import NEUTRAL
from ratings.core.human.arrows import Arm

Identity: TypeAlias = Mapping[str, Any]
"""Identity of a contestant, in the form of records."""

_CONTROLS = ("none", PLACEBO, NEUTRAL)
_INDUCTION = ("induced", "cause", "intensity")
"""Fields of an emotion that define the induction."""
_STEERING = ("means", "dose", "mixture", "direction", "vectors")
"""Fields of an emotion that a vector induces."""


def alike(
    identities: Mapping[str, Identity], rest: Callable[[Identity], dict[str, Any]]
) -> list[tuple[dict[str, Any], list[str]]]:
    """Contestants with equal remainders of their identities.

    Args:
        identities: identities by contestant.
        rest: the identity without the features in which contestants may differ.

    Returns:
        Each remainder with the names that share it, in the order of the identities.
    """
    groups: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for name, identity in identities.items():
        own = rest(identity)
        groups.setdefault(canonical(own), (own, []))[1].append(name)
    return list(groups.values())


def inductions(identities: Mapping[str, Identity]) -> dict[str, Arm]:
    """All contestants as cells of the design.

    Contestants that differ only in the induction form a group, named by the neutral one.
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
    """Controls of each contestant with an induced emotion. Only the induction differs.

    A placebo has a cause or a dose too, and is a control for inductions with the same; so is the
    vector of neutral texts.
    """

    def fits(arm: str, name: str) -> bool:
        one, other = (identities[who]["emotion"] for who in (arm, name))
        alike = all(one.get(key) == other.get(key) for key in ("cause", "means", "dose"))
        return bool(one["induced"] == "none" or alike)

    control_arms: dict[str, list[str]] = {}
    for _, names in alike(identities, _without_treatment):
        arms = [n for n in names if identities[n]["emotion"]["induced"] in _CONTROLS]
        control_arms |= {n: [arm for arm in arms if fits(arm, n)] for n in names if n not in arms}
    return {name: control_arms[name] for name in identities if name in control_arms}


def _without_treatment(identity: Identity) -> dict[str, Any]:
    kept = _without_induction(identity)
    own = {key: value for key, value in kept["emotion"].items() if key not in _STEERING}
    return {**kept, "emotion": own}


def _without_induction(identity: Identity) -> dict[str, Any]:
    emotion = identity.get("emotion") or {}
    kept = {key: value for key, value in emotion.items() if key not in _INDUCTION}
    return {**identity, "emotion": kept}
