"""A match as text: observations, emotions, displays, answers and payoffs of each player.

Observations are not stored. They are recomputed from the recorded deals and actions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from agents.core.composite.rules import prevailing
from agents.core.models.elsewhere import places
from agents.core.models.weights import Weights
from agents.core.responses.endings import CUT, FILTERED, STOP
from agents.core.types import Attempt, Opinion, SelfReport
from arena.core.types import Transcript, TurnRecord
from arena.record.run import Run
from arena.record.steps import details, steps
from games import Game
from games.core.errors import check_known
from games.core.types import Event
from prompts import OPENING, Verdict


def list_lines(
    run: Run, game: str | None = None, contestant: str | None = None, last: int | None = None
) -> Iterator[str]:
    """A header, and one line per closed match: id, game, result, contestants.

    Args:
        run: whose matches.
        game: only of this game.
        contestant: only those in which this contestant has a seat.
        last: number of most recently closed matches.

    Raises:
        BadInput: no game or contestant of the run bears the name.
    """
    known = run.manifest.design
    check_known("game of the run", [] if game is None else [game], known["games"])
    chosen = [] if contestant is None else [contestant]
    check_known("contestant of the run", chosen, known["contestants"])
    wide = max(map(len, known["games"]))
    yield f"{'match':<{_ID}}  {'game':<{wide}}  {'result':<{_RESULT}}  contestants"
    keys = list(run.rows(_CHOSEN, game, game, contestant, contestant, last or -1))
    for (key,) in keys:
        transcript = run.transcript(key, texts=False)
        match, points = transcript.match, transcript.payoffs
        result = "void" if points is None else " : ".join(map(str, points))
        who = " v ".join(match.seats)
        yield f"{match.id:<{_ID}}  {match.game:<{wide}}  {result:<{_RESULT}}  {who}"
    if not keys:
        yield "No match is closed yet." if not run.counts else "No match is of this kind."


_ID, _RESULT = 16, 8
"""Characters of an id, and of most results."""
_CHOSEN = """
SELECT id FROM (
    SELECT * FROM counted WHERE (? IS NULL OR game = ?)
    AND (? IS NULL OR id IN (SELECT match FROM seats WHERE contestant = ?))
    ORDER BY place DESC LIMIT ?)
ORDER BY game, repetition, id
"""
_LIKELIEST = 5
"""Options whose probabilities are shown."""


def transcript_lines(
    transcript: Transcript, game: Game[Any], *, prompts: bool = False
) -> Iterator[str]:
    """The lines of a readable transcript.

    Args:
        transcript: the record, with its attempts.
        game: the rules it was played by.
        prompts: whether to print every message verbatim.
    """
    match, names = transcript.match, transcript.match.seats
    yield f"Match {match.id} · {match.game} · repetition {match.repetition} · seed {match.seed}"
    said = match.wording
    yield "  wording: " + ", ".join(f"{part} {number}" for part, number in asdict(said).items())
    for seat, name in enumerate(names):
        yield f"  seat {seat}: {name} ({game.roles[seat]})"
    yield from _play(transcript, game, prompts=prompts)
    for check in transcript.checks:
        yield f"\n{names[check.player]} (seat {check.player}), asked how it feels"
        yield from _check(check.answer, prompts=prompts)
    yield ""
    if transcript.payoffs is None:
        who = names[transcript.ending.player or 0]
        yield f"Void: {who} gave no legal action (last verdict: {transcript.ending.verdict})."
    else:
        points = ", ".join(f"{n} {p}" for n, p in zip(names, transcript.payoffs, strict=True))
        yield f"Completed. Payoffs: {points}."


def _play(transcript: Transcript, game: Game[Any], *, prompts: bool) -> Iterator[str]:
    if not transcript.decisions:
        yield '\nOnly the outcome was kept (record = "outcomes"): there are no moves to show.'
        return
    state, seen = game.initial_state(), [0] * len(game.roles)
    for step in steps(transcript, game):
        if step.deal is not None:
            yield f"\nChance: {step.deal}"
        elif step.opening:
            yield from _before_the_first_move(transcript, step.made, prompts=prompts)
        for played in () if step.opening else step.made:
            events = game.observe(step.state, played.player).events
            name = transcript.match.seats[played.player]
            yield f"\n{name} (seat {played.player}), turn {played.turn + 1}"
            yield from _news(events[seen[played.player] :])
            seen[played.player] = len(events)
            yield from _decision(played, prompts=prompts)
        if step.after is None:
            return
        state = step.after
    for player, name in enumerate(transcript.match.seats):
        if news := game.observe(state, player).events[seen[player] :]:
            yield f"\n{name} (seat {player}), at the end"
            yield from _news(news)


def _before_the_first_move(
    transcript: Transcript, openings: Sequence[TurnRecord], *, prompts: bool
) -> Iterator[str]:
    for played in openings:
        yield f"\n{transcript.match.seats[played.player]} (seat {played.player}), opening display"
        yield from _decision(played, prompts=prompts)


def _news(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        yield f"  saw     {event.kind}: {details(event)}"


def _decision(played: TurnRecord, *, prompts: bool) -> Iterator[str]:
    made = played.decision
    yield from _attempts(made.attempts, prompts=prompts)
    yield from map(_opinion, made.opinions)
    if (first := prevailing(made.opinions, made.action)) is not None:
        yield f"  prevails {first.part}"
    if made.affect is not None:
        yield f"  felt    {made.affect.felt} (intensity {made.affect.intensity} of 100)"
        how = made.affect.shown_intensity
        strength = "" if how is None else f" (intensity {how} of 100)"
        yield f"  showed  {made.affect.shown or 'nothing'}{strength}"
    if made.neutral is not None:
        yield f"  shape   {made.neutral.shape} (size {made.neutral.size} of 100)"
    if played.turn != OPENING:
        yield f"  action  {'none' if made.action is None else made.action}"
    if made.weights is not None:
        yield f"  odds    {_odds(made.weights)}"


def _opinion(opinion: Opinion) -> str:
    """One line about the answer of one part of a composite agent."""
    round_ = "" if opinion.belief is not None else f", round {opinion.round + 1}"
    strength = "" if opinion.strength is None else f", strength {opinion.strength} of 100"
    reason = f": {opinion.reason}" if opinion.reason else ""
    return f"  {opinion.part}{round_}: {proposed(opinion)}{strength}{reason}"


def proposed(opinion: Opinion) -> str:
    """An action, a belief, or why there is none."""
    if opinion.belief is not None:
        return ", ".join(f"{option} {100 * p:.0f} %" for option, p in opinion.belief.items())
    return f"abstains ({opinion.verdict})" if opinion.action is None else str(opinion.action)


def _odds(weights: Weights) -> str:
    """The likeliest options with their probabilities, and the source of the probabilities."""
    likely = sorted(weights.p.items(), key=lambda pair: -pair[1])
    listed = ", ".join(f"{action} {p:.3f}" for action, p in likely[:_LIKELIEST])
    more = f", {len(likely) - _LIKELIEST} more" * (len(likely) > _LIKELIEST)
    known = f"{weights.how}; coverage {weights.coverage:.2f}, unseen {weights.missing:.2f}"
    return f"{listed}{more} ({known})"


def _check(answer: SelfReport, *, prompts: bool) -> Iterator[str]:
    yield from _attempts(answer.attempts, prompts=prompts)
    if (said := answer.report) is not None:
        scales = f"valence {said.valence} of 9, arousal {said.arousal} of 9"
        yield f"  feels   {said.emotion} ({scales})"


def _attempts(attempts: tuple[Attempt, ...], *, prompts: bool) -> Iterator[str]:
    for number, attempt in enumerate(attempts, start=1):
        if prompts:
            yield from _messages(attempt)
        yield from _attempt(number, attempt)


def _attempt(number: int, attempt: Attempt) -> Iterator[str]:
    done = attempt.completion
    reply = f"reply {number}{f' of {attempt.part}' if attempt.part else ''}"
    if done is None:
        reason = attempt.failure.message if attempt.failure else "no reply"
        yield f"  {reply} ({attempt.verdict}): {reason}"
        return
    cost = "cost unknown" if done.cost is None else f"${done.cost:.6f}"
    tokens = f"{done.usage.get('prompt_tokens', '?')}+{done.usage.get('completion_tokens', '?')}"
    about = f"{done.served_model}, {done.seconds:.1f} s, {tokens} tokens, {cost}"
    yield f"  {reply} ({attempt.verdict}; {about})"
    if done.reasoning:
        yield from (f"    thought | {line}" for line in done.reasoning.splitlines())
    yield from (f"    | {line}" for line in done.text.splitlines() or ["(empty)"])
    if not done.text.strip() and (elsewhere := places(done.raw)):
        read = "read from" if attempt.verdict is Verdict.LEGAL else "an answer may stand in"
        yield f"    {read} {', '.join(elsewhere)}"
    if done.stop not in {STOP, CUT, FILTERED}:
        yield f"    no known ending: {done.stop}"


def _messages(attempt: Attempt) -> Iterator[str]:
    """Verbatim messages of an attempt."""
    for message in attempt.messages:
        yield f"  sent ({message.role})"
        yield from (f"    | {line}" for line in message.content.splitlines())
