"""One match of a foreign table, played by our rules."""

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
from games.core.matrix import Bimatrix
from games.core.repeated import GO_ON, STOP, Repeated
from games.core.types import CHANCE, Action, Amount, Payoff, Player
from prompts import Verdict


def named(row: Row) -> str:
    """The contestant: decider and induction."""
    return row.who if row.emotion in {"", "none"} else f"{row.who} {row.emotion}"


class ImportedMatch:
    """One match, played from its rows as far as they can be followed.

    A forbidden action of a repeated game is replaced by some legal one, so that later rounds are
    judged too; points of such a round are not. Any other game ends with it.

    Args:
        game: the rules.
        rows: of the match, in the order of the file.
        units: number and seed of each independent unit.
    """

    def __init__(
        self, game: Game[Any], rows: Sequence[Row], units: Mapping[str, tuple[int, int]]
    ) -> None:
        self._game, self._rows = game, rows
        self._turns = dict.fromkeys(range(len(game.roles)), 0)
        self._number, self._seed = units[rows[0].unit]
        self._deals: list[Action] = []
        self._made: list[TurnRecord] = []
        self._replaced = False
        self._forbidden: list[tuple[int, str]] = []
        self._seats = self._seated()
        self._left = {seat: list(own) for seat, own in self._seats.items()}

    @property
    def forbidden(self) -> list[tuple[int, str]]:
        """The rows that the rules forbid: line of the file, and why as a clause."""
        return self._forbidden

    def transcript(self) -> Transcript | None:
        """The record of the match; None if the rules forbid a row of it.

        Raises:
            BadInput: the game deals at random.
        """
        game, state = self._game, self._game.initial_state()
        while self._seats and (movers := game.movers(state)):
            if movers == (CHANCE,):
                self._deals.append(self._chance(game.chance(state)))
                state = game.apply(state, {CHANCE: self._deals[-1]})
                continue
            now = {p: self._left[p].pop(0) for p in movers if self._left.get(p)}
            if not now:
                self._forbid(self._rows[-1], "the match goes on after its last row")
                return None
            moves = {p: self._action(row, state, p) for p, row in now.items() if row.action}
            moves |= self._opposite(now, moves, movers)
            self._note(movers, moves)
            if lost := [p for p in movers if p not in moves]:
                return self._ended(Ending("void", lost[0], Verdict.ILLEGAL), None)
            if self._replaced and not isinstance(game, Repeated):
                return None
            before, state = state, game.apply(state, moves)
            self._compare(before, state, now)
        for row in (row for own in self._left.values() for row in own):
            self._forbid(row, "the match was over before")
        return None if self._forbidden else self._ended(Ending("completed"), game.payoffs(state))

    def _forbid(self, row: Row, why: str) -> None:
        self._forbidden.append((row.line, why))

    def _seated(self) -> dict[Player, list[Row]]:
        """Rows by seat, each in the order of rounds; empty if the order is ambiguous."""
        roles = self._game.roles
        known = {role: n for n, role in enumerate(roles)} | {str(n): n for n in range(len(roles))}
        seats: dict[Player, list[Row]] = {}
        told = True
        for row in self._rows:
            if _number(row.payoff or "0") is None:
                self._forbid(row, f"payoff {row.payoff!r} is no number")
            if row.round and _number(row.round) is None:
                self._forbid(row, f"round {row.round!r} is no number")
                told = False
            if (row.seat or "0") not in known:
                self._forbid(row, f"seat {row.seat!r} is none of {', '.join(known)}")
                told = False
                continue
            own = seats.setdefault(known[row.seat or "0"], [])
            own.append(row)
            if named(row) != named(own[0]):
                self._forbid(row, f"{row.who} sits where {own[0].who} sat before")
        for own in seats.values() if told else ():
            if all(row.round for row in own):
                own.sort(key=lambda row: _number(row.round) or 0)
        return seats if told else {}

    def _chance(self, chances: Mapping[Action, Fraction]) -> Action:
        """Whether another round follows; other deals are in no table."""
        if set(chances) != {GO_ON, STOP}:
            raise BadInput(f"{self._game.name} deals at random, which no column states: not read")
        return GO_ON if any(self._left.values()) else STOP

    def _action(self, row: Row, state: Any, player: Player) -> Action:  # noqa: ANN401
        """The action of a row, or a legal one in its place."""
        space = self._game.space(state, player)
        if not isinstance(space, Amount):
            if row.action in space:
                return row.action
            return self._replace(row, f"{row.action!r} is not legal: {space}", space.options[0])
        points = _number(row.action)
        if points is None:
            why = f"{row.action!r} is no number of points"
        elif points.denominator != 1:
            why = f"{row.action} is no whole number of points"
        elif int(points) not in space:
            why = f"{row.action} is not legal: {space}"
        else:
            return int(points)
        return self._replace(row, why, space.low)

    def _replace(self, row: Row, why: str, action: Action) -> Action:
        """Forbid a row and go on with another action."""
        self._forbid(row, why)
        self._replaced = True
        return action

    def _opposite(
        self, now: Mapping[Player, Row], moves: Mapping[Player, Action], movers: Sequence[Player]
    ) -> dict[Player, Action]:
        """The action of a player without rows in a matrix game, from the points of the other."""
        missing = [player for player in movers if player not in self._seats]
        if not missing or not moves:
            return {}
        ((player, row),) = now.items()
        stage = self._game.stage if isinstance(self._game, Repeated) else self._game
        if not isinstance(stage, Bimatrix):
            self._forbid(row, f"nothing says what the {stage.roles[missing[0]]} did")
            return {}
        own, others = moves[player], stage.options_of(missing[0])
        fits = [
            other
            for other in others
            if stage.cell(*((own, other) if player == 0 else (other, own)))[player]
            == _number(row.payoff)
        ]
        if self._replaced or len(fits) == 1:
            return {missing[0]: (fits or others)[0]}
        how = "more than one answer gives" if fits else "no answer gives"
        why = f"{how} {row.payoff} points for {own!r}"
        if not row.payoff:
            why = f"nothing says what the {stage.roles[missing[0]]} did"
        return {missing[0]: self._replace(row, why, others[0])}

    def _note(self, movers: Sequence[Player], moves: Mapping[Player, Action]) -> None:
        for player in movers:
            decision = Decision(moves.get(player))
            self._made.append(
                TurnRecord(player, self._turns[player], decision, told=False, seen=False)
            )
            self._turns[player] += 1

    def _compare(self, before: Any, after: Any, now: Mapping[Player, Row]) -> None:  # noqa: ANN401
        """Points that rows state must be those of the round, where nothing in it was replaced."""
        points = _earned(self._game, before, after)
        if points is None:
            return
        for player, row in {} if self._replaced else now.items():
            stated = _number(row.payoff)
            if stated is not None and stated != points[player]:
                self._forbid(
                    row, f"{row.payoff} points are stated, and the rules give {points[player]}"
                )
        self._replaced = False

    def _ended(self, ending: Ending, payoffs: tuple[Payoff, ...] | None) -> Transcript | None:
        seats = tuple(self._name(seat) for seat in range(len(self._game.roles)))
        if self._forbidden:
            return None
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
            self._forbid(self._rows[0], f"nobody sits as {self._game.roles[seat]}")
        return other


def _number(text: str) -> Fraction | None:
    """A number as a table writes it; None for no number."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _earned(game: Game[Any], state: Any, after: Any) -> Sequence[Payoff] | None:  # noqa: ANN401
    """Points of the round, or of a game played once; None while it goes on."""
    if not isinstance(game, Repeated):
        return None if game.movers(after) else game.payoffs(after)
    if after.rounds == state.rounds:
        return None
    before = state.earned or (0,) * len(game.roles)
    return [now - then for now, then in zip(after.earned, before, strict=True)]
