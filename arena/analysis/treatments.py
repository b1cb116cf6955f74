"""Arms of a design for the table of effects: inductions, and the steps of the emotion mode."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from arena.analysis.arms import Identity, alike
from prompts import PLACEBO
from prompts.core.rendering.emotion import MIXTURE, beside_mode
from ratings.core.emotion.contrasts import STEPS, Contrast, step_arm

NONE = "none"
_TREATMENT = (
    *("induced", "cause", "intensity", "state", "demand"),
    *("means", "dose", "mixture", "direction", "vectors"),
)
"""Fields of an emotion that define the induction and its wording."""


class Induction(NamedTuple):
    """An induction.

    Attributes:
        emotion: none, placebo, or the emotion.
        cause: of it; empty if there is none, or if causes are pooled.
        intensity: mild or strong; empty if it is not stated, or pooled.
        state: whether the player is told its emotional state; otherwise the event only.
        demand: whether the player is told that this can affect its decisions.
        dose: of a vector, or the sum of a mixture's doses; None if words induce.
        detail: of a vector: doses of a mixture, or number of a random direction.
        shown: whether somebody opposite shows the emotion, and nothing induces it.
    """

    emotion: str
    cause: str = ""
    intensity: str = ""
    state: bool = True
    demand: bool = True
    dose: float | None = None
    detail: str = ""
    shown: bool = False

    @classmethod
    def of(cls, emotion: Mapping[str, Any], pooled: Collection[str]) -> "Induction":
        """The induction of an emotional condition, as records keep it.

        Args:
            emotion: its fields; kinds of agents without words have fewer.
            pooled: cause, intensity, or both: what makes no difference.
        """
        induced = str(emotion.get("induced", NONE))
        if induced == NONE:
            return cls(NONE)
        if emotion.get("means") == "vector":
            mixture = emotion.get("mixture") or {}
            dose = emotion.get("dose")
            parts = " + ".join(f"{name} {part:g}" for name, part in mixture.items())
            detail = parts or (
                "" if emotion.get("direction") is None else str(emotion["direction"])
            )
            return cls(induced, dose=sum(mixture.values()) if dose is None else dose, detail=detail)
        cause = "" if "cause" in pooled else str(emotion.get("cause", "simple"))
        intensity = "" if "intensity" in pooled else str(emotion.get("intensity") or "")
        state, demand = (bool(emotion.get(key, True)) for key in ("state", "demand"))
        return cls(induced, cause, intensity, state, demand)

    def __str__(self) -> str:
        """The name of the arm, such as "anger (coplayer, strong)" or "anger (vector 0.3)"."""
        if self.shown:
            return f"{self.emotion} (display)"
        if self.dose is not None:
            name = " ".join(filter(None, (self.emotion, self.detail)))
            return (
                f"{name} (vector)" if self.emotion == MIXTURE else f"{name} (vector {self.dose:g})"
            )
        words = {self.cause: self.cause not in {"", "simple"}, self.intensity: self.intensity != ""}
        words |= {"event alone": not self.state, "no demand": not self.demand}
        beside = ", ".join(word for word, said in words.items() if said)
        return f"{self.emotion} ({beside})" if beside else self.emotion


class TreatedArm(NamedTuple):
    """A contestant in a comparison of arms.

    Attributes:
        contestant: common part of the arms: the decider without its treatment.
        arm: the treatment.
    """

    contestant: str
    arm: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Arms that are compared with one another.

    Args:
        arms: by contestant.
        contrasts: of these arms.
        about: induction of each arm; empty for steps of the mode.
    """

    arms: Mapping[str, TreatedArm]
    contrasts: Sequence[Contrast]
    about: Mapping[str, Induction]

    def chosen(self, contrasts: Collection[str], emotions: Collection[str]) -> "Comparison":
        """Restrict to these contrasts and emotions; none for all."""
        kept = [
            each
            for each in self.contrasts
            if (not contrasts or each.name in contrasts)
            and (not emotions or self.emotion(each.arm) in emotions)
        ]
        return Comparison(self.arms, kept, self.about)

    def of(self, decisions: pd.DataFrame) -> pd.DataFrame:
        """The decisions of its arms: the contestant is what arms share, and a column is the arm.

        Args:
            decisions: of contestants as the design names them.
        """
        rows = decisions[decisions["contestant"].isin(list(self.arms))]
        arms = [self.arms[name] for name in rows["contestant"]]
        return rows.assign(contestant=[a.contestant for a in arms], arm=[a.arm for a in arms])

    def emotion(self, arm: str) -> str:
        """The emotion induced in an arm; empty for an arm of the steps."""
        return self.about[arm].emotion if arm in self.about else ""


def induced_arms(
    identities: Mapping[str, Identity], pooled: Collection[str] = ()
) -> dict[str, tuple[str, Induction]]:
    """Contestants that differ only in the induction.

    Args:
        identities: by contestant.
        pooled: cause, intensity, or both: arms that differ in these alone are one.

    Returns:
        By contestant: the common part of the arms, and the induction.
    """
    groups = []
    for _, names in alike(_emotional(identities), without_treatment):
        own = {name: Induction.of(identities[name]["emotion"], pooled) for name in names}
        if len(set(own.values())) > 1:
            neutral = [name for name in names if own[name].emotion == NONE]
            groups.append(((neutral or names)[0], own))
    shared = common_names([(first, list(own)) for first, own in groups])
    return {
        name: (base, induction)
        for base, (_, own) in zip(shared, groups, strict=True)
        for name, induction in own.items()
    }


def references(inductions: Iterable[Induction]) -> list[Contrast]:
    """Every induction in words against none, the placebo of its cause, and its event.

    Vectors have no place here: `steering_effects` ranks them among random directions.
    """
    known = [each for each in dict.fromkeys(inductions) if each.dose is None]
    contrasts = []
    for each in known:
        others = {
            "against none": Induction(NONE),
            "against placebo": each._replace(emotion=PLACEBO, intensity="", state=True),
            "against event alone": each._replace(intensity="", state=False),
        }
        contrasts += [
            Contrast(name, str(each), str(other))
            for name, other in others.items()
            if each.emotion != NONE and other in known and other != each
        ]
    return contrasts


def step_arms(identities: Mapping[str, Identity]) -> dict[str, TreatedArm]:
    """Contestants that are alike but for the steps of the emotion mode."""
    groups = []
    for _, names in alike(_emotional(identities), _without_step):
        arms = {name: _step(identities[name]["emotion"]) for name in names}
        own = {name: arm for name, arm in arms.items() if arm is not None}
        if len(set(own.values())) > 1:
            groups.append(own)
    shared = common_names([(next(iter(own)), list(own)) for own in groups])
    return {
        name: TreatedArm(title, arm)
        for title, own in zip(shared, groups, strict=True)
        for name, arm in own.items()
    }


def comparisons_of(identities: Mapping[str, Any], pooled: Collection[str]) -> list[Comparison]:
    """The inductions of a design and the steps of the mode, as far as it has them."""
    comparisons, induced, stepped = [], induced_arms(identities, pooled), step_arms(identities)
    if induced:
        arms = {name: TreatedArm(base, str(arm)) for name, (base, arm) in induced.items()}
        pairs = references(arm for _, arm in induced.values())
        comparisons.append(Comparison(arms, pairs, {str(arm): arm for _, arm in induced.values()}))
    if stepped:
        comparisons.append(Comparison(stepped, STEPS, {}))
    return comparisons


def has_arms(identities: Mapping[str, Any]) -> bool:
    """Whether contestants differ only in a treatment, so that effects exist."""
    return bool(comparisons_of(identities, ()))


def contestants_of(identities: Mapping[str, Any], pooled: Collection[str]) -> dict[str, list[str]]:
    """By who decides but for the treatment, the contestants that are its arms."""
    by_contestant: dict[str, list[str]] = {}
    for each in comparisons_of(identities, pooled):
        for name, arm in each.arms.items():
            by_contestant.setdefault(arm.contestant, []).append(name)
    return by_contestant


def common_names(groups: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """A name for each group of contestants: the words that their names have in common.

    Args:
        groups: of each, the name that stands for it where there is no such word, or where another
            group has the same; and all names.
    """
    words = [[name.split() for name in names] for _, names in groups]
    common = [
        " ".join(word for word in first if all(word in other for other in rest))
        for first, *rest in words
    ]
    return [
        name if name and common.count(name) == 1 else first
        for name, (first, _) in zip(common, groups, strict=True)
    ]


def _emotional(identities: Mapping[str, Identity]) -> dict[str, Identity]:
    return {name: each for name, each in identities.items() if each.get("emotion") is not None}


def _step(emotion: Mapping[str, Any]) -> str | None:
    """Arm of a contestant among the steps; all displays count as seen by others."""
    shows = bool(emotion.get("shows", False))
    told = shows and bool(emotion.get("told", True))
    perceives = bool(emotion.get("perceives", False))
    return step_arm(str(emotion.get("mode")), perceives=perceives, told=told, seen=shows)


def without_treatment(identity: Identity) -> dict[str, Any]:
    """An identity without its induction."""
    kept = {key: value for key, value in identity["emotion"].items() if key not in _TREATMENT}
    return {**identity, "emotion": kept}


def _without_step(identity: Identity) -> dict[str, Any]:
    emotion = identity["emotion"]
    varied = {"told"} | ({"perceives"} if emotion["mode"] == "absent" else set())
    kept = {key: value for key, value in beside_mode(emotion).items() if key not in varied}
    return {**identity, "emotion": kept}
