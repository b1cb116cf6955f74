"""Mediation, of simulated units of which the paths are known."""

import numpy as np
import pytest

from ratings.core.emotion.mediation import MEDIATION, STILL, mediation
from ratings.core.statistics.bootstrap import Floats, Ints

A, DIRECT = 30.0, 4.0


def units(seed: int, slope: float, a: float = A, clusters: int = 20) -> tuple[Floats, Floats, Ints]:
    """Differences of units in reports and outcomes, with a random part of each cluster."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), 6)
    report = a + rng.normal(0, 4, clusters)[cluster] + rng.normal(0, 10, len(cluster))
    own = rng.normal(0, 2, clusters)[cluster] + rng.normal(0, 5, len(cluster))
    return report, DIRECT + slope * report + own, cluster


def covered(path: str, truth: float, slope: float, a: float = A) -> float:
    found = [mediation(*units(seed, slope, a)) for seed in range(40)]
    assert np.mean([each[path] for each in found]) == pytest.approx(truth, abs=0.5)
    return float(np.mean([each[f"{path}_low"] <= truth <= each[f"{path}_high"] for each in found]))


@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_a_known_indirect_effect_is_found_and_none_gives_none(slope: float) -> None:
    # Four standard errors of a share of .95 among 40.
    assert covered("indirect", A * slope, slope) >= 0.81


def test_a_report_that_the_treatment_does_not_move_carries_nothing() -> None:
    assert covered("indirect", 0, slope=0.5, a=0) >= 0.81


def test_the_rest_is_direct() -> None:
    assert covered("direct", DIRECT, slope=0.3) >= 0.81
    found = mediation(*units(1, 0.3))
    assert found["total"] == pytest.approx(found["indirect"] + found["direct"])
    assert found["indirect"] == pytest.approx(found["reported"] * found["slope"])
    assert list(found) == list(MEDIATION)


def test_the_slope_is_that_of_least_squares() -> None:
    report, outcome, cluster = units(2, 0.3)
    found = mediation(report, outcome, cluster)
    assert (found["slope"], found["direct"]) == pytest.approx(tuple(np.polyfit(report, outcome, 1)))


def test_reports_that_never_differ_leave_the_paths_open() -> None:
    _, outcome, cluster = units(3, 0.3)
    found = mediation(np.full(len(outcome), 80.0), outcome, cluster)
    assert found["note"] == STILL
    assert np.isnan([found["indirect"], found["direct"], found["slope"]]).all()
    assert not np.isnan(found["total"])


def test_few_clusters_have_no_interval() -> None:
    found = mediation(*units(4, 0.3, clusters=5))
    assert found["note"] == "too few clusters"
    assert np.isnan(found["indirect_low"])
    assert not np.isnan(found["indirect"])
    assert mediation([], [], [])["units"] == 0
