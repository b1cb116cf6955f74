"""`ModelAgent`: the parameters of agents who ask a language model, and the question for a move."""

from collections.abc import Mapping
from typing import ClassVar

from agents.core.asking import ModelOptions, Question
from agents.core.models.elsewhere import answer_reader, answer_text
from agents.core.models.model import Completion, Model, ModelSpec
from agents.core.models.steering import Steering
from agents.core.spec import AgentSpec
from games.core.types import Action
from prompts import (
    Message,
    PromptRenderer,
    Reading,
    ReplyReader,
    Verdict,
    View,
    Voice,
    render_again,
)


class ModelAgent(AgentSpec, ModelOptions, Voice):
    """Which model, how it is sampled, how it is spoken to, how often it is asked again."""

    wiring: ClassVar[frozenset[str]] = frozenset({"api_base", "api_key_env", "timeout", "backoff"})
    unsaid: ClassVar[frozenset[str]] = frozenset(
        {"vocabulary", "history", "decide_by", "max_unseen"}
    )
    offered: ClassVar[str] = "vocabulary"

    @property
    def voice(self) -> Voice:
        """Its own fields."""
        return self

    @property
    def steering(self) -> Steering | None:
        """The vectors of its emotion."""
        if self.emotion.means == "prompt":
            return None
        return Steering(self.emotion.vectors, tuple(self.emotion.doses.items()))

    def model_specs(self) -> tuple[ModelSpec, ...]:
        """Its own model."""
        return (self,)


def move_question(
    renderer: PromptRenderer, reader: ReplyReader, view: View, model: Model, before: str = ""
) -> Question[Reading]:
    """The question for a move, or for an opening display.

    Args:
        renderer: writes the prompt.
        reader: reads the replies; its voice is that of the prompt.
        view: what the player perceives.
        model: that is asked.
        before: a paragraph before the question; none if empty.
    """
    form, voice = model.form, reader.voice
    wanted = reader.schema(view)
    schema = wanted if form == "json" else None

    def read(text: str, *, truncated: bool) -> Reading:
        return reader.read(text, view, form, truncated=truncated)

    def again(sent: tuple[Message, ...], said: str, reading: Reading) -> tuple[Message, ...]:
        return render_again(sent, said, reading.problem, voice, reading.values)

    def guess(done: Completion, reading: Reading) -> Action | None:
        if reading.action is not None:
            return reading.action  # what is read strictly needs no guess
        return reader.guess(answer_text(done, schema), view, form)

    def instead(done: Completion, reading: Reading) -> Mapping[Action, str]:
        return reader.exchanged(done.text, view, form, reading)

    messages = renderer.render(view, form, before)
    reading = answer_reader(schema, Reading(Verdict.REFUSED), read)
    return Question(view.turn, messages, schema, reading, again, guess, instead, wanted=wanted)
