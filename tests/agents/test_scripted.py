"""Conformance of every scripted agent on every game it accepts, and what each promises."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
import games
from agents import equilibrium
from agents.core.spec import AgentSpec, Scripted
from agents.core.strategies.functions import findable
from agents.core.types import Agent, Decision
from agents.fixed import Fixed
from arena.core.types import Transcript
from arena.testing.agents import (
    CHECKS,
    Seated,
    accepts,
    content_loads_again,
    every_variant,
    play_pair,
    seat,
    with_figures,
)
from arena.testing.conformance import flaws
from arena.testing.plays import complete_plays, random_play
from games import BadInput, Game
from games.core.repeated import Repeated, stage_of
from games.core.tree import build
from games.core.types import CHANCE, Action, Amount, Choice, Observation, Player
from games.core.walk import moments
from prompts import Verdict, View

GAMES = every_variant()
SCRIPTED = [name for name in agents.available() if issubclass(agents.kind(name), Scripted)]


def every_action() -> list[Action]:
    """Whatever anybody can do in any game."""
    found = {
        action
        for game in map(games.load, games.available())
        for path in complete_plays(game)
        for moves in path.moves
        for player, action in moves.items()
        if player != CHANCE
    }
    return sorted(found, key=str)


PEOPLE = {
    "baselines": ["engel2011_all", "moblab2024_offer", "moblab2024_minimum", "moblab2024_pd_once"]
}


def last_option(view: View) -> Action:
    """A function as an agent: the last action, or the highest amount."""
    space = view.space
    assert space is not None
    return space.high if isinstance(space, Amount) else space.options[-1]


EXAMPLES: dict[str, dict[str, Any]] = {
    "function": dict(zip(("function", "source"), findable(last_option), strict=True)),
    "policy": {"policy": {"first:": "defect", "second:": {"cooperate": 0.25, "defect": 0.75}}},
    "fixed": {"actions": every_action()},
    "conditional_cooperator": {"threshold": 3},
    "equilibrium": {"iterations": 20},
    "human_sample": PEOPLE,
    "less_prosocial": PEOPLE,
}
"""Parameters of those that cannot do without, or would take long."""


def example(name: str) -> AgentSpec:
    return with_figures(agents.load(name, EXAMPLES.get(name, {})))


def run(game: Game[Any], seats: Sequence[Agent], seed: int) -> Transcript:
    return play_pair(game, list(seats), seed)


def plays(name: str, game: Game[Any]) -> bool:
    """Whether the example of a kind of agent plays a game."""
    if name == "policy" and stage_of(game).name != "prisoners_dilemma":
        return False  # its table is of this game; large ones take seconds to say so
    return accepts(example(name), game)


every_kind = pytest.mark.parametrize("name", SCRIPTED)
# What every one owes to whoever seats it


@every_kind
def test_an_agent_is_as_every_agent_must_be(name: str) -> None:
    """All duties in one test, since to find out which games an agent plays takes seconds."""
    assert example(name).model_specs() == ()
    accepted = {label: game for label, game in GAMES.items() if plays(name, game)}
    assert accepted
    found = [
        (label, check.__name__, wrong)
        for (label, game), check in product(accepted.items(), CHECKS)
        for wrong in flaws(check, Seated(example(name), game))
    ]
    assert found == []


@every_kind
def test_its_content_loads_it_again(name: str) -> None:
    assert list(flaws(content_loads_again, example(name))) == []


@pytest.mark.parametrize(
    ("name", "game", "params"),
    [
        ("tit_for_tat", "kuhn_poker", {}),
        ("tit_for_tat", "kuhn_poker", {"rounds": 2}),
        ("tit_for_tat", "matrix_game", {"rows": ["up", "down"]}),
        ("tit_for_tat", "ultimatum", {}),
        ("honest", "prisoners_dilemma", {"rounds": 2}),
        ("maniac", "prisoners_dilemma", {}),
        ("zero_determinant", "kuhn_poker", {}),
        ("equilibrium", "kuhn_poker", {"players": 3}),
        ("equilibrium", "kuhn_poker", {"players": 3, "rounds": 3}),
    ],
)
def test_games_that_a_strategy_does_not_know_are_refused_by_name(
    name: str, game: str, params: dict[str, Any]
) -> None:
    with pytest.raises(BadInput, match=f"^[^\n]*{game}[^\n]*$"):
        example(name).check(games.load(game, params))


# Uniform


def test_uniform_draws_every_option_equally_often() -> None:
    game = GAMES["prisoners_dilemma"]
    rng, uniform = Random(1), seat(agents.load("uniform"))
    view = View(game.observe(game.initial_state(), 0))
    found = Counter(asyncio.run(_many(uniform, view, rng, 4000)))
    assert set(found) == {"cooperate", "defect"}
    # Five standard deviations: a false alarm in two million seeds.
    assert all(abs(count - 2000) < 5 * 1000**0.5 for count in found.values())


def test_uniform_draws_every_whole_amount_with_both_ends() -> None:
    seen = Observation("any", 0, 2, "any", {}, (), Amount(3, 7))
    found = Counter(asyncio.run(_many(seat(agents.load("uniform")), View(seen), Random(1), 5000)))
    assert sorted(found, key=str) == [3, 4, 5, 6, 7]
    assert all(abs(count - 1000) < 5 * 800**0.5 for count in found.values())


async def _many(agent: Agent, view: View, rng: Random, times: int) -> list[Action | None]:
    return [(await agent.decide(view, rng)).action for _ in range(times)]


# Fixed


def fixed(*actions: Action) -> Agent:
    return seat(agents.load("fixed", {"actions": actions}))


def test_fixed_plays_the_first_action_that_is_legal() -> None:
    transcript = run(GAMES["kuhn_poker"], [fixed("call", "check"), fixed("fold", "bet")], 1)
    assert [p.decision.action for p in transcript.decisions] == ["check", "bet", "call"]


def test_fixed_prefers_what_stands_first() -> None:
    for first, second in (("cooperate", "defect"), ("defect", "cooperate")):
        transcript = run(GAMES["prisoners_dilemma"], [fixed(first, second)] * 2, 1)
        assert [p.decision.action for p in transcript.decisions] == [first, first]


def test_fixed_is_a_policy_table_where_it_always_has_a_legal_action() -> None:
    grown = build(GAMES["kuhn_poker"])
    policy = Fixed(actions=("bet", "call")).policy_in(grown)
    assert policy is not None
    assert policy["first: dealt J;"] == {"check": 0, "bet": 1}
    assert policy["second: dealt J; moved 0 bet;"] == {"fold": 0, "call": 1}
    assert Fixed(actions=("bet",)).policy_in(grown) is None


def test_fixed_without_a_legal_action_voids_the_match() -> None:
    transcript = run(GAMES["kuhn_poker"], [fixed("check"), fixed("call")], 1)
    assert transcript.payoffs is None
    assert (transcript.ending.kind, transcript.ending.player) == ("void", 1)
    assert transcript.ending.verdict is Verdict.ILLEGAL
    assert [p.decision.action for p in transcript.decisions] == ["check", None]


def test_fixed_tells_a_number_from_its_word() -> None:
    seen = Observation("any", 0, 2, "any", {}, (), Amount(0, 10))
    agent = fixed("5", 11, 7)
    assert asyncio.run(agent.decide(View(seen), Random(1))).action == 7


# Tit for tat


@dataclass
class Script:
    """Plays a list."""

    moves: Sequence[Action]

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
        return Decision(self.moves[len(view.own)])


@given(st.lists(st.sampled_from(["cooperate", "defect"]), min_size=1, max_size=12), st.booleans())
def test_tit_for_tat_cooperates_first_and_then_repeats_the_other(
    others: list[str],
    first: bool,  # noqa: FBT001
) -> None:
    game = games.load("prisoners_dilemma", {"rounds": len(others)})
    seats = [seat(agents.load("tit_for_tat")), Script(others)]
    transcript = run(game, seats if first else seats[::-1], 1)
    player = 0 if first else 1
    own = [p.decision.action for p in transcript.decisions if p.player == player]
    assert own == ["cooperate", *others[:-1]]


def test_two_tit_for_tats_always_cooperate() -> None:
    game = games.load("prisoners_dilemma", {"rounds": 10})
    transcript = run(game, [seat(agents.load("tit_for_tat"))] * 2, 1)
    assert {p.decision.action for p in transcript.decisions} == {"cooperate"}
    assert transcript.payoffs == (30, 30)


# Equilibrium: what it does, taken from its decisions alone, against the whole tree

Spot = tuple[str, tuple[str, ...]]
"""Own card and the moves so far: an information set of Kuhn poker."""
Plan = Mapping[Spot, Fraction]
"""Probability of betting or calling."""

KUHN = GAMES["kuhn_poker"]
ALPHAS = [Fraction(0), Fraction(1, 6), Fraction(1, 4), Fraction(1, 3)]
GRID = 720
"""Each probability above is a multiple of 1 / GRID."""

every_alpha = pytest.mark.parametrize("alpha", ALPHAS)


class Dice(Random):
    """Always draws the same number."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


def spot(seen: Observation) -> Spot:
    (card,) = [str(event.facts["card"]) for event in seen.events if event.kind == "dealt"]
    return card, tuple(str(e.facts["action"]) for e in seen.events if e.kind == "moved")


def share(spec: Scripted, seen: Observation) -> Fraction:
    """How often it bets or calls, exactly: over evenly spread draws."""
    assert isinstance(seen.space, Choice)
    aggressive = seen.space.options[1]
    draws = [spec.act(seen, Dice((k + 0.5) / GRID)) for k in range(GRID)]
    return Fraction(draws.count(aggressive), GRID)


@cache
def observations() -> tuple[dict[Spot, Observation], dict[Spot, Observation]]:
    """What each seat can see when it is to move."""
    found: tuple[dict[Spot, Observation], dict[Spot, Observation]] = ({}, {})
    for path in complete_plays(KUHN):
        for state in path.states[:-1]:
            for player in set(KUHN.movers(state)) - {CHANCE}:
                seen = KUHN.observe(state, player)
                found[player][spot(seen)] = seen
    return found


@cache
def plans(alpha: Fraction) -> tuple[Plan, Plan]:
    """What the agent does in each seat."""
    spec = agents.load("equilibrium", {"alpha": float(alpha)}).ready(KUHN)
    assert isinstance(spec, Scripted)
    first, second = (
        {at: share(spec, seen) for at, seen in seats.items()} for seats in observations()
    )
    return first, second


def value(state: Any, both: tuple[Plan, Plan]) -> Fraction:
    """What the first player expects from a position."""
    movers = KUHN.movers(state)
    if not movers:
        return Fraction(KUHN.payoffs(state)[0])
    (player,) = movers
    if player == CHANCE:
        chances = KUHN.chance(state)
    else:
        seen = KUHN.observe(state, player)
        aggressive = both[player][spot(seen)]
        assert isinstance(seen.space, Choice)
        chances = dict(zip(seen.space.options, (1 - aggressive, aggressive), strict=True))
    return sum(
        (
            chance * value(KUHN.apply(state, {player: action}), both)
            for action, chance in chances.items()
            if chance
        ),
        Fraction(0),
    )


def pure(player: Player) -> Iterator[Plan]:
    """All strategies without chance."""
    spots = list(observations()[player])
    for choice in product((Fraction(0), Fraction(1)), repeat=len(spots)):
        yield dict(zip(spots, choice, strict=True))


def test_equilibrium_decides_in_six_spots_per_seat() -> None:
    assert [len(seats) for seats in observations()] == [6, 6]


@every_alpha
def test_the_value_of_equilibrium_play_is_minus_one_eighteenth(alpha: Fraction) -> None:
    assert value(KUHN.initial_state(), plans(alpha)) == Fraction(-1, 18)


@every_alpha
def test_no_deviation_of_the_first_player_gains(alpha: Fraction) -> None:
    _, second = plans(alpha)
    best = max(value(KUHN.initial_state(), (plan, second)) for plan in pure(0))
    assert best == Fraction(-1, 18)


@every_alpha
def test_no_deviation_of_the_second_player_gains(alpha: Fraction) -> None:
    first, _ = plans(alpha)
    best = min(value(KUHN.initial_state(), (first, plan)) for plan in pure(1))
    assert best == Fraction(-1, 18)


def test_alpha_is_how_often_the_first_player_bluffs() -> None:
    assert [plans(alpha)[0]["J", ()] for alpha in ALPHAS] == ALPHAS
    assert equilibrium.kuhn(1 / 3) == equilibrium.Equilibrium().table(KUHN)


def test_equilibrium_plays_each_hand_of_a_repeated_game_as_if_it_were_the_only_one() -> None:
    game = GAMES["kuhn_poker-rounds=3"]
    spec = agents.load("equilibrium").ready(game)
    assert isinstance(game, Repeated)
    assert isinstance(spec, Scripted)
    compared = 0
    for seed in range(20):
        for state in random_play(game, seed).states:
            for player in set(game.movers(state)) - {CHANCE}:
                alone = game.stage.observe(state.stage, player)
                seen = game.observe(state, player)
                for draw in (0.1, 0.2, 0.5, 0.9):
                    assert spec.act(seen, Dice(draw)) == spec.act(alone, Dice(draw))
                compared += len(seen.events) > len(alone.events) + 1
    assert compared > 20


TABULAR = [("kuhn_poker", {}), ("liars_dice", {"faces": 3})]


@pytest.mark.parametrize(("game", "params"), TABULAR, ids=[name for name, _ in TABULAR])
@pytest.mark.parametrize("name", ["uniform", "honest", "maniac", "equilibrium"])
def test_a_strategys_table_is_what_it_plays(name: str, game: str, params: dict[str, Any]) -> None:
    rules = games.load(game, params)
    spec = example(name)
    assert isinstance(spec, Scripted)
    table = spec.policy_in(build(rules))
    assert table is not None
    rng, ready = Random(1), spec.ready(rules)
    places = moments(rules, 1_000)
    assert table.keys() == places.keys()
    for place, (player, state) in places.items():
        seen = rules.observe(state, player)
        made = Counter(ready.act(seen, rng) for _ in range(200))
        assert sum(table[place].values()) == pytest.approx(1)
        for action, probability in table[place].items():
            far = 5 * (probability * (1 - probability) * 200) ** 0.5
            assert abs(made[action] - 200 * probability) <= far
