"""Conditions of each decision: levels of all factors of a design beside the treatment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from arena.analysis.wording_clusters import OF_THE_ARM, Telling, begins_with_a_deal, voice_of
from arena.record.run import Run
from prompts import PLAIN, Wording

WORDING, DEAL = "wording", "deal"
FACTORS = {
    DEAL: "chance seed of the deals, in games that begin with a deal",
    WORDING: "the rules as they are told: sentences and labels",
    "order": "the order in which options are offered",
    "event": "the event that induces an emotion",
    "seat": "the seat of who decides",
    "opponent": "who sits opposite",
}
"""Each factor in words. A wording includes all its orders; an event belongs to one treatment."""

_DRAWN = """
SELECT id, seed, paraphrase, labels, event, "order" FROM counted WHERE game = ?
"""


class Conditions:
    """Finds the levels of factors in the matches of one game, by what players are told.

    Args:
        run: the run.
        key: id of the game.
        identities: of contestants, as records keep them.
    """

    def __init__(self, run: Run, key: str, identities: Mapping[str, Mapping[str, Any]]) -> None:
        game = run.game(key)
        self._dealt = begins_with_a_deal(game)
        self.factors = [name for name in FACTORS if self._dealt or name != DEAL]
        """The factors that the game can have."""
        self._telling = Telling(game)
        self._voices = {
            name: (voice_of(name, identity, OF_THE_ARM), voice_of(name, identity))
            for name, identity in identities.items()
        }
        drawn = run.rows(_DRAWN, key).fetchall()
        self._drawn = {match: (seed, Wording(*wording)) for match, seed, *wording in drawn}

    def sampled(self, contestant: str) -> str:
        """The factor whose levels are drawn from many: the deals, or else the wording.

        Matches of a contestant that is told nothing in words are alike but for the chance seed.
        """
        return DEAL if self._dealt or not self.spoken(contestant) else WORDING

    def spoken(self, contestant: str) -> bool:
        """Whether a contestant gets prompts in words."""
        return self._voices[contestant] != (None, None)

    def of(self, decisions: pd.DataFrame) -> pd.DataFrame:
        """Decisions with a column for each of FACTORS; a factor that does not apply has no level.

        Args:
            decisions: columns match, contestant, seat and opponents.
        """
        places = zip(decisions["match"], decisions["contestant"], strict=True)
        levels = pd.DataFrame(
            [self._levels(match, contestant) for match, contestant in places],
            index=decisions.index,
            columns=[DEAL, WORDING, "order", "event"],
            dtype=object,
        )
        several = levels["event"].groupby(decisions["contestant"]).transform("nunique") > 1
        levels["event"] = levels["event"].where(several)
        return decisions.join(levels).assign(opponent=decisions["opponents"])

    def _levels(self, match: str, contestant: str) -> tuple[str | None, ...]:
        """The deal, and what is told, one thing at a time."""
        seed, wording = self._drawn[match]
        deal, (plain, whole) = f"{seed:016x}", self._voices[contestant]
        if plain is None or whole is None:
            return deal, None, None, None
        told = (
            (plain, replace(wording, event=0, order=0)),
            (plain, replace(PLAIN, order=wording.order)),
            (whole, replace(PLAIN, event=wording.event)),
        )
        return deal, *(self._telling.of(*each) for each in told)
