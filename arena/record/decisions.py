"""Decisions of recorded matches as rows: private and public information, report, display, action.

Every table of decisions is a view of this one. Private information is derived from the rules,
without a list of games: it consists of chance events observed by this player but not by all others.
All other observations of a player are public.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.core.types import Decision
from arena.core.types import Transcript, TurnRecord
from arena.record.steps import Step, round_end, steps
from games import Game
from games.core.exchanges import ADVISED, TALKED
from games.core.messages import silent
from games.core.repeated import round_of, this_round
from games.core.types import (
    ActionSpace,
    Choice,
    Claim,
    Event,
    Observation,
    Player,
    Said,
    Speech,
)
from games.core.walk import key, told

RECORDED = {
    "match": "id of the match",
    "game": "id of the game within the design",
    "repetition": "block of conditions, from 0",
    "cluster": "the seed of chance, 16 hexadecimal digits",
    "ending": "of the match: completed or void",
    "seat": "the player",
    "turn": "moves that the player had made before; -1 for a display before the first move",
    "number": "among the match's decisions, from 0",
    "contestant": "who decided",
    "opponents": "names of the others, joined by ' + '",
    "action": "what was done; None if nothing legal, and for a display before the first move",
    "felt": "emotion reported; None if none was",
    "intensity": "of it, from 0 to 100",
    "shown": "emotion shown to the others; None if none was",
    "told": "whether the player was told that others see its emotion; None if not on record",
    "seen": "whether somebody opposite perceives what was shown and, by the rules, could still "
    "decide; None if not on record",
    "shape": "of the neutral report, see `prompts.NeutralReport`; None if none was made",
    "size": "of it, from 0 to 100",
    "probabilities": "of each option, by option; None where they are not known, see "
    "`agents.core.models.weights.Weights`",
    "coverage": "mass of the options before all other tokens were masked",
    "unseen": "mass that the provider's list of tokens left unseen",
    "frame": "the text of the reply before the choice",
    "how": "in situ or weighed: read off a sampled reply, or all options asked for",
    "event": "of an induction, counted through its texts again and again: its remainder decides",
    "order": "of options, payoff rows and emotion words: 0 as in the rules, odd ones are reversed",
}
"""Columns that need no rules."""

SITUATION = {
    "set": "information set, of the round where the game is repeated",
}
"""Columns that need the position."""

COLUMNS = {
    **RECORDED,
    **SITUATION,
    "round": "of a repeated game, from 0",
    "options": "what could be done; empty where that is a number",
    "private": "what the player was dealt in this round, as text",
    "public": "its role and what else it has seen of the round, but messages, as text",
    "backed": "of a claim, whether its maker's own cards or dice bear it out; None for other moves",
    "believed": "of a claim, whether nobody challenged it; None for other moves",
    "text": "of a message, what it says; None for other moves",
    "states": "of a message, the action that it states; None if it states none",
    "advises": "of a message, whether it is advice: the action is recommended to the other player",
    "kept": "of a statement, whether the decision that it is about was as stated; None if that was "
    "not made, or another statement followed",
    "perceived": "the latest display since the player's own last decision; None if there was none",
    "perceived_from": "whose display that is",
    "randomised": "whether that display was drawn at random",
}
"""All columns of a row, each with its meaning."""

Row = dict[str, Any]


@dataclass
class _Seat:
    """State kept for one player.

    Attributes:
        private: for each observed event, whether it was hidden from at least one other player.
        shown: displays not yet delivered: index of the event they arrive with, emotion, sender.
    """

    private: list[bool]
    shown: list[tuple[int, str, str]] = field(default_factory=list)


def rows(
    transcript: Transcript,
    game: Game[Any],
    random: Mapping[str, bool] | None = None,
    columns: Collection[str] = COLUMNS.keys(),
) -> list[Row]:
    """One row per decision of a match, including displays before the first move.

    Args:
        transcript: the record.
        game: rules of the match.
        random: for each contestant, whether its displays are drawn at random; False if missing.
        columns: requested columns, of COLUMNS. Others may be included if they are cheap.

    Raises:
        Disorder: the record is not that of a match, and columns beyond RECORDED are requested.
    """
    if RECORDED.keys() >= set(columns):
        return [_row(transcript, played, at) for at, played in enumerate(transcript.decisions)]
    if {**RECORDED, **SITUATION}.keys() >= set(columns):
        made = ((step, played) for step in steps(transcript, game) for played in step.made)
        return [
            _row(transcript, played, at)
            | {"set": key(silent(this_round(game.observe(step.state, played.player))))}
            for at, (step, played) in enumerate(made)
        ]
    return _whole(transcript, game, random or {})


def _whole(transcript: Transcript, game: Game[Any], random: Mapping[str, bool]) -> list[Row]:
    """Rows with all columns, in one pass over the match."""
    start, names = game.initial_state(), transcript.match.seats
    views = [game.observe(start, at) for at in range(len(names))]
    seats = [_Seat([False] * len(view.events)) for view in views]
    table: list[Row] = []
    number = began = 0
    stated: dict[tuple[Player, bool], Row] = {}
    for step in steps(transcript, game):
        for played in step.made:
            seat, view = seats[played.player], views[played.player]
            known = _known(seat, view, played) | {"round": number} | _seen(seat, view, random)
            table.append(_row(transcript, played, len(table)) | known)
            _compare(table[-1], stated)
        if step.after is None:
            break
        arrivals = [len(view.events) for view in views]
        if step.opening:
            # They arrive with the last known event, before the first move.
            _show(seats, step.made, names, [at - 1 for at in arrivals])
            began = len(table)
            continue
        _show(seats, step.made, names, arrivals)
        views = [game.observe(step.after, at) for at in range(len(names))]
        _news(seats, views, dealt=step.deal is not None)
        if (claims := _claims(game, step)) is not None:
            for claim in claims:
                table[began + claim.move] |= {"backed": claim.backed, "believed": claim.believed}
            number, began = number + 1, len(table)
            stated.clear()
    return table


def _row(transcript: Transcript, played: TurnRecord, number: int) -> Row:
    match, decision = transcript.match, played.decision
    affect = decision.affect
    others = (name for at, name in enumerate(match.seats) if at != played.player)
    return {
        "match": match.id,
        "game": match.game,
        "repetition": match.repetition,
        "cluster": f"{match.seed:016x}",
        "ending": transcript.ending.kind,
        "seat": played.player,
        "turn": played.turn,
        "number": number,
        "contestant": match.seats[played.player],
        "opponents": " + ".join(others),
        "action": decision.action,
        "felt": affect and affect.felt,
        "intensity": affect and affect.intensity,
        "shown": affect and affect.shown,
        "told": played.told,
        "seen": played.seen,
        "shape": decision.neutral and decision.neutral.shape,
        "size": decision.neutral and decision.neutral.size,
        **_weights(decision),
        "event": match.wording.event,
        "order": match.wording.order,
    }


def _weights(decision: Decision) -> Row:
    """Probabilities of all options, as far as they are known."""
    weights = decision.weights
    return {
        "probabilities": weights and dict(weights.p),
        "coverage": weights and weights.coverage,
        "unseen": weights and weights.missing,
        "frame": weights and weights.frame,
        "how": weights and weights.how,
    }


def _known(seat: _Seat, view: Observation, played: TurnRecord) -> Row:
    """Information and options of a player."""
    own = this_round(view)
    hidden = seat.private[len(view.events) - len(own.events) :]
    told = zip(own.events, hidden, strict=True)
    events = [(event, private) for event, private in told if event.kind not in {TALKED, ADVISED}]
    space = view.space if played.turn >= 0 else None
    return {
        "set": key(silent(own)),
        "options": space.options if isinstance(space, Choice) else (),
        "private": _text(events, private=True),
        "public": f"{view.role}:{_text(events, private=False)}",
        "backed": None,
        "believed": None,
        **_said(played, space),
    }


def _said(played: TurnRecord, space: ActionSpace | None) -> Row:
    """Content of a message; empty for other moves."""
    row: Row = dict.fromkeys(("text", "states", "advises", "kept"))
    if isinstance(said := played.decision.action, Said) and isinstance(space, Speech):
        row |= {"text": said.text, "states": said.statement, "advises": space.advises}
    return row


def _compare(row: Row, stated: dict[tuple[Player, bool], Row]) -> None:
    """Compare what was stated of a decision with it, once it is made.

    Args:
        row: of a move.
        stated: rows of statements that wait, by whose decision they are about, and whether they are
            advice.
    """
    seat, action = row["seat"], row["action"]
    if isinstance(action, Said):
        if action.statement is not None:
            stated[1 - seat if row["advises"] else seat, row["advises"]] = row
    elif action is not None:
        for advises in (False, True):
            if (message := stated.pop((seat, advises), None)) is not None:
                message["kept"] = action == message["states"]


def _seen(seat: _Seat, view: Observation, random: Mapping[str, bool]) -> Row:
    """Display that reached the mover last."""
    reached = [shown for shown in seat.shown if shown[0] < len(view.events)]
    seat.shown = [shown for shown in seat.shown if shown[0] >= len(view.events)]
    if not reached:
        return {"perceived": None, "perceived_from": None, "randomised": None}
    _, emotion, who = reached[-1]
    return {"perceived": emotion, "perceived_from": who, "randomised": random.get(who, False)}


def _text(events: list[tuple[Event, bool]], *, private: bool) -> str:
    return told([event for event, hidden in events if hidden is private]).strip()


def _news(seats: list[_Seat], views: list[Observation], *, dealt: bool) -> None:
    """Mark every new event as private or not: private ones come from chance and miss a player."""
    news = [view.events[len(seat.private) :] for view, seat in zip(views, seats, strict=True)]
    for seat, own in zip(seats, news, strict=True):
        seat.private += [dealt and not all(event in other for other in news) for event in own]


def _show(
    seats: list[_Seat], made: Iterable[TurnRecord], names: Sequence[str], arrivals: Sequence[int]
) -> None:
    """Send displays to the others, to arrive with the event of this index."""
    for played in made:
        shown = played.decision.affect and played.decision.affect.shown
        for other, seat in enumerate(seats) if shown else ():
            if other != played.player:
                seat.shown.append((arrivals[other], str(shown), names[played.player]))


def _claims(game: Game[Any], step: Step) -> tuple[Claim, ...] | None:
    """The claims of a round that this step ended; None if it goes on."""
    end = round_end(step, game)
    return None if end is None else round_of(game).claims(end)
