"""Arms that are shown an emotion: contestants that perceive opponents who always show the same."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import agents
from arena.analysis.arms import Identity, alike
from arena.analysis.treatments import NONE, Induction, without_treatment


class DisplayedArms(NamedTuple):
    """Contestants that are shown emotions, and those who show them.

    Attributes:
        viewers: by contestant that perceives, the common part of it and of arms that do not.
        shown: by opponent, the one emotion that it shows.
    """

    viewers: dict[str, str]
    shown: dict[str, str]

    @classmethod
    def of(
        cls, identities: Mapping[str, Identity], arms: Mapping[str, tuple[str, Induction]]
    ) -> "DisplayedArms":
        """Contestants that differ from arms only in what they perceive.

        Args:
            identities: by contestant.
            arms: by contestant, the common part of the arms, and the induction.
        """
        viewers: dict[str, str] = {}
        spoken = {name: each for name, each in identities.items() if each.get("emotion")}
        for _, names in alike(spoken, _without_displays):
            bases = [arms[name][0] for name in names if name in arms]
            viewers |= {
                name: bases[0]
                for name in names
                if bases and name not in arms and _only_perceives(spoken[name])
            }
        return cls(viewers, dict(_shown(identities)))

    def arm(self, contestant: str, opponent: str | None) -> tuple[str, Induction] | None:
        """The common part and the display of a decision opposite somebody; None if it has none."""
        if contestant not in self.viewers or opponent not in self.shown:
            return None
        return self.viewers[contestant], Induction(self.shown[opponent], shown=True)


def _only_perceives(identity: Identity) -> bool:
    emotion = identity["emotion"]
    return bool(emotion.get("perceives")) and emotion.get("induced", NONE) == NONE


def _without_displays(identity: Identity) -> dict[str, Any]:
    kept = without_treatment(identity)
    return {**kept, "emotion": {**kept["emotion"], "perceives": False}}


def _shown(identities: Mapping[str, Identity]) -> list[tuple[str, str]]:
    """Contestants whose displays depend on nothing, each with the one emotion that it shows."""
    kinds = {name: agents.kind(each["agent"]) for name, each in identities.items()}
    lists = {
        name: identities[name][kind.offered] for name, kind in kinds.items() if kind.random_displays
    }
    return [(name, emotions[0]) for name, emotions in lists.items() if len(emotions) == 1]
