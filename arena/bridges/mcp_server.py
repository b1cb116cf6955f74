"""A server by which assistants use the arena: list, plan, run with a cap, status, results.

It speaks the Model Context Protocol over standard input and output, to the one program that started
it. It never spends without a cap: each run names one, and all together keep within a budget that
the user sets, 0 if none is set.

Source: Model Context Protocol, specification of 2025-11-25 and later; the official Python SDK.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

from pydantic import Field

from agents.core.access.secrets import redacted
from arena import api
from arena.bridges.assistant_runs import AssistantRuns
from arena.report.as_json import as_json
from arena.report.description import about, parameters, presets
from arena.report.inventory import LISTINGS, inventory
from arena.report.plan import plan_json
from games import BadInput
from games.core.errors import unknown

try:
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations
except ModuleNotFoundError as error:
    raise BadInput("the MCP SDK is not installed: pip install 'affect-arena[mcp]'") from error

P = ParamSpec("P")
T = TypeVar("T")

Design = Annotated[
    str, Field(description="Text of a tournament file (TOML), or the name of a design.")
]
RunName = Annotated[str, Field(description="Name of the run.")]
MaxCost = Annotated[
    float,
    Field(description="US dollars that the whole run may cost; 0 for agents that cost nothing."),
]
Limit = Annotated[int | None, Field(ge=1, description="Play at most so many matches this time.")]
Rows = Annotated[int, Field(ge=1, le=1000, description="Rows at the most.")]
Listed = Annotated[
    str, Field(description="games, agents, emotions, methods, schedules, tournaments, runs, …")
]

_INSTRUCTIONS = (
    "Tournaments of language models, scripted strategies and equilibrium players in games of "
    "behavioural game theory, with and without emotion. List what there is, describe what you use, "
    "plan a design before you run it, and tell the user what it will cost. A design is a TOML "
    "text: name, [[games]] with a name, and [[contestants]] with an agent."
)


class Tools:
    """The tools of an assistant, one for each method.

    Args:
        runs: the runs it may start and read.
    """

    def __init__(self, runs: AssistantRuns) -> None:
        self._runs = runs

    async def list_things(self, what: Listed) -> dict[str, str]:
        """List what there is of one kind: names, with a line on each."""
        if what == "runs":
            return {name: self._runs.status(name).get("state", "") for name in self._runs.names()}
        if what not in LISTINGS:
            raise unknown("kind of thing to list", what, [*LISTINGS, "runs"])
        listed = dict(inventory(what))
        own = dict.fromkeys(self._runs.designs(), "in the folder of designs")
        return own | listed if what == "tournaments" else listed

    async def describe(self, kind: Literal["agent", "game"], name: str) -> dict[str, Any]:
        """Describe a game or a kind of agent: source, parameters with defaults, presets."""
        lines = list(presets(name)) if kind == "game" else []
        told = {"about": about(kind, name), "parameters": parameters(kind, name), "presets": lines}
        return _plain(as_json(told))

    async def plan(self, design: Design) -> dict[str, Any]:
        """Say what a design takes: matches, calls, tokens, US dollars, seconds. Asks nobody."""
        return _plain(plan_json(await asyncio.to_thread(api.plan, self._runs.design(design))))

    async def run(
        self, design: Design, max_cost: MaxCost, run: RunName = "", limit: Limit = None
    ) -> dict[str, Any]:
        """Play a design, or go on with its run, and say how it stands a moment later.

        It goes on in the background; ask for its status. The run is named as the design if no name
        is given.
        """
        tournament = self._runs.design(design)
        return await self._runs.start(tournament, run or tournament.name, max_cost, limit)

    async def status(self, run: RunName) -> dict[str, Any]:
        """Say how a run stands: state, matches planned and closed, cost so far, notes."""
        return self._runs.status(run)

    async def stop(self, run: RunName) -> dict[str, Any]:
        """Stop a run that is being played; calls in flight are recorded. It can go on later."""
        return await self._runs.stop(run)

    async def results(
        self, run: RunName, table: Literal["leaderboard", "effects"] = "leaderboard"
    ) -> dict[str, Any]:
        """Tell a run's results with intervals: ratings and payoffs, or effects of emotions."""

        def read() -> dict[str, Any]:
            with api.Run(self._runs.path(run)) as opened:
                rows = opened.leaderboard() if table == "leaderboard" else opened.effects()
            meanings, remarks = rows.attrs["columns"], rows.attrs.get("remarks", ())
            return _plain(as_json({"rows": rows, "columns": meanings, "remarks": remarks}))

        return await asyncio.to_thread(read)

    async def matches(
        self,
        run: RunName,
        game: str | None = None,
        contestant: str | None = None,
        rows: Rows = 50,
    ) -> dict[str, Any]:
        """List matches of a run with their ids and payoffs."""
        with api.Run(self._runs.path(run)) as opened:
            table = opened.matches(game=game, contestant=contestant)
        return _plain(as_json({"matches": len(table), "rows": table.head(rows)}))

    async def transcript(self, run: RunName, match: str) -> str:
        """Tell one match of a run move by move, by its id or the beginning of it."""
        with api.Run(self._runs.path(run)) as opened:
            return str(opened.transcript(match))


def server(runs: AssistantRuns) -> MCPServer:
    """The server with its tools.

    Args:
        runs: the runs an assistant may start and read.
    """
    made: MCPServer = MCPServer(
        "affect-arena",
        title="Affect Arena",
        instructions=_INSTRUCTIONS,
        version=version("affect-arena"),
        log_level="WARNING",
    )
    tools = Tools(runs)
    looks = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    plays = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=True)
    for tool in (tools.list_things, tools.describe, tools.plan, tools.status, tools.results):
        made.add_tool(_told(tool), annotations=looks)
    made.add_tool(_told(tools.matches), annotations=looks)
    made.add_tool(_told(tools.transcript), annotations=looks)
    made.add_tool(_told(tools.run), annotations=plays)
    made.add_tool(_told(tools.stop), annotations=plays)
    return made


def _told(tool: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """The tool, whose errors that a user can mend reach the assistant, without keys."""

    @wraps(tool)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await tool(*args, **kwargs)
        except BadInput as error:
            raise ToolError(redacted(str(error))) from error

    return asked


def _plain(document: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(document)
    return parsed
