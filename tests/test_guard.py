"""Beside a distribution that owns a package of the same name, the program refuses to start."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import PACKAGES, ROOT


def record(site: Path, name: str, files: list[Path]) -> None:
    """A distribution as an installer leaves it: its metadata, and the list of its files."""
    about = site / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    rows = [f"{path.relative_to(site)},," for path in (*files, about / "METADATA")]
    (about / "RECORD").write_text("\n".join(rows) + "\n")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages in which this program is installed."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    record(tmp_path, "affect-arena", [p for p in tmp_path.rglob("*") if p.is_file()])
    return tmp_path


def listed(site: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "arena", "list", "games"]
    env = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(command, cwd=site, env=env, capture_output=True, text=True, check=False)


def test_alone_it_starts(site: Path) -> None:
    done = listed(site)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kuhn_poker" in done.stdout


@pytest.mark.parametrize("last", ["theirs", "ours"])
def test_beside_another_distribution_it_says_which_and_what_to_do(site: Path, last: str) -> None:
    """Whichever was installed last has overwritten the other's `__init__.py`."""
    theirs = site / "agents" / "run.py"
    theirs.write_text("")
    init = site / "agents" / "__init__.py"
    if last == "theirs":
        init.write_text("from agents.run import Runner\n")
    record(site, "openai-agents", [theirs, init])
    done = listed(site)
    assert done.returncode == 2
    assert done.stderr == (
        "arena: our package 'agents' is mixed with that of openai-agents; "
        "install affect-arena in an environment of its own\n"
    )


def test_a_package_in_front_of_ours_is_named_with_its_owner(site: Path, tmp_path: Path) -> None:
    front = tmp_path / "front"
    (front / "agents").mkdir(parents=True)
    init = front / "agents" / "__init__.py"
    init.write_text("")
    record(front, "openai-agents", [init])
    command = [sys.executable, "-m", "arena", "list", "games"]
    env = {**os.environ, "PYTHONPATH": f"{front}{os.pathsep}{site}"}
    done = subprocess.run(command, cwd=front, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "our package 'agents' is hidden by openai-agents; install" in done.stderr
