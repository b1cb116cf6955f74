"""The verdict: what it combines, what it leaves out, and that it says why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ratings.core.human.agreement import Agreement
from ratings.core.human.arrows import Arm
from ratings.core.human.distances import CHOICES, Comparison, compare
from ratings.core.human.sameness import NO, OPEN, YES
from ratings.core.human.studies import baseline
from ratings.core.human.verdict import Verdict, verdicts

STUDIES = ("engel2011_plain", "forsythe1994_dictator_unpaid", "moblab2024_offer")
GAMES = {"giving": {"name": "dictator"}, "asking": {"name": "ultimatum"}}
CALM, ANGRY = Arm("m", "none"), Arm("m", "anger")


def decided(game: str, measure: str, values: "np.ndarray", who: str = "m") -> pd.DataFrame:
    data = {"contestant": who, "game": game, "measure": measure, "value": values, "x": None}
    cluster = np.arange(len(values)) // 10
    return pd.DataFrame({**data, "round": 0, "cluster": cluster, "repeated": False})[list(CHOICES)]


def as_people(study: str, n: int = 400) -> "np.ndarray":
    people = baseline(study).histogram
    return np.random.default_rng(5).choice(people.values, n, p=people.share)


def compared(*tables: pd.DataFrame) -> list[Comparison]:
    return compare(pd.concat(tables), {name: baseline(name) for name in STUDIES}, GAMES)


def one(comparisons: list[Comparison], *moved: Agreement, **arms: Arm) -> Verdict:
    (verdict,) = verdicts(comparisons, moved, arms)
    return verdict


GIFTS = decided("giving", "share_given", as_people("engel2011_plain"))
OFFERS = decided("asking", "offer", as_people("moblab2024_offer"))
HUMAN = compared(GIFTS, OFFERS)
ALL_RIGHT = Agreement("m", 12, 12, 0, {"always less": 6.0}, {"always less": 0.0}, 0.001, 0.001, 3.0)
OPPOSITE = replace(ALL_RIGHT, hits=2, missed=10, permutation_p=0.9)
ONE_SIGN = replace(ALL_RIGHT, nulls={"always less": 12.0})


def test_people_of_one_sample_are_human_though_other_samples_differ() -> None:
    found = one(HUMAN)
    assert found.levels == {("giving", "share_given"): YES, ("asking", "offer"): YES}
    assert (found.words, found.directions, found.reasons) == ("human-like", None, ())
    assert found.power > 0.95
    unpaid = next(c for c in HUMAN if c.baseline == "forsythe1994_dictator_unpaid")
    assert unpaid.same == NO


@pytest.mark.parametrize("constant", [0.0, 40.0, 50.0])
def test_one_game_that_fails_is_enough_and_is_named(constant: float) -> None:
    found = one(compared(GIFTS, decided("asking", "offer", np.full(400, constant))))
    assert found.words == "not human-like"
    assert all("offer in asking" in reason for reason in found.reasons)
    assert any("another spread (0.00 of people's)" in reason for reason in found.reasons)


def test_few_wordings_get_their_power() -> None:
    """Six identical answers at people's mean are no human sample, nor are three a caricature."""
    six, three = (one(compared(decided("asking", "offer", np.full(10 * n, 44.0)))) for n in (6, 3))
    assert six.words == "not human-like"
    assert three.words == "cannot be told"
    few = one(compared(decided("asking", "offer", as_people("moblab2024_offer", 60))))
    assert few.words != "not human-like"
    dozen = compared(decided("asking", "offer", as_people("moblab2024_offer", 20)))
    assert "2 wordings rule out a difference of 10 points" in " ".join(one(dozen).reasons)


@pytest.mark.parametrize(
    ("moved", "words", "why"),
    [
        (ALL_RIGHT, "human-like", ""),
        (OPPOSITE, "not human-like", "2 of 12 arrows, 10 missed"),
        (ONE_SIGN, "cannot be told", "of 12 known arrows, 12 are also had by always less"),
    ],
)
def test_induced_emotions_have_to_move_it_as_people(moved: Agreement, words: str, why: str) -> None:
    found = one(HUMAN, moved, m=CALM, angry=ANGRY)
    assert found.words == words
    assert why in " ".join(found.reasons)


def test_emotions_without_a_known_effect_leave_it_open() -> None:
    assert one(HUMAN, m=CALM, angry=ANGRY).answer == OPEN
    nothing = replace(ALL_RIGHT, hits=0, cells=0, nulls={})
    assert one(HUMAN, nothing, m=CALM, angry=ANGRY).answer == OPEN


def test_levels_are_those_without_an_emotion() -> None:
    angry = compared(GIFTS.assign(contestant="angry"))
    found = one(angry, ALL_RIGHT, angry=ANGRY)
    assert found.levels == {}
    assert found.answer == OPEN
    assert "without an emotion" in found.reasons[0]


def test_people_of_another_game_say_nothing() -> None:
    other = [replace(each, mismatch="payoffs") for each in HUMAN]
    assert one(other).answer == OPEN


def test_what_was_lost_can_have_gone_either_way() -> None:
    lost = {("m", "giving", "share_given"): 0.2}
    studies = {name: baseline(name) for name in STUDIES}
    (found,) = verdicts(compare(GIFTS, studies, GAMES, lost), [], {})
    assert found.answer == OPEN
    assert "20% of decisions lost" in " ".join(found.reasons)
