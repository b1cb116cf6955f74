"""Clusters with equal results, drawn together."""

import numpy as np
import pytest

from ratings import bradley_terry, elo
from ratings.core.comparisons import all_games, counts
from ratings.core.statistics import bootstrap
from ratings.core.tables import GameRecord
from tests.ratings.leagues import NAMES, league

ROUNDS = 400


def record() -> GameRecord:
    """Many clusters of three comparisons each, which depend on each other."""
    return league(np.array([0.3, 0.0, -0.3]), 600, 0.4, 1.0, np.random.default_rng(3))


def test_kinds_hold_every_cluster_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = counts.compared(record())
    apart = counts.tables(data, np.ones((1, data.clusters)))
    monkeypatch.setattr(counts, "MANY", 500)
    among = counts.kinds(data)
    assert len(among.copies) <= 27 < among.copies.sum() == data.clusters
    together = counts.tables(counts.one_of_each(data, among), among.whole)
    for (wins, ties), (own_wins, own_ties) in zip(apart, together, strict=True):
        assert np.array_equal(wins, own_wins)
        assert np.array_equal(ties, own_ties)


def drawn(name: str) -> bootstrap.Resampled:
    """Ratings and bootstrap rounds by one method, computed anew."""
    game = record()
    if name == "elo":
        return elo.resampled.__wrapped__(game, ROUNDS, 0)[0]
    if name == "bradley_terry":
        return bradley_terry.resampled.__wrapped__(game, ROUNDS, 0)
    strengths, draws = all_games.strengths([game, game], NAMES[:3], ROUNDS, 0)
    scaled = bradley_terry.scaled
    return bootstrap.Resampled(NAMES[:3], scaled(strengths), scaled(draws), 600)


@pytest.mark.parametrize("name", ["bradley_terry", "elo", "all games"])
def test_ratings_by_kinds_are_those_by_clusters(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_clusters = drawn(name)
    monkeypatch.setattr(counts, "MANY", 500)
    by_kinds = drawn(name)
    assert by_kinds.clusters == by_clusters.clusters
    assert by_kinds.estimate == pytest.approx(by_clusters.estimate, abs=0.01)
    width, expected = (np.subtract(*s.interval[::-1]) for s in (by_kinds, by_clusters))
    assert width == pytest.approx(expected, rel=0.2)


def test_a_record_of_few_clusters_is_left_as_it_is() -> None:
    data = counts.compared(record())
    among = counts.kinds(data)
    assert among.copies.tolist() == [1] * data.clusters
    assert np.array_equal(among.kept, np.arange(len(data.score)))
    assert np.array_equal(among.kind, data.cluster)


def test_a_kind_is_drawn_as_often_as_its_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = np.array([1, 9, 90])
    for many in (bootstrap.MANY, 2):  # by counts, and by indices
        monkeypatch.setattr(bootstrap, "MANY", many)
        weights = bootstrap.weights(copies, 2_000, 0)
        assert (weights.sum(axis=1) == 100).all()
        assert weights.mean(axis=0) == pytest.approx(copies, rel=0.05, abs=0.1)
        assert weights.var(axis=0) == pytest.approx(copies * (1 - copies / 100), rel=0.15)
