"""One match of somebody else's table, played by our rules."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from agents.core.types import Decision
from arena.core.types import (
    PASSIVE,
    Ending,
    Match,
    Transcript,
    TurnRecord,
    canonical,
    digest,
)
from arena.record.import_rows import Row
from games import BadInput, Game
from games.core.errors import IllegalAction
from games.core.matrix import Bimatrix
from games.core.repeated import GO_ON, STOP, Repeated
from games.core.types import CHANCE, Action, Amount, Payoff, Player
from prompts import Verdict


class Forbidden(ValueError):
    """A row that the rules forbid.

    Args:
        line: of the file; None for the match as a whole.
        why: as a clause.
    """

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")


def named(row: Row) -> str:
    """The contestant: who decided, with what was induced."""
    return row.who if row.emotion in {"", "none"} else f"{row.who} {row.emotion}"


def seated(rows: Sequence[Row], game: Game[Any]) -> dict[Player, list[Row]]:
    """The rows of a match by seat, each in the order of rounds."""
    seats: dict[Player, list[Row]] = {}
    for row in rows:
        seats.setdefault(_seat(row, game), []).append(row)
    for own in seats.values():
        if (other := next((r for r in own if named(r) != named(own[0])), None)) is not None:
            raise Forbidden(other.line, f"{other.who} sits where {own[0].who} sat before")
        if all(row.round for row in own):
            own.sort(key=_round)
    return seats


def _seat(row: Row, game: Game[Any]) -> Player:
    seats = {role: n for n, role in enumerate(game.roles)} | {
        str(n): n for n in range(len(game.roles))
    }
    if (row.seat or "0") not in seats:
        raise Forbidden(row.line, f"seat {row.seat!r} is none of {', '.join(seats)}")
    return seats[row.seat or "0"]


def _round(row: Row) -> int:
    try:
        return int(float(row.round))
    except ValueError:
        raise Forbidden(row.line, f"round {row.round!r} is no number") from None


class ImportedMatch:
    """One match, played from its rows.

    Args:
        game: the rules.
        rows: of the match, in the order of the file.
        seats: the same by seat.
        units: number and seed of each independent unit.
    """

    def __init__(
        self,
        game: Game[Any],
        rows: Sequence[Row],
        seats: Mapping[Player, list[Row]],
        units: Mapping[str, tuple[int, int]],
    ) -> None:
        self._game, self._rows, self._seats = game, rows, seats
        self._left = {seat: list(own) for seat, own in seats.items()}
        self._turns = dict.fromkeys(range(len(game.roles)), 0)
        self._number, self._seed = units[rows[0].unit]
        self._deals: list[Action] = []
        self._made: list[TurnRecord] = []

    def transcript(self) -> Transcript:
        """The record of the match.

        Raises:
            Forbidden: the rules forbid a row.
        """
        game, state = self._game, self._game.initial_state()
        while movers := game.movers(state):
            if movers == (CHANCE,):
                self._deals.append(self._chance(game.chance(state)))
                state = game.apply(state, {CHANCE: self._deals[-1]})
                continue
            now = {p: self._left[p].pop(0) for p in movers if self._left.get(p)}
            if not now:
                raise Forbidden(self._rows[-1].line, "the match goes on after its last row")
            moves = {p: self._action(row, state, p) for p, row in now.items() if row.action}
            moves |= self._opposite(now, moves, movers)
            self._note(movers, moves)
            if lost := [p for p in movers if p not in moves]:
                return self._ended(Ending("void", lost[0], Verdict.ILLEGAL), None)
            state = self._after(state, moves, now)
        if left := [row for own in self._left.values() for row in own]:
            raise Forbidden(left[0].line, "the match was over before")
        return self._ended(Ending("completed"), game.payoffs(state))

    def _chance(self, chances: Mapping[Action, Fraction]) -> Action:
        """Whether another round follows; other deals are in no table."""
        if set(chances) != {GO_ON, STOP}:
            raise BadInput(f"{self._game.name} deals at random, which no column states: not read")
        return GO_ON if any(self._left.values()) else STOP

    def _action(self, row: Row, state: Any, player: Player) -> Action:  # noqa: ANN401
        if not isinstance(self._game.space(state, player), Amount):
            return row.action
        try:
            points = float(row.action)
        except ValueError:
            raise Forbidden(row.line, f"{row.action!r} is no number of points") from None
        if not points.is_integer():
            raise Forbidden(row.line, f"{row.action} is no whole number of points")
        return int(points)

    def _opposite(
        self, now: Mapping[Player, Row], moves: Mapping[Player, Action], movers: Sequence[Player]
    ) -> dict[Player, Action]:
        """The action of a player without rows in a matrix game, from the points of the other."""
        missing = [player for player in movers if player not in self._seats]
        if not missing or not moves:
            return {}
        ((player, row),) = now.items()
        stage = self._game.stage if isinstance(self._game, Repeated) else self._game
        if not isinstance(stage, Bimatrix) or not row.payoff:
            raise Forbidden(row.line, f"nothing says what the {stage.roles[missing[0]]} did")
        own, points = moves[player], _points(row)
        if own not in stage.options_of(player):
            raise Forbidden(row.line, f"{own!r} is none of {', '.join(stage.options_of(player))}")
        fits = [
            other
            for other in stage.options_of(missing[0])
            if stage.cell(*((own, other) if player == 0 else (other, own)))[player] == points
        ]
        if len(fits) != 1:
            how = "more than one answer gives" if fits else "no answer gives"
            raise Forbidden(row.line, f"{how} {row.payoff} points for {own!r}")
        return {missing[0]: fits[0]}

    def _note(self, movers: Sequence[Player], moves: Mapping[Player, Action]) -> None:
        for player in movers:
            decision = Decision(moves.get(player))
            self._made.append(
                TurnRecord(player, self._turns[player], decision, told=False, seen=False)
            )
            self._turns[player] += 1

    def _after(
        self,
        state: Any,  # noqa: ANN401
        moves: Mapping[Player, Action],
        now: Mapping[Player, Row],
    ) -> Any:  # noqa: ANN401
        """The position after moves; points that rows state must be those of the round."""
        try:
            after = self._game.apply(state, moves)
        except IllegalAction as error:
            raise Forbidden(next(iter(now.values())).line, str(error)) from None
        points = _earned(self._game, state, after)
        for player, row in now.items():
            if row.payoff and points is not None and _points(row) != points[player]:
                raise Forbidden(
                    row.line, f"{row.payoff} points are stated, and the rules give {points[player]}"
                )
        return after

    def _ended(self, ending: Ending, payoffs: tuple[Payoff, ...] | None) -> Transcript:
        seats = tuple(self._name(seat) for seat in range(len(self._game.roles)))
        content = [self._seed, self._rows[0].game, self._rows[0].match, seats]
        match = Match(
            digest("imported", canonical(content)),
            self._rows[0].game,
            seats,
            self._number,
            self._seed,
        )
        return Transcript(match, tuple(self._deals), tuple(self._made), ending, payoffs)

    def _name(self, seat: Player) -> str:
        if seat in self._seats:
            return named(self._seats[seat][0])
        other = next((row.other for row in self._rows if row.other), "")
        if seat not in self._game.deciders:
            return PASSIVE
        if not other:
            raise Forbidden(self._rows[0].line, f"nobody sits as {self._game.roles[seat]}")
        return other


def _points(row: Row) -> Fraction:
    try:
        return Fraction(row.payoff)
    except (ValueError, ZeroDivisionError):
        raise Forbidden(row.line, f"payoff {row.payoff!r} is no number") from None


def _earned(game: Game[Any], state: Any, after: Any) -> Sequence[Payoff] | None:  # noqa: ANN401
    """Points of the round, or of a game played once; None while it goes on."""
    if not isinstance(game, Repeated):
        return None if game.movers(after) else game.payoffs(after)
    if after.rounds == state.rounds:
        return None
    before = state.earned or (0,) * len(game.roles)
    return [now - then for now, then in zip(after.earned, before, strict=True)]
