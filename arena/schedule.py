"""From a tournament to its matches."""

from collections.abc import Iterator
from itertools import permutations

from arena.records import Match, digest, seed_of
from arena.tournament import GameEntry, Tournament
from games import identity
from prompts import Wording

_WORDINGS = 10**6
"""Paraphrases and seeds of labels are numbers below this: short, and many more than differ."""


def schedule(tournament: Tournament) -> tuple[Match, ...]:
    """Every match of a round robin: every pairing in every seating, block after block.

    The seed of chance and the wording depend on the tournament's seed, the game and the repetition
    alone, so that all pairings meet the same conditions, and mirrored matches the same deals. An id
    is the hash of the game, the contestants and the block: a larger design keeps the matches of a
    smaller one.
    """
    last = max(entry.repetitions or 1 for entry in tournament.entries.values())
    return tuple(
        match
        for repetition in range(last)
        for key, entry in tournament.entries.items()
        if repetition < (entry.repetitions or 1)
        for match in _block(tournament, key, entry, repetition)
    )


def _block(tournament: Tournament, key: str, entry: GameEntry, repetition: int) -> Iterator[Match]:
    game = tournament.games[key]
    rules = {"id": key, **identity(game)}
    block = (tournament.seed, rules, repetition)
    seed = seed_of("chance", *block)
    wording = Wording(*(seed_of(what, *block) % _WORDINGS for what in ("paraphrase", "labels")))
    for seats in permutations(entry.contestants or (), len(game.roles)):
        who = [{"name": name, **tournament.identity(name)} for name in seats]
        yield Match(digest(rules, who, repetition, seed), key, seats, repetition, seed, wording)
