"""The program as a stranger has it: a wheel in an environment of its own, outside the tree.

The packages of `arena new` are installed into the same environment by `tests/arena/templates`.
"""

from pathlib import Path
from zipfile import ZipFile

import pytest

from dashboard.draw.definitions import glossary
from tests import PACKAGES, ROOT
from tests.environments import Environment, run

pytestmark = pytest.mark.soak


def test_a_wheel_holds_every_file_of_the_packages(wheel: Environment) -> None:
    (path,) = wheel.folder.glob("*.whl")
    ours = run(ROOT, "git", "ls-tree", "-r", "--name-only", "HEAD", *PACKAGES).split()
    with ZipFile(path) as held:
        assert {name for name in held.namelist() if ".dist-info/" not in name} == {*ours}


def test_the_dashboard_has_its_definitions(wheel: Environment) -> None:
    told = wheel.run("-c", "from dashboard.draw import definitions as d; print(len(d.glossary()))")
    assert int(told) == len(glossary())
    assert (wheel.site / "dashboard" / "GLOSSARY.md").read_bytes() == (
        ROOT / "GLOSSARY.md"
    ).read_bytes()


def test_what_runs_is_the_wheel(wheel: Environment) -> None:
    where = "import arena, dashboard, games; print(arena.__file__, dashboard.__file__)"
    for place in wheel.run("-c", where).split():
        assert Path(place).is_relative_to(wheel.site)


def test_everything_that_ships_is_listed(wheel: Environment) -> None:
    listed = wheel.arena("list")
    for folder in ("games", "agents", "ratings"):
        for path in (ROOT / folder).glob("[a-z]*.py"):
            assert path.stem in listed
    for folder in ("arena/tournaments", "ratings/baselines", "prompts/texts/emotions"):
        for path in (ROOT / folder).glob("*.toml"):
            assert path.stem in listed


def test_the_doctor_finds_the_model_and_nothing_missing(wheel: Environment) -> None:
    found = wheel.arena("doctor")
    assert "MISSING" not in found
    (model,) = [line for line in found.splitlines() if "embedded model" in line]
    assert model.startswith("ok ")


def test_the_demo_is_played_rated_and_reported(wheel: Environment) -> None:
    """Where no file of its name is, the tournament that ships."""
    wheel.arena("run", "demo", "--out", "demo", "--quiet")
    assert "smollm2 manipulative" in wheel.arena("rate", "demo", "--rounds", "20")
    wheel.arena("report", "demo", "--rounds", "20", "--out", "demo.html")
    assert "smollm2 manipulative" in (wheel.folder / "demo.html").read_text("utf-8")
