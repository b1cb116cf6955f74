"""A game, an emotion and a study are files that are added, and nothing else is edited.

They are added to a copy of the program, which is then used through its command line. What they
are is in `tests/additions`; the study and the direction are made up, and say so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import PACKAGES, ROOT

FILES = ROOT / "tests" / "additions"
ADDED = {
    "games/matching_pennies.py",
    "prompts/texts/emotions/guilt.toml",
    "prompts/texts/games/matching_pennies.toml",
    "ratings/baselines/made_up.toml",
    "ratings/directions/literature.guilt.toml",
}
GOLDEN = {
    f"tests/prompts/snapshots/{language}/{name}.txt"
    for language in ("de", "en", "ru")
    for name in ("inductions.guilt", "matching_pennies.first", "matching_pennies.second")
} | {"tests/games/playthroughs/matching_pennies.txt"}
STATES = {
    "de": "Sie empfinden gerade extreme Schuld.",
    "en": "You are feeling extremely guilty right now.",
    "ru": "Сейчас вы испытываете крайне сильную вину.",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program and its tests under git, with the files added."""
    folder = tmp_path_factory.mktemp("copy")
    left_out = shutil.ignore_patterns("additions")  # compiled modules are welcome: git ignores them
    for package in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / package, folder / package, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / ".gitignore").write_text("__pycache__/\n.*_cache/\n.hypothesis/\n", "utf-8")
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, *author, "commit", "--quiet", "--message", "before")
    for name in ADDED:
        shutil.copy(FILES / name, folder / name)
    return folder


def git(folder: Path, *command: str) -> str:
    line = ["git", "-C", str(folder), *command]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def changes(folder: Path) -> set[str]:
    """Lines of `git status`: what is not as it was before."""
    return set(git(folder, "status", "--porcelain", "--untracked-files=all").splitlines())


def python(folder: Path, *command: str, cwd: Path, fails: bool = False) -> str:
    """What a module of the copy prints, run in another folder."""
    found = {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd, env={**os.environ, **found}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_they_are_told_played_rated_and_compared_with_people(copy: Path, tmp_path: Path) -> None:
    def arena(*command: str) -> str:
        return python(copy, "arena", *command, cwd=tmp_path)

    assert {line.removeprefix("?? ") for line in changes(copy)} == ADDED
    assert "guilt      😔 can be reported and shown; can be induced" in arena("list", "emotions")
    feeling = ("--emotion", "guilt", "--intensity", "strong", "--vocabulary", "guilt,neutral")
    for language, state in STATES.items():
        told = arena(
            "prompt", "matching_pennies", "--mode", "hidden", "--language", language, *feeling
        )
        assert state in told
    assert "Recorded in" in arena("run", str(FILES / "design.toml"), "--out", "run")
    assert "people guilt" in arena("rate", "run", "--rounds", "20")
    arena("align", "run", "--out", "tables")
    table = (tmp_path / "tables" / "others.csv").read_text("utf-8").splitlines()
    (human,), (people,) = ([row for row in table if row.startswith(k)] for k in ("Human", "people"))
    column = table[0].split(",").index("guilt showing_heads")
    assert (human.split(",")[column], people.split(",")[column]) == ("↑", "↑*")
    compared = (tmp_path / "tables" / "distances.csv").read_text("utf-8")
    assert compared.count("matching_pennies,made_up,") == 4
    assert {line.removeprefix("?? ") for line in changes(copy)} == ADDED


def test_an_emotion_without_its_form_of_a_dose_is_a_gap(copy: Path, tmp_path: Path) -> None:
    path = copy / "prompts" / "texts" / "emotions" / "guilt.toml"
    whole = path.read_text("utf-8")
    russian = whole.index("[ru.")
    path.write_text(whole[:russian] + whole[russian:].replace('agrees = "feminine"\n', "", 1))
    told = python(copy, "arena", "texts", "--gaps", "--language", "ru", cwd=tmp_path, fails=True)
    listed = python(copy, "arena", "list", "emotions", cwd=tmp_path)
    path.write_text(whole, "utf-8")
    forms = "feminine, masculine, neuter"
    assert told == f"ru: ru.emotion.guilt.agrees must be one of {forms}, not None\n"
    assert "guilt      😔" in listed
    assert [line for line in listed.splitlines() if "missing" in line] == [
        line for line in listed.splitlines() if line.startswith("guilt")
    ]


@pytest.mark.soak
def test_they_lack_no_text_and_leave_every_golden_file_as_it_was(
    copy: Path, tmp_path: Path
) -> None:
    assert python(copy, "arena", "texts", "--gaps", cwd=tmp_path) == ""
    where = ("tests/prompts/core/rendering", "tests/games/test_playthroughs.py")
    once = ("pytest", "-q", "-p", "no:cacheprovider", "-m", "golden", *where)
    python(copy, *once, "--regenerate", cwd=copy)
    assert {line.removeprefix("?? ") for line in changes(copy)} == ADDED | GOLDEN
    python(copy, "pytest", "-q", "-p", "no:cacheprovider", *where, cwd=copy)
