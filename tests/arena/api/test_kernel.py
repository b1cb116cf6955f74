"""In a real kernel, as a notebook has it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.arena.kills import asked, asked_again, attempts, check, models
from tests.loopback import Loopback, Reply, answering

Cell = Callable[[str], list[dict[str, Any]]]

PREPARE = """
import os
os.environ["OPENAI_API_KEY"] = "sk-loopback"
import arena
design = arena.Tournament(**{design!r})
"""
RUN = "run = arena.run(design, {folder!r}, preflight=False)"


class Failed(Exception):
    """A cell raised an error; its name."""


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def client(kernel: KernelManager) -> Iterator[BlockingKernelClient]:
    found = kernel.client()
    found.start_channels()
    found.wait_for_ready(timeout=60)
    yield found
    found.stop_channels()


def finished(client: BlockingKernelClient, key: str) -> list[dict[str, Any]]:
    """What a cell put out, as messages; its error is raised."""
    said = []
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != key:
            continue
        content = message["content"]
        if message["msg_type"] == "error":
            said.append({"error": content["ename"]})
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            break
        else:
            said.append({"type": message["msg_type"], **content})
    for each in said:
        if "error" in each:
            raise Failed(each["error"])
    return said


def test_a_run_is_interrupted_and_gone_on_with_and_nothing_is_paid_twice(
    kernel: KernelManager, client: BlockingKernelClient, tmp_path: Path
) -> None:
    def slowly(body: Any, _number: int) -> Reply:
        return Reply(answering(body).text, delay=0.05)

    with Loopback(slowly) as server:
        design = models(server.url, 2)
        finished(client, client.execute(PREPARE.format(design=design)))
        cell = RUN.format(folder=str(tmp_path))
        key = client.execute(cell)
        asked(server, 10)
        kernel.interrupt_kernel()  # the stop button
        with pytest.raises(Failed, match="Interrupted"):
            finished(client, key)
        assert 0 < attempts(tmp_path) < 80
        assert asked_again(server, tmp_path) == 0
        said = finished(client, client.execute(cell))
        assert asked_again(server, tmp_path) == 0
    bars = [each["data"] for each in said if each["type"] == "update_display_data"]
    assert "4/4 matches" in bars[-1]["text/plain"]
    assert '<progress value="4" max="4">' in bars[-1]["text/html"]
    [shown] = finished(client, client.execute("run"))[-1:]
    assert "4 of 4 matches closed" in shown["data"]["text/html"]
    check(tmp_path, 4)


def test_a_cell_can_wait_for_a_run_and_a_match_shows_itself(
    client: BlockingKernelClient, tmp_path: Path
) -> None:
    code = f"""
import arena
def mine(view):
    return view.space.options[0]
design = arena.Tournament(name="t", games=["kuhn_poker"], contestants=[mine, "equilibrium"])
run = await arena.arun(design, {str(tmp_path)!r})
again = await arena.arun(design, {str(tmp_path)!r})
assert run.counts == again.counts == {{"completed": run.planned}}
assert run.tournament.content["contestants"]["mine"]["function"] == "__main__:mine"
arena.match("kuhn_poker", [mine, "equilibrium"], seed=1)
"""
    shown = finished(client, client.execute(code))[-1]["data"]
    assert shown["text/html"].startswith("<div")
    assert shown["text/plain"].startswith("<Transcript ")
