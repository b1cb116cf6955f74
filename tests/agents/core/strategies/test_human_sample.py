"""Agents that draw from studies: what they draw is what the study says, moved as it should be."""

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

import agents
import games
from agents.core.strategies.human_sample import Draw, Sampled
from arena.design.human_figures import with_baselines
from games import BadInput
from ratings.core.human import histogram as h
from ratings.core.human.studies import baseline
from tests.arena.designs import design, transcripts

STUDIES = [
    "engel2011_plain", "moblab2024_offer", "moblab2024_minimum", "moblab2024_acceptance",
    "moblab2024_pd_once", "andreoni_miller1993_rounds", "andreoni_miller1993_after",
]  # fmt: skip


def people(
    kind: str = "human_sample", emotion: str = "none", shift: float = 0, cause: str = "simple"
) -> Sampled:
    """A sample with its studies' figures."""
    feeling = {"induced": emotion, "cause": cause}
    params = {"baselines": STUDIES, "shift": shift, "emotion": feeling}
    (spec,) = (s for _, s in with_baselines({"it": (kind, agents.load(kind, params))}).values())
    assert isinstance(spec, Sampled)
    return spec


def actions(spec: Sampled, game: str, player: int, before: Any = None, **params: Any) -> list[Any]:
    """What it does in one position, a thousand times."""
    rules = games.load(game, params)
    state = rules.initial_state()
    for moves in before or []:
        state = rules.apply(state, moves)
    seen = rules.observe(state, player)
    return [spec.act(seen, Random(seed)) for seed in range(1000)]


@pytest.mark.parametrize(
    ("game", "player", "study", "params"),
    [
        ("dictator", 0, "engel2011_plain", {}),
        ("ultimatum", 0, "moblab2024_offer", {}),
        ("ultimatum", 1, "moblab2024_minimum", {"strategy_method": True}),
    ],
)
def test_shares_are_drawn_from_the_study(
    game: str, player: int, study: str, params: dict[str, Any]
) -> None:
    drawn = np.array(actions(people(), game, player, **params), dtype=float)
    crowd = baseline(study).histogram
    away = h.wasserstein(h.pair(crowd, drawn))
    assert away < np.quantile(h.noise_floor(crowd, 1000), 0.99)


@pytest.mark.parametrize(("offer", "probability"), [(20, 0.2646), (50, 0.9196), (22, 0.283)])
def test_answers_follow_the_curve(offer: int, probability: float) -> None:
    made = actions(people(), "ultimatum", 1, fixed_offer=offer)
    assert Counter(made)["accept"] / 1000 == pytest.approx(probability, abs=0.04)


@pytest.mark.parametrize(
    ("before", "params", "probability"),
    [
        ([], {}, 0.3668),
        ([], {"rounds": 10}, 0.625),
        ([{0: "cooperate", 1: "cooperate"}], {"rounds": 10}, 0.8884),
        ([{0: "defect", 1: "cooperate"}], {"rounds": 10}, 0.3679),
        ([{0: "defect", 1: "defect"}], {"continuation": "1/2"}, 0.0684),
    ],
)
def test_cooperation_follows_the_round_before(
    before: list[Any], params: dict[str, Any], probability: float
) -> None:
    if "continuation" in params:
        before = [*before, {-1: "go on"}]
    made = actions(people(), "prisoners_dilemma", 0, before, **params)
    assert Counter(made)["cooperate"] / 1000 == pytest.approx(probability, abs=0.045)


@pytest.mark.parametrize(
    ("kind", "emotion", "cause", "moved"),
    [
        ("human_sample", "sadness", "simple", {"dictator": 0, "offer": 0, "minimum": 1, "pd": 0}),
        ("human_sample", "anger", "external", {"dictator": 0, "offer": 0, "minimum": 1, "pd": -1}),
        # Only anger that the co-player caused is known to lower offers.
        ("human_sample", "anger", "coplayer", {"dictator": 0, "offer": -1, "minimum": 1, "pd": -1}),
        ("human_sample", "none", "simple", {"dictator": 0, "offer": 0, "minimum": 0, "pd": 0}),
        (
            "less_prosocial",
            "sadness",
            "simple",
            {"dictator": -1, "offer": -1, "minimum": 1, "pd": -1},
        ),
        ("less_prosocial", "none", "simple", {"dictator": 0, "offer": 0, "minimum": 0, "pd": 0}),
    ],
)
def test_emotions_shift_by_the_size_that_is_stated(
    kind: str, emotion: str, cause: str, moved: dict[str, int]
) -> None:
    calm, stirred = people(), people(kind, emotion, 10, cause)
    cases = {
        "dictator": ("dictator", 0, {}),
        "offer": ("ultimatum", 0, {}),
        "minimum": ("ultimatum", 1, {"strategy_method": True}),
    }
    for name, (game, player, params) in cases.items():
        one, two = (actions(spec, game, player, **params) for spec in (calm, stirred))
        expected = [min(100, max(0, points + 10 * moved[name])) for points in one]
        assert two == expected
    one, two = (actions(spec, "prisoners_dilemma", 0) for spec in (calm, stirred))
    gap = (Counter(two)["cooperate"] - Counter(one)["cooperate"]) / 1000
    assert gap == pytest.approx(0.1 * moved["pd"], abs=0.03)


def test_small_endowments_are_rounded() -> None:
    spec = agents.load("human_sample", {"draws": {"share_given": {"cells": [[25, 25, 1]]}}})
    assert isinstance(spec, Sampled)
    assert set(actions(spec, "dictator", 0, endowment=10)) == {3}  # a half goes to the other


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({}, "give baselines, or draws"),
        ({"baselines": ["engel2011_all"], "emotion": {"mode": "visible"}}, "no emotion mode"),
        ({"baselines": ["engel2011_all"], "shift": -3}, "shift"),
    ],
)
def test_what_cannot_be_a_sample(params: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        agents.load("human_sample", params)


def sample(*names: str) -> dict[str, Any]:
    return {"name": "people", "agent": "human_sample", "baselines": list(names)}


@pytest.mark.parametrize(
    ("game", "names", "reason"),
    [
        ("dictator", ["engel2011_alll"], "unknown baseline 'engel2011_alll'; did you mean"),
        ("dictator", ["moblab2024_offer"], "needs a baseline of share_given"),
        ("kuhn_poker", ["engel2011_all"], "no human data"),
        ("dictator", ["engel2011_all", "engel2011_plain"], "two baselines of share_given"),
        ("prisoners_dilemma", ["mengel2018"], "nothing can be drawn"),
        (
            "prisoners_dilemma",
            ["dal_bo_frechette2011_d50_r32_strategies"],
            "nothing can be drawn",
        ),
    ],
)
def test_designs_that_ask_for_what_is_not_known(game: str, names: list[str], reason: str) -> None:
    other = {"agent": "uniform"}
    with pytest.raises(BadInput, match=reason):
        transcripts(design(games=[{"name": game}], contestants=[sample(*names), other]))


def test_the_figures_are_part_of_who_somebody_is() -> None:
    spec = people(emotion="anger", shift=5, cause="coplayer")
    content = spec.content()
    assert content["draws"]["share_given"]["cells"][0] == [0, 0, 912]
    assert content["signs"]["coplayer"]["anger"]["offer"] == -1
    assert Fraction(content["shift"]) == 5


def test_a_point_between_two_is_on_the_line() -> None:
    draw = Draw(points=((10, 0.2), (20, 0.4)))
    assert draw.probability(15) == pytest.approx(0.3)
    assert draw.probability(5) == 0.2
    assert draw.probability(90) == 0.4
    with pytest.raises(ValueError, match="nothing is known of 'CC'"):
        draw.probability("CC")
