"""The MCP server, really started, spoken to through the SDK's client."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from arena.bridges.assistant_runs import AssistantRuns
from games import BadInput
from tests.arena.bridges.blocks import run_page
from tests.arena.designs import KUHN, design, toml
from tests.arena.kills import models
from tests.loopback import Loopback, answering

SCRIPTS = toml(design(name="scripts", games=[{**KUHN, "contestants": ["equilibrium", "uniform"]}]))


def served(folder: Path, *options: object, use: Callable[[Client], Awaitable[None]]) -> None:
    """Start the server in a folder, and use it."""
    command = ["-m", "arena", "mcp", *map(str, options)]
    started = StdioServerParameters(
        command=sys.executable, args=command, cwd=folder, env={**os.environ}
    )

    async def main() -> None:
        async with Client(started) as client:
            await use(client)

    asyncio.run(main())


async def told(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool tells."""
    found = await client.call_tool(tool, arguments)
    assert not found.is_error, found.content
    content = found.structured_content
    assert isinstance(content, dict)
    return content["result"] if content.keys() == {"result"} else content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """Why a tool refuses."""
    found = await client.call_tool(tool, arguments)
    assert found.is_error
    return str(found.content[0].text)  # type: ignore[union-attr]


async def finished(client: Client, run: str) -> Any:
    """How a run stands once it is over."""
    for _ in range(600):
        if (status := await told(client, "status", run=run))["state"] != "playing":
            return status
        await asyncio.sleep(0.05)
    raise AssertionError(status)


def test_an_assistant_lists_plans_runs_and_reads(tmp_path: Path) -> None:
    async def use(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"list_things", "plan", "run", "status", "results"} <= tools.keys()
        assert "max_cost" in tools["run"].input_schema["required"]
        assert tools["plan"].annotations.read_only_hint is True  # type: ignore[union-attr]
        assert "kuhn_poker" in await told(client, "list_things", what="games")
        assert "did you mean 'games'" in await refused(client, "list_things", what="gams")
        described = await told(client, "describe", kind="game", name="ultimatum")
        assert "endowment" in json.dumps(described["parameters"])
        planned = await told(client, "plan", design=SCRIPTS)
        assert planned["total"]["cost"]["high"] == 0
        assert "max_cost" in await refused(client, "run", design=SCRIPTS)
        await told(client, "run", design=SCRIPTS, max_cost=0)
        status = await finished(client, "scripts")
        assert status["state"] == "complete"
        assert status["matches"]["completed"] == planned["total"]["matches"]["high"]
        assert status["cost"] == 0
        board = await told(client, "results", run="scripts")
        assert {row["contestant"] for row in board["rows"]} == {"equilibrium", "uniform"}
        assert "there is no effect to tell" in await refused(
            client, "results", run="scripts", table="effects"
        )
        listed = await told(client, "matches", run="scripts", rows=2)
        assert len(listed["rows"]) == 2
        text = await told(client, "transcript", run="scripts", match=listed["rows"][0]["match"])
        assert "kuhn_poker" in text
        assert await told(client, "list_things", what="runs") == {"scripts": "complete"}
        assert "no run in runs/script" in await refused(client, "status", run="script")
        assert "a run's name has" in await refused(client, "status", run="../scripts")
        assert "unknown design 'dem'; did you mean 'demo'" in await refused(
            client, "plan", design="dem"
        )

    served(tmp_path, use=use)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def priced(url: str) -> str:
    """A design of two models at a hundred dollars a million tokens."""
    data = models(url, repetitions=2)
    names = {each["model"] for each in data["contestants"]}
    return toml({**data, "prices": {n: {"prompt": 100, "completion": 100} for n in names}})


def test_nothing_is_spent_without_a_cap_or_beyond_it(tmp_path: Path) -> None:
    (tmp_path / "designs").mkdir()

    with Loopback(answering) as loopback:
        text = priced(loopback.url)
        (tmp_path / "designs" / "dear.toml").write_text(text)

        async def use(client: Client) -> None:
            assert "states [prices]" in await refused(client, "run", design=text, max_cost=0.1)
            assert "max_cost must be US" in await refused(client, "run", design="dear", max_cost=-1)
            said = await refused(client, "run", design="dear", max_cost=0.6)
            assert "more than the budget has left: $0.500000" in said
            await told(client, "run", design="dear", max_cost=0)
            status = await finished(client, "small")
            assert (status["cost"], status["matches"]["completed"]) == (0, 0)
            assert any("the cap of $0 is reached" in note for note in status["notes"])
            free = toml(models(loopback.url, repetitions=1, name="unknown"))
            await told(client, "run", design=free, max_cost=0)
            failed = await finished(client, "unknown")
            assert failed["state"] == "failed"
            assert "its cost cannot be capped" in failed["why"]
            assert loopback.bodies == []
            await told(client, "run", design="dear", max_cost=0.3)
            status = await finished(client, "small")
            assert 0 < status["cost"] <= 0.3
            assert status["state"] == "open"
            assert loopback.bodies
            said = await refused(client, "run", design="dear", max_cost=0.51)
            assert "more than the budget has left" in said

        served(tmp_path, "--designs", "designs", "--max-cost", 0.5, use=use)


def test_without_a_budget_nothing_can_be_spent(tmp_path: Path) -> None:
    async def main() -> None:
        runs = AssistantRuns(tmp_path, None, 0)
        scripts = runs.design(SCRIPTS)
        with pytest.raises(BadInput, match=r"more than the budget has left: \$0.000000"):
            await runs.start(scripts, "scripts", 0.01, None)

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_stopped_and_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        runs = AssistantRuns(tmp_path, None, 0)
        long = runs.design(toml(design(name="long", repetitions=3000)))
        assert (await runs.start(long, "long", 0, None))["state"] == "playing"
        with pytest.raises(BadInput, match="is being played already"):
            await runs.start(long, "long", 0, None)
        stopped = await runs.stop("long")
        assert stopped["state"] == "open"
        assert 0 < stopped["matches"]["completed"] < stopped["matches"]["planned"]
        with pytest.raises(BadInput, match="is not being played here"):
            await runs.stop("long")
        more = await runs.start(long, "long", 0, 5)
        assert more["state"] == "open"
        assert more["matches"]["completed"] == stopped["matches"]["completed"] + 5

    asyncio.run(main())


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"the budget must be US dollars from 0, not -1"):
        AssistantRuns(tmp_path, None, -1)
    with pytest.raises(BadInput, match="no folder of designs"):
        AssistantRuns(tmp_path, tmp_path / "none", 0)


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert run_page("assistants.md")[1] == "complete\n"
