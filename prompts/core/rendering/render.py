"""From what a player perceives to the messages a model is sent.

The system message holds what stays the same throughout a match: the frame, the rules, the role, the
induction, the emotion mode and the form of the answer; engines that remember the beginning of a
prompt need not read it again. The user message holds what has happened so far and the question. The
whole history is told anew each time, so that a prompt depends on the view alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from games.core.types import Amount, Event, Observation
from prompts.core.rendering.voice import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import fill, placeholders
from prompts.core.texts.order import in_order
from prompts.core.types import PLAIN, Asking, Message, View, Wording

_WORDS = {"felt": "emotions", "shown": "emotions", "shape": "shapes"}
"""Of each key of an answer that is one of several words, what the texts call these words."""


def render(view: View, voice: Voice, form: Asking, wording: Wording = PLAIN) -> tuple[Message, ...]:
    """The messages that ask for one decision, or for an opening display.

    Args:
        view: what the player perceives; its observation must hold an action space.
        voice: how the player is spoken to.
        form: how the answer is asked for.
        wording: what was drawn for the match.
    """
    return PromptRenderer(voice, wording).render(view, form)


def opening_text(seen: Observation, voice: Voice, wording: Wording = PLAIN) -> str:
    """The system message that asks for JSON, before anything has happened.

    Args:
        seen: any observation of the player.
        voice: how the player is spoken to.
        wording: what was drawn for the match.
    """
    return _system(Writer(seen, voice, wording), "json")


def field_labels(view: View, voice: Voice, wording: Wording = PLAIN) -> dict[str, str]:
    """The labels of a form's fields by the keys of the answer, as `render` lists them.

    Args:
        view: what the player perceives.
        voice: how the player is spoken to.
        wording: what was drawn for the match.
    """
    writer = Writer(view.observation, voice, wording)
    keys = voice.asked(move=view.space is not None)
    given = voice.emotion.given
    return {key: writer.text("answer", "fields", key) for key in keys if key not in given}


@dataclass
class PromptRenderer:
    """Tells one seat of a match, decision after decision, and finds no words for a thing twice.

    Args:
        voice: how the player is spoken to.
        wording: what was drawn for the match.
    """

    voice: Voice
    wording: Wording
    _about: tuple[Any, ...] = ()
    """What the words kept below depend on beside these."""
    _system: str = ""
    _events: tuple[Event, ...] = ()
    _lines: list[str] = field(default_factory=list)
    """One for each of the events."""

    def render(self, view: View, form: Asking, advice: str = "") -> tuple[Message, ...]:
        """What `render` gives.

        Args:
            view: what the player perceives.
            form: how the answer is asked for.
            advice: a paragraph before the question; none if empty.
        """
        writer = Writer(view.observation, self.voice, self.wording)
        self._recall(writer, form)
        parts = [_history(writer, view, self._lines), advice, _question(writer, view, form)]
        user = "\n\n".join(filter(None, parts))
        return Message("system", self._system), Message("user", user)

    def _recall(self, writer: Writer, form: Asking) -> None:
        """Keep the words that still hold; find those that are missing."""
        seen = writer.seen
        about = (form, seen.game, seen.player, seen.players, seen.role, seen.facts)
        if about != self._about:
            self._about, self._system, self._events = about, _system(writer, form), ()
        if seen.events[: len(self._events)] != self._events:
            self._events = ()
        del self._lines[len(self._events) :]
        self._lines += map(writer.event, seen.events[len(self._events) :])
        self._events = seen.events


def _system(writer: Writer, form: Asking) -> str:
    return "\n\n".join((*_rules(writer), *_condition(writer), _answer(writer, form)))


def _rules(writer: Writer) -> Iterator[str]:
    """Frame, persona, rules of the game, facts that any game may have, and the role."""
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
    yield writer.role()


def _condition(writer: Writer) -> Iterator[str]:
    """The induction and the emotion mode: nothing at all in mode absent without induction."""
    emotion = writer.voice.emotion
    if emotion.induced != "none":
        yield writer.induction()
    if emotion.paragraph:
        yield " ".join(writer.text(*path) for path in emotion.paragraph)
    if emotion.perceives:
        yield writer.text("mode", "perceives")


def _answer(writer: Writer, form: Asking) -> str:
    """The form of every answer; the same throughout a match."""
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
    return "\n".join(lines)


def _history(writer: Writer, view: View, events: list[str]) -> str:
    """What has happened so far, one line an event, each followed by the emotions shown with it.

    Emotions from before all events come first.
    """
    felt: dict[int, list[str]] = {}
    for own in view.own:
        if own.affect is not None or own.neutral is not None:
            felt.setdefault(own.at, []).append(writer.report(own))
    for display in view.displays if writer.voice.emotion.perceives else ():
        felt.setdefault(display.at, []).append(writer.display(display))
    told = ((line, *felt.get(at, ())) for at, line in enumerate(events))
    lines = [*felt.get(-1, ()), *chain.from_iterable(told)]
    if not lines:
        return writer.text("frame", "no_history")
    return "\n".join([writer.text("frame", "history"), *lines])


def _question(writer: Writer, view: View, form: Asking) -> str:
    """What is asked, and what may be answered."""
    space = view.space
    if space is None:
        return writer.text("answer", form, "opening_display")
    if isinstance(space, Amount):
        bounds = {"low": str(space.low), "high": str(space.high)}
        offer = fill(writer.text("answer", "offer", "amount"), bounds)
    else:
        options = {"options": ", ".join(writer.labels.options(space))}
        offer = fill(writer.text("answer", "offer", "choice"), options)
    return f"{writer.ask(space)} {offer}"
