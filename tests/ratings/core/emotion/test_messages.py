"""Shares of promises kept and advice followed, where the truth is known."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ratings.core.emotion.messages import ADVISERS, ANY, MESSAGES, compliance, promises

FACES = ("anger", "happiness", "neutral")
STUDIES = 40


def study(
    rng: np.random.Generator, kept: dict[str, float], *, stated: float = 1.0, advises: bool = False
) -> pd.DataFrame:
    """Messages of 40 blocks, three in each; how often one is kept depends on the face."""
    rows: list[dict[str, Any]] = []
    for block in range(40):
        for _ in range(3):
            face = str(rng.choice(FACES))
            states = "cooperate" if rng.random() < stated else None
            row = dict.fromkeys(ADVISERS) | {
                "kind": "program",
                "contestant": "x",
                "game": "g",
                "opponents": "y",
            }
            row |= {"repetition": block, "shown": face, "text": "", "advises": advises}
            done = None if states is None else bool(rng.random() < kept[face])
            rows.append(row | {"states": states, "kept": done})
    return pd.DataFrame(rows)


def line(table: pd.DataFrame, display: str = ANY) -> dict[str, Any]:
    (row,) = table[table["display"] == display].to_dict(orient="records")
    return {str(key): value for key, value in row.items()}


@pytest.mark.parametrize("share", [0.7, 0.95])
def test_intervals_hold_the_share_that_is_kept(share: float) -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(STUDIES):
        row = line(promises(study(rng, dict.fromkeys(FACES, share))))
        held += row["low"] <= share <= row["high"]
        assert row["broken"] == pytest.approx(1 - row["kept"])
    assert held >= 0.85 * STUDIES


def test_faces_that_mean_nothing_have_no_gap_and_others_have_theirs() -> None:
    rng, none, found = np.random.default_rng(2), 0, 0
    for _ in range(STUDIES):
        none += _apart(line(promises(study(rng, dict.fromkeys(FACES, 0.7))), "anger"))
        told = {"anger": 0.4, "happiness": 0.9, "neutral": 0.9}
        row = line(promises(study(rng, told)), "anger")
        found += _apart(row)
    assert none <= 0.15 * STUDIES
    assert found >= 0.9 * STUDIES


def _apart(row: dict[str, Any]) -> bool:
    return not row["gap_low"] <= 0 <= row["gap_high"]


def test_statements_are_counted_apart_from_messages() -> None:
    table = promises(study(np.random.default_rng(3), dict.fromkeys(FACES, 0.7), stated=0.25))
    row = line(table)
    assert row["n"] == 120
    assert row["statements"] == round(row["stated"] * 120)
    assert row["stated"] == pytest.approx(0.25, abs=0.12)
    assert table.loc[table["display"] != ANY, "n"].sum() == 120


def test_who_states_nothing_has_no_figure() -> None:
    row = line(promises(study(np.random.default_rng(4), dict.fromkeys(FACES, 0.7), stated=0.0)))
    assert (row["stated"], row["statements"]) == (0, 0)
    assert np.isnan([row["kept"], row["broken"], row["low"], row["high"]]).all()


def test_advice_is_no_promise() -> None:
    advised = study(np.random.default_rng(5), dict.fromkeys(FACES, 0.8), advises=True)
    assert promises(advised).empty
    row = line(compliance(advised))
    assert (row["contestant"], row["advised"], row["n"]) == ("x", "y", 120)
    assert row["low"] < 0.8 < row["high"]
    assert row["followed"] + row["ignored"] == pytest.approx(1)
    assert compliance(study(np.random.default_rng(5), dict.fromkeys(FACES, 0.8))).empty


def test_one_contestant_advises_as_a_person_and_as_its_successor() -> None:
    own = study(np.random.default_rng(6), dict.fromkeys(FACES, 0.9), advises=True)
    after = study(np.random.default_rng(7), dict.fromkeys(FACES, 0.2), advises=True)
    table = compliance(pd.concat([own.assign(kind="person"), after]))
    by_kind = table[table["display"] == ANY].set_index("kind")["followed"]
    assert set(by_kind.index) == {"person", "program"}
    assert by_kind["person"] == pytest.approx(0.9, abs=0.1)
    assert by_kind["program"] == pytest.approx(0.2, abs=0.1)


def test_an_empty_table_has_its_columns() -> None:
    nothing = pd.DataFrame(columns=[*ADVISERS])
    assert {"kept", "broken", "gap"} <= set(promises(nothing[[*MESSAGES]]))
    assert {"kind", "advised", "followed", "ignored"} <= set(compliance(nothing))
