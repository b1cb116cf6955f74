"""A line says what a page computes, and how long it took last time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.data import health
from dashboard.data import runs as data
from tests.arena.designs import design, played
from tests.dashboard.views.test_pages import opened


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What spinners said, as if everything had taken 7.2 s last time."""
    said: list[str] = []

    @contextmanager
    def spinner(line: str, *, show_time: bool) -> Iterator[None]:
        assert show_time
        said.append(line)
        yield

    monkeypatch.setattr("streamlit.spinner", spinner)
    monkeypatch.setattr(data, "took", lambda *_: 7.2)
    return said


@pytest.mark.parametrize(
    ("page", "heavy"),
    [
        (
            "health",
            [
                "Counting calls by model",
                "Counting what came of the calls",
                "Counting calls along the run",
                "Sorting waits for replies",
            ],
        ),
        (
            "contestants",
            [
                "Rating contestants",
                "Comparing choices with equilibria",
                "Computing regret",
                "Comparing decisions with the best ones",
            ],
        ),
        (
            "behaviour",
            [
                "Comparing choices with equilibria",
                "Comparing decisions with the best ones",
                "Measuring displays and claims",
            ],
        ),
    ],
)
def test_what_takes_long_is_named(
    page: str,
    heavy: list[str],
    shown: Path,  # noqa: ARG001
    lines: list[str],
) -> None:
    app = opened(page, run="moved", game="kuhn_poker")
    assert not app.exception
    assert lines == [f"{each}; last time it took 7.2 s" for each in heavy]


def test_judgements_are_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    games = [{"name": "moral_judgement", "params": {"orders": "one"}}]
    played(design(games=games, contestants=[{"agent": "uniform"}]), tmp_path / "judged")
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    assert not opened("moral", run="judged").exception
    [line] = {*lines}
    assert line.startswith("Computing levels of judgements, and what emotions change; last time")


@pytest.mark.parametrize("name", ["models", "verdicts", "over_time", "pace", "waits"])
def test_the_time_that_health_took_is_kept(name: str, shown: Path) -> None:
    question = getattr(health, name)
    question(shown / "moved")
    assert (data.took(question, shown / "moved") or 0) > 0
