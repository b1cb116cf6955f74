"""`arena new`: each kind of package, installed from outside, is used like our own."""

import os
import re
import site
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

import pytest

from arena.templates import KINDS, new
from games import BadInput
from tests import ROOT

NAMES = {
    "game": "harbour",
    "agent": "wavering",
    "rating": "median_payoff",
    "emotion": "awe",
    "baseline": "authors2000",
    "language": "fr",
}
"""The language comes last: its texts are those of all that is installed before it."""
DESIGN = """
name = "added"
repetitions = 4
vocabulary = ["anger", "awe", "neutral"]

[[games]]
name = "harbour"

[[contestants]]
name = "wavers"
agent = "wavering"
share = 1.0

[[contestants]]
name = "draws"
agent = "uniform"

[[contestants]]
name = "shows"
agent = "display_probe"
strategy = "wavering"
"""


class Fresh:
    """An environment of its own, which sees the packages of this one.

    Args:
        folder: where it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.python = folder / "environment" / "bin" / "python"
        self.packages = folder / "packages"
        self.folder = folder
        self._run(uv(), "venv", "--quiet", "--python", sys.executable, folder / "environment")
        (place,) = folder.glob("environment/lib/python3*/site-packages")
        seen = [path for path in site.getsitepackages() if Path(path).is_dir()]
        lines = [f"import site; site.addsitedir({path!r})\n" for path in seen]
        (place / "seen.pth").write_text("".join(lines), "utf-8")

    def install(self, *packages: Path) -> None:
        """Install packages from their folders."""
        options = ("--offline", "--no-deps", "--no-build-isolation", "--quiet")
        self._run(uv(), "pip", "install", "--python", self.python, *options, *packages)

    def arena(self, *command: object) -> str:
        """What a command of the program prints there."""
        return self._run(self.python, "-m", "arena", *command)

    def pytest(self, *folders: Path) -> str:
        """What tests print there."""
        options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")
        return self._run(self.python, "-m", "pytest", *options, *folders)

    def _run(self, *line: object) -> str:
        env = {**os.environ, "COLUMNS": "200"}
        command: Sequence[str] = [str(part) for part in line]
        done = subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def uv() -> Path:
    return Path(sys.executable).parent / "uv"


def test_every_kind_of_package_is_listed_played_told_and_rated(tmp_path: Path) -> None:
    fresh = Fresh(tmp_path)
    first = {kind: name for kind, name in NAMES.items() if kind != "language"}
    made = [new(kind, name, fresh.packages)[0].parent for kind, name in first.items()]
    fresh.install(*made)
    fresh.arena("new", "language", NAMES["language"], "--out", fresh.packages)
    fresh.install(fresh.packages / "affect-arena-fr")
    tests = sorted(fresh.packages.glob("*/tests"))
    assert len(tests) == len(KINDS)
    assert "7 passed" in fresh.pytest(*tests)

    listed = fresh.arena("list")
    assert all(name in listed for name in NAMES.values())
    (tmp_path / "design.toml").write_text(DESIGN, "utf-8")
    fresh.arena("run", "design.toml", "--out", "run", "--quiet")
    rated = fresh.arena("rate", "run", "--method", "median_payoff")
    assert {"wavers", "draws", "shows"} <= set(rated.split())
    feeling = ("--emotion", "awe", "--intensity", "strong", "--vocabulary", "awe,neutral")
    told = fresh.arena("prompt", "harbour", "--language", "fr", "--mode", "hidden", *feeling)
    assert "The game is called Harbour." in told or "Harbour" in told
    assert "You are feeling extremely awe right now." in told
    assert "prisoners_dilemma, measure cooperation" in fresh.arena("baseline", "authors2000")


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("gmae", "harbour", "unknown kind of thing 'gmae'; did you mean 'game'"),
        ("game", "My Game", "the game 'My Game' needs another name: small letters"),
        ("game", "../game", "the game '../game' needs another name: small letters"),
        ("language", "de", "there are texts in the language 'de' already"),
        ("language", "qqq", "no plural rules for language 'qqq'"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, kind: str, name: str, said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        new(kind, name, tmp_path)
    assert str(refusal.value).startswith(said)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    new("agent", "wavering", tmp_path)
    with pytest.raises(BadInput, match="affect-arena-wavering is there already: choose another"):
        new("agent", "wavering", tmp_path)


def test_packages_are_written_in_the_house_style(tmp_path: Path) -> None:
    for kind, name in NAMES.items():
        new(kind, name, tmp_path)
    command = [str(Path(sys.executable).parent / "ruff"), "check", "--no-cache"]
    config = str(ROOT / "pyproject.toml")
    ignored = ("--ignore", "INP001,D103,I001")  # of tests, and of whose package is whose
    done = subprocess.run(
        [*command, "--config", config, *ignored, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_pages_show_what_is_written(tmp_path: Path) -> None:
    for kind, name in NAMES.items():
        page = (ROOT / "docs" / "howto" / f"add_{kind}.md").read_text("utf-8")
        assert f"$ arena new {kind} {name}\n" in page
        files = new(kind, name, tmp_path)
        assert f"pip install -e {files[0].parent.name}\n" in page
        written = "".join(path.read_text("utf-8") for path in files)
        shown = re.findall(r"```(?:python|toml)\n(.*?)```", page, re.DOTALL)
        assert shown
        for block in shown:
            assert block in written or indent(block, "    ") in written, block
