"""Notebooks run from clean in a kernel: a quick one in the suite, all of them in soak."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests import ROOT

FOLDER = ROOT / "docs" / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "index")
QUICK = {"your_own"}
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```", re.MULTILINE | re.DOTALL)


def notebook(path: Path) -> nbformat.NotebookNode:
    """The code of a page as a notebook."""
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for text in CELL.findall(path.read_text(encoding="utf-8"))
    ]
    made = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return nbformat.reads(json.dumps(made), as_version=4)  # type: ignore[no-any-return, no-untyped-call]


def test_every_notebook_is_in_the_list_of_them() -> None:
    listed = (FOLDER / "index.md").read_text(encoding="utf-8").splitlines()
    assert len(NAMES) == 7
    assert set(NAMES) <= set(listed)


@pytest.mark.parametrize("name", NAMES)
def test_sizes_stand_in_the_first_cell_and_outputs_nowhere(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    first = CELL.findall(text)[0]
    assert "REPETITIONS = " in first
    assert "{code-output}" not in text


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.soak]) for n in NAMES]
)
def test_a_notebook_runs_from_clean(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in {"induced_emotion", "three_ways"}:
        pytest.importorskip("xllamacpp")
    if name == "three_ways":
        pytest.importorskip("gguf")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    made = notebook(FOLDER / f"{name}.md")
    client = NotebookClient(made, timeout=900, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env={**os.environ})
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
