"""Manipulation checks of contestants whose answers are known."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ratings.core.emotion.manipulation import comparisons, reports, warnings

WORDS = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
INDUCED = {"afraid": "fear", "calm": "none"}
ARMS = {"afraid": "fear (coplayer)", "calm": "none"}
CONTROLS = {"afraid": ["calm"]}


def checks(contestant: str, named: float, blocks: int = 40, **about: Any) -> pd.DataFrame:
    """A share of reports names fear, the others are neutral; fear is unpleasant."""
    rng = np.random.default_rng(len(contestant))
    rows = []
    for block in range(blocks):
        fear = rng.random() < named
        said = {"emotion": "fear" if fear else "neutral", "valence": 2 if fear else 5}
        where = {"contestant": contestant, "game": "g", "repetition": block, "verdict": "legal"}
        rows.append({**where, **said, "arousal": 7 if fear else 3, **about})
    return pd.DataFrame(rows)


def of(table: pd.DataFrame, quantity: str, contestant: str = "afraid") -> SimpleNamespace:
    rows = table[(table["contestant"] == contestant) & (table["quantity"] == quantity)]
    (row,) = rows.to_dict(orient="records")
    return SimpleNamespace(**{str(key): value for key, value in row.items()})


def test_an_induction_that_takes_raises_no_warning() -> None:
    table = pd.concat([checks("afraid", 1), checks("calm", 0)])
    found, compared = reports(table, INDUCED, ARMS), comparisons(table, INDUCED, CONTROLS)
    assert (of(found, "match").value, of(found, "valence").value) == (1, 2)
    assert of(found, "match").low > 0.9
    assert (of(compared, "match").value, of(compared, "valence").value) == (1, -3)
    assert of(compared, "arousal").value == 4
    assert of(compared, "match").low > 0.8
    assert warnings(found, compared, len(WORDS)) == []
    assert set(found[found["contestant"] == "calm"]["quantity"]) == {"valence", "arousal", "read"}


def test_an_induction_that_does_nothing_is_named() -> None:
    table = pd.concat([checks("afraid", 0.3), checks("calm", 0.3)])
    found, compared = reports(table, INDUCED, ARMS), comparisons(table, INDUCED, CONTROLS)
    assert of(compared, "valence").low < 0 < of(compared, "valence").high
    (line,) = warnings(found, compared, len(WORDS))
    assert line.startswith("afraid: fear (coplayer) cannot be shown to have been induced: ")
    assert line.endswith("against calm.")


@pytest.mark.parametrize(("named", "number"), [(0.9, 0), (0.15, 1)])
def test_without_a_control_arm_chance_is_the_measure(named: float, number: int) -> None:
    table = checks("afraid", named)
    found = reports(table, INDUCED, ARMS)
    none = comparisons(table, INDUCED, {"afraid": []})
    lines = warnings(found, none, len(WORDS))
    assert len(lines) == number
    assert all("chance is 14%, and there is no control arm" in line for line in lines)


def test_few_reports_prove_nothing() -> None:
    table = pd.concat([checks("afraid", 1, blocks=1), checks("calm", 0, blocks=1)])
    found, compared = reports(table, INDUCED, ARMS), comparisons(table, INDUCED, CONTROLS)
    assert np.isnan(of(found, "valence").low)
    assert len(warnings(found, compared, len(WORDS))) == 1


def test_what_could_not_be_read_is_counted_and_says_nothing() -> None:
    nothing = {"valence": None, "arousal": None, "emotion": None}
    void = checks("afraid", 1, blocks=10, verdict="missing", **nothing)
    half = pd.concat([checks("afraid", 1, blocks=10), void])
    found = reports(half, INDUCED, ARMS)
    assert of(found, "read").value == 0.5
    assert (of(found, "match").value, of(found, "match").n) == (1, 10)
    none = reports(void, INDUCED, ARMS)
    (line,) = warnings(none, comparisons(void, INDUCED, CONTROLS), len(WORDS))
    assert line.endswith("no report could be read.")
