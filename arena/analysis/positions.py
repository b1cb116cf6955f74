"""Decisions in the positions in which they were made, for comparisons of the same position."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from agents.core.types import Decision
from arena.core.types import Transcript, TurnRecord
from arena.record.run import Run
from arena.record.selection import Selection
from arena.record.steps import round_end, steps
from games import Game
from games.core.errors import check_known
from games.core.types import Action, ActionSpace, Speech
from games.core.walk import key


@dataclass(frozen=True)
class Position:
    """A decision with all that its maker saw; messages and opening displays are no decisions.

    Args:
        game: id of the game within the design.
        contestant: who decided.
        block: repetition of the game.
        cluster: chance seed of the match, which all pairings of a block share.
        seat: of the player.
        turn: moves that the player had made before.
        seen: name of the information set, of all rounds.
        space: what could be done.
        decision: what was done.
        answer: action of the other player at the same time, or next in the same round; None if
            there was none, or there are several others.
    """

    game: str
    contestant: str
    block: int
    cluster: int
    seat: int
    turn: int
    seen: str
    space: ActionSpace
    decision: Decision
    answer: Action | None

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Key of the position within its block: game, block, seat and information set."""
        return self.game, self.block, self.seat, self.seen


def positions(run: Run, games: Sequence[str] = ()) -> Iterator[Position]:
    """Decisions of all closed matches, void ones included.

    Args:
        run: with decisions on record.
        games: ids; none for all.

    Raises:
        BadInput: there is no such game, or only outcomes were recorded.
    """
    known = run.manifest.design["games"]
    check_known("game of the run", games, known)
    run.require_sample()
    chosen: Collection[str] | None = games or None
    rules = {name: run.game(name) for name in games or known}
    for transcript in run.matches(Selection(chosen)):
        yield from _in_match(transcript, rules[transcript.match.game])


def _in_match(transcript: Transcript, game: Game[Any]) -> Iterator[Position]:
    line, number = list[tuple[int, tuple[TurnRecord, ...]]](), 0
    kept: list[tuple[int, TurnRecord, str, ActionSpace]] = []
    for step in steps(transcript, game):
        for turn in () if step.opening else step.made:
            seen = game.observe(step.state, turn.player)
            assert seen.space is not None
            if not isinstance(seen.space, Speech):
                kept.append((len(line), turn, key(seen), seen.space))
        if not step.opening:
            line.append((number, step.made))
        number += round_end(step, game) is not None
    match = transcript.match
    for at, turn, seen_as, space in kept:
        answer = _answer(line[at:], turn.player) if len(game.roles) == 2 else None  # noqa: PLR2004
        about = (match.game, match.seats[turn.player], match.repetition, match.seed, turn.player)
        yield Position(*about, turn.turn, seen_as, space, turn.decision, answer)


def _answer(later: Sequence[tuple[int, tuple[TurnRecord, ...]]], player: int) -> Action | None:
    """The next action of the other player in the same round."""
    for number, made in later:
        if number != later[0][0]:
            return None
        for turn in made:
            if turn.player != player:
                return turn.decision.action
    return None


def grouped(made: Iterable[Position]) -> dict[tuple[str, str], list[Position]]:
    """Decisions by game and contestant."""
    groups: dict[tuple[str, str], list[Position]] = {}
    for each in made:
        groups.setdefault((each.game, each.contestant), []).append(each)
    return groups


def mean_of(values: Iterable[float]) -> float:
    """The mean; NaN of nothing."""
    known = [*values]
    return fmean(known) if known else np.nan
