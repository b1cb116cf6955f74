"""From what a player perceives to the messages a model is sent.

The system message holds what stays the same throughout a match: the frame, the rules, the role, the
induction, the emotion mode and the form of the answer; engines that remember the beginning of a
prompt need not read it again. The user message holds what has happened so far and the question. The
whole history is told anew each time, so that a prompt depends on the view alone.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from games.core.types import Amount, Event, Fact, Observation
from prompts.core.catalogue import catalogue, fill
from prompts.core.labels import Labels
from prompts.core.types import Form, Message, OwnMove, View
from prompts.core.voice import Voice


def render(view: View, voice: Voice, form: Form) -> tuple[Message, ...]:
    """The messages that ask for one decision.

    Args:
        view: what the player perceives; its observation must hold an action space.
        voice: how the player is spoken to.
        form: how the answer is asked for.
    """
    writer = _Writer(view.observation, voice)
    system = "\n\n".join((*writer.rules(), *writer.condition(), writer.answer(form)))
    user = "\n\n".join((writer.history(view), writer.question()))
    return Message("system", system), Message("user", user)


def render_again(
    messages: tuple[Message, ...],
    reply: str,
    problem: str,
    voice: Voice,
    values: Mapping[str, str] | None = None,
) -> tuple[Message, ...]:
    """The messages that ask again after a reply that could not be used.

    Args:
        messages: what was sent.
        reply: what came back, possibly nothing.
        problem: key of the reason, as `read_reply` gave it.
        voice: how the player is spoken to.
        values: what the reason mentions, as `read_reply` gave it.
    """
    again = fill(str(catalogue().get(voice.language, "frame", "again", problem)), values or {})
    if not reply.strip():
        # Providers refuse empty turns, so the reason joins the question.
        *before, last = messages
        return (*before, Message("user", f"{last.content}\n\n{again}"))
    return (*messages, Message("assistant", reply), Message("user", again))


class _Writer:
    """Writes the paragraphs for one observation in one voice."""

    def __init__(self, seen: Observation, voice: Voice) -> None:
        self.seen = seen
        self.voice = voice
        self.labels = Labels.named(voice.language, seen.game)

    def rules(self) -> Iterator[str]:
        """Frame, rules of the game, facts that any game may have, and the role."""
        facts = dict(self.seen.facts)
        general = {
            key: facts.pop(key) for key in self.seen.facts if self._find("frame", "facts", key)
        }
        yield self._text("frame", "opening")
        yield fill(self._game("rules"), {key: self._fact(key, fact) for key, fact in facts.items()})
        for key, fact in general.items():
            yield fill(self._text("frame", "facts", key), {key: self._fact(key, fact)})
        yield self._game("roles", self.seen.role)

    def condition(self) -> Iterator[str]:
        """The induction and the emotion mode: nothing at all in mode absent without induction."""
        emotion = self.voice.emotion
        if emotion.induced != "none":
            yield self._text("emotion", emotion.induced, "induction", emotion.cause)
        if emotion.feels:
            yield self._text("mode", emotion.mode if emotion.told else "visible_untold")
        if emotion.sees_displays:
            yield self._text("mode", "perceives")

    def history(self, view: View) -> str:
        """What has happened so far, one line an event, with the emotions that went with it."""
        lines = [
            line
            for at, event in enumerate(view.observation.events)
            for line in self._lines(view, at, event)
        ]
        return "\n".join(
            [self._text("frame", "history"), *lines]
            if lines
            else [self._text("frame", "no_history")]
        )

    def answer(self, form: Form) -> str:
        """The form of every answer; the same throughout a match."""
        emotion = self.voice.emotion
        words = {"emotions": ", ".join(catalogue().emotions(self.voice.language).values())}
        lines = [self._text("answer", form, "opening")]
        if emotion.feels:
            lines.append(fill(self._text("answer", form, "felt"), words))
            lines.append(self._text("answer", form, "intensity"))
        if emotion.chooses:
            lines.append(self._text("answer", form, "shown"))
        lines.append(self._text("answer", form, "action"))
        return "\n".join(lines)

    def question(self) -> str:
        """What is asked, and what may be answered."""
        space = self.seen.space
        if space is None:
            raise ValueError("it is not this player's turn: there is nothing to ask")
        if isinstance(space, Amount):
            bounds = {"low": str(space.low), "high": str(space.high)}
            offer = fill(self._text("answer", "offer", "amount"), bounds)
        else:
            options = {"options": ", ".join(self.labels.options(space))}
            offer = fill(self._text("answer", "offer", "choice"), options)
        return f"{self._ask()} {offer}"

    def _ask(self) -> str:
        """The question: one for the game, or one per role, and there one per kind of answer."""
        path: tuple[str, ...] = ("ask",)
        for key in (self.seen.role, "amount" if isinstance(self.seen.space, Amount) else "choice"):
            if isinstance(self._find("game", self.seen.game, *path), dict):
                path = (*path, key)
        return self._game(*path)

    def _lines(self, view: View, at: int, event: Event) -> Iterator[str]:
        yield self._event(event)
        for own in view.own:
            if own.at == at and own.affect is not None:
                yield self._own_affect(own)
        for display in view.displays if self.voice.emotion.sees_displays else ():
            if display.at == at:
                word = self._text("emotion", display.emotion, "word")
                yield self._by(display.player, ("frame", "display"), {"emotion": word})

    def _event(self, event: Event) -> str:
        path: tuple[str, ...] = ("game", self.seen.game, "events", event.kind)
        if self._find(*path) is None:
            path = ("frame", "events", event.kind)
        facts = dict(event.facts)
        player = facts.pop("player", None)
        values = {key: self._fact(key, fact) for key, fact in facts.items()}
        return fill(self._text(*path), values) if player is None else self._by(player, path, values)

    def _by(self, player: Fact, path: tuple[str, ...], values: Mapping[str, str]) -> str:
        """A line about somebody: the player itself, the only other one, or one of several."""
        if player == self.seen.player:
            return fill(self._text(*path, "own"), values)
        if self._company() == "other":
            return fill(self._text(*path, "other"), values)
        return fill(self._text(*path, "others"), {**values, "player": str(int(player) + 1)})  # type: ignore[arg-type]

    def _company(self) -> str:
        """With two players, "the other" says who; with more it does not."""
        return "other" if self.seen.players == 2 else "others"  # noqa: PLR2004

    def _own_affect(self, own: OwnMove) -> str:
        assert own.affect is not None
        words = {
            "felt": self._text("emotion", own.affect.felt, "word"),
            "intensity": str(own.affect.intensity),
        }
        if own.affect.shown is None or not self.voice.emotion.chooses:
            return fill(self._text("frame", "reported"), words)
        shown = self._text("emotion", own.affect.shown, "word")
        return fill(self._text("frame", "reported_and_shown"), {**words, "shown": shown})

    def _fact(self, key: str, fact: Fact) -> str:
        if isinstance(fact, int | Fraction | str):
            return self.labels.show(fact)
        line = self._game("items", key)
        return "\n".join(
            fill(line, {name: self.labels.show(value) for name, value in item.items()})
            for item in fact
        )

    def _game(self, *path: str) -> str:
        return self._text("game", self.seen.game, *path)

    def _text(self, *path: str) -> str:
        """The text at a path; where it depends on how many others there are, the one that fits."""
        found = catalogue().get(self.voice.language, *path)
        if isinstance(found, dict):
            found = catalogue().get(self.voice.language, *path, self._company())
        return str(found)

    def _find(self, *path: str) -> Any:  # noqa: ANN401
        return catalogue().find(self.voice.language, *path)
