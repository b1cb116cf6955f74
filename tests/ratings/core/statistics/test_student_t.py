"""Student's t distribution, beside SciPy's with its checks."""

import math

import pytest
from scipy import stats

from ratings.core.statistics.student_t import below, quantile


@pytest.mark.parametrize("df", [1, 2.5, 19, math.inf])
def test_it_is_scipys(df: float) -> None:
    for p in (0.025, 0.5, 0.9, 0.975):
        assert quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-12)
    for t in (-math.inf, -2.0, 0.0, 1.3, math.inf):
        assert below(t, df) == pytest.approx(stats.t.cdf(t, df), rel=1e-12)


def test_of_no_degrees_of_freedom_nothing_is_known() -> None:
    assert math.isnan(quantile(0.975, math.nan))
    assert math.isnan(below(1.0, math.nan))
