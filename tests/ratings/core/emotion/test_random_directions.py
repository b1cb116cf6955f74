"""Arms are ranked among random directions, and the rank's p value is exact."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ratings.core.emotion.random_directions import (
    NOT_IN_FAMILY,
    TOO_FEW,
    needed,
    rank,
    ranked,
)


def rows(*levels: float, tested: bool = True) -> pd.DataFrame:
    return pd.DataFrame({"level": levels, "tested": tested})


def test_a_level_beyond_all_random_ones_has_the_smallest_p_that_there_is() -> None:
    null = [0.3 + 0.01 * at for at in range(-10, 10)]
    (line,) = ranked(rows(0.9), [null]).to_dict(orient="records")
    assert line["rank"] == 1
    assert line["p"] == pytest.approx(1 / 21)
    assert line["holm"] == pytest.approx(1 / 21)
    assert line["effect"] == pytest.approx(0.9 - np.mean(null))
    assert line["arrow"] == "+"
    assert line["directions"] == 20
    assert (line["random_low"], line["random_high"]) == (min(null), max(null))


def test_two_such_levels_need_more_directions() -> None:
    null = [0.3 + 0.01 * at for at in range(-10, 10)]
    two = ranked(rows(0.9, -0.5), [null, null])
    assert list(two["holm"]) == pytest.approx([2 / 21] * 2)
    assert list(two["arrow"]) == ["", ""]
    more = [0.3 + 0.001 * at for at in range(needed(2))]
    assert list(ranked(rows(0.9, -0.5), [more, more])["arrow"]) == ["+", "-"]
    assert needed(1) == 20
    assert needed(6) == 120


def test_too_few_directions_give_no_p() -> None:
    (line,) = ranked(rows(0.9), [[0.1] * 19]).to_dict(orient="records")
    assert np.isnan(line["p"])
    assert line["note"] == TOO_FEW
    (none,) = ranked(rows(0.9), [[]]).to_dict(orient="records")
    assert np.isnan(none["effect"])


def test_controls_are_ranked_and_not_tested() -> None:
    null = [0.01 * at for at in range(20)]
    (line,) = ranked(rows(0.9, tested=False), [null]).to_dict(orient="records")
    assert line["rank"] == 1
    assert np.isnan(line["holm"])
    assert (line["note"], line["arrow"]) == (NOT_IN_FAMILY, "")


def test_ties_count_against_the_level() -> None:
    assert rank(0.5, [0.5] * 20) == 21
    assert rank(1.0, [1.0, *[0.0] * 19]) == 2


@pytest.mark.parametrize("shape", ["skewed", "heavy"])
def test_random_vectors_in_place_of_emotions_are_found_no_more_often_than_by_chance(
    shape: str,
) -> None:
    """200 designs with six emotions whose vectors are random ones, among 120 random directions."""
    rng = np.random.default_rng(7)
    draw: Callable[[int], Any] = {
        "skewed": lambda size: rng.exponential(size=size),
        "heavy": lambda size: rng.standard_t(2, size=size),
    }[shape]
    wrong = 0
    for _ in range(200):
        levels, null = draw(6), draw(120)
        wrong += bool((ranked(rows(*levels), [null] * 6)["arrow"] != "").any())
    assert wrong / 200 <= 0.065


def test_p_is_uniform_over_ranks_without_an_effect() -> None:
    rng = np.random.default_rng(8)
    places = [rank(float(one), list(null)) for one, *null in rng.exponential(size=(4000, 21))]
    counts = np.bincount(places, minlength=22)[1:]
    assert ((counts - 4000 / 21) ** 2 / (4000 / 21)).sum() < 45.3, "chi-square, 20 df, p = .001"
