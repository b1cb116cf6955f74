"""What `arena align` says of agents of which everything is known."""

from pathlib import Path

import pytest

from arena.analysis.alignment import Alignment, align
from arena.design.tournament import Tournament, shipped
from arena.engine.runner import run
from arena.record.run import Run
from ratings.core.human.agreement import Agreement
from ratings.core.human.arrows import DOWN, UP
from ratings.core.human.directions import reference
from ratings.core.human.distances import Comparison
from ratings.core.human.sameness import NO, OPEN, YES
from tests.arena.designs import Silent

DRAWN_FROM = ("engel2011_plain", "moblab2024_offer", "moblab2024_minimum")
DILEMMA = "zhu2024_dilemma"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Alignment:
    folder: Path = tmp_path_factory.mktemp("controls")
    run(Tournament.read(shipped()["controls"]), folder, Silent())
    return align(Run(folder))


def beside(found: Alignment, contestant: str, study: str) -> Comparison:
    (each,) = [c for c in found.comparisons if (c.contestant, c.baseline) == (contestant, study)]
    return each


@pytest.mark.parametrize("study", DRAWN_FROM)
def test_people_are_equivalent_and_as_spread(found: Alignment, study: str) -> None:
    people = beside(found, "people", study)
    assert people.equivalent
    assert people.dispersion == pytest.approx(1, abs=0.2)
    assert people.ks_p > 0.001


def test_people_are_never_shown_to_be_others(found: Alignment) -> None:
    """In 240 blocks they are the same; 16 blocks of a dilemma tell it in a part of all runs."""
    same = [beside(found, "people", study).same for study in DRAWN_FROM]
    assert same == [YES] * 3
    dilemma = beside(found, "people", DILEMMA)
    assert dilemma.same_mean != NO
    assert 0.5 < dilemma.power < 0.8


def test_verdicts_name_what_failed(found: Alignment) -> None:
    told = {each.base: each for each in found.verdicts}
    assert told["rational"].words == told["half"].words == "not human-like"
    assert "offer in ultimatum" in " ".join(told["half"].reasons)
    assert "another spread (0.00 of people's)" in " ".join(told["half"].reasons)
    for who in ("people", "less"):  # one sign, that an agent who always does less has too
        assert told[who].words == "cannot be told"
        assert told[who].directions == OPEN
        assert any("always less" in reason for reason in told[who].reasons)


@pytest.mark.parametrize("study", DRAWN_FROM)
def test_who_is_rational_is_neither(found: Alignment, study: str) -> None:
    rational = beside(found, "rational", study)
    assert not rational.within_floor
    assert not rational.equivalent
    assert rational.dispersion == 0
    # It always does the same: one observation per block.
    assert rational.effective == (240 if study.startswith("engel") else 16)


def test_people_in_the_dilemma_are_those_they_were_drawn_from(found: Alignment) -> None:
    people, defector = (beside(found, who, DILEMMA) for who in ("people", "defector"))
    # 16 blocks rarely show that two means lie within 10 points, even where they do.
    assert abs(people.mean - people.human) < 0.1
    assert not defector.within_floor
    assert not defector.equivalent


def test_gifts_and_minima_tell_no_fehr_schmidt_parameters(found: Alignment) -> None:
    told = found.preferences[found.preferences["parameter"].str.startswith("Fehr")]
    assert set(told["contestant"]) >= {"people", "half", "rational"}
    assert told["estimate"].isna().all()


def test_half_always_passes_the_turing_test_and_is_far_from_people(found: Alignment) -> None:
    offers = beside(found, "half", "moblab2024_offer")
    assert offers.turing is not None
    assert offers.turing[2] == pytest.approx(0, abs=1e-12)
    assert offers.equivalent  # the mean is near: the spread and the distance tell
    assert offers.dispersion == 0
    assert not offers.within_floor


def test_people_with_emotions_get_the_human_arrows(found: Alignment) -> None:
    assert found.effects is not None
    own = found.effects[found.effects["base"] == "people"]
    calls = {(o, e): c for o, e, c in zip(own["outcome"], own["emotion"], own["call"], strict=True)}
    like = ("incidental", "neutral")
    scored = [
        cell
        for cell in reference().cells
        if cell.scored
        and (cell.induction, cell.comparator) == like
        and cell.game in {"dictator", "ultimatum", "prisoners_dilemma"}
    ]
    assert len(scored) == 5
    for cell in scored:
        assert calls[cell.outcome, cell.emotion] == {"+": UP, "-": DOWN}[cell.sign], cell
    known = {(cell.outcome, cell.emotion) for cell in scored}
    moved = {key for key, call in calls.items() if call in {UP, DOWN} and key not in known}
    assert len(moved) <= 3  # of 15 without an effect, which share five neutral arms


def agreements(found: Alignment) -> dict[str, Agreement]:
    return {each.base: each for each in found.agreements}


def test_a_table_of_one_sign_tells_nobody_from_who_is_always_less_prosocial(
    found: Alignment,
) -> None:
    less, people = agreements(found)["less"], agreements(found)["people"]
    assert (less.hits, less.cells) == (people.hits, people.cells) == (5, 5)
    assert less.hits == less.nulls["always less prosocial"]
    assert less.permutation_p > 0.05
    assert less.answer == people.answer == OPEN
