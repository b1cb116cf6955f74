"""Adaptive pairing: it is determined by results, and tells more than playing everybody evenly."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import exp, sqrt
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.types import Match, seed_of
from arena.design.adaptive import PRIOR_SD, adaptive, choose, fit
from arena.design.matches import batches, planned
from arena.design.table import Table
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import retry
from arena.engine.verify import problems
from arena.record.merge import merge
from arena.record.place import FILE
from arena.record.run import Run
from games import BadInput
from games.core.types import Payoff
from games.kuhn_poker import KuhnPoker
from tests.arena.designs import KUHN, Silent, design, played

Outcome = tuple[Payoff, ...] | None


class League:
    """Contestants of known strength, whose comparisons are drawn; each pair has its own stream.

    Args:
        strengths: in log odds, by name.
        seed: of the draws.
        void: names whose matches all end void.
    """

    def __init__(
        self, strengths: Mapping[str, float], seed: int, void: frozenset[str] = frozenset()
    ) -> None:
        self.strengths, self.seed, self.void = strengths, seed, void
        self.asked: list[Match] = []

    def results(self, matches: Sequence[Match]) -> dict[str, Outcome]:
        self.asked += matches
        return {match.id: self._outcome(match) for match in matches}

    def _outcome(self, match: Match) -> Outcome:
        if self.void & set(match.seats):
            return None
        one, other = sorted(match.seats)
        chance = 1 / (1 + exp(self.strengths[other] - self.strengths[one]))
        won = Random(seed_of(self.seed, one, other, match.repetition)).random() < chance
        points = 1 if won == (match.seats[0] == one) else -1
        return points, -points

    def table(self) -> Table:
        return Table("g", KuhnPoker(), {name: {} for name in self.strengths}, 1, 0, ordered=False)


EIGHT = {f"c{at}": 1.4 - 0.4 * at for at in range(8)}


def chosen(league: League, budget: int, batch: int = 16) -> list[list[str]]:
    found = adaptive(league.table(), league.results, budget, batch)
    return [[match.id for match in matches] for matches in found]


def test_the_budget_is_spent_in_batches_of_mirrored_pairs() -> None:
    league = League(EIGHT, seed=1)
    found = chosen(league, 100, batch=16)
    assert [len(batch) for batch in found] == [16] * 6 + [4]
    seatings = Counter((frozenset(m.seats), m.repetition) for m in league.asked)
    assert set(seatings.values()) == {2}
    blocks: dict[frozenset[str], set[int]] = {}
    for pair, block in seatings:
        blocks.setdefault(pair, set()).add(block)
    assert all(found == set(range(len(found))) for found in blocks.values())


@given(st.integers(0, 9), st.integers(1, 30), st.integers(1, 10), st.randoms(use_true_random=False))
def test_the_same_results_give_the_same_batches_wherever_somebody_stands(
    seed: int, half: int, size: int, random: Any
) -> None:
    mixed = dict(random.sample(list(EIGHT.items()), len(EIGHT)))
    one, other = League(EIGHT, seed), League(mixed, seed)
    assert chosen(one, 2 * half, 2 * size) == chosen(other, 2 * half, 2 * size)


@given(st.integers(0, 9), st.integers(1, 30), st.integers(1, 30), st.integers(1, 10))
def test_a_larger_budget_keeps_what_is_played(seed: int, half: int, more: int, size: int) -> None:
    small, large = League(EIGHT, seed), League(EIGHT, seed)
    chosen(small, 2 * half, 2 * size)
    chosen(large, 2 * (half + more), 2 * size)
    assert large.asked[: len(small.asked)] == small.asked


def test_it_waits_for_the_results_of_a_batch() -> None:
    league = League(EIGHT, seed=1)

    def some(matches: Sequence[Match]) -> dict[str, Outcome]:
        return dict(list(league.results(matches).items())[1:])

    assert len(list(adaptive(league.table(), some, 100, 16))) == 1


def test_a_pair_that_cannot_finish_does_not_eat_the_budget() -> None:
    league = League(EIGHT, seed=1, void=frozenset({"c0"}))
    chosen(league, 400)
    share = sum("c0" in m.seats for m in league.asked) / len(league.asked)
    assert share < 2 * 2 / 8


def even(league: League, budget: int) -> np.ndarray:
    """Scores after the same number of matches, dealt evenly among all pairs."""
    names = list(league.strengths)
    pairs = list(combinations(range(len(names)), 2))
    scores = np.zeros((len(names),) * 2)
    for at in range(budget // 2):
        (i, j), block = pairs[at % len(pairs)], at // len(pairs)
        match = Match("", "g", (names[i], names[j]), block, block)
        won = league.results([match])[""] == (1, -1)
        scores[i, j] += won
        scores[j, i] += not won
    return scores


def spent(league: League, budget: int) -> np.ndarray:
    """Scores after adaptive pairing."""
    chosen(league, budget)
    names = list(league.strengths)
    scores = np.zeros((len(names),) * 2)
    for match in league.asked[::2]:
        i, j = map(names.index, match.seats)
        won = league.results([match])[match.id] == (1, -1)
        scores[i, j] += won
        scores[j, i] += not won
    return scores


def doubt(spread: np.ndarray) -> float:
    """Standard deviation of the difference between the two best, in log odds."""
    return sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])


def test_it_resolves_the_top_pair_better_than_playing_everybody_evenly() -> None:
    gap = 0.6
    strengths = {f"c{at}": s for at, s in enumerate((2.0, 1.4, 0.8, 0.2, -0.2, -0.8, -1.4, -2.0))}
    ours, theirs = (
        [fit(play(League(strengths, seed), 448)) for seed in range(150)] for play in (spent, even)
    )
    doubts = [[doubt(spread) for _, spread in fits] for fits in (ours, theirs)]
    assert all(a < b for a, b in zip(*doubts, strict=True))
    # Errors shrink with the root of the number of matches: this is worth a quarter more of them.
    errors = [fmean((r[0] - r[1] - gap) ** 2 for r, _ in fits) for fits in (ours, theirs)]
    assert errors[0] < errors[1] / 1.25
    found = [sum(r.argmax() == 0 for r, _ in fits) for fits in (ours, theirs)]
    assert found[0] > found[1]


def test_ratings_are_the_mode_of_the_posterior() -> None:
    scores = np.array([[0, 7, 2], [3, 0, 4.5], [0, 0.5, 0]])
    ratings, spread = fit(scores)

    def log_posterior(r: np.ndarray) -> float:
        ahead = r[:, None] - r[None, :]
        return float(-(scores * np.log1p(np.exp(-ahead))).sum() - (r**2).sum() / 2 / PRIOR_SD**2)

    best, step = log_posterior(ratings), 1e-3
    curvature = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            a, b = step * np.eye(3)[i], step * np.eye(3)[j]
            corners = [log_posterior(ratings + s * a + t * b) for s in (1, -1) for t in (1, -1)]
            curvature[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / 4 / step**2
        assert log_posterior(ratings + step * np.eye(3)[i]) < best
        assert log_posterior(ratings - step * np.eye(3)[i]) < best
    assert spread == pytest.approx(np.linalg.inv(-curvature), rel=1e-4)


def test_the_least_certain_pair_comes_first_and_a_batch_is_spread() -> None:
    pairs = list(combinations(range(4), 2))
    equal = np.zeros(4)
    assert set(choose(equal, {}, pairs, 2)) == {(0, 1), (2, 3)}
    known = Counter({pair: 50 for pair in pairs if 3 not in pair})
    assert 3 in choose(equal, known, pairs, 1)[0]
    apart = np.array([3.0, 0.1, 0.0, -3.0])
    assert choose(apart, dict.fromkeys(pairs, 20), pairs, 1) == [(1, 2)]


LEAGUE: dict[str, Any] = {
    "games": [
        {
            "name": "kuhn_poker",
            "schedule": {"kind": "adaptive", "budget": 40, "batch": 8},
            "contestants": ["equilibrium", "uniform", "bold", "meek"],
        },
        {**KUHN, "id": "fixed", "repetitions": 1},
    ],
    "contestants": [
        {"agent": "equilibrium"},
        {"agent": "uniform"},
        {"name": "bold", "agent": "fixed", "actions": ["bet", "call"]},
        {"name": "meek", "agent": "fixed", "actions": ["check", "fold"]},
    ],
}


def recorded(folder: Path) -> dict[str, Any]:
    run = Run(folder)
    found = {t.match.id: (t.match, t.payoffs) for t in run.matches()}
    run.close()
    return found


def test_a_run_that_was_cut_short_anywhere_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    data = design(**LEAGUE)
    whole = recorded(played(data, tmp_path / "whole"))
    assert len(whole) == planned(Tournament(data)) == 46
    for cut in (1, 9, 14, 15, 30):
        folder = tmp_path / str(cut)
        assert len(recorded(played(data, folder, limit=cut))) == cut
        assert recorded(played(data, folder)) == whole


def test_batches_are_known_from_the_design_and_the_record(tmp_path: Path) -> None:
    data = design(**LEAGUE)
    whole = recorded(played(data, tmp_path / "run"))

    def results(matches: Sequence[Match]) -> dict[str, Outcome]:
        return {m.id: whole[m.id][1] for m in matches if m.id in whole}

    found = [list(batch) for batch in batches(Tournament(data), results)]
    assert [len(batch) for batch in found] == [8 + 6, 8, 8, 8, 8]
    assert {m.id for batch in found for m in batch} == set(whole)


def league(budget: int, batch: int = 8, **changes: Any) -> dict[str, Any]:
    """The league above, its adaptive game with another budget."""
    game, fixed = LEAGUE["games"]
    schedule = {"kind": "adaptive", "budget": budget, "batch": batch}
    return design(**{**LEAGUE, "games": [{**game, "schedule": schedule, **changes}, fixed]})


@pytest.mark.parametrize(("batch", "budget", "larger"), [(8, 40, 60), (8, 10, 28), (4, 8, 16)])
def test_a_larger_budget_goes_on_with_the_same_run(
    tmp_path: Path, batch: int, budget: int, larger: int
) -> None:
    before = recorded(played(league(budget, batch), tmp_path / "run"))
    after = recorded(played(league(larger, batch), tmp_path / "run"))
    assert len(before) == budget + 6
    assert len(after) == larger + 6
    assert before.items() <= after.items()
    assert after == recorded(played(league(larger, batch), tmp_path / "at once"))
    assert list(problems(Run(tmp_path / "run"))) == []


def test_contestants_who_come_later_are_refused(tmp_path: Path) -> None:
    few = ["equilibrium", "uniform", "bold"]
    folder = played(league(8, 4, contestants=few), tmp_path / "run")
    with pytest.raises(BadInput, match="'kuhn_poker' is paired adaptively: with more contestants"):
        played(league(8, 4), folder)
    played(league(16, 4, contestants=few), folder)
    run = Run(folder)
    assert sum(run.counts.values()) == run.planned == 16 + 6
    run.close()


def test_results_that_chose_other_matches_stay(tmp_path: Path) -> None:
    folder = played(league(16), tmp_path / "run")
    before = recorded(folder)
    with sqlite3.connect(folder / FILE) as db:
        query = "SELECT id FROM matches WHERE game = ? ORDER BY closed LIMIT 1"
        ids = [db.execute(query, (game,)).fetchone()[0] for game in ("kuhn_poker", "fixed")]
        void = "UPDATE matches SET ending = 'void', verdict = ? WHERE id = ?"
        db.executemany(void, zip(("refused", "illegal"), ids, strict=True))
    db.close()
    for only in ("void", "refused"):
        with pytest.raises(BadInput, match="other matches were chosen by the results of those"):
            retry(folder, only, Silent(), RunOptions())
    assert retry(folder, "illegal", Silent(), RunOptions()) == (1, None)  # of the other game
    assert recorded(folder).keys() == before.keys()


def test_several_runs_of_an_adaptive_design_are_not_merged(tmp_path: Path) -> None:
    parts = [played(league(16), tmp_path / str(limit), limit=limit) for limit in (3, 12)]
    with pytest.raises(BadInput, match="each run chose its matches by its own results"):
        merge(parts, tmp_path / "out")
    assert merge(parts[:1], tmp_path / "copy") == {"matches": 3, "superseded": 0}
