"""A run of games with fractions, named sets, tables and a game that is not rated, to its end."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.rating import Request, rate
from arena.record.run import Run
from arena.report.leaderboard import leaderboard
from arena.report.leaderboard_data import rating_json
from tests.arena.designs import design, played

GIVING = ["fair", "fixed_share", "inequity_averse"]
GAMES: list[dict[str, Any]] = [
    {"name": "dictator", "params": {"price": "1/3"}, "contestants": GIVING},
    {"name": "ultimatum", "contestants": GIVING},
    {"name": "ultimatum", "id": "stated", "params": {"strategy_method": True}},
    {"name": "matrix_game", "params": {"preset": "unfair"}, "contestants": ["uniform", "first"]},
]
for entry in GAMES:
    entry.setdefault("contestants", [*GIVING, "acceptance_threshold"])
DESIGN = design(
    games=GAMES,
    repetitions=2,
    contestants=[
        *({"agent": kind} for kind in [*GIVING, "acceptance_threshold", "uniform"]),
        {"name": "first", "agent": "fixed", "actions": ["A"]},
    ],
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder: Path = tmp_path_factory.mktemp("bargaining") / "run"
    played(DESIGN, folder, limit=3)
    return Run(played(DESIGN, folder))


def test_it_ends_without_a_void_match_and_with_exact_rules(run: Run) -> None:
    assert run.counts == {"completed": run.planned}
    assert run.game("dictator").deciders == (0,)
    assert run.game("matrix_game").payoffs(
        run.game("matrix_game").apply(run.game("matrix_game").initial_state(), {0: "B", 1: "A"})
    ) == (3, 1)


def test_the_dictator_game_has_payoffs_and_no_ratings(run: Run) -> None:
    document = json.loads(rating_json(rate([run], Request())))
    games = document["games"]
    assert games["dictator"]["rule"].startswith("not rated")
    by_name = {row["contestant"]: row for row in games["dictator"]["contestants"]}
    # Fair gives 75 of 100 at a third: 25 each. The others keep 60 (giving 40) and 100.
    kept = {"fair": 25, "fixed_share": 60, "inequity_averse": 100}
    mean = {name: row["mean_payoff"] for name, row in by_name.items()}
    assert mean == pytest.approx(kept)
    assert all(row["elo"] is None for row in by_name.values())
    assert all(row["elo"] is not None for row in games["stated"]["contestants"])


def test_the_overall_rating_leaves_the_dictator_game_out(run: Run) -> None:
    stream = StringIO()
    leaderboard(rate([run], Request()), stream)
    text = " ".join(stream.getvalue().split())
    assert "Not rated: one player decides, so there is no contest." in text
    assert "Compared duplicate:" in text


def test_a_run_of_the_dictator_game_alone_has_no_overall_rating(tmp_path: Path) -> None:
    run = Run(played(design(games=GAMES[:1], contestants=DESIGN["contestants"]), tmp_path / "run"))
    assert json.loads(rating_json(rate([run], Request())))["overall"] == []
    leaderboard(rate([run], Request()), StringIO())


def test_those_who_played_every_rated_game_are_rated_overall(tmp_path: Path) -> None:
    games = [GAMES[0], {**GAMES[1], "contestants": [*GIVING, "acceptance_threshold"]}]
    run = Run(played(design(games=games, contestants=DESIGN["contestants"]), tmp_path / "run"))
    overall = json.loads(rating_json(rate([run], Request())))["overall"]
    assert {row["contestant"] for row in overall} == {*GIVING, "acceptance_threshold"}
