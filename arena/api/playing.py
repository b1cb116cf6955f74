"""Playing from Python: whole designs, recorded; or one match, at once."""

import asyncio
import sys
from collections.abc import Collection, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.model import Model, ModelSpec
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Decision
from agents.function import action, called
from arena.api.designs import AgentLike, as_agent, row
from arena.api.runs import Run
from arena.api.transcripts import Transcript
from arena.core.types import Match, digest
from arena.design.human_figures import with_baselines
from arena.design.tournament import Tournament
from arena.engine import runner
from arena.engine.interruption import in_own_loop
from arena.engine.match import play
from arena.engine.options import RunOptions
from arena.engine.progress import in_notebook, watcher
from games import BadInput, Game
from games.core.errors import unknown
from prompts import View


def run(
    tournament: Tournament,
    out: str | PathLike[str] | None = None,
    *,
    max_cost: float | None = None,
    quiet: bool = False,
    **options: Any,  # noqa: ANN401 - those of `RunOptions`
) -> Run:
    """Play the matches that are missing from the record, and show progress.

    Where an event loop runs already, as in a notebook, the design is played in another thread with
    a loop of its own. Interrupted (Ctrl-C, or a notebook's stop button), it begins no more calls,
    finishes and records those in flight, and raises KeyboardInterrupt. Called again, it goes on.

    Args:
        tournament: the design.
        out: the run's folder; runs/NAME if not given.
        max_cost: cap on the cost of the whole run in US dollars, earlier sessions included.
        quiet: whether to show notes only.
        options: limit, preflight, executor, address, workers, allow, blocks and batch, see
            `RunOptions`.

    Returns:
        The run; matches may be open if a model was paused or a cap was reached.

    Raises:
        BadInput: the folder, a model or a function cannot be used; existing records are kept.
        KeyboardInterrupt: interrupted.
    """
    folder, how = _folder(tournament, out), _options(max_cost, options)
    with watcher(sys.stderr, quiet=quiet, notebook=in_notebook()) as watch:
        runner.run(tournament, folder, watch, how=how)
    return Run(folder)


async def arun(
    tournament: Tournament,
    out: str | PathLike[str] | None = None,
    *,
    max_cost: float | None = None,
    quiet: bool = False,
    **options: Any,  # noqa: ANN401 - those of `RunOptions`
) -> Run:
    """Play the missing matches in the running event loop, beside its other tasks.

    Cancelled, it begins no more calls, and ends once those in flight are recorded. Matches between
    scripts, and writing the record, hold the loop up for milliseconds.

    Args:
        tournament: the design.
        out: the run's folder; runs/NAME if not given.
        max_cost: cap on the cost of the whole run in US dollars, earlier sessions included.
        quiet: whether to show notes only.
        options: as of `run`.

    Returns:
        The run; matches may be open if a model was paused or a cap was reached.

    Raises:
        BadInput: the folder, a model or a function cannot be used; existing records are kept.
    """
    folder, how = _folder(tournament, out), _options(max_cost, options)
    with watcher(sys.stderr, quiet=quiet, notebook=in_notebook()) as watch:
        await runner.arun(tournament, folder, watch, how)
    return Run(folder)


def match(
    game: str | Game[Any],
    agents: Sequence[AgentLike],
    *,
    seed: int = 0,
    **parameters: Any,  # noqa: ANN401 - the game's
) -> Transcript:
    """Play one match at once, without a record.

    >>> match("ultimatum", ["fair", "fair"], seed=1).payoffs
    (50, 50)

    Args:
        game: the id of a game, or the game.
        agents: who decides, in seat order, see `AgentLike`; functions of any kind.
        seed: of chance and of the agents' draws.
        parameters: of the game, such as rounds.

    Returns:
        The transcript.

    Raises:
        BadInput: a name or a parameter is unknown, the number of agents is not that of the seats,
            an agent cannot play the game, or it asks a model: what is paid for has to be recorded.
    """
    rules = games.load(game, parameters) if isinstance(game, str) else game
    if not isinstance(game, str) and parameters:
        raise BadInput(f"{game.name} has its parameters already: {', '.join(parameters)}")
    if len(agents) != len(rules.roles):
        raise BadInput(f"{rules.name} has {len(rules.roles)} seats, and {len(agents)} agents came")
    seated = [_seated(agent, rules) for agent in agents]
    names = tuple(name for name, _ in seated)
    key = digest(games.identity(rules), names, seed)
    asked = Match(key, rules.name, names, 0, seed)
    playing = play(asked, rules, [agent for _, agent in seated])
    return Transcript.of(in_own_loop(lambda: asyncio.run(playing)), rules)


class _Lambda:
    """A function of any kind in one match."""

    told: ClassVar[bool] = False

    def __init__(self, function: AgentLike) -> None:
        made = as_agent(function, {})
        self._function, self._parameters, self.label = made.function, made.parameters, made.label

    async def decide(self, view: View, rng: Any) -> Decision:  # noqa: ANN401 - Random
        """The function's action."""

        def ask(view: View, rng: Any) -> Any:  # noqa: ANN401
            return called(self._function, view, rng, self._parameters, self.label)

        return Decision(await action(ask, view, rng, self.label))


class _NoModels:
    """Reaches no model; agents with a model are refused earlier."""

    async def reach(self, spec: ModelSpec) -> Model:
        """Never called."""
        raise BadInput(f"no model is asked here, {spec.model} neither")


def _seated(agent: AgentLike, game: Game[Any]) -> tuple[str, Agent]:
    """An agent's name, and the agent in its seat."""
    if not isinstance(agent, str | Mapping):
        made = _Lambda(agent)
        return made.label, made
    given = dict(row(agent))
    name, kind = given.pop("name", None), given.pop("agent")
    spec = agents.load(kind, given)
    if spec.model_specs() or kind == "human":
        raise BadInput(
            f"agent {kind}: arena.match keeps no record, and what is paid for or answered by a "
            "person has to be recorded: play a Tournament with arena.run"
        )
    known: AgentSpec = with_baselines({kind: (kind, spec)})[kind][1]
    known.check(game)
    known.check_messages(game)
    return name or kind, known.ready(game).seat(_NoModels(), Ledger(_unfiled, {}))


def _unfiled(*_attempt: object) -> None:
    """No agent without a model files attempts."""


def _folder(tournament: Tournament, out: str | PathLike[str] | None) -> Path:
    return Path("runs") / tournament.name if out is None else Path(out)


def _options(max_cost: float | None, options: Mapping[str, Any]) -> RunOptions:
    known: Collection[str] = RunOptions.__dataclass_fields__
    for name in options:
        if name not in known:
            raise unknown("option of a run", name, known)
    return RunOptions(max_cost=max_cost, **options)
