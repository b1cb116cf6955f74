"""Emotions that players report and show with their decisions, as outcomes."""

from collections.abc import Iterator, Mapping
from typing import Any

from agents.core.models.person import PERSON
from games.core.outcomes import Outcome
from prompts import NEUTRAL, PLACEBO, VOCABULARY, Affect

INTENSITY = "felt intensity"
"""The outcome that is a number, from 0 to 100."""


class Reports:
    """Outcomes and values of the emotion reports of some contestants.

    The words asked about are those of the emotions that the design induces, and neutral; where
    people report, all words that are offered to them, since nothing is induced in them. Words
    follow from the design, not from what was reported.

    Args:
        identities: of contestants, as records keep them.
    """

    def __init__(self, identities: Mapping[str, Mapping[str, Any]]) -> None:
        emotions = {name: each.get("emotion") or {} for name, each in identities.items()}
        induced = {str(each.get("induced", "none")) for each in emotions.values()}
        self._felt = {
            name for name, each in emotions.items() if each.get("report") in {"before", "after"}
        }
        people = [identities[n] for n in self._felt if identities[n].get("agent") == PERSON]
        offered = {word for each in people for word in each.get("vocabulary", VOCABULARY)}
        self.words = (*sorted((induced | offered) - {"none", PLACEBO, NEUTRAL}), NEUTRAL)
        self._shown = {name for name in self._felt if emotions[name].get("shows")}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether each word is reported, how intense, and whether each is shown."""
        felt = [Outcome(f"felt {word}") for word in self.words if self._felt]
        felt += [Outcome(INTENSITY, 0, 100, yes_no=False)] if self._felt else []
        return *felt, *(Outcome(f"shown {word}") for word in self.words if self._shown)

    def of(
        self, contestant: str, affect: Affect | None, *, watched: bool
    ) -> Iterator[tuple[str, float | None]]:
        """The value of a report in each outcome that is due.

        Args:
            contestant: who reports.
            affect: the report; None if none was made.
            watched: whether others can act on its displays; otherwise it is not asked to show any.
        """
        if contestant in self._felt:
            for word in self.words:
                yield f"felt {word}", None if affect is None else float(affect.felt == word)
            yield INTENSITY, None if affect is None else float(affect.intensity)
        asked = watched if affect is None else affect.shown is not None
        if contestant in self._shown and asked:
            for word in self.words:
                yield f"shown {word}", None if affect is None else float(affect.shown == word)
