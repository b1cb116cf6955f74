"""`Table`: one game of a tournament as its schedule sees it, and the matches made of it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from arena.core.types import (
    PASSIVE,
    Match,
    canonical,
    digest,
    digest_of_texts,
    seed_of,
    seed_of_texts,
)
from games import Game, identity
from prompts import Wording
from prompts.core.texts.order import ORDERS

Seats = tuple[str, ...]

_WORDINGS = 10**6
"""Paraphrases, seeds of labels and the first event are below this: short, and more than differ."""
_BLOCKS = 1_000
"""Blocks of which seeds are remembered."""
_SEATINGS = 1_000
"""Seatings of which the text is remembered."""


class Unit(NamedTuple):
    """One match of a block: who sits where, and the information set asked about, if one is."""

    seats: Seats
    at: str = ""


class Table:
    """One game of a tournament: players, number of blocks, and conditions.

    Args:
        key: id of the game within the tournament.
        game: the rules.
        contestants: who takes part, each with its identity as plain JSON.
        repetitions: number of blocks.
        seed: of the tournament.
        ordered: whether the order in which things are offered is drawn for each block.
    """

    def __init__(
        self,
        key: str,
        game: Game[Any],
        contestants: Mapping[str, Mapping[str, Any]],
        repetitions: int,
        seed: int,
        *,
        ordered: bool,
    ) -> None:
        self.game = game
        self.contestants = tuple(contestants)
        self.repetitions = repetitions
        self._key, self._seed, self._ordered = key, seed, ordered
        self._rules = {"id": key, **identity(game)}
        self._who: dict[str, dict[str, Any] | None] = {
            name: {"name": name, **about} for name, about in contestants.items()
        }
        self._who[PASSIVE] = None
        self._first_event = seed_of("event", seed, self._rules) % _WORDINGS
        self._first_order = seed_of("first order", seed, self._rules) % ORDERS
        # Matches and blocks differ in little, so the long texts are written once.
        self._rules_text = canonical(self._rules)
        self._who_text = lru_cache(_SEATINGS)(self._written)
        self._block = lru_cache(_BLOCKS)(self._drawn)

    def match(self, unit: Unit, repetition: int) -> Match:
        """The match of certain contestants in a block.

        The id is the hash of the game, the contestants and the block: a larger design keeps the
        matches of a smaller one.
        """
        seed, wording = self._block(repetition)
        asked = [canonical(unit.at)] if unit.at else []
        who = self._who_text(unit.seats)
        name = digest_of_texts(self._rules_text, who, str(repetition), str(seed), *asked)
        return Match(name, self._key, unit.seats, repetition, seed, wording, unit.at)

    def rank(self, seats: Seats) -> int:
        """A number that depends on the seed and on who it is, wherever they stand in the file."""
        who = sorted((self._who[name] for name in seats), key=digest)
        return seed_of("order", self._seed, self._rules, who)

    def _written(self, seats: Seats) -> str:
        """Identities of contestants as text."""
        return canonical([self._who[name] for name in seats])

    def _drawn(self, repetition: int) -> tuple[int, Wording]:
        """The seed of chance and the wording of a block.

        They depend on the tournament's seed, the game and the repetition alone, so that all
        pairings meet the same conditions, and mirrored matches the same deals. Events come in turn
        from a random start, so that each is met equally often.
        """
        paraphrase, labels = (
            self._seed_of(what, repetition) % _WORDINGS for what in ("paraphrase", "labels")
        )
        order = self._order(repetition) if self._ordered else 0
        wording = Wording(paraphrase, labels, self._first_event + repetition, order)
        return self._seed_of("chance", repetition), wording

    def _order(self, repetition: int) -> int:
        """The order of a block: in each pair of blocks both directions, which first is drawn.

        Pairs turn what is offered by one, from a random start.
        """
        pair, second = divmod(repetition, 2)
        reverse = self._seed_of("reversed", pair) % 2
        return (2 * (self._first_order + pair) + (second ^ reverse)) % ORDERS

    def _seed_of(self, what: str, number: int) -> int:
        """A seed from the tournament's seed, the game, a purpose and a number."""
        return seed_of_texts(f'"{what}"', str(self._seed), self._rules_text, str(number))
