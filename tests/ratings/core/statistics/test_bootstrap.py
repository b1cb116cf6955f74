import numpy as np
import pytest

from ratings.core.statistics import bootstrap


@pytest.mark.parametrize("clusters", [50, 500])
def test_many_clusters_are_drawn_as_few_are(clusters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    by_count = bootstrap.weights(clusters, 4_000, 1)
    monkeypatch.setattr(bootstrap, "MANY", clusters - 1)
    by_index = bootstrap.weights(clusters, 4_000, 1)
    assert not np.array_equal(by_count, by_index)
    for drawn in (by_count, by_index):
        assert drawn.shape == (4_000, clusters)
        assert (drawn.sum(axis=1) == clusters).all()
        # Each count is binomial, and two of them have a covariance of -1 / clusters.
        assert drawn.var(axis=0).mean() == pytest.approx(1 - 1 / clusters, abs=0.01)
        assert np.abs(drawn.mean(axis=0) - 1).max() < 5 / 4_000**0.5
        assert (drawn == 0).mean() == pytest.approx((1 - 1 / clusters) ** clusters, abs=0.003)
