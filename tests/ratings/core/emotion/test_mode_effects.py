from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ratings.core.comparisons.scoring import record
from ratings.core.emotion.mode_effects import STEPS, mode_effects
from ratings.core.tables import SEATS, GameRecord
from tests.ratings.leagues import cell

MODES = ("absent", "hidden", "visible", "manipulative")
TRUE = {"absent": 0.0, "hidden": 0.5, "visible": 0.2, "manipulative": 1.0}


def played(repetitions: int, seed: int, void: tuple[str, ...] = ()) -> GameRecord:
    """Four modes against two opponents and each other; deals move everybody alike."""
    rng, rows = np.random.default_rng(seed), []
    names = [*MODES, "x", "y"]
    for repetition in range(repetitions):
        luck = rng.normal(size=2) * 5
        for one, two in permutations(names, 2):
            key, lost = f"{one}{two}{repetition}", repetition == 0 and one in void
            for seat, name in enumerate((one, two)):
                points = luck[seat] + TRUE.get(name, 0) + rng.normal()
                payoff = np.nan if lost else points
                rows.append(
                    (key, repetition, repetition, seat, name, payoff, lost, lost and not seat)
                )
    return record("g", pd.DataFrame(rows, columns=list(SEATS)), zero_sum=False)


def effects(found: GameRecord) -> pd.DataFrame:
    return mode_effects([found], {"model": {mode: mode for mode in MODES}}).set_index("step")


def test_effects_are_found_and_the_deal_cancels() -> None:
    table = effects(played(40, 1))
    for mode, than, step in STEPS:
        row = table.loc[step]
        assert (row["mode"], row["than"]) == (mode, than)
        assert row["low"] <= TRUE[mode] - TRUE[than] <= row["high"]
        assert row["high"] - row["low"] < 0.8  # luck of standard deviation 5 would make it 6
    assert cell(table, "overall", "p") < 0.001
    assert table["cells"].tolist() == [40 * 2 * 2] * 4  # two opponents in common, two seats


def test_the_steps_add_up_to_the_whole() -> None:
    table = effects(played(10, 2, void=("visible",)))["effect"]
    assert table[["feeling", "showing", "choosing"]].sum() == pytest.approx(table["overall"])


def test_a_void_match_takes_its_cell_from_every_arm() -> None:
    whole, cut = effects(played(10, 3)), effects(played(10, 3, void=("visible",)))
    # In repetition 0 visible is void in the first seat, and its mirrored matches go with it.
    assert (whole["cells"] - cut["cells"]).tolist() == [4] * 4


def test_intervals_cover_and_p_values_are_holms() -> None:
    inside = 0
    for seed in range(40):
        table = effects(played(6, 100 + seed))
        inside += cell(table, "choosing", "low") <= 0.8 <= cell(table, "choosing", "high")
    assert inside / 40 > 0.88


def test_one_effect_is_the_paired_t_test_over_clusters() -> None:
    found = played(12, 4)
    rows = found.seats[~found.seats["opponents"].isin(["absent", "hidden"])]
    means = rows.groupby(["repetition", "contestant"])["payoff"].mean().unstack()  # noqa: PD010 - one column of values
    table = mode_effects([found], {"model": {"absent": "absent", "hidden": "hidden"}})
    oracle = stats.ttest_rel(means["hidden"], means["absent"])
    assert list(table["step"]) == ["feeling"]
    assert table["p"][0] == pytest.approx(oracle.pvalue)
    ends = table[["low", "high"]].to_numpy()[0]
    assert ends == pytest.approx(tuple(oracle.confidence_interval()))


@pytest.mark.parametrize(("gain", "p"), [(1.0, 2 * 0.5**5), (0.0, 1.0)])
def test_clusters_that_all_agree_are_worth_their_number(gain: float, p: float) -> None:
    """Without any spread a t test would be sure of two clusters."""
    rows = [
        (f"{name}{n}", n, n, seat, player, gain * (player == "hidden"), False, False)
        for n in range(5)
        for name in ("absent", "hidden")
        for seat, player in enumerate((name, "x"))
    ]
    found = record("g", pd.DataFrame(rows, columns=list(SEATS)), zero_sum=False)
    (row,) = mode_effects([found], {"m": {m: m for m in ("absent", "hidden")}}).to_dict("records")
    assert (row["effect"], row["p"]) == (gain, p)
    assert np.isnan([row["low"], row["high"]]).all()


def test_modes_that_were_not_played_have_no_effect() -> None:
    table = mode_effects([played(3, 5)], {"model": {"absent": "absent", "visible": "nobody"}})
    assert table.empty


def test_more_tests_cost_more() -> None:
    found = played(8, 6)
    alone = mode_effects([found], {"m": {"absent": "absent", "hidden": "hidden"}})["p"][0]
    among = effects(found).loc["feeling", "p"]
    assert alone < among <= 4 * alone + 1e-12
