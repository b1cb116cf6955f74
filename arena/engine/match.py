"""The one loop where rules meet agents."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import lcm
from random import Random
from typing import Any, TypeGuard

from agents.core.spec import Scripted
from agents.core.types import Agent, Decision, Reporter
from arena.core.types import Checked, Ending, Match, Transcript, TurnRecord, seed_of
from games import Game
from games.core.audience import can_decide
from games.core.log import Log
from games.core.types import CHANCE, Action, Player
from prompts import Display, OwnMove, View

Deal = Callable[[Mapping[Action, Fraction]], Action]
"""A function from the possible moves of chance, with their probabilities, to one of them."""


class _Seat:
    """One player's agent, generator, moves and seen displays during a match.

    Args:
        agent: who decides.
        seed: of its draws.
    """

    __slots__ = ("agent", "displays", "own", "perceives", "rng", "script", "told")

    def __init__(self, agent: Agent, seed: int) -> None:
        self.agent, self.rng = agent, Random(seed)
        self.script: Scripted | None = agent if at_once(agent) else None
        self.told: bool = getattr(agent, "told", False)
        self.perceives: bool = getattr(agent, "perceives", False)
        self.displays, self.own = Log[Display](), Log[OwnMove]()

    def add(self, move: OwnMove) -> None:
        """Keep a decision of the player."""
        self.own = self.own.plus(move)


async def play(
    match: Match, game: Game[Any], agents: Sequence[Agent], deal: Deal | None = None
) -> Transcript:
    """Play a match to its end.

    Chance draws from the match's seed alone, so that mirrored matches share their deals; each agent
    draws from a stream of its own, so that nobody's play depends on what else is being played.

    Args:
        match: what is played.
        game: its rules.
        agents: who decides, in seat order.
        deal: makes the moves of chance; None draws them from the match's seed.
    """
    deal, stream = deal or partial(draw, rng=Random(match.seed)), seed_of(match.id)
    seats = [_Seat(agent, stream + n) for n, agent in enumerate(agents)]
    waiting = {n for n, seat in enumerate(seats) if seat.script is None}
    state = game.initial_state()
    deals: list[Action] = []
    decisions: list[TurnRecord] = []
    openers = [n for n, agent in enumerate(agents) if getattr(agent, "opens", False)]
    while movers := game.movers(state):
        if movers == (CHANCE,):
            deals.append(deal(game.chance(state)))
            state = game.apply(state, {CHANCE: deals[-1]})
            continue
        if openers:
            decisions += await _open(game, state, seats, openers)
            for played in decisions:
                if played.decision.affect is None:
                    return _void(match, deals, decisions, played)
            openers = []
        views = {player: _view(game, state, player, seats[player]) for player in movers}
        scripted = waiting.isdisjoint(movers)
        made = _decided(views, seats) if scripted else await _decide(views, seats)
        moves = {p: d.action for p, d in made.items() if d.action is not None}
        after = game.apply(state, moves) if len(moves) == len(movers) else None
        now = _record(game, after, seats, views, made)
        decisions += now
        for played in now:
            if played.decision.action is None:
                return _void(match, deals, decisions, played)
        _remember(game, state, seats, views, made)
        state = after
    ending, payoffs = Ending("completed"), game.payoffs(state)
    checks = await _check(seats, {played.player: played.decision for played in decisions})
    return Transcript(match, tuple(deals), tuple(decisions), ending, payoffs, checks)


def draw(chances: Mapping[Action, Fraction], rng: Random) -> Action:
    """One of nature's actions; exact, and one draw whatever the probabilities."""
    likely = list(chances.values())
    if likely.count(likely[0]) == len(likely):
        return list(chances)[rng.randrange(len(likely))]
    whole = lcm(*[p.denominator for p in likely])
    at = rng.randrange(whole)
    # In whole numbers: arithmetic with fractions would take longer than everything else here.
    for action, p in chances.items():
        at -= p.numerator * (whole // p.denominator)
        if at < 0:
            return action
    raise ValueError(f"probabilities do not sum to one: {chances}")


def _void(
    match: Match, deals: Sequence[Action], decisions: Sequence[TurnRecord], last: TurnRecord
) -> Transcript:
    """A player gave no usable answer, so the match ends as void."""
    ending = Ending("void", last.player, last.decision.verdict)
    return Transcript(match, tuple(deals), tuple(decisions), ending, None)


async def _open(
    game: Game[Any],
    state: Any,  # noqa: ANN401
    seats: Sequence[_Seat],
    openers: Sequence[Player],
) -> list[TurnRecord]:
    """Ask for the displays before the first move, all at once, and let the others have them."""
    seen = [game.observe(state, player) for player in range(len(seats))]
    last = [len(observation.events) - 1 for observation in seen]
    views = {player: View(seen[player], opening=True) for player in openers}
    made = await _decide(views, seats)
    for player, decision in made.items():
        seats[player].add(OwnMove(last[player], None, decision.affect))
        _show(seats, player, decision, last, opening=True)
    return _record(game, state, seats, views, made)


def _record(
    game: Game[Any],
    after: Any,  # noqa: ANN401
    seats: Sequence[_Seat],
    views: Mapping[Player, View],
    made: Mapping[Player, Decision],
) -> list[TurnRecord]:
    """Decisions in their places, with what can become of what was shown with them.

    Args:
        game: the rules.
        after: the position after them; None if the match ends as void.
        seats: all of them.
        views: what the movers were given.
        made: what they decided.
    """
    records = []
    for player, decision in made.items():
        affect, seat = decision.affect, seats[player]
        shows = after is not None and affect is not None and affect.shown is not None
        seen = shows and _reaches(game, after, seats, player)
        records.append(TurnRecord(player, views[player].turn, decision, seat.told, seen))
    return records


def _reaches(game: Game[Any], after: Any, seats: Sequence[_Seat], player: Player) -> bool:  # noqa: ANN401
    """Whether what a player shows is perceived by somebody who can still decide."""
    others = {n for n, seat in enumerate(seats) if seat.perceives and n != player}
    return bool(others) and can_decide(game, after, others)


def _show(
    seats: Sequence[_Seat],
    player: Player,
    decision: Decision,
    at: Sequence[int],
    *,
    opening: bool = False,
) -> None:
    """Let the others have what a player shows, each at a place in its own events."""
    affect = decision.affect
    if affect is None or affect.shown is None:
        return
    for other, seat in enumerate(seats):
        if other != player:
            shown = Display(player, at[other], affect.shown, affect.shown_intensity, opening)
            seat.displays = seat.displays.plus(shown)


def _view(game: Game[Any], state: Any, player: Player, seat: _Seat) -> View:  # noqa: ANN401
    seen, shown = game.observe(state, player), seat.displays
    if not shown:
        return View(seen, shown, seat.own)
    reached, events = len(shown), len(seen.events)
    while reached and shown[reached - 1].at >= events:
        reached -= 1  # displays arrive in the order of their events
    return View(seen, shown.head(reached), seat.own)


def at_once(agent: Agent) -> TypeGuard[Scripted]:
    """Whether an agent never waits, so that it can be asked without a coroutine."""
    return getattr(type(agent), "decide", None) is Scripted.decide


def _decided(views: Mapping[Player, View], seats: Sequence[_Seat]) -> dict[Player, Decision]:
    """The decisions of movers none of whom ever waits."""
    return {
        player: seats[player].script.decided(view, seats[player].rng)  # type: ignore[union-attr] # all are scripts
        for player, view in views.items()
    }


async def _decide(views: Mapping[Player, View], seats: Sequence[_Seat]) -> dict[Player, Decision]:
    """Ask all movers at the same time. Scripts never wait, so they are asked in turn."""
    if len(views) == 1 or sum(seats[player].script is None for player in views) <= 1:
        return {p: await seats[p].agent.decide(view, seats[p].rng) for p, view in views.items()}
    deciding = (
        seats[player].agent.decide(view, seats[player].rng) for player, view in views.items()
    )
    # An answer under way is paid for: it is waited for and recorded, whatever befalls others.
    made = await asyncio.gather(*deciding, return_exceptions=True)
    for error in made:
        if isinstance(error, BaseException):
            raise error
    return dict(zip(views, made, strict=True))  # type: ignore[arg-type] # no errors any more


async def _check(seats: Sequence[_Seat], last: Mapping[Player, Decision]) -> tuple[Checked, ...]:
    """Ask for the self-reports, once all decisions are made."""
    asked = {
        player: agent.report(decision, seats[player].rng)
        for player, decision in sorted(last.items())
        if getattr(agent := seats[player].agent, "reports", False) and isinstance(agent, Reporter)
    }
    if not asked:
        return ()
    # An answer under way is paid for: it is waited for and recorded, whatever befalls others.
    answers = await asyncio.gather(*asked.values(), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return tuple(map(Checked, asked, answers))  # type: ignore[arg-type] # no errors any more


def _remember(
    game: Game[Any],
    state: Any,  # noqa: ANN401
    seats: Sequence[_Seat],
    views: Mapping[Player, View],
    made: Mapping[Player, Decision],
) -> None:
    """Note the move of each mover, and give the others its display along with that move."""
    for player, decision in made.items():
        at = len(views[player].observation.events)
        assert decision.action is not None
        seats[player].add(OwnMove(at, decision.action, decision.affect, decision.neutral))
        if decision.affect is None or decision.affect.shown is None:
            continue
        seen = {p: view.observation for p, view in views.items()}
        ahead = [
            len((seen.get(other) or game.observe(state, other)).events)
            for other in range(len(seats))
        ]
        _show(seats, player, decision, ahead)
