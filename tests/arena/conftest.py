"""What tests of runs share: one process that forks the command line."""

from collections.abc import Iterator

import pytest

from tests.arena.forks import Forks


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts the command line without importing LiteLLM each time."""
    with Forks() as found:
        yield found
