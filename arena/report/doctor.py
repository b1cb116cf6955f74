"""`arena doctor`: checks of the program's environment."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from agents.core.access.providers import ROUTES
from agents.core.models.embedded import weights
from arena.core.terminal import visible
from arena.report.inventory import faults
from games import BadInput
from prompts import catalogue
from prompts.core.audit.gaps import lacks_face

_PACKAGES = ("affect-arena", "litellm", "numpy", "pandas", "pydantic", "streamlit")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Finding(NamedTuple):
    """Result of one check.

    Attributes:
        what: name of the checked item.
        there: whether it is present.
        about: its version or location; or the consequence of its absence, and how to get it.
        needed: whether play requires it.
    """

    what: str
    there: bool
    about: str
    needed: bool = False


def findings(runs: Path, env: Mapping[str, str]) -> Iterator[Finding]:
    """Results of all checks.

    Args:
        runs: folder for new runs.
        env: environment variables; only the names of variables with keys are shown.
    """
    yield Finding("Python", there=True, about=f"{platform.python_version()} on {platform.system()}")
    for package in _PACKAGES:
        yield _installed(package, "install affect-arena anew", needed=True)
    yield from (Finding("package", there=False, about=visible(fault)) for fault in faults())
    yield _providers(env)
    yield _embedded()
    yield _installed("ray", "several machines need it", needed=False)
    yield _chromium()
    yield _faces()
    yield _writable(runs)


def browser() -> str | None:
    """Path of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def _installed(package: str, otherwise: str, *, needed: bool) -> Finding:
    try:
        return Finding(package, there=True, about=version(package), needed=needed)
    except PackageNotFoundError:
        return Finding(package, there=False, about=f"not installed: {otherwise}", needed=needed)


def _providers(env: Mapping[str, str]) -> Finding:
    """Providers with a key in the environment."""
    providers = {
        f"{name} ({key})"
        for name, route in ROUTES.items()
        if (key := next((key for key in route.keys if env.get(key)), None))
    }
    about = ", ".join(sorted(providers)) or "none set: put one into the environment or a file .env"
    return Finding("keys of providers", there=bool(providers), about=about)


def _embedded() -> Finding:
    try:
        path = weights("smollm2")
    except BadInput as error:
        return Finding("embedded model", there=False, about=str(error))
    return Finding("embedded model", there=True, about=f"{path.name}, {_megabytes(path)} MB")


def _megabytes(path: Path) -> int:
    return round(path.stat().st_size / 1_000_000)


def _chromium() -> Finding:
    path = browser()
    about = path or "reports as PDF need it (Debian: apt install chromium)"
    return Finding("Chromium", there=path is not None, about=about)


def _faces() -> Finding:
    """Faces of emotions in the texts, and a font with these characters."""
    bare = [name for name in catalogue().emotions("en") if lacks_face(name)]
    font = _emoji_font()
    about = f"drawn with {font}" if font else "no font for them: fonts-noto-color-emoji on Debian"
    if bare:
        about += f"; no face for {', '.join(bare)}"
    return Finding("faces of emotions", there=font is not None and not bare, about=about)


def _emoji_font() -> str | None:
    """An emoji font known to fontconfig, if fontconfig is installed."""
    if (command := shutil.which("fc-list")) is None:
        return None
    asked = [command, ":charset=1f620", "family"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return next(iter(sorted(done.stdout.splitlines())), "").partition(",")[0] or None


def _writable(runs: Path) -> Finding:
    """Whether a run can be recorded here."""
    place = next(each for each in (runs, *runs.absolute().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free / 1e9
    except OSError as error:
        about = f"{runs} cannot be written: {os.strerror(error.errno or 0)}"
        return Finding("folder of runs", there=False, about=about, needed=True)
    return Finding("folder of runs", there=True, about=f"{runs}, {free:.0f} GB free", needed=True)
