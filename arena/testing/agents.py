"""`check_agent`: errors of a kind of agent, on every game that it plays."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import agents
import games
from agents import AgentSpec
from agents.core.ledger import Ledger
from agents.core.parse import parse
from agents.core.types import Agent, Attempt
from arena.core.types import Match, Transcript
from arena.design.human_figures import with_baselines
from arena.engine.match import play
from arena.testing.conformance import Check, differs, flaws, require
from arena.testing.games import variants
from games import BadInput, Game
from prompts import Verdict

_LEGAL, _AGAIN = range(10), range(3)
"""Seeds of matches."""


class Seated(NamedTuple):
    """An agent and a game that it plays.

    Args:
        spec: the agent with its parameters.
        game: the rules.
    """

    spec: AgentSpec
    game: Game[Any]


class _NoModel:
    """Reaches no model."""

    async def reach(self, spec: Any) -> Any:  # noqa: ANN401 - it never returns
        raise ValueError(f"it asks for the model {spec}, but model_specs() names none")


def _filed(*attempt: Any) -> None:  # noqa: ANN401 - it never returns
    raise ValueError(f"it files the attempt {attempt}, but calls no model")


def seat(spec: AgentSpec, game: Game[Any] | None = None) -> Agent:
    """An agent that calls no model, ready to play.

    Args:
        spec: its kind and parameters.
        game: that it plays; None if it need not know.
    """
    nothing: dict[tuple[int, int], Attempt] = {}
    ready = spec if game is None else spec.ready(game)
    return ready.seat(_NoModel(), Ledger(_filed, nothing))


def accepts(spec: AgentSpec, game: Game[Any]) -> bool:
    """Whether an agent plays a game."""
    try:
        spec.check(game)
    except BadInput:
        return False
    return True


def play_pair(game: Game[Any], seats: list[Agent], seed: int) -> Transcript:
    """A match of two seated agents."""
    names = tuple(map(str, range(len(seats))))
    return asyncio.run(play(Match(f"m{seed}", game.name, names, 0, seed), game, seats))


def decisions_are_legal(seated: Seated) -> Iterator[str]:
    """Every decision is legal, in every seat, and no model is called."""
    spec, game = seated
    opponent = seat(agents.load("uniform"))
    for player in range(len(game.roles)):
        for seed in _LEGAL:
            line = [opponent] * len(game.roles)
            line[player] = seat(spec, game)
            transcript = play_pair(game, line, seed)
            for played in transcript.decisions:
                if played.player != player:
                    continue
                made = played.decision
                if made.verdict is not Verdict.LEGAL:
                    yield f"its action {made.action!r} is not legal in seat {player}, seed {seed}"
                if made.attempts:
                    yield "it records attempts, but calls no model"
                if (made.affect is not None) != spec.random_displays:
                    yield differs("random_displays and what it shows", spec.random_displays, made)


def seeds_decide(seated: Seated) -> Iterator[str]:
    """The same seed gives the same transcript."""
    for seed in _AGAIN:
        if _match(seated, seed) != _match(seated, seed):
            yield f"two matches of seed {seed} differ: draw from the rng that it is handed alone"


def matches_leave_no_trace(seated: Seated) -> Iterator[str]:
    """An agent that has played decides as one that has not."""
    spec, game = seated
    opponents = [seat(agents.load("uniform"))] * (len(game.roles) - 1)
    tired = seat(spec, game)
    for seed in _AGAIN:
        play_pair(game, [tired, *opponents], seed)
    late = len(_AGAIN)
    if play_pair(game, [tired, *opponents], late) != _match(seated, late):
        yield "it decides otherwise after other matches: it keeps something between them"


def _match(seated: Seated, seed: int) -> Transcript:
    spec, game = seated
    opponents = [seat(agents.load("uniform"))] * (len(game.roles) - 1)
    return play_pair(game, [seat(spec, game), *opponents], seed)


CHECKS: tuple[Check[Seated], ...] = (decisions_are_legal, seeds_decide, matches_leave_no_trace)
"""The duties of an agent that calls no model, in every game that it plays."""


def content_loads_again(spec: AgentSpec) -> Iterator[str]:
    """The content of an agent is plain, and loads it again."""
    again = with_figures(parse(type(spec), spec.content(), "its content"))
    if again != spec:
        yield differs("its content makes another agent", again, spec)


def with_figures(spec: AgentSpec) -> AgentSpec:
    """The same agent with the figures of the human studies that it names."""
    return with_baselines({"it": ("it", spec)})["it"][1]


def every_variant() -> dict[str, Game[Any]]:
    """Every game there is, once and repeated both ways, by name."""
    return {
        label: game
        for name in games.available()
        for label, game in variants(games.rules(name)).items()
    }


def check_agent(
    kind: type[AgentSpec],
    params: Mapping[str, Any] | None = None,
    on: Mapping[str, Game[Any]] | None = None,
) -> None:
    """Check a kind of agent on every game that it accepts.

    For an agent with a model, only the parameters are checked, since its behaviour is the model's.

    Args:
        kind: the class of its parameters.
        params: by name.
        on: games by name; every game there is, once and repeated, if left out.

    Raises:
        Nonconforming: anything is not as every agent must be; a line names each flaw.
        BadInput: the parameters are not right.
    """
    spec = with_figures(parse(kind, params or {}, f"agent {kind.__name__}"))
    require(kind.__name__, flaws(content_loads_again, spec))
    if spec.model_specs():
        return
    known = every_variant() if on is None else on
    played = {label: game for label, game in known.items() if accepts(spec, game)}
    if not played:
        require(kind.__name__, [f"it plays none of {', '.join(known)}"])
    for label, game in played.items():
        wrong = (line for check in CHECKS for line in flaws(check, Seated(spec, game)))
        require(f"{kind.__name__} in {label}", wrong)
