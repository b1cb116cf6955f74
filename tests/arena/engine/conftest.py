"""What tests of runs in batches share."""

import pytest

from arena.engine import batching
from arena.engine.interruption import Interruption
from tests.arena.batched import KEY, PACE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, and short times."""
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(variable, KEY)
    monkeypatch.setattr(batching, "PACE", PACE)


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> list[Interruption]:
    """The interruptions of the runs that are played, the first one last."""
    entered: list[Interruption] = []
    enter = Interruption.__enter__

    def noted(self: Interruption) -> Interruption:
        entered.insert(0, self)
        return enter(self)

    monkeypatch.setattr(Interruption, "__enter__", noted)
    return entered
