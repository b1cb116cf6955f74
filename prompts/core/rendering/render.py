"""Rendering of a player's view into the messages to a model.

The system message is constant throughout a match: the frame, the rules, the role, the induction,
the emotion mode and the form of the answer. Engines with a prompt cache need not read it again. The
user message holds the history and the question. Every user message holds the whole history, or the
last rounds of it if the voice says so, so that a prompt depends on the view alone.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar

from games.core.log import Log
from games.core.types import Amount, Choice, Event, Observation, Payoff, Speech
from prompts.core.rendering.voice import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import fill, placeholders
from prompts.core.texts.order import in_order
from prompts.core.types import PLAIN, Asking, Display, Message, OwnMove, View, Wording

P = TypeVar("P", OwnMove, Display)

_WORDS = {"felt": "emotions", "shown": "emotions", "shape": "shapes"}
"""Name of the word list in the texts, for each answer key whose value is one of several words."""


def render(view: View, voice: Voice, form: Asking, wording: Wording = PLAIN) -> tuple[Message, ...]:
    """The messages that ask for one decision, or for an opening display.

    Args:
        view: view of the player; its observation must hold an action space.
        voice: wording settings of the player.
        form: form in which the answer is asked for.
        wording: wording drawn for the match.
    """
    return PromptRenderer(voice, wording).render(view, form)


def opening_text(seen: Observation, voice: Voice, wording: Wording = PLAIN) -> str:
    """The system message that asks for JSON, before the first event.

    Args:
        seen: any observation of the player.
        voice: wording settings of the player.
        wording: wording drawn for the match.
    """
    writer = Writer(seen, voice, wording)
    return f"{_before(writer)}\n\n{_answer(writer, 'json')}"


def field_labels(view: View, voice: Voice, wording: Wording = PLAIN) -> dict[str, str]:
    """The labels of a form's fields by the keys of the answer, as `render` lists them.

    Args:
        view: view of the player.
        voice: wording settings of the player.
        wording: wording drawn for the match.
    """
    writer = Writer(view.observation, voice, wording)
    keys, given = voice.asked_for(view.space), voice.emotion.given
    return {key: writer.text("answer", "fields", key) for key in keys if key not in given}


@dataclass
class _Told:
    """Cached lines of the events of a match.

    Args:
        events: the events.
        lines: one per event.
        rounds: per round that has begun, the index of its first event and the points before it.
        points: earned in all rounds that are over.
    """

    events: Sequence[Event] = ()
    lines: list[str] = field(default_factory=list)
    rounds: list[tuple[int, Payoff]] = field(default_factory=list)
    points: Payoff = 0

    def add(self, writer: Writer, events: Sequence[Event]) -> None:
        """Write the lines of events that begin with those already written."""
        for at in range(len(self.lines), len(events)):
            event = events[at]
            if event.kind == "round":
                self.rounds.append((at, self.points))
            elif event.kind == "earned":
                self.points += event.facts["points"]  # type: ignore[operator] # points are numbers
            self.lines.append(writer.event(event))
        self.events = events

    def left_out(self, history: int | None) -> tuple[int, int, Payoff]:
        """The rounds before the last ones: number of their events, number of rounds, points."""
        over = 0 if history is None else max(0, len(self.rounds) - 1 - history)
        return (self.rounds[over][0], over, self.rounds[over][1]) if over else (0, 0, 0)


def _extends(events: Sequence[Event], before: Sequence[Event]) -> bool:
    if isinstance(events, Log):
        return events.extends(before)
    return events[: len(before)] == before


@dataclass
class PromptRenderer:
    """Renders the prompts of one seat of a match, and caches the texts that recur.

    Args:
        voice: wording settings of the player.
        wording: wording drawn for the match.
    """

    voice: Voice
    wording: Wording
    _about: tuple[Any, ...] = ()
    """Further values on which the cached texts below depend."""
    _before: str = ""
    """The system message up to the form of the answer."""
    _answers: dict[Asking, str] = field(default_factory=dict)
    """The rest of it, by the form."""
    _told: _Told = field(default_factory=_Told)

    def render(
        self, view: View, form: Asking, advice: str = "", question: str = ""
    ) -> tuple[Message, ...]:
        """What `render` gives.

        Args:
            view: what the player perceives.
            form: how the answer is asked for.
            advice: a paragraph before the question; none if empty.
            question: in place of that for a move, if it is another one.
        """
        writer = Writer(view.observation, self.voice, self.wording)
        self._recall(writer)
        if form not in self._answers:
            self._answers[form] = _answer(writer, form)
        asked = question or _question(writer, view, form)
        parts = [_history(writer, view, self._told), advice, asked]
        user = "\n\n".join(filter(None, parts))
        system = f"{self._before}\n\n{self._answers[form]}"
        return Message("system", system), Message("user", user)

    def _recall(self, writer: Writer) -> None:
        """Drop cached texts that no longer hold, and render the missing ones."""
        seen = writer.seen
        about = (seen.game, seen.player, seen.players, seen.role, seen.facts)
        if about != self._about:
            self._about, self._before = about, _before(writer)
            self._answers, self._told = {}, _Told()
        if not _extends(seen.events, self._told.events):
            self._told = _Told()
        self._told.add(writer, seen.events)


def _before(writer: Writer) -> str:
    return "\n\n".join((*_rules(writer), *_condition(writer)))


def _rules(writer: Writer) -> Iterator[str]:
    """Frame, persona, rules of the game, facts common to all games, and the role."""
    voice = writer.voice
    opening = writer.text("frame", "opening")
    if voice.goal != "none":
        opening = f"{opening} {writer.text('frame', 'goal', voice.goal)}"
    if voice.coplayer != "player":
        opening = f"{opening} {writer.text('frame', 'coplayer', voice.coplayer)}"
    yield opening
    if voice.persona:
        yield voice.persona
    yield from writer.rules()
    if voice.history is not None and writer.repeated:
        yield writer.counted("told", history=voice.history)
    yield from map(writer.stage_rules, writer.stages)
    yield writer.role()


def _condition(writer: Writer) -> Iterator[str]:
    """The induction and the emotion mode; empty in mode absent without induction."""
    emotion = writer.voice.emotion
    if emotion.in_words:
        yield writer.induction()
    if emotion.paragraph:
        yield " ".join(writer.text(*path) for path in emotion.paragraph)
    if emotion.perceives and writer.seen.players > 1:
        yield writer.text("mode", "perceives")


def _answer(writer: Writer, form: Asking) -> str:
    """The form of every answer; constant throughout a match."""
    voice = writer.voice
    order = writer.wording.order
    words = {
        "emotions": ", ".join(in_order(voice.emotion_words.values(), order)),
        "shapes": ", ".join(in_order(voice.shape_words.values(), order)),
    }
    lines = [writer.text("answer", form, "opening")]
    for key in voice.asked(move=True):
        if key in voice.emotion.given:
            continue
        line, kind = writer.text(voice.emotion.section, form, key), _WORDS.get(key, "")
        if kind in placeholders(line):
            line = fill(line, {kind: words[kind]})
        if form == "fields":
            offer = writer.text("answer", "offer", "choice")
            line = f"- {line} {fill(offer, {'options': words[kind]})}" if kind else f"- {line}"
        lines.append(line)
    if said := writer.message_keys():
        lines.append(writer.text("answer", form, "opening_message"))
        dash = "- " if form == "fields" else ""
        lines += (f"{dash}{writer.text('answer', form, key)}" for key in said)
    return "\n".join(lines)


def _history(writer: Writer, view: View, known: _Told) -> str:
    """The history, one line per event, each followed by the emotions shown with it.

    Emotions shown before the first event come first. Early rounds can be left out, with their
    emotions; their points are told.
    """
    begin, rounds, points = known.left_out(writer.voice.history)
    felt: dict[int, list[str]] = {}
    for own in _since(view.own, begin):
        if own.affect is not None or own.neutral is not None:
            felt.setdefault(own.at, []).append(writer.report(own))
    for display in _since(view.displays, begin) if writer.voice.emotion.perceives else ():
        felt.setdefault(display.at, []).append(writer.display(display))
    shown = range(begin, len(known.lines))
    told = ((known.lines[at], *felt.get(at, ())) for at in shown)
    lines = [*felt.get(-1, ()), *chain.from_iterable(told)]
    if rounds:
        lines.insert(0, writer.counted("left_out", left_out=rounds, points=points))
    if not lines:
        return writer.text("frame", "no_history")
    return "\n".join([writer.text("frame", "history"), *lines])


def _since(items: Sequence[P], begin: int) -> Sequence[P]:
    """The items from an event on; they stand in the order of their events."""
    if not begin:
        return items
    return items[bisect_left(items, begin, key=lambda each: each.at) :]


def _question(writer: Writer, view: View, form: Asking) -> str:
    """The question, and the possible answers."""
    space = view.space
    if space is None:
        return writer.text("answer", form, "opening_display")
    if isinstance(space, Speech):
        return " ".join(_asked_to_speak(writer, space))
    return f"{writer.ask(space)} {_offer(writer, space)}"


def _offer(writer: Writer, space: Choice | Amount, kind: str = "") -> str:
    """The possible answers.

    Args:
        writer: writer of the player's texts.
        space: the options on offer.
        kind: prefix of the keys of the texts; empty for an action.
    """
    if isinstance(space, Amount):
        bounds = {"low": str(space.low), "high": str(space.high)}
        return fill(writer.text("answer", "offer", f"{kind}amount"), bounds)
    options = {"options": ", ".join(writer.labels.options(space))}
    return fill(writer.text("answer", "offer", f"{kind}choice"), options)


def _asked_to_speak(writer: Writer, space: Speech) -> Iterator[str]:
    """The question for a message, and the possible answers."""
    yield writer.text("frame", "advice" if space.advises else "talk", "ask")
    if space.length:
        yield fill(writer.text("answer", "offer", "message"), {"length": str(space.length)})
    if space.statement is not None:
        yield _offer(writer, space.statement, "statement_")
