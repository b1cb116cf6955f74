"""The bar predictor: its predictors, which of them it follows, and the first week."""

from collections import Counter
from random import Random
from typing import Any

import pytest

import agents
from agents.bar_predictor import POOL, BarPredictor
from games import BadInput, load
from games.core.types import Observation
from games.el_farol import GO, STAY

PLAYERS, CAPACITY = 10, 6
HISTORY = (3, 8, 5, 9, 2, 7, 4, 6)
_GAME = {"players": PLAYERS, "capacity": CAPACITY, "rounds": 20}


def predictor(**fields: Any) -> BarPredictor:
    found = agents.load("bar_predictor", fields)
    assert isinstance(found, BarPredictor)
    return found


def week(attendances: tuple[int, ...], player: int = 0) -> Observation:
    """What a player sees after weeks of such attendances."""
    game = load("el_farol", _GAME)
    state = game.initial_state()
    for number in attendances:
        moves = (GO,) * number + (STAY,) * (PLAYERS - number)
        state = game.apply(state, dict(enumerate(moves)))
    return game.observe(state, player)


def test_the_pool_predicts_as_arthur_says() -> None:
    """Weeks ago, averages, mirror images around half and the trend of 8 weeks, by hand."""
    values = [round(each(HISTORY, PLAYERS), 4) for each in POOL]
    # 1, 2, 3, 5 and 7 weeks ago; averages of 2, 4, 8 and 16; mirrors of 6 and of 4.75.
    assert values[:5] == [6, 4, 7, 9, 8]
    assert values[5:9] == [5, 4.75, 5.5, 5.5]
    assert values[9:11] == [4, 5.25]
    assert values[11] == pytest.approx(6 + 3 / 7, abs=1e-4)  # a line from 3 to 6 over 7 weeks
    assert POOL[-1]((2, 9), PLAYERS) == PLAYERS  # cut off at all players


def test_in_the_first_week_it_goes_with_the_probability_of_a_place() -> None:
    agent, start, rng = predictor(), week(()), Random(3)
    went = Counter(agent.act(start, rng) for _ in range(2000))
    # Five standard deviations of a binomial with 0.6.
    assert abs(went[GO] - 1200) < 5 * (2000 * 0.24) ** 0.5


def test_later_it_draws_nothing_and_goes_where_its_best_predictor_sees_room() -> None:
    agent = predictor(predictors=len(POOL), memory=1)
    # Crowded in every other week: what was two weeks ago is right each time.
    for attendances, expected in (((9, 3) * 4, STAY), ((3, 9) * 4, GO)):
        assert {agent.act(week(attendances), Random(n)) for n in range(5)} == {expected}


def test_recent_errors_weigh_more_the_less_it_remembers() -> None:
    """Long ago the last week was a good prediction; now the week before it is."""
    attendances = (5, 5, 5, 5, 5, 5, 9, 2, 9, 2)
    ago_one, ago_two = POOL[0], POOL[1]
    errors = {
        memory: [predictor(memory=memory)._error(each, attendances, PLAYERS) for each in
                 (ago_one, ago_two)]
        for memory in (0.0, 1.0)
    }  # fmt: skip
    # By hand: all errors of weeks 2 to 10 alike, or the last one alone.
    assert errors[1.0] == [4 + 7 + 7 + 7, 4 + 3 + 0 + 0]
    assert errors[0.0] == [7, 0]


def test_seats_hold_predictors_of_their_own_that_salt_draws_anew() -> None:
    weeks = [HISTORY[:length] for length in range(2, len(HISTORY) + 1)]

    def plays(agent: BarPredictor, player: int) -> list[object]:
        return [agent.act(week(each, player), Random(0)) for each in weeks]

    few = predictor(predictors=1)
    by_seat = {tuple(plays(few, player)) for player in range(PLAYERS)}
    assert len(by_seat) > 1
    assert plays(few, 0) == plays(predictor(predictors=1), 0)
    assert any(
        plays(few, player) != plays(predictor(predictors=1, salt=1), player)
        for player in range(PLAYERS)
    )


def test_it_goes_to_no_other_place() -> None:
    with pytest.raises(BadInput, match="bar_predictor goes to El Farol and cannot play ultimatum"):
        predictor().check(load("ultimatum"))
