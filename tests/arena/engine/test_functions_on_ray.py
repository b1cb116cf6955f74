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

SOURCE = """
    import arena

    @arena.agent
    def nth(view, place=0):
        return view.space.options[place]
"""
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


def test_a_function_of_a_notebook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mine(view: View) -> Any:
        return view.space.options[0]  # type: ignore[union-attr]

    mine.__module__, mine.__qualname__ = "__main__", "mine"
    monkeypatch.setattr(sys.modules["__main__"], "mine", mine, raising=False)
    with pytest.raises(BadInput, match="__main__:mine cannot be played on Ray"):
        arena.run(design(mine), tmp_path / "run", **RAY)
