"""`Preplay`: any game, with messages before it: talk among all who decide, and advice.

Messages are moves. They are seen by everybody, change no payoff, and bind nobody. Beside its text
a message can state an action: in talk the speaker's own, in advice the one that the other player is
recommended. The text is read by nobody but players.

Source: Farrell and Rabin (1996), Cheap talk, Journal of Economic Perspectives 10, 103 to 118; talk
before each round, Cooper, DeJong, Forsythe and Ross (1992), Communication in coordination games,
Quarterly Journal of Economics 107, 739 to 771; advice, Schotter (2003), Decision making with naive
advice, American Economic Review 93, 196 to 201.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, TypeVar

from games.core.errors import BadInput, unknown
from games.core.exchanges import (
    ADVISED,
    FOLLOWS,
    KEEPS,
    MESSAGES,
    SPEAKS,
    STATES,
    TALKED,
    Advice,
    Exchange,
    Talk,
    due_in,
    of_each,
    of_statement,
    table,
)
from games.core.game import Game
from games.core.measures import Measured
from games.core.outcomes import Due, Outcome, detail
from games.core.types import (
    CHANCE,
    Action,
    ActionSpace,
    Amount,
    Choice,
    Claim,
    Event,
    Fact,
    Observation,
    Payoff,
    Player,
    Said,
    Speech,
)

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class PreplayState(Generic[S]):
    """Where a game stands that has messages before it.

    Args:
        stage: position of the game itself.
        said: the messages of each exchange that is over, in seat order of its speakers.
        later: whether the round is not the first of a repeated game.
        moved: seats that have moved in the game itself.
    """

    stage: S
    said: tuple[tuple[Said, ...], ...] = ()
    later: bool = False
    moved: frozenset[Player] = frozenset()


@dataclass(frozen=True)
class Preplay(Game[PreplayState[S]]):
    """A game with messages before it: first talk, then advice.

    Args:
        stage: the game itself, not repeated.
        talk: messages to all; None if there are none.
        advice: a recommendation; None if there is none.
        repeated: whether it is a round of a repeated game.

    Raises:
        BadInput: fewer than two players decide; advice among several; or an adviser who is none.
    """

    stage: Game[S]
    talk: Talk | None = None
    advice: Advice | None = None
    repeated: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Check who speaks; take everything else from the game itself."""
        stage = self.stage
        if len(stage.deciders) < 2:  # noqa: PLR2004 - one who speaks and one who can act on it
            raise BadInput(
                f"{stage.name}: talk and advice need two players who decide, and only "
                f"{stage.roles[stage.deciders[0]]} does"
            )
        for key in ("name", "roles", "version", "zero_sum", "measures", "situations", "unstudied"):
            object.__setattr__(self, key, getattr(stage, key))
        if self.advice is not None and self._adviser is None:
            raise BadInput(f"{stage.name}: advice needs a game of two players, not {stage.roles}")
        if self.advice is not None and self._advised is None:
            who = self.roles[1 - self.roles.index(self.advice.adviser)]
            raise BadInput(
                f"{stage.name}: nothing can be recommended to {who}: what it may do first is not "
                "known before the game begins"
            )

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Those of the game itself; they all speak, or one of them does."""
        return self.stage.deciders

    def initial_state(self) -> PreplayState[S]:
        """Nothing is said yet."""
        return PreplayState(self.stage.initial_state())

    def later_round(self) -> PreplayState[S]:
        """Nothing is said yet in this round."""
        return PreplayState(self.stage.later_round(), later=True)

    def movers(self, state: PreplayState[S]) -> tuple[Player, ...]:
        """Who speaks; then those of the game itself."""
        exchange = self._exchange(state)
        return self.stage.movers(state.stage) if exchange is None else tuple(exchange.spaces)

    def space(self, state: PreplayState[S], player: Player) -> ActionSpace:
        """A message; then what the game allows."""
        exchange = self._exchange(state)
        if exchange is None:
            return self.stage.space(state.stage, player)
        return exchange.spaces[player]

    def chance(self, state: PreplayState[S]) -> Mapping[Action, Fraction]:
        """That of the game itself."""
        return self.stage.chance(state.stage)

    def observe(self, state: PreplayState[S], player: Player) -> Observation:
        """What everybody said, then what the game shows."""
        seen, exchange = self.stage.observe(state.stage, player), self._exchange(state)
        events = self._told(state)
        space: ActionSpace | None = seen.space
        if exchange is not None:
            space = exchange.spaces.get(player)
        facts = self._known(player, seen.facts)
        return replace(seen, facts=facts, events=(*events, *seen.events), space=space)

    def claims(self, state: PreplayState[S]) -> tuple[Claim, ...]:
        """Those of the game itself; messages are moves before them."""
        before = sum(map(len, state.said))
        claims = self.stage.claims(state.stage)
        return tuple(replace(claim, move=claim.move + before) for claim in claims)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Those of the game itself. A message is no decision of people's studies."""
        played = {
            seat: [action for action in own if not isinstance(action, Said)]
            for seat, own in made.items()
        }
        return self.stage.measured(played)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those of the game itself; whether messages are sent, kept and followed."""
        outcomes = list(self.stage.outcomes)
        exchanges = self._first
        outcomes += [SPEAKS] if exchanges else []
        if any(space.statement for e in exchanges for space in e.spaces.values()):
            outcomes.append(STATES)
        for outcome, kind in ((KEEPS, TALKED), (FOLLOWS, ADVISED)):
            of_kind = [e for e in exchanges if e.kind == kind]
            spaces = [space.statement for e in of_kind for space in e.spaces.values()]
            if any(spaces):
                outcomes.append(outcome)
                outcomes += map(detail, dict.fromkeys(of_each(outcome, spaces)))
        return tuple(outcomes)

    def due(self, state: PreplayState[S], moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Whether something is said and stated; decisions, and whether they are as stated."""
        exchange = self._exchange(state)
        if exchange is not None:
            yield from due_in(exchange, moves)
            return
        at: dict[Player, str] = {}
        for each in self.stage.due(state.stage, moves):
            at.setdefault(each.player, each.at)
            yield each
        for outcome, kind in ((KEEPS, TALKED), (FOLLOWS, ADVISED)):
            for player, statement in self.stated(state, kind).items():
                if player not in moves or player in state.moved:
                    continue
                action = moves[player]
                value = None if action is None else float(action == statement)
                names = [outcome.name]
                if isinstance(statement, str):
                    names.append(of_statement(outcome, statement))
                yield from (Due(player, name, value, at.get(player, "")) for name in names)

    def ahead(self, state: PreplayState[S]) -> Iterator[Due]:
        """Messages that are still to come, and the decisions of the game itself."""
        if self._exchange(state) is None:
            yield from self.stage.ahead(state.stage)
            return
        for exchange in self._exchanges(state)[len(state.said) + 1 :]:
            yield from due_in(exchange, dict.fromkeys(exchange.spaces))
        movers = self.stage.movers(state.stage)
        if CHANCE not in movers:
            yield from self.stage.due(state.stage, dict.fromkeys(movers))
        yield from self.stage.ahead(state.stage)

    def stated(self, state: PreplayState[S], kind: str) -> dict[Player, str | int]:
        """By player, the last action that was stated of its first decision.

        Args:
            state: a position of the round.
            kind: TALKED, of what the player itself stated; ADVISED, of what it was recommended.
        """
        stated: dict[Player, str | int] = {}
        for exchange, said in zip(self._exchanges(state), state.said, strict=False):
            for speaker, message in zip(exchange.spaces, said, strict=True):
                if exchange.kind == kind and message.statement is not None:
                    stated[exchange.about[speaker]] = message.statement
        return stated

    def situation(self, seen: Sequence[Event]) -> str:
        """That of the game itself."""
        return self.stage.situation(seen)

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Those of the game itself."""
        return self.stage.needed(repeated=repeated)

    def remarks(self) -> tuple[str, ...]:
        """Those of the game itself."""
        return self.stage.remarks()

    def announced(self, player: Player) -> Choice | Amount | None:
        """That of the game itself."""
        return self.stage.announced(player)

    def _payoffs(self, state: PreplayState[S]) -> tuple[Payoff, ...]:
        """Those of the game itself: talk is cheap."""
        return self.stage._payoffs(state.stage)  # noqa: SLF001 - nobody moves, so it is over

    def _next(self, state: PreplayState[S], moves: Mapping[Player, Action]) -> PreplayState[S]:
        exchange = self._exchange(state)
        if exchange is not None:
            messages = (moves[player] for player in exchange.spaces)
            said = tuple(each for each in messages if isinstance(each, Said))
            return replace(state, said=(*state.said, said))
        # `apply` has asked the stage game who moves and what is legal: no need to check again.
        stage = self.stage._next(state.stage, moves)  # noqa: SLF001
        return replace(state, stage=stage, moved=state.moved.union(moves))

    def speaking(self, state: PreplayState[S]) -> bool:
        """Whether messages are still to come before the game itself."""
        return self._exchange(state) is not None

    @property
    def speeches(self) -> tuple[Speech, ...]:
        """What can be said, in the order of the exchanges before the first round."""
        return tuple(space for exchange in self._first for space in exchange.spaces.values())

    @property
    def speakers(self) -> frozenset[Player]:
        """Seats that ever send a message."""
        return frozenset(player for exchange in self._first for player in exchange.spaces)

    def _exchange(self, state: PreplayState[S]) -> Exchange | None:
        """What is being said; None once the game itself is played."""
        exchanges = self._exchanges(state)
        return exchanges[len(state.said)] if len(state.said) < len(exchanges) else None

    def _exchanges(self, state: PreplayState[S]) -> tuple[Exchange, ...]:
        return self._later if state.later else self._first

    @cached_property
    def _first(self) -> tuple[Exchange, ...]:
        """The exchanges before a game, or before its first round."""
        return (*self._talk(self.talk), *self._advice(self.advice))

    @cached_property
    def _later(self) -> tuple[Exchange, ...]:
        """The exchanges before later rounds."""
        talk, advice = self.talk, self.advice
        return (
            *self._talk(talk if talk is not None and talk.each_round else None),
            *self._advice(advice if advice is not None and advice.each_round else None),
        )

    def _talk(self, talk: Talk | None) -> Iterator[Exchange]:
        if talk is None:
            return
        who = self.deciders
        spaces = {player: Speech(talk.length, self.stage.announced(player)) for player in who}
        for number in range(talk.rounds):
            at = f"message {number + 1}" if talk.rounds > 1 else "message"
            yield Exchange(TALKED, at, spaces, {player: player for player in who})

    def _advice(self, advice: Advice | None) -> Iterator[Exchange]:
        if advice is None:
            return
        one = self._adviser
        assert one is not None
        space = Speech(advice.length, self._advised, advises=True)
        yield Exchange(ADVISED, "advice", {one: space}, {one: 1 - one})

    @property
    def _adviser(self) -> Player | None:
        """The seat that recommends; None among more than two.

        Raises:
            BadInput: no player has the role.
        """
        assert self.advice is not None
        if self.advice.adviser not in self.roles:
            raise unknown(f"advice.adviser of {self.name}", self.advice.adviser, self.roles)
        return self.roles.index(self.advice.adviser) if len(self.roles) == 2 else None  # noqa: PLR2004

    @property
    def _advised(self) -> Choice | Amount | None:
        """What can be recommended."""
        one = self._adviser
        return None if one is None else self.stage.announced(1 - one)

    def _told(self, state: PreplayState[S]) -> Iterator[Event]:
        """One event for each exchange, equal for all."""
        for exchange, said in zip(self._exchanges(state), state.said, strict=False):
            facts: dict[str, Fact] = {}
            for (speaker, space), message in zip(exchange.spaces.items(), said, strict=True):
                facts[f"text_{speaker}"] = message.text
                if space.statement is not None:
                    stated = message.statement
                    facts[f"states_{speaker}"] = "" if stated is None else stated
            yield Event(exchange.kind, facts)

    def _known(self, player: Player, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """What is fixed throughout, with what is known of messages; put together once."""
        kept = self._kept.get(player)
        if kept is None or kept[0] != facts:
            self._kept[player] = kept = (facts, {**facts, **dict(self._about(player))})
        return kept[1]

    @cached_property
    def _kept(self) -> dict[Player, tuple[Mapping[str, Fact], Mapping[str, Fact]]]:
        return {}

    def _about(self, player: Player) -> Iterator[tuple[str, Fact]]:
        talk, advice = self.talk, self.advice
        if talk is not None:
            yield "talk_when", self._when(each_round=talk.each_round)
            yield "talk_rounds", talk.rounds
            yield "talk_length", talk.length
            yield "talk_states", "yes" if self.stage.announced(player) else "no"
        if advice is not None:
            yield "advice_when", self._when(each_round=advice.each_round)
            yield "advice_role", "adviser" if player == self._adviser else "advised"
            yield "advice_text", "yes" if advice.length else "no"
            if advice.length:
                yield "advice_length", advice.length

    def _when(self, *, each_round: bool) -> str:
        if not self.repeated:
            return "once"
        return "each_round" if each_round else "first_round"


def preplay(stage: Game[S], params: Mapping[str, Any], *, repeated: bool) -> Game[Any]:
    """A game with the messages that a design states before it; itself if it states none.

    Args:
        stage: the game itself.
        params: `talk` and `advice`, each as the table of a design has it.
        repeated: whether it is a round of a repeated game.

    Raises:
        BadInput: a key is unknown, or a value out of range.
    """
    if not params:
        return stage
    made = {
        key: table(kind, f"{key} of {stage.name}", params[key])
        for key, kind in MESSAGES.items()
        if key in params
    }
    return Preplay(stage, **made, repeated=repeated)
