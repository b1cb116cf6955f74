"""One folder with runs of every kind, made once."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

import agents
from dashboard.control import tables
from dashboard.data import runs as data
from tests.dashboard import runs


@pytest.fixture
def perceiving(monkeypatch: pytest.MonkeyPatch) -> None:
    """The script that draws its moves takes notice of what is shown."""
    monkeypatch.setattr(agents.kind("uniform"), "perceives", True)


@pytest.fixture(autouse=True)
def _left() -> Iterator[None]:
    """Whoever took a seat leaves it: tables stay open for all requests of a process."""
    yield
    tables.leave()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs."""
    root = tmp_path_factory.mktemp("dashboard") / "runs"
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        runs.with_models(root / "moved")
        runs.void_only(root / "void")
    runs.scripted(root / "scripted")
    runs.imported(root / "imported")
    runs.outcomes(root / "outcomes")
    runs.single(root / "single")
    runs.empty(root / "empty")
    runs.half_written(root / "half")
    runs.corrupt(root / "corrupt")
    runs.damaged(root / "damaged", root / "scripted")
    (root / "nothing").mkdir()
    return root


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Streamlit's test runner reads all packages' metadata for every page: once will do."""
    with pytest.MonkeyPatch.context() as patch:
        name = "scan_component_manifests"
        patch.setattr(manifest_scanner, name, cache(getattr(manifest_scanner, name)))
        yield


@pytest.fixture
def shown(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as the pages' folder of runs."""
    monkeypatch.setenv(data.SETTINGS, data.Settings(root).write())
    return root
