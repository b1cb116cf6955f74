"""The equilibrium agent in games that are solved: what it plays, and how solutions are kept."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import agents
from agents.core.solutions import cache_folder, solved
from agents.equilibrium import Equilibrium
from games import BadInput, Game, load
from games.core import solution_cache
from games.core.solution import VERSION, solve
from games.core.types import CHANCE, Observation

SMALL = {"faces": 3}
"""Liar's Dice that is solved in no time."""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache of its own on disk, and none in memory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    solution_cache.solved.cache_clear()


def second_bid(game: Game[Any], *, hand: str) -> Observation:
    """What the second player sees after the bid 1x2."""
    state = game.initial_state()
    for moves in ({CHANCE: "1"}, {CHANCE: hand}, {0: "1x2"}):
        state = game.apply(state, moves)
    return game.observe(state, 1)


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_it_plays_what_solving_found() -> None:
    game = load("liars_dice", SMALL)
    agent, rng = Equilibrium(iterations=50).ready(game), Random(1)
    policy = solve(game, 50).policy
    for hand in ("1", "2"):
        row = policy[f"second: rolled {hand}; moved 0 1x2;"]
        drawn = Counter(agent.act(second_bid(game, hand=hand), rng) for _ in range(4000))
        for action, p in row.items():
            # Five standard deviations: a false alarm in two million seeds.
            assert abs(drawn[action] - 4000 * p) <= 5 * (4000 * p * (1 - p)) ** 0.5


def test_it_plays_each_round_of_a_repeated_game_alike() -> None:
    once, twice = load("kuhn_poker", {"bet": 2}), load("kuhn_poker", {"bet": 2, "rounds": 2})
    agent = Equilibrium(iterations=50)
    deal = ({CHANCE: "Q"}, {CHANCE: "K"})
    first, state = once.initial_state(), twice.initial_state()
    for moves in (*deal, {0: "check"}, {1: "bet"}):
        first = once.apply(first, moves)
    for moves in (*deal, {0: "bet"}, {1: "fold"}, *deal, {0: "check"}, {1: "bet"}):
        state = twice.apply(state, moves)
    alone, later = agent.ready(once), agent.ready(twice)
    for seed in range(50):
        seen = twice.observe(state, 0)
        assert later.act(seen, Random(seed)) == alone.act(once.observe(first, 0), Random(seed))


def test_without_a_game_it_says_what_is_missing() -> None:
    game = load("liars_dice", SMALL)
    with pytest.raises(ValueError, match=r"call ready\(game\) first"):
        Equilibrium().act(second_bid(game, hand="1"), Random(1))


@pytest.mark.parametrize(
    ("name", "params"), [("kuhn_poker", {"ante": 2}), ("liars_dice", {}), ("prisoners_dilemma", {})]
)
def test_alpha_is_refused_where_it_means_nothing(name: str, params: dict[str, Any]) -> None:
    spec = agents.load("equilibrium", {"alpha": 0.1})
    with pytest.raises(BadInput, match="alpha belongs to kuhn_poker with ante 1, bet 1"):
        spec.check(load(name, params))
    agents.load("equilibrium").check(load(name, params))


def test_games_that_cannot_be_solved_are_refused_before_they_are_played() -> None:
    with pytest.raises(BadInput, match="kuhn_poker cannot be solved"):
        Equilibrium().check(load("kuhn_poker", {"players": 3}))
    with pytest.raises(BadInput, match="liars_dice is too large"):
        Equilibrium().check(load("liars_dice", {"dice": 2, "rounds": 3}))


# The cache


def test_a_game_is_solved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    game = load("liars_dice", SMALL)
    found = solved(game, 30)
    (path,) = kept(tmp_path)
    assert path.parent == tmp_path / "affect-arena" / f"solutions-v{VERSION}"
    solution_cache.solved.cache_clear()
    monkeypatch.setattr(solution_cache, "solve", None)
    assert solved(game, 30) == found


@pytest.mark.parametrize("text", ["", '{"cut', "[1]", '{"a": 1}', '{"a": [1]}'])
def test_a_damaged_solution_is_found_again(text: str, tmp_path: Path) -> None:
    game = load("liars_dice", SMALL)
    found = solved(game, 5)
    (path,) = kept(tmp_path)
    path.write_text(text)
    solution_cache.solved.cache_clear()
    assert solved(game, 5) == found
    assert path.read_text() != text


def test_other_parameters_and_iterations_are_other_solutions(tmp_path: Path) -> None:
    for params, iterations in (({"faces": 2}, 5), ({"faces": 3}, 5), ({"faces": 2}, 6)):
        solved(load("liars_dice", params), iterations)
    assert len(kept(tmp_path)) == 3


def test_processes_that_solve_at_once_leave_one_whole_solution(tmp_path: Path) -> None:
    code = (
        "from agents.core.solutions import solved\nfrom games import load\n"
        "solved(load('liars_dice', {'faces': 3}), 30)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    (path,) = kept(tmp_path)
    assert path.suffix == ".json"
    json.loads(path.read_text())
    solution_cache.solved.cache_clear()
    assert solved(load("liars_dice", SMALL), 30) == solve(load("liars_dice", SMALL), 30).policy


def test_a_folder_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(BadInput, match=r"solutions cannot be kept in .*file.*XDG_CACHE_HOME"):
        solved(load("liars_dice", SMALL), 5)


def test_the_cache_is_in_the_users_own_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "affect-arena"
