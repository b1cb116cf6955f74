"""Measures of deception on contestants whose answer is known."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ratings.core.emotion import deception
from ratings.core.emotion.deception import (
    DECISIONS,
    agreements,
    bluffs,
    effects,
    leaks,
    mismatches,
    predictions,
)
from ratings.core.statistics.information import excess
from ratings.core.statistics.strata import Effect

CARDS = ("J", "Q", "K")
FACES = ("sadness", "neutral", "happiness")
"""What somebody who hides nothing shows with each card."""
HONEST = dict(zip(CARDS, FACES, strict=True))
REVERSE = dict(zip(CARDS, reversed(FACES), strict=True))
H = np.log2(3)

Show = Callable[[str, np.random.Generator], str]


def dealt(show: Show, blocks: int = 150, matches: int = 2, seed: int = 0) -> pd.DataFrame:
    """One decision a match; the matches of a block share the card."""
    rng = np.random.default_rng(seed)
    rows = []
    for block in range(blocks):
        card = str(rng.choice(CARDS))
        for match in range(matches):
            shown = show(card, rng)
            rows.append(
                decision(match=f"{block}.{match}", repetition=block, private=card, shown=shown)
            )
    return pd.DataFrame(rows)


def decision(**given: Any) -> dict[str, Any]:
    row = dict.fromkeys(DECISIONS) | {"contestant": "x", "game": "g", "round": 0, "seat": 0}
    row |= {"turn": 0, "public": "first:", "action": "check", "options": ("check", "bet")}
    row |= {"felt": "neutral"}
    return row | given


def only(table: pd.DataFrame) -> SimpleNamespace:
    (row,) = table.to_dict(orient="records")
    return SimpleNamespace(**{str(key): value for key, value in row.items()})


@pytest.mark.parametrize("faces", [HONEST, REVERSE])
def test_whoever_shows_its_card_leaks_all_of_it_whatever_the_faces_mean(
    faces: dict[str, str],
) -> None:
    found = only(leaks(dealt(lambda card, _: faces[card])))
    assert found.bits + found.chance == pytest.approx(found.entropy)  # I = H(card | history)
    assert found.part == pytest.approx(1)
    assert found.bits == pytest.approx(H, abs=0.03)
    assert found.p == pytest.approx(1 / 501)
    assert (found.n, found.blocks) == (300, 150)


@pytest.mark.parametrize(
    "show", [lambda _, rng: str(rng.choice(FACES)), lambda *_: "neutral"], ids=["drawn", "blank"]
)
def test_whoever_conceals_leaks_nothing(show: Show) -> None:
    found = only(leaks(dealt(show)))
    if found.bits == 0:  # blocks that agree have no interval
        assert np.isnan(found.low)
    else:
        assert found.low <= 0 <= found.high
    assert abs(found.part) < 0.02


def test_without_the_permutation_mean_a_concealer_would_seem_to_leak() -> None:
    found = [
        only(leaks(dealt(lambda _, rng: str(rng.choice(FACES)), blocks=20, matches=1, seed=seed)))
        for seed in range(8)
    ]
    assert np.mean([each.bits for each in found]) == pytest.approx(0, abs=0.05)
    assert np.mean([each.bits + each.chance for each in found]) > 0.1
    assert all(each.low <= 0 <= each.high for each in found)


def test_what_is_shown_most_of_the_time_leaks_in_between() -> None:
    def mostly(card: str, rng: np.random.Generator) -> str:
        return HONEST[card] if rng.random() < 0.7 else str(rng.choice(FACES))

    right = 0.7 + 0.1
    exact = H + right * np.log2(right) + 2 * 0.1 * np.log2(0.1)
    found = only(leaks(dealt(mostly, blocks=300)))
    assert found.low < exact < found.high
    assert found.high - found.low < 0.4


def test_a_face_that_follows_the_move_tells_nothing_beyond_the_move() -> None:
    table = dealt(lambda card, _: HONEST["K" if card == "K" else "J"])
    blind = only(leaks(table))
    assert blind.bits > 0.8
    table["action"] = np.where(table["private"] == "K", "bet", "check")
    found = only(leaks(table))
    assert found.bits == pytest.approx(0, abs=1e-9)


def test_matches_that_share_a_deal_are_not_taken_for_independent() -> None:
    """A face drawn once a block goes with the block's card in every match of it."""
    table = dealt(lambda *_: "", blocks=12, matches=40, seed=3)
    faces = np.random.default_rng(4).choice(FACES, 12)
    table["shown"] = faces[table["repetition"]]
    found = only(leaks(table))
    assert found.low <= 0 <= found.high
    rows = table["private"], table["shown"], table["public"]
    naive = excess(*rows, units=np.arange(len(table)), clusters=table["repetition"])
    assert naive.p < 0.01
    assert naive.bits > found.bits


def test_the_permutation_mean_is_that_of_the_hypergeometric_law() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.integers(3, size=60), rng.integers(4, size=60)
    exact = 0.0
    for a in np.bincount(x):
        for b in np.bincount(y):
            n = np.arange(max(1, a + b - 60), min(a, b) + 1)
            odds = stats.hypergeom(60, a, b).pmf(n)
            exact += float((n / 60 * np.log2(60 * n / (a * b)) * odds).sum())
    found = excess(x, y, np.zeros(60), units=np.arange(60), clusters=np.arange(60))
    assert found.chance == pytest.approx(exact, rel=0.05)


def test_a_unit_with_two_values_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one value"):
        excess([0, 1], [0, 1], [0, 0], units=[0, 0], clusters=[0, 1])


def test_shown_and_felt_are_compared_decision_by_decision() -> None:
    table = dealt(lambda card, _: HONEST[card], blocks=40)
    assert only(mismatches(table.assign(felt=table["shown"]))).share == 0
    reverse = only(mismatches(table.assign(felt="anger")))
    assert (reverse.share, reverse.high) == (1, 1)
    half = only(
        mismatches(table.assign(felt=np.where(table["repetition"] % 2, "anger", table["shown"])))
    )
    assert half.low < half.share == 0.5 < half.high
    assert mismatches(table.assign(felt=None)).empty


def rounds(show: Callable[[str, np.random.Generator], str], blocks: int = 60) -> pd.DataFrame:
    """Four rounds in which the next move is drawn, and shown beforehand or not."""
    rng = np.random.default_rng(8)
    rows = []
    for block in range(blocks):
        moves = rng.choice(["cooperate", "defect"], size=5)
        for turn in range(4):
            shown, place = show(str(moves[turn + 1]), rng), {"turn": turn, "round": turn}
            rows.append(
                decision(
                    match=f"{block}", repetition=block, action=moves[turn], shown=shown, **place
                )
            )
    return pd.DataFrame(rows)


def test_a_display_of_the_next_move_predicts_it() -> None:
    found = only(predictions(rounds(lambda move, _: {"defect": "anger"}.get(move, "neutral"))))
    assert found.bits + found.chance == pytest.approx(found.entropy)
    assert found.entropy == pytest.approx(1, abs=0.02)
    assert found.part == pytest.approx(1)
    assert found.n == 60 * 3  # the last round has no next move


def test_a_display_drawn_at_random_predicts_nothing() -> None:
    found = only(predictions(rounds(lambda _, rng: str(rng.choice(FACES)))))
    assert found.low <= 0 <= found.high


def test_bluffs_are_counted_beside_honest_claims() -> None:
    given = [(False, True)] * 30 + [(False, False)] * 10 + [(True, False)] * 40
    table = pd.DataFrame(
        [decision(match=at, repetition=at, backed=b, believed=c) for at, (b, c) in enumerate(given)]
        + [decision(match=99, repetition=99)]
    )
    found = only(bluffs(table))
    assert (found.n, found.bluffs, found.believed, found.honest) == (80, 40, 0.75, 0)
    assert found.low < 0.75 < found.high
    assert 0 < found.gap_low < found.gap == 0.75 < found.gap_high


def test_effects_are_those_of_a_regression_on_displays_and_situations() -> None:
    rng = np.random.default_rng(2)
    strata, seen, y = rng.integers(5, size=200), rng.integers(2, size=200), rng.normal(size=200)
    design = np.column_stack([seen == 1, *(strata == s for s in range(5))]).astype(float)
    (exact, *_), *_ = np.linalg.lstsq(design, y)
    found = Effect(strata, seen, y)(np.ones(200))
    assert found == pytest.approx([-exact, exact])


def seen(blocks: int, answer: Callable[[str, np.random.Generator], Any]) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    rows = []
    for block in range(blocks):
        face = str(rng.choice(["anger", *FACES]))
        about = {
            "perceived": face,
            "perceived_from": "probe",
            "randomised": True,
            "repetition": block,
        }
        rows.append(decision(match=block, action=answer(face, rng), **about))
    return pd.DataFrame(rows)


def test_numbers_are_compared_in_points() -> None:
    table = seen(200, lambda face, rng: int(rng.integers(40, 60)) - 20 * (face == "anger"))
    table["options"] = table["options"].map(lambda _: ())
    table["action"] = table["action"].astype(object)
    found = effects(table)
    assert set(found["outcome"]) == {"points"}
    after_anger = only(found[found["display"] == "anger"])
    assert after_anger.effect == pytest.approx(-20, abs=2.5)
    assert after_anger.low < -20 < after_anger.high


def test_points_and_words_of_one_game_are_kept_apart() -> None:
    words = seen(60, lambda face, _: "bet" if face == "anger" else "check")
    points = seen(60, lambda face, _: 10 if face == "anger" else 50)
    points = points.assign(public="proposer:", options=points["options"].map(lambda _: ()))
    found = effects(pd.concat([words, points]))
    after = {
        str(row["outcome"]): row["effect"]
        for row in found[found["display"] == "anger"].to_dict(orient="records")
    }
    assert after == pytest.approx({"bet": 1, "check": -1, "points": -40})


def test_displays_that_were_chosen_prove_nothing_and_are_left_out() -> None:
    table = seen(30, lambda face, _: "bet" if face == "anger" else "check")
    assert only(deception.responses(table)).part == pytest.approx(1)
    chosen = table.assign(randomised=False)
    assert deception.responses(chosen).empty
    assert effects(chosen).empty


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="shown"):
        leaks(dealt(lambda *_: "neutral", blocks=2).drop(columns="shown"))


def read(agree: float, people: int, decisions: int, seed: int) -> pd.DataFrame:
    """Faces that are read as what is felt with a probability, and else as drawn at random.

    Who is read well is a matter of the person: the probability is 0 or twice as high.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own = rng.choice([0, 2 * agree])
        for _ in range(decisions):
            felt, drawn = rng.choice(FACES), rng.choice(FACES)
            face = felt if rng.random() < own else drawn
            rows.append(decision(felt=felt, face=face, shown=face, participant=f"p{person}"))
    return pd.DataFrame(rows)


def pair(table: pd.DataFrame, name: str) -> SimpleNamespace:
    return only(table[table["pair"] == name])


def test_agreement_of_felt_and_face_is_found_and_chance_is_none() -> None:
    found = agreements(read(0.4, 400, 10, 1))
    assert pair(found, "felt and face").kappa == pytest.approx(0.4, abs=0.05)
    assert pair(found, "felt and face").share == pytest.approx(0.4 + 0.6 / 3, abs=0.04)
    shown = pair(found, "face and shown")
    assert (shown.share, shown.kappa, shown.n, shown.people) == (1, pytest.approx(1), 4000, 400)
    assert pair(agreements(read(0, 200, 10, 2)), "felt and face").kappa == pytest.approx(
        0, abs=0.05
    )


def test_the_interval_of_an_agreement_is_as_wide_as_people_differ() -> None:
    truth, held = 0.4 + 0.6 / 3, 0
    for seed in range(60):
        found = pair(agreements(read(0.4, 40, 10, seed)), "felt and face")
        held += found.low <= truth <= found.high
    assert held >= 52


def test_a_face_that_was_not_read_agrees_with_nothing() -> None:
    table = read(0.4, 4, 3, 1)
    unread = table.assign(face=table["face"].where(table["participant"] != "p0"))
    assert pair(agreements(unread), "felt and face").n == 9
    assert agreements(table.assign(face=None)).empty
    same = agreements(table.assign(felt="neutral", face="neutral"))
    assert np.isnan(pair(same, "felt and face").kappa)
