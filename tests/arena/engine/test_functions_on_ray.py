"""Functions that decide, played by Ray's workers."""

import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import arena
from arena.record.run import Run
from games import BadInput
from prompts import View
from tests import ROOT
from tests.packages import found, install

SOURCE = """
    import arena

    @arena.agent
    def nth(view, place=0):
        return view.space.options[place]
"""
HUNTER = '''"""Hunter: the first action."""
from agents.cooperator import Cooperator

class Hunter(Cooperator):
    """Always the first."""

AGENT = Hunter
'''
RAY: dict[str, Any] = {"executor": "ray", "workers": 1, "quiet": True}


def design(agent: Any) -> arena.Tournament:
    return arena.Tournament(name="t", games=["kuhn_poker"], contestants=[agent, "uniform"])


@pytest.mark.soak
def test_workers_import_the_module_of_a_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "our_agents.py").write_text(dedent(SOURCE))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    import our_agents  # type: ignore[import-not-found] # noqa: PLC0415

    here = arena.run(design(our_agents.nth(place=1)), tmp_path / "here", quiet=True)
    there = arena.run(design(our_agents.nth(place=1)), tmp_path / "there", **RAY)
    assert list(Run(there.folder).matches()) == list(Run(here.folder).matches())


@pytest.mark.soak
def test_workers_play_what_a_package_registers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    game = (ROOT / "tests/additions/games/matching_pennies.py").read_text("utf-8")
    entries = {"games": {"matching_pennies": "hunting.game"}, "agents": {"hunter": "hunting.agent"}}
    files = {"hunting/__init__.py": "", "hunting/game.py": game, "hunting/agent.py": HUNTER}
    install(site, "hunting-games", entries, files)
    monkeypatch.setenv("PYTHONPATH", str(site))
    with found(site):
        hunt = arena.Tournament(
            name="t", games=["matching_pennies"], contestants=["hunter", "uniform"], repetitions=3
        )
        here = arena.run(hunt, tmp_path / "here", quiet=True)
        there = arena.run(hunt, tmp_path / "there", **RAY)
    assert there.counts == {"completed": there.planned}
    assert list(Run(there.folder).matches()) == list(Run(here.folder).matches())
    assert Run(there.folder).manifest.versions["hunting-games"] == "1.0"


def test_a_function_of_a_notebook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mine(view: View) -> Any:
        return view.space.options[0]  # type: ignore[union-attr]

    mine.__module__, mine.__qualname__ = "__main__", "mine"
    monkeypatch.setattr(sys.modules["__main__"], "mine", mine, raising=False)
    with pytest.raises(BadInput, match="__main__:mine cannot be played on Ray"):
        arena.run(design(mine), tmp_path / "run", **RAY)
