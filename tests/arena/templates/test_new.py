"""`arena new`: each kind of package, installed from outside, is used like our own."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from arena.templates import KINDS, new
from games import BadInput
from tests import ROOT
from tests.environments import Environment, seeing_ours

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


@pytest.fixture(scope="module", params=["tree", pytest.param("wheel", marks=pytest.mark.soak)])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with a package of each kind, beside the program as it is here or a wheel."""
    made: Environment = (
        request.getfixturevalue("wheel")
        if request.param == "wheel"
        else seeing_ours(tmp_path_factory.mktemp("fresh"))
    )
    packages = made.folder / "packages"
    first = [(kind, name) for kind, name in NAMES.items() if kind != "language"]
    made.install(*(new(kind, name, packages)[0].parent for kind, name in first))
    made.arena("new", "language", NAMES["language"], "--out", packages)
    made.install(packages / "affect-arena-fr")
    return made


def test_every_kind_of_package_is_listed_played_told_and_rated(fresh: Environment) -> None:
    listed = fresh.arena("list")
    assert all(name in listed for name in NAMES.values())
    (fresh.folder / "design.toml").write_text(DESIGN, "utf-8")
    fresh.arena("run", "design.toml", "--out", "run", "--quiet")
    rated = fresh.arena("rate", "run", "--method", "median_payoff")
    assert {"wavers", "draws", "shows"} <= set(rated.split())
    feeling = ("--emotion", "awe", "--intensity", "strong", "--vocabulary", "awe,neutral")
    told = fresh.arena("prompt", "harbour", "--language", "fr", "--mode", "hidden", *feeling)
    assert "Harbour" in told
    assert "You are feeling extremely awe right now." in told
    assert "prisoners_dilemma, measure cooperation" in fresh.arena("baseline", "authors2000")


def test_its_own_tests_pass(fresh: Environment) -> None:
    tests = [
        path
        for path in (fresh.folder / "packages").glob("*/tests")
        if "-fr" not in path.parent.name
    ]
    assert len(tests) == len(KINDS) - 1
    assert "6 passed" in fresh.pytest(*sorted(tests))


@pytest.mark.soak
def test_the_tests_of_a_language_pass(fresh: Environment) -> None:
    """It renders everything there is to say."""
    assert "1 passed" in fresh.pytest(fresh.folder / "packages" / "affect-arena-fr" / "tests")


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
