"""Players of public goods: what they contribute, and whom they punish."""

from collections import Counter
from random import Random
from typing import Any

import pytest

import agents
from agents.core.spec import Scripted
from games import Game, load
from games.core.types import Observation
from games.public_goods import PublicGoods


def script(name: str, **fields: Any) -> Scripted:
    found = agents.load(name, fields)
    assert isinstance(found, Scripted)
    return found


def seen(game: Game[Any], *joint: tuple[int, ...], player: int = 0) -> Observation:
    """What a player sees after these joint decisions."""
    state = game.initial_state()
    for made in joint:
        state = game.apply(state, dict(enumerate(made)))
    return game.observe(state, player)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("full_contributor", 16, 20), ("free_rider", 0, 4), ("conditional_contributor", 16, 20)],
)
def test_first_contributions_reach_all_of_their_range_and_stay_in_it(
    name: str, low: int, high: int
) -> None:
    """80 to 100 per cent of 20 points, or 0 to 20."""
    start, rng = seen(PublicGoods(endowment=20)), Random(1)
    drawn = Counter(script(name).act(start, rng) for _ in range(300))
    assert set(drawn) == set(range(low, high + 1))


@pytest.mark.parametrize(
    ("others", "average"), [((20, 20, 20), 20), ((0, 0, 0), 0), ((1, 2, 7), 3), ((1, 0, 0), 0),
                            ((2, 0, 0), 1), ((20, 20, 0), 13)],
)  # fmt: skip
def test_conditional_contributors_give_the_last_average(
    others: tuple[int, ...], average: int
) -> None:
    game = load("public_goods", {"rounds": 2, "endowment": 20})
    agent = script("conditional_contributor")
    assert {agent.act(seen(game, (18, *others)), Random(n)) for n in range(5)} == {average}


@pytest.mark.parametrize(
    ("name", "low", "high"), [("full_contributor", 16, 20), ("free_rider", 0, 4)]
)
def test_others_contribute_the_same_whatever_was_given(name: str, low: int, high: int) -> None:
    game = load("public_goods", {"rounds": 2, "endowment": 20})
    for others in ((0, 0, 0), (20, 20, 20)):
        rng = Random(2)
        drawn = {script(name).act(seen(game, (10, *others)), rng) for _ in range(50)}
        assert drawn <= set(range(low, high + 1))


@pytest.mark.parametrize("shown", ["names", "amounts"])
def test_only_who_gave_less_is_punished(shown: str) -> None:
    game = load("public_goods", {"punishment": "1:3", "shown": shown})
    agent, harmless = script("full_contributor", punishes=3), script("full_contributor")
    state: Any = game.apply(game.initial_state(), dict(enumerate((10, 4, 10, 18))))
    for _ in range(3):
        views = [game.observe(state, player) for player in range(4)]
        assert harmless.act(views[0], Random(0)) == 0
        taken = [agent.act(view, Random(0)) for view in views]
        assert None not in taken
        state = game.apply(state, dict(enumerate(taken)))  # type: ignore[arg-type]
    # 10 punishes 4; 18 punishes all others; the second 10 does as the first.
    assert game.received(state) == (3, 9, 3, 0)  # type: ignore[attr-defined]


def test_not_more_is_taken_than_the_rules_allow() -> None:
    game = load("public_goods", {"punishment": "1:3", "players": 2})
    agent = script("full_contributor", punishes=30)
    assert agent.act(seen(game, (10, 4)), Random(0)) == 10
