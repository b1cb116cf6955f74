"""Human studies: the shipped ones are sound, and unsound ones are refused by what is wrong."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import games
from arena.testing.baselines import CHECKS
from arena.testing.conformance import Check, flaws
from games.core.errors import BadInput
from ratings.core.human.measures import summaries
from ratings.core.human.own_decisions import read_decisions
from ratings.core.human.payoffs import PayoffMap
from ratings.core.human.studies import Baseline, baseline, baselines, read_study, samples
from ratings.core.play.contribution_types import REPEATED_TYPES, SCHEDULE_TYPES
from tests import ROOT
from tests.ratings.study_text import STUDY

FOLDER = ROOT / "ratings" / "baselines"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", baselines())
def test_every_shipped_study_is_as_studies_must_be(check: Check[Baseline], name: str) -> None:
    assert list(flaws(check, baseline(name))) == []


def test_every_study_named_in_the_literature_is_there() -> None:
    files = {path.stem for path in FOLDER.glob("*.toml")}
    assert files >= {
        "engel2011", "moblab2024", "forsythe1994", "mengel2018", "shafir_tversky1992",
        "andreoni_miller1993", "bereby_meyer_roth2006", "kunreuther2009",
        "dal_bo_frechette2011", "cooper1989", "oosterbeek2004", "heffner_feldmanhall2022",
        "zhu2024", "poncela_casasnovas2016", "gtemo2026",
    }  # fmt: skip
    assert len(baselines()) == sum(
        len(tomllib.loads(path.read_text())["samples"]) for path in FOLDER.glob("*.toml")
    )


ROUNDS, TENTHS = tuple(range(1, 11)), tuple(range(0, 101, 10))
CURVES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    # Alsobay et al. (2025): mean shares by round, without and with punishment.
    "alsobay2025_plain": (ROUNDS, (0.57, 0.64, 0.64, 0.63, 0.56, 0.54, 0.52, 0.50, 0.45, 0.51)),
    "alsobay2025_punishment": (
        ROUNDS, (0.59, 0.65, 0.68, 0.72, 0.70, 0.71, 0.67, 0.72, 0.70, 0.67)
    ),
    # Andreozzi et al. (2020): after nothing, half and all, in the first and the last period.
    "andreozzi2020_first_period": ((0, 50, 100), (0.0187, 0.3209, 0.5597)),
    "andreozzi2020_last_period": ((0, 50, 100), (0.0149, 0.1418, 0.2575)),
    # Heffner and FeldmanHall (2022): rejections of 5 to 50 per cent, and who cooperates after what.
    "heffner_feldmanhall2022_acceptance": (
        tuple(range(5, 51, 5)),
        tuple(1 - no for no in (
            0.717, 0.601, 0.513, 0.415, 0.292, 0.210, 0.137, 0.042, 0.025, 0.009
        )),
    ),
    "heffner_feldmanhall2022_second_mover": (
        TENTHS,
        (0.165, 0.199, 0.191, 0.206, 0.258, 0.745, 0.742, 0.799, 0.781, 0.807, 0.837),
    ),
}  # fmt: skip
"""Figures of people in games of groups as printed, by the places that they are of."""


CITIES = {
    "boston": 18.0, "copenhagen": 17.7, "st_gallen": 16.7, "zurich": 16.2, "nottingham": 15.0,
    "seoul": 14.7, "bonn": 14.5, "melbourne": 14.1, "chengdu": 13.9, "minsk": 12.9, "samara": 11.7,
    "dnipropetrovsk": 10.9, "muscat": 9.9, "istanbul": 7.1, "riyadh": 6.9, "athens": 5.7,
}  # fmt: skip
"""Mean contributions of 20 with punishment: Herrmann, Thöni and Gächter (2008), recalled."""
TYPES = {
    "andreozzi2020_types": {
        "conditional cooperator": 87, "free rider": 35, "hump-shaped": 10, "cooperator": 1,
        "other": 1,
    },
    "kurzban_houser2005_types": {
        "conditional cooperator": 63, "free rider": 20, "cooperator": 13, "other": 4,
    },
}  # fmt: skip
"""People of each type: of 134, and of 100."""


def test_means_of_cities_are_the_shipped_ones_and_recalled() -> None:
    found = {each.name.removeprefix("herrmann2008_"): each for each in samples("herrmann2008")}
    assert {city: each.value for city, each in found.items()} == pytest.approx(
        {city: mean / 20 for city, mean in CITIES.items()}
    )
    assert {each.confidence for each in found.values()} == {"recalled"}


@pytest.mark.parametrize("name", TYPES)
def test_types_of_people_are_the_shipped_ones(name: str) -> None:
    study, people = baseline(name), TYPES[name]
    shares = {kind: number / sum(people.values()) for kind, number in people.items()}
    assert study.shares == pytest.approx(shares, abs=0.0001)
    known = SCHEDULE_TYPES if study.measure == "type_by_schedule" else REPEATED_TYPES
    assert {*shares} <= {*known}


def test_shares_of_kinds_of_players_are_no_decisions() -> None:
    """They are read by nobody who reads decisions of people."""
    assert not {"strategies", "type_by_schedule", "type_by_profile"} & summaries().keys()
    assert {"cooperation", "contribution", "conditional_contribution"} <= summaries().keys()


@pytest.mark.parametrize("name", CURVES)
def test_printed_curves_are_the_shipped_ones(name: str) -> None:
    places, printed = CURVES[name]
    points = baseline(name).points
    assert points is not None
    assert tuple(x for x, _ in points) == places
    # The last digit printed: two of Alsobay's, three or four of the others.
    last = 0.0051 if name.startswith("alsobay") else 0.00051
    assert [y for _, y in points] == pytest.approx(printed, abs=last)


@pytest.mark.parametrize(
    ("name", "printed", "people"),
    [
        ("drouvelis2024_real", 0.448, 357),
        ("drouvelis2024_hypothetical", 0.404, 343),
        ("drouvelis2024_real_punishment", 0.447, 516),
        ("drouvelis2024_hypothetical_punishment", 0.459, 492),
        ("zhu2024_stag_hunt", 0.5973, 1519),
        ("zhu2024_chicken", 0.4814, 3791),
        ("johnson_mislin2011_sent", 50, "unknown"),
        ("johnson_mislin2011_returned", 37, "unknown"),
        # Fehr and Gächter (2000), recalled.
        ("fehr_gachter2000_strangers", 0.19, "unknown"),
        ("fehr_gachter2000_strangers_punishment", 0.58, "unknown"),
        ("fehr_gachter2000_partners", 0.38, "unknown"),
        ("fehr_gachter2000_partners_punishment", 0.85, "unknown"),
    ],
)
def test_printed_figures_are_the_shipped_ones(name: str, printed: float, people: object) -> None:
    study = baseline(name)
    assert (study.value, study.people) == (printed, people)
    recalled = name.startswith(("johnson", "fehr"))
    assert (study.confidence == "recalled") is recalled


@pytest.mark.parametrize(
    ("name", "mean", "at_zero", "half"),
    [
        # Engel (2011): shares that give nothing, and 41 to 50 per cent.
        ("engel2011_all", None, 0.3611, 0.1674),
        ("engel2011_one_shot", None, 0.3133, 0.2127),
        # Forsythe et al. (1994): means, nothing and half.
        ("forsythe1994_dictator_paid5", 22.2, 0.356, 0.178),
        ("forsythe1994_dictator_paid10", 23.3, 0.208, 0.208),
        ("forsythe1994_dictator_unpaid", 38.3, 0.130, 0.478),
        # Mei et al. (2024): people who keep everything and who give exactly half.
        ("moblab2024_dictator", 25.9, 0.2613, 0.1944),
    ],
)
def test_published_figures(name: str, mean: float | None, at_zero: float, half: float) -> None:
    people = baseline(name).histogram
    shares = dict(zip(people.high, people.share, strict=True))
    assert shares[0] == pytest.approx(at_zero, abs=0.0006)
    assert shares[50] == pytest.approx(half, abs=0.0006)
    if mean is not None:
        assert people.mean == pytest.approx(mean, abs=0.15)


@pytest.mark.parametrize(
    ("payoffs", "published"),
    [((5, 3, 1, 0), 0.369), ((700, 400, 300, 0), 0.239), ((10, 8, 5, 0), 0.290)],
)
def test_the_formula_of_payoffs(payoffs: tuple[int, ...], published: float) -> None:
    keys = ("temptation", "reward", "punishment", "sucker")
    game: dict[str, float] = dict(zip(keys, payoffs, strict=True))
    expected = baseline("mengel2018").expected(np.array([None]), game)
    assert expected[0] == pytest.approx(published, abs=0.0006)
    assert "Gächter" in baseline("mengel2018").contested


def test_probabilities_by_offer_round_and_outcome() -> None:
    curve = baseline("moblab2024_acceptance")
    assert curve.expected(np.array([20, 25, 22.5]), {}) == pytest.approx([0.2646, 0.3107, 0.28765])
    rounds = baseline("andreoni_miller1993_rounds").expected(np.array([1, 10, 11]), {})
    assert rounds[:2] == pytest.approx([0.625, 0.0679])
    assert np.isnan(rounds[2])  # nothing is known of round 11
    after = baseline("dal_bo_frechette2011_d75_r40_after").expected(np.array(["CC", "DD"]), {})
    assert after == pytest.approx([0.98, 0.09])


@pytest.mark.parametrize(
    ("name", "people", "decisions"),
    [
        ("andreoni_miller1993_rounds", 14, 2800),
        ("andreoni_miller1993_after", 14, 2520),
        ("bereby_meyer_roth2006_rounds", "unknown", 29200),
        ("kunreuther2009_after", "unknown", 7920),
        ("dal_bo_frechette2011_d75_r40_all", 38, 928),
        ("shafir_tversky1992_unknown", 80, 444),
        ("moblab2024_dictator", 10335, 13232),
        ("heffner_feldmanhall2022_acceptance", 715, 14300),
    ],
)
def test_people_are_no_decisions(name: str, people: int | str, decisions: int) -> None:
    study = baseline(name)
    assert (study.people, study.decisions) == (people, decisions)
    assert study.sampled == (people != "unknown")


def test_a_spread_between_laboratories_is_part_of_the_error() -> None:
    """Engel's plain gifts: 2,626 people of 82 treatments, whose means differ by ten points."""
    plain = baseline("engel2011_plain")
    of_people = plain.histogram.sd / np.sqrt(2626)
    error = np.sqrt(10.19**2 / 82 + of_people**2)
    assert plain.error(np.zeros(1)) == pytest.approx(error)
    assert error / of_people == pytest.approx(2.6, abs=0.1)
    assert plain.histogram.people == pytest.approx((plain.histogram.sd / error) ** 2)


def test_a_published_error_is_taken() -> None:
    study = baseline("moblab2024_dictator")
    assert 1.96 * study.error(np.zeros(1)) == pytest.approx((26.289 - 25.431) / 2, abs=0.001)
    assert study.histogram.people < 10335


def test_a_mean_without_a_spread_gets_the_largest_that_it_allows() -> None:
    assert baseline("oosterbeek2004_offer").error(np.zeros(1)) == pytest.approx(
        np.sqrt(40 * 60 / 75)
    )


def test_games_that_are_not_here_are_listed_and_say_so() -> None:
    absent = {name for name, study in baselines().items() if study.unplayable}
    assert absent == {
        "heffner_feldmanhall2022_second_mover", "zhu2024_dominant",
    }  # fmt: skip


def test_the_map_of_games() -> None:
    """Quadrants as published; other units and a constant are the same payoffs."""
    study = baseline("poncela_casasnovas2016_map")
    assert study.map is not None
    assert study.map == baseline("poncela_casasnovas2016_dyads").map
    rates = np.array(study.map.rates)
    quadrants = {"harmony": rates[:5, :5], "snowdrift": rates[:5, 6:]}
    quadrants |= {"stag hunt": rates[6:, :5], "dilemma": rates[6:, 6:]}
    means = {name: part.mean().round(2) for name, part in quadrants.items()}
    assert means == {"harmony": 0.79, "snowdrift": 0.4, "stag hunt": 0.45, "dilemma": 0.28}

    def at(*payoffs: float) -> float:
        keys = ("temptation", "reward", "punishment", "sucker")
        return float(study.expected(np.zeros(1), dict(zip(keys, payoffs, strict=True)))[0])

    assert at(11, 10, 5, 4) == 0.29
    assert at(25, 23, 13, 11) == at(11, 10, 5, 4)
    assert at(11.5, 10, 5, 4) == pytest.approx((0.29 + 0.34) / 2)
    assert np.isnan(at(16, 10, 5, 4))
    assert not study.sampled


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"temptation": (6, 5)}, "temptation must rise"),
        ({"sucker": (0, 1)}, "sucker must fall"),
        ({"rates": ((0.1,), (0.1, 0.2))}, "2 rows of 2"),
        ({"rates": ((0.1, 0.2), (0.1, 1.2))}, "above 1"),
        ({"reward": 5}, "below the reward"),
    ],
)
def test_maps_that_cannot_be(changes: dict[str, Any], reason: str) -> None:
    sound: dict[str, Any] = {"reward": 10, "punishment": 5, "temptation": (5, 6), "sucker": (1, 0)}
    sound["rates"] = ((0.1, 0.2), (0.3, 0.4))
    PayoffMap(**sound)
    with pytest.raises(ValueError, match=reason):
        PayoffMap(**sound | changes)


def test_parts_name_their_wholes() -> None:
    """Every part has fewer observations, and in every cell no more."""
    known = baselines()
    parts = {(each.name, whole) for each in known.values() for whole in each.within}
    assert len(parts) == 8
    for part, whole in parts:
        made = [known[each].decisions for each in (part, whole)]
        assert isinstance(made[0], int)
        assert isinstance(made[1], int)
        assert made[0] < made[1]
        assert (known[part].game, known[part].measure) == (known[whole].game, known[whole].measure)
        if known[part].cells is not None:
            assert (known[part].histogram.count <= known[whole].histogram.count).all()


@pytest.mark.parametrize(
    ("study", "n"),
    [("andreoni_miller1993", 2520), ("bereby_meyer_roth2006", 26280), ("kunreuther2009", 7920)],
)
def test_first_rounds_follow_nothing(study: str, n: int) -> None:
    """Of ten rounds, nine have one before."""
    after, rounds = baseline(f"{study}_after"), baseline(f"{study}_rounds")
    assert after.decisions == sum(after.counts or ()) == n
    assert 10 * n == 9 * sum(rounds.counts or ())
    assert after.people == rounds.people


def test_there_are_no_people_in_kuhn_poker_and_liars_dice() -> None:
    unstudied = {name for name in games.available() if games.rules(name).unstudied}
    assert {study.game for study in baselines().values()}.isdisjoint(unstudied)
    assert unstudied >= {"kuhn_poker", "liars_dice", "el_farol", "guess_two_thirds"}


def test_a_study_of_windows_is_read_with_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + STUDY.replace("\n", "\r\n").encode())
    assert read_study(path)["own"].about == "A study."


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[1, 50, 6]", "[1, 50, 5]", "the mass sums to 9"),
        ('citation = "Somebody (2000), A study of dictators, A Journal 1, 1 to 2"', "", "citation"),
        ('units = "percent of the pie"\n', "", "units"),
        ("percent of the pie", "probability", "do not fit the measure"),
        ("percent of the pie", "per cent", "units"),
        ("[1, 50, 6]", "[0, 50, 6]", "begin at the same value"),
        ("[1, 50, 6]", "[1, 150, 6]", "between 0 and 100"),
        ("people = 10", "people = 0", "people"),
        ("people = 10\n", "", 'people: state how many: a whole number, or "unknown"'),
        ("decisions = 10\n", "", 'decisions: state how many: a whole number, or "unknown"'),
        ("people = 10", 'people = "many"', 'people: state how many: a whole number, or "unknown"'),
        ("people = 10", "people = 11", "11 people cannot have made 10 decisions"),
        ("people = 10\n", "people = 10\nn = 10\n", "n is no key of a study: state people"),
        ("people = 10\n", "people = 10\nbetween = 3\n", "between needs groups"),
        ('called = "students"\n', "", "called"),
        ("[samples.main]", "[samples.main]\nunplayable = 'No.'", "leave out unplayable"),
        (
            'confidence = "data"',
            'confidence = "recalled"\nprimary = true',
            "a recalled study is not primary",
        ),
        ("licence", "lisence", "'lisence'; did you mean 'licence'"),
        ("cells = [[0, 0, 4], [1, 50, 6]]", "", "exactly one of cells"),
        ("cells = ", "value = 3\ncells = ", "exactly one of cells"),
        ("[samples.main]", "", "needs a table"),
        ("# A study.", "]", "is not valid TOML"),
    ],
)
def test_unsound_studies_are_refused(old: str, new: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(STUDY)
    assert list(read_study(path)) == ["own"]
    path.write_text(STUDY.replace(old, new))
    with pytest.raises(BadInput) as caught:
        read_study(path)
    assert reason in str(caught.value)
    assert "own.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 1.2}, "below 0 or above 1"),
        ({"shares": {"grim": 0.5, "t2": 0.4}}, "not to one"),
        ({"points": [[10, 0.2]], "counts": [1, 2]}, "equally many"),
        (
            {
                "game": "prisoners_dilemma",
                "measure": "cooperation_after",
                "points": [["CC", 0.2]],
                "counts": [7],
            },
            "counts sum to 7, not to decisions",
        ),
    ],
)
def test_impossible_probabilities_are_refused(changes: dict[str, Any], reason: str) -> None:
    data = baseline("cooper1989_silent").model_dump(exclude_none=True) | changes
    if "value" not in changes:
        del data["value"]
    with pytest.raises(ValueError, match=reason):
        Baseline.model_validate(data)


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(BadInput, match="did you mean 'engel2011_students'"):
        baseline("engel2011_student")


def test_own_decisions_become_baselines(tmp_path: Path) -> None:
    path = tmp_path / "lab.csv"
    path.write_text(
        "person,measure,value,offer\na,share_given,0,\nb,share_given,50,\nb,share_given,50,\n"
        "a,acceptance,1,40\nb,acceptance,0,40\na,acceptance,0,10\na,cooperation,1,\n"
    )
    found = read_decisions(path)
    assert set(found) == {"lab_share_given", "lab_acceptance", "lab_cooperation"}
    gifts = found["lab_share_given"]
    assert gifts.histogram.mean == pytest.approx(100 / 3)
    assert (gifts.people, gifts.decisions) == (2, 3)
    assert found["lab_acceptance"].points == ((10, 0), (40, 0.5))
    assert found["lab_cooperation"].value == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("person,measure\n1,share_given\n", "needs columns"),
        ("person,measure,value\n1,share_given,much\n", "needs columns"),
        ("person,measure,value\n", "no decisions"),
        ("measure,value\nshare_given,3\n", "needs a column person"),
        ("person,measure,value\n,share_given,3\n", "needs a column person"),
        ("person,measure,value\n1,gift,3\n", "unknown measure"),
        ("person,measure,value\n1,acceptance,1\n", "needs a column offer"),
        ("person,measure,value\n1,cooperation,0.5\n", "is 1 or 0"),
        ("person,measure,value\n1,offer,500\n", "between 0 and 100"),
        ("person,measure,value\n1,offer,nan\n", "between 0 and 100"),
        ("person,measure,value,offer\n1,acceptance,1,inf\n", "offer inf must lie between 0"),
        ("person,measure,value,offer\n1,acceptance,1,-20\n", "offer -20 must lie between 0"),
        ("person,measure,value,offer\n1,acceptance,1,500\n", "offer 500 must lie between 0"),
        ("person,measure,value,offer\n1,acceptance,1,nan\n", "offer nan must lie between 0"),
        pytest.param(f"person,measure,value\n1,offer,{'1' * 140_000}\n", "larger", id="huge"),
    ],
)
def test_own_decisions_that_cannot_be(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=reason) as caught:
        read_decisions(path)
    assert "lab.csv" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_byte_order_mark_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "lab.csv"
    path.write_text("person,measure,value\n1,offer,40\n", encoding="utf-8-sig")
    assert read_decisions(path)["lab_offer"].histogram.mean == 40
