"""A model that first states what it believes the other player will do, and then acts.

Stated beliefs are scored against what the other player did. Source: Manski (2004), Measuring
expectations, Econometrica 72, 1329 to 1376; the score is that of Brier (1950), Verification of
forecasts expressed in terms of probability, Monthly Weather Review 78, 1 to 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Self

from pydantic import PrivateAttr

from agents.core.asking import Question
from agents.core.composite.player import CompositePlayer
from agents.core.composite.rules import BELIEF
from agents.core.composite.spec import CompositeAgent
from agents.core.ledger import Ledger
from agents.core.model_agent import move_question
from agents.core.models.elsewhere import answer_reader
from agents.core.models.model import Model, Models
from agents.core.types import Agent, Decision, Opinion
from games import BadInput, Game
from games.core.elicited import Elicited
from games.core.repeated import stage_of, this_round
from games.core.replies import next_options
from games.core.walk import key
from prompts import (
    PLAIN,
    BeliefReading,
    Message,
    PromptRenderer,
    ReplyReader,
    Verdict,
    View,
    Voice,
    Wording,
    belief_question,
    belief_schema,
    belief_text,
    belief_voice,
    believe_again,
    listed,
    read_belief,
)

MOVE = "move"
"""Name of the question for a move."""


class Reflective(CompositeAgent):
    """A model that states what it believes the other player will do, and then acts."""

    _ahead: Mapping[str, tuple[str, ...]] | None = PrivateAttr(None)
    """Options of the other player by information set, once a game is known."""

    @property
    def voices(self) -> tuple[Voice, ...]:
        """Of the question for a belief, and of that for a move."""
        return belief_voice(self), self

    def check(self, game: Game[Any]) -> None:
        """Refuse games in which there is nothing to believe.

        Raises:
            BadInput: there is no other player, or its decisions cannot be listed.
        """
        super().check(game)
        if not next_options(_stage(game)):
            raise BadInput(
                f"{game.name} has no decision of the other player that can be listed: reflective "
                "states probabilities of a few options, and never of amounts"
            )

    def ready(self, game: Game[Any]) -> Self:
        """The same agent with the options of the other player."""
        made = self.model_copy()
        made._ahead = next_options(_stage(game))  # noqa: SLF001 - its own
        return made

    def options(self, view: View) -> tuple[str, ...]:
        """Options of the other player's next decision; empty if no belief is asked for.

        Raises:
            ValueError: the agent was not prepared for a game.
        """
        if self._ahead is None:
            raise ValueError("what the other can do belongs to a game: call ready(game) first")
        return () if view.opening else self._ahead.get(key(this_round(view.observation)), ())

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """A player for one match."""
        return _Reflective(models, ledger, ReplyReader(self, wording), wording, self)


def _stage(game: Game[Any]) -> Game[Any]:
    stage = stage_of(game)
    return stage.stage if isinstance(stage, Elicited) else stage


@dataclass
class _Reflective(CompositePlayer):
    """A model in a seat that states a belief before it acts."""

    spec: Reflective

    def __post_init__(self) -> None:
        """Find words once."""
        super().__post_init__()
        self._moves = PromptRenderer(self.spec, self.wording)
        self._beliefs = PromptRenderer(belief_voice(self.spec), self.wording)

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask for a belief where there is one to have, then for the move."""
        model = await self.models.reach(self.spec)
        first, second = (Random(rng.getrandbits(64)) for _ in (BELIEF, MOVE))
        opinions: tuple[Opinion, ...] = ()
        said = ""
        if options := self.spec.options(view):
            put = self._question(view, options, model)
            belief, attempts = await self.ask(BELIEF, self.spec, model, put, first)
            if belief is None:
                opinions = (Opinion(BELIEF, 0, attempts[-1].verdict),)
                return Decision(None, None, self.parts.attempts(view.turn), opinions=opinions)
            opinions = (Opinion(BELIEF, 0, Verdict.LEGAL, belief=dict(belief.belief)),)
            said = belief_text(view.observation, self.spec, self.wording, belief.belief)
        question = move_question(self._moves, self.reader, view, model, said)
        reading, _ = await self.ask(MOVE, self.spec, model, question, second)
        attempts = self.parts.attempts(view.turn)
        if reading is None:
            return Decision(None, None, attempts, opinions=opinions)
        return Decision(
            reading.action, reading.affect, attempts, reading.neutral, opinions=opinions
        )

    def _question(
        self, view: View, options: tuple[str, ...], model: Model
    ) -> Question[BeliefReading]:
        voice, form, seen = self._beliefs.voice, model.form, view.observation
        shown = listed(options, voice, seen.game, self.wording)
        wanted = belief_schema(len(shown))
        schema = wanted if form == "json" else None

        def read(text: str, *, truncated: bool) -> BeliefReading:
            return read_belief(text, shown, voice, form, truncated=truncated)

        def again(
            sent: tuple[Message, ...], reply: str, reading: BeliefReading
        ) -> tuple[Message, ...]:
            return believe_again(sent, reply, reading, voice)

        asked = belief_question(seen, voice, self.wording, shown)
        messages = self._beliefs.render(view, form, question=asked)
        refused = BeliefReading(Verdict.REFUSED, options=len(shown))
        reader = answer_reader(schema, refused, read)
        return Question(view.turn, messages, schema, reader, again, wanted=wanted)


AGENT = Reflective
"""Agents that state a belief before they act."""
