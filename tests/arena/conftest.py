"""What tests of runs share: one process that forks the command line."""

from collections.abc import Callable

import pytest

from tests.arena.forks import Forks, forks
from tests.arena.kills import Rows, undisturbed


@pytest.fixture(scope="session", name="forks")
def _forks() -> Forks:
    """Starts the command line without importing LiteLLM each time."""
    return forks()


@pytest.fixture(scope="session")
def short(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of an undisturbed run of 80 calls."""
    return _undisturbed(forks, tmp_path_factory, 2)


@pytest.fixture(scope="session")
def long(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of an undisturbed run of 400 calls."""
    return _undisturbed(forks, tmp_path_factory, 10)


def _undisturbed(forks: Forks, folders: pytest.TempPathFactory, repetitions: int) -> Rows:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        return undisturbed(forks, folders.mktemp("runs") / "undisturbed", repetitions)


@pytest.fixture
def figures(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints a line of measured figures, also where the test passes."""

    def tell(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}")  # noqa: T201

    return tell
