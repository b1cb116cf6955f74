"""Agents of TextArena play here: callables from an observation to an action, both as text.

`text_agent` seats such a callable in matches and designs of ours. `make` returns a game as an
environment for the usual loop of such agents. Both use the prompts of models and read answers as
strictly. An unreadable answer is asked for again with the reason, and never replaced by a move.

Source: Guertler, Cheng, Yu, Liu, Choshen and Tan (2025), TextArena, arXiv 2504.11442.
"""

from collections.abc import Callable
from functools import update_wrapper
from random import Random
from typing import Any, Final

import games
from agents.core.strategies.functions import FunctionAgent
from arena.engine.match import draw
from games import BadInput, Game
from games.core.types import CHANCE, Action, Player
from prompts import (
    PLAIN,
    PromptRenderer,
    ReplyReader,
    Verdict,
    View,
    Voice,
    catalogue,
    render_again,
)

REASKS: Final = 2
"""Number of times an unusable answer is asked for again."""

TextAgent = Callable[[str], str]
"""Function from an observation to an answer, both as text."""


def text_agent(agent: TextAgent, *, language: str = "en", reasks: int = REASKS) -> FunctionAgent:
    """An agent of TextArena as an agent of ours.

    As a decorator of a function at the top of a module, it makes an agent for whole designs;
    `arena.match` takes the agent in any form. If no answer can be read, the match is void.

    Args:
        agent: a function, or an object that can be called.
        language: language of the prompts.
        reasks: number of times an unusable answer is asked for again.

    Raises:
        BadInput: the agent is not callable, or the language is unknown.
    """
    if not callable(agent):
        raise BadInput(f"{agent!r} is no agent of TextArena: it cannot be called with a text")
    label = getattr(agent, "__name__", type(agent).__name__)

    def decide(view: View) -> Action | None:
        question = _Question(view, language)
        for _ in range(reasks + 1):
            if (action := question.read(_answer(agent, question.text, label))) is not None:
                return action
        return None

    update_wrapper(decide, agent, updated=())
    decide.__name__ = label
    _voice(language)
    return FunctionAgent(decide, {})


def make(
    game: str | Game[Any],
    *,
    language: str = "en",
    reasks: int = REASKS,
    **parameters: Any,  # noqa: ANN401 - the game's
) -> "TextEnv":
    """A game as an environment for the usual loop of TextArena's agents.

    Args:
        game: the id of a game, or the game.
        language: language of the observations.
        reasks: number of times an unusable answer is asked for again before the play ends.
        parameters: parameters of the game, such as rounds.

    Raises:
        BadInput: a name or a parameter is unknown or out of range.
    """
    if not isinstance(game, str) and parameters:
        raise BadInput(f"{game.name} has its parameters already: {', '.join(parameters)}")
    _voice(language)
    return TextEnv(
        games.load(game, parameters) if isinstance(game, str) else game, language, reasks
    )


class TextEnv:
    """A game played by texts: reset, then get_observation and step until done.

    Simultaneous movers are asked in seat order, and none of them sees the others' moves.

    Args:
        game: rules of the game.
        language: language of the observations.
        reasks: number of times an unusable answer is asked for again before the play ends.
    """

    def __init__(self, game: Game[Any], language: str, reasks: int) -> None:
        self._game, self._language, self._reasks = game, language, reasks
        self.reset()

    def reset(self, num_players: int | None = None, seed: int | None = None) -> None:
        """Begin a play.

        Args:
            num_players: the number of seats, as a check.
            seed: seed of chance.

        Raises:
            BadInput: the game has another number of seats.
        """
        seats = len(self._game.roles)
        if num_players not in {None, seats}:
            raise BadInput(f"{self._game.name} has {seats} seats, not {num_players}")
        self._chance = Random(seed)
        self._state = self._game.initial_state()
        self._moves: dict[Player, Action] = {}
        self._problem = ""
        self._deal()

    @property
    def done(self) -> bool:
        """Whether the play is over."""
        return bool(self._problem) or not self._game.movers(self._state)

    def get_observation(self) -> tuple[Player, str]:
        """The player to ask, and its whole prompt.

        Raises:
            BadInput: the play is over.
        """
        if self.done:
            raise BadInput(f"{self._game.name} is over: reset begins another play")
        return self._player, self._question.text

    def step(self, action: str) -> tuple[bool, dict[str, Any]]:
        """Take an answer.

        Returns:
            Whether the play is over, and the result of the answer: its verdict and its action.

        Raises:
            BadInput: the play is over.
        """
        player, _ = self.get_observation()
        read = self._question.read(action)
        about = {"verdict": str(self._question.verdict), "action": read}
        if read is None:
            if self._question.unusable > self._reasks:
                self._problem = f"player {player}: {self._question.verdict}"
            return self.done, about
        self._moves[player] = read
        if len(self._moves) == len(self._game.movers(self._state)):
            self._state = self._game.apply(self._state, self._moves)
            self._moves = {}
        self._deal()
        return self.done, about

    def close(self) -> tuple[dict[Player, float] | None, dict[str, Any]]:
        """Points by player, None if the play is void or not over; and the reason if it is void."""
        if self._problem or not self.done:
            return None, {"void": self._problem} if self._problem else {}
        return dict(enumerate(map(float, self._game.payoffs(self._state)))), {}

    def _deal(self) -> None:
        """Let chance move, then ask the next player, if there is one."""
        while (movers := self._game.movers(self._state)) == (CHANCE,):
            drawn = draw(self._game.chance(self._state), self._chance)
            self._state = self._game.apply(self._state, {CHANCE: drawn})
        if movers:
            self._player = movers[len(self._moves)]
            seen = self._game.observe(self._state, self._player)
            self._question = _Question(View(seen), self._language)


class _Question:
    """One decision: its prompt, and the reading of answers until one is legal.

    Args:
        view: information of the player.
        language: language of the texts.
    """

    def __init__(self, view: View, language: str) -> None:
        self._view, self._voice = view, _voice(language)
        self._messages = PromptRenderer(self._voice, PLAIN).render(view, "text")
        self.unusable, self.verdict = 0, Verdict.MISSING

    @property
    def text(self) -> str:
        """The whole prompt, with the problem of the last answer."""
        return "\n\n".join(message.content for message in self._messages)

    def read(self, answer: str) -> Action | None:
        """The action in an answer; None if there is none, and the prompt then says why."""
        reading = ReplyReader(self._voice, PLAIN).read(answer, self._view, "text")
        self.verdict = reading.verdict
        if reading.verdict is Verdict.LEGAL:
            return reading.action
        again = self._messages, answer, reading.problem, self._voice, reading.values
        self._messages = render_again(*again)
        self.unusable += 1
        return None


def _voice(language: str) -> Voice:
    """Wording settings of the agents.

    Raises:
        BadInput: the language is unknown.
    """
    catalogue().get(language, "frame")
    return Voice(language=language)


def _answer(agent: TextAgent, text: str, label: str) -> str:
    """The answer of an agent.

    Raises:
        BadInput: it is not text.
    """
    answer = agent(text)
    if not isinstance(answer, str):
        raise BadInput(f"agent {label}: it must answer with a text, not {answer!r}")
    return answer
