"""Honest: never bluffs, and believes the moves of others.

In Kuhn poker it bets and calls with the King, which cannot lose, and otherwise checks and folds. In
Liar's Dice it makes the lowest higher bid that its own dice prove; if there is none, it calls.

Source: a baseline of our own, against which bluffing pays; see Kuhn (1950), A simplified two-person
poker, Contributions to the Theory of Games I, 97 to 103, on why equilibria bluff.
"""

from random import Random
from typing import TYPE_CHECKING, Any

from agents.core.spec import Scripted
from agents.core.strategies.policy_table import tabulated
from games import BadInput, Game
from games.core.policy import Policy
from games.core.repeated import stage_of, this_round
from games.core.types import Choice, Observation
from games.kuhn_poker import KuhnPoker
from games.liars_dice import LIAR, LiarsDice

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree


class Honest(Scripted):
    """A function of its cards or dice in the current hand."""

    def check(self, game: Game[Any]) -> None:
        """Only Kuhn poker and Liar's Dice."""
        if not isinstance(stage_of(game), KuhnPoker | LiarsDice):
            raise BadInput(f"honest plays kuhn_poker and liars_dice, not {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:  # noqa: ARG002 - nothing random
        """The action that its own cards or dice justify."""
        assert isinstance(seen.space, Choice)
        held = {KuhnPoker.name: _with_card, LiarsDice.name: _with_dice}[seen.game]
        return held(this_round(seen), seen.space.options)

    def policy_in(self, tree: "Tree", /) -> Policy:
        """Its action with each hand."""
        return tabulated(self, tree.game)


def _with_card(seen: Observation, options: tuple[str, ...]) -> str:
    """The bold option, which is the second, with a King: bet, or call."""
    best = any(e.kind == "dealt" and e.facts["card"] == "K" for e in seen.events)
    return options[1 if best else 0]


def _with_dice(seen: Observation, options: tuple[str, ...]) -> str:
    """The first bid that the own dice make true; bids come lowest first."""
    dice = [e.facts["face"] for e in seen.events if e.kind == "rolled"]
    wild = seen.facts["faces"] if seen.facts["wild"] == "highest wild" else None
    for bid in options:
        if bid != LIAR:
            quantity, face = map(int, bid.split("x"))
            if sum(die in (face, wild) for die in dice) >= quantity:
                return bid
    return LIAR


AGENT = Honest
