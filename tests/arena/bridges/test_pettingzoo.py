"""Games as PettingZoo environments: its own tests, and play that equals that of the arena."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test
from pettingzoo.utils.wrappers import TerminateIllegalWrapper

import arena
import games
from arena.bridges.pettingzoo import env, parallel_env
from arena.bridges.vectors import vector
from games import BadInput, Game
from games.core.types import actions
from games.core.walk import moments
from tests.arena.bridges.blocks import run_page

PLAYED: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in games.available()),
    ("prisoners_dilemma", {"rounds": 5}),
    ("prisoners_dilemma", {"continuation": "1/2"}),
    ("ultimatum", {"rounds": 2}),
    ("kuhn_poker", {"players": 3}),
    ("liars_dice", {"players": 3, "dice": 2}),
]


@contextmanager
def known_by_name() -> Iterator[None]:
    """Two warnings that PettingZoo leaves out for its own games with masks, which it lists."""
    with pytest.warns() as said:
        yield
    texts = {str(each.message) for each in said}
    known = ("Observation is not a NumPy array", "Observation space for each agent probably should")
    assert {text for text in texts if not text.startswith(known)} == set()


@pytest.mark.parametrize(("name", "parameters"), PLAYED, ids=str)
def test_pettingzoos_own_tests_pass(name: str, parameters: dict[str, Any]) -> None:
    with known_by_name():
        api_test(env(name, render_mode="ansi", **parameters), num_cycles=50)
    parallel_api_test(parallel_env(name, **parameters), num_cycles=50)
    seed_test(lambda: env(name, **parameters), num_cycles=50)
    parallel_seed_test(lambda: parallel_env(name, **parameters), num_cycles=50)


def boldest(rules: Game[Any]) -> dict[str, Any]:
    """The policy that takes the last option everywhere, such as to bet and to call."""
    sets = moments(rules, 1_000)
    return {at: actions(rules.space(state, owner))[-1] for at, (owner, state) in sets.items()}


def played(rules: Game[Any], policy: dict[str, Any], seed: int) -> list[float]:
    """Points, turn by turn."""
    play, points = env(rules), {}
    play.reset(seed=seed)
    for agent in play.agent_iter():
        _, points[agent], over, cut, info = play.last()
        play.step(None if over or cut else play.actions.index(policy[info["information_set"]]))
    return [points[agent] for agent in play.possible_agents]


def played_at_once(rules: Game[Any], policy: dict[str, Any], seed: int) -> list[float]:
    """Points, all asked at once."""
    play = parallel_env(rules)
    seen, infos = play.reset(seed=seed)
    rewards: dict[str, float] = {}
    while play.agents:
        asked = [agent for agent in play.agents if seen[agent]["action_mask"].any()]
        wanted = {agent: policy[infos[agent]["information_set"]] for agent in asked}
        numbers = {agent: play.actions.index(action) for agent, action in wanted.items()}
        seen, rewards, _, _, infos = play.step(numbers)
    return list(rewards.values())


@pytest.mark.parametrize(
    ("name", "parameters", "ends"),
    [("kuhn_poker", {}, 2), ("liars_dice", {"faces": 3}, 2), ("battle_of_the_sexes", {}, 1)],
)
def test_a_policy_earns_what_it_earns_in_a_match_of_the_same_seed(
    name: str, parameters: dict[str, Any], ends: int
) -> None:
    rules = games.load(name, parameters)
    policy = boldest(rules)
    earned = set()
    for seed in range(40):
        points = arena.match(rules, [policy, policy], seed=seed).payoffs
        assert points is not None
        expected = list(map(float, points))
        assert played(rules, policy, seed) == expected
        assert played_at_once(rules, policy, seed) == expected
        earned.add(points)
    assert len(earned) == ends


def test_simultaneous_movers_do_not_see_each_other_move() -> None:
    play = env("prisoners_dilemma", rounds=2)
    play.reset(seed=0)
    before = play.observe("player_1")["observation"]
    play.step(play.actions.index("defect"))
    assert play.agent_selection == "player_1"
    assert np.array_equal(play.observe("player_1")["observation"], before)
    play.step(play.actions.index("cooperate"))
    assert not np.array_equal(play.observe("player_1")["observation"], before)


@pytest.mark.parametrize(
    ("name", "parameters"), [("kuhn_poker", {}), ("liars_dice", {"faces": 4, "wild": False})]
)
def test_vectors_are_equal_where_information_sets_are_and_nowhere_else(
    name: str, parameters: dict[str, Any]
) -> None:
    rules = games.load(name, parameters)
    sets = moments(rules, 2_000)
    found = {vector(rules.observe(state, owner), 256).tobytes() for owner, state in sets.values()}
    assert len(found) == len(sets)


def test_vectors_hide_what_the_rules_hide() -> None:
    play, seen = env("kuhn_poker"), dict[str, set[bytes]]()
    for seed in range(40):
        play.reset(seed=seed)
        at = play.infos["player_0"]["information_set"]
        seen.setdefault(at, set()).add(play.observe("player_0")["observation"].tobytes())
    assert [len(vectors) for vectors in seen.values()] == [1, 1, 1]


def test_an_illegal_action_ends_the_play_without_points() -> None:
    play, joint = env("kuhn_poker"), parallel_env("kuhn_poker")
    play.reset(seed=0)
    play.step(play.actions.index("call"))
    _, reward, over, cut, info = play.last()
    assert (reward, over, cut) == (0.0, False, True)
    assert info["illegal"] == "player_0: action 3 is not legal here; legal is 0 (check), 1 (bet)"
    joint.reset(seed=0)
    _, rewards, _, cuts, infos = joint.step({"player_0": 7, "player_1": 0})
    assert set(rewards.values()) == {0.0}
    assert all(cuts.values())
    assert joint.agents == []
    assert "action 7 is not legal" in infos["player_1"]["illegal"]
    strict = TerminateIllegalWrapper(env("kuhn_poker"), illegal_reward=-1)
    strict.reset(seed=0)
    strict.step(3)
    assert strict.rewards["player_0"] == -1


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="did you mean 'kuhn_poker'"):
        env("kuhn_pokr")
    with pytest.raises(BadInput, match="width must be a whole number from 1, not 0"):
        env("kuhn_poker", width=0)
    with pytest.raises(BadInput, match='render_mode must be "ansi" or None'):
        parallel_env("kuhn_poker", render_mode="human")
    with pytest.raises(BadInput, match="already: players"):
        env(games.load("kuhn_poker"), players=3)
    with pytest.raises(BadInput, match="must differ"):
        env("kuhn_poker", actions=["check", "check"])
    few = env("kuhn_poker", actions=["fold", "call"])
    few.reset(seed=0)
    with pytest.raises(
        BadInput, match=r"the action 'check' before: state all of them with actions="
    ):
        few.last()


def test_a_rendered_play_has_a_line_for_each_player() -> None:
    play = env("kuhn_poker", render_mode="ansi")
    play.reset(seed=0)
    play.step(0)
    first, second = str(play.render()).splitlines()
    assert first.startswith("first: dealt ")
    assert second.endswith("moved 0 check;")
    assert env("kuhn_poker").render() is None


def test_the_page_runs() -> None:
    names, printed = run_page("pettingzoo.md")
    assert printed.count("player_") == 2
    assert names["play"].agents == []
    assert len(names["greedy"]) == 12
    assert names["greedy"]["second: dealt K; moved 0 bet;"] == "call"
    assert names["greedy"]["second: dealt J; moved 0 bet;"] == "fold"
