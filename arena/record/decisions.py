"""The decisions of recorded matches as rows: what each mover held, knew, felt, showed and did.

What is private follows from the rules and needs no list of games: news of a chance move that
reached this player but not all others. Everything else a player saw is public.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from arena.core.types import Transcript, TurnRecord
from arena.record.steps import Step, actions, steps
from games import Game
from games.core.repeated import Repeated, this_round
from games.core.types import CHANCE, Choice, Claim, Event
from games.core.walk import told

COLUMNS = (
    "match", "game", "repetition", "round", "seat", "turn", "number", "contestant", "options",
    "action", "felt", "intensity", "shown", "private", "public", "backed", "believed",
    "seen", "seen_from", "randomised",
)  # fmt: skip
"""Columns of a row, see `rows`."""

Row = dict[str, Any]


@dataclass
class _Seat:
    """What is kept for one player.

    Attributes:
        private: for each event it has seen, whether nobody else, or not everybody, was told.
        shown: displays on their way to it: index of the event they come with, emotion, who.
    """

    private: list[bool]
    shown: list[tuple[int, str, str]] = field(default_factory=list)


def rows(transcript: Transcript, game: Game[Any], random: Mapping[str, bool]) -> list[Row]:
    """One row per decision of a match, displays before the first move among them.

    Args:
        transcript: the record.
        game: the rules it was played by.
        random: of each contestant, whether it shows emotions drawn at random; if missing, not.

    Returns:
        Rows with COLUMNS. number: among the match's decisions. round: of a repeated game, from 0.
        options: what could be done, empty where it is a number. private: what the player was
        dealt in this round; public: its role and what else it has seen of the round; both as
        text. backed, believed: of a claim, whether its maker's own cards or dice bear it out and
        whether nobody challenged it; None for other moves. seen: the latest display since the
        player's own last decision, from whom, and whether it was drawn at random; None if there
        was none. Displays before the first move have rows as well: turn -1, and no action.
    """
    start = game.initial_state()
    seats = [_Seat([False] * len(game.observe(start, at).events)) for at in range(len(game.roles))]
    found: list[Row] = []
    number = began = 0
    for step in steps(transcript, game):
        for played in step.made:
            known = _known(seats[played.player], game, step, played) | {"round": number}
            seen = _seen(seats[played.player], game, step, played, random)
            found.append(_row(transcript, played, len(found)) | known | seen)
        if step.after is None:
            break
        arrivals = [len(game.observe(step.state, at).events) for at in range(len(seats))]
        if step.opening:
            # They come with what is known already, before anybody moves.
            _show(seats, step.made, transcript.match.seats, [at - 1 for at in arrivals])
            began = len(found)
            continue
        _show(seats, step.made, transcript.match.seats, arrivals)
        _news(seats, game, step)
        if (claims := _claims(game, step)) is not None:
            for claim in claims:
                found[began + claim.move] |= {"backed": claim.backed, "believed": claim.believed}
            number, began = number + 1, len(found)
    return found


def _row(transcript: Transcript, played: TurnRecord, number: int) -> Row:
    match, decision = transcript.match, played.decision
    affect = decision.affect
    return {
        "match": match.id,
        "game": match.game,
        "repetition": match.repetition,
        "seat": played.player,
        "turn": played.turn,
        "number": number,
        "contestant": match.seats[played.player],
        "action": decision.action,
        "felt": affect and affect.felt,
        "intensity": affect and affect.intensity,
        "shown": affect and affect.shown,
        "round": 0,
        "backed": None,
        "believed": None,
        "seen": None,
        "seen_from": None,
        "randomised": None,
    }


def _known(seat: _Seat, game: Game[Any], step: Step, played: TurnRecord) -> Row:
    """What a player holds and knows, and what it may do."""
    seen = game.observe(step.state, played.player)
    start = len(seen.events) - len(this_round(seen).events)
    events = [*zip(seen.events, seat.private, strict=True)][start:]
    space = seen.space if played.turn >= 0 else None
    return {
        "options": space.options if isinstance(space, Choice) else (),
        "private": _text(events, private=True),
        "public": f"{seen.role}:{_text(events, private=False)}",
    }


def _seen(
    seat: _Seat, game: Game[Any], step: Step, played: TurnRecord, random: Mapping[str, bool]
) -> Row:
    """The display that reached the mover last."""
    told = len(game.observe(step.state, played.player).events)
    reached = [shown for shown in seat.shown if shown[0] < told]
    seat.shown = [shown for shown in seat.shown if shown[0] >= told]
    if not reached:
        return {}
    _, emotion, who = reached[-1]
    return {"seen": emotion, "seen_from": who, "randomised": random.get(who, False)}


def _text(events: list[tuple[Event, bool]], *, private: bool) -> str:
    return told([event for event, hidden in events if hidden is private]).strip()


def _news(seats: list[_Seat], game: Game[Any], step: Step) -> None:
    """Note of every new event whether it is private: told by chance, and not to all."""
    news = [
        game.observe(step.after, at).events[len(seat.private) :] for at, seat in enumerate(seats)
    ]
    for seat, own in zip(seats, news, strict=True):
        dealt = step.deal is not None
        seat.private += [dealt and not all(event in other for other in news) for event in own]


def _show(
    seats: list[_Seat], made: Iterable[TurnRecord], names: Sequence[str], arrivals: Sequence[int]
) -> None:
    """Send what was shown to the others, to arrive with the event of this index."""
    for played in made:
        shown = played.decision.affect and played.decision.affect.shown
        for other, seat in enumerate(seats) if shown else ():
            if other != played.player:
                seat.shown.append((arrivals[other], str(shown), names[played.player]))


def _claims(game: Game[Any], step: Step) -> tuple[Claim, ...] | None:
    """The claims of a round that this step ended; None if it goes on."""
    stage, state = game, step.state
    if isinstance(game, Repeated):
        stage, state = game.stage, state.stage
        if state is None:  # chance decided on another round
            return None
    end = stage.apply(state, actions(step.made) if step.deal is None else {CHANCE: step.deal})
    return None if stage.movers(end) else stage.claims(end)
