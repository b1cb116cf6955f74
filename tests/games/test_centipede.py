"""Centipede against the published payoffs, backward induction and its own measures."""

from fractions import Fraction
from typing import Any

import pytest

import agents
from arena.testing.plays import complete_plays, play_moves
from games import BadInput, load
from games.core.measures import Measured
from games.core.solution import solve
from games.core.solve import quantal_response
from games.core.tree import build
from games.core.walk import key
from ratings.core.human.studies import baseline

# McKelvey and Palfrey (1992), figures 1 and 2, in cents: taken at each move, then at none.
FOUR = [(40, 10), (20, 80), (160, 40), (80, 320), (640, 160)]
SIX = [*FOUR[:4], (640, 160), (320, 1280), (2560, 640)]


def ends(params: dict[str, Any]) -> list[tuple[Any, ...]]:
    game = load("centipede", params)
    by_length = sorted(complete_plays(game), key=lambda play: (len(play.moves), repr(play.moves)))
    taken = [play for play in by_length if "take" in play.moves[-1].values()]
    (passed,) = [play for play in by_length if play not in taken]
    return [game.payoffs(play.end) for play in (*taken, passed)]


@pytest.mark.parametrize(
    ("preset", "published"),
    [
        ("four_moves", FOUR),
        ("six_moves", SIX),
        ("four_moves_high", [(4 * a, 4 * b) for a, b in FOUR]),
    ],
)
def test_payoffs_are_the_published_ones(preset: str, published: list[tuple[int, int]]) -> None:
    assert ends({"preset": preset}) == published


def test_piles_can_grow_evenly() -> None:
    found = ends({"preset": "linear"})
    assert found[:4] == [(2, 0), (1, 3), (4, 2), (3, 5)]
    assert len(found) == 21


@pytest.mark.parametrize("preset", ["four_moves", "six_moves", "linear"])
def test_whoever_moves_takes_in_the_subgame_perfect_equilibrium(preset: str) -> None:
    game = load("centipede", {"preset": preset})
    found = solve(game)
    assert found.method == "backward induction"
    assert all(row == {"pass": 0, "take": 1} for row in found.policy.values())
    assert found.values == tuple(map(Fraction, game.payoffs(play_moves(game, [{0: "take"}]).end)))
    assert found.exploitability == 0


def test_agents_of_the_present_kinds_play_it() -> None:
    game = load("centipede")
    for kind, params in (("equilibrium", {}), ("noisy_equilibrium", {"rationality": 0.02})):
        agents.load(kind, params).check(game)
    study = {"baselines": ["mckelvey_palfrey1992_four_moves"], "draws": {"take": {"value": 0.5}}}
    agents.load("human_sample", study).check(game)


def test_noise_makes_players_pass_early_and_take_late() -> None:
    """As in McKelvey and Palfrey (1998), figure 6, where taking rises with the moves."""
    game = load("centipede", {"preset": "four_moves"})
    found = build(game).table(quantal_response(build(game), 0.02))
    states, taking = [game.initial_state()], []
    for move in range(4):
        seat = move % 2
        taking.append(found[key(game.observe(states[-1], seat))]["take"])
        states.append(game.apply(states[-1], {seat: "pass"}))
    assert taking == sorted(taking)
    assert 0 < taking[0] < 0.5 < taking[-1]


def test_each_move_is_measured_by_its_number_in_every_round() -> None:
    game = load("centipede", {"preset": "four_moves"})
    made = {0: ["pass", "pass", "take"], 1: ["pass", "pass"]}  # a round passed out, one taken
    found = list(game.measured(made))
    places = [(0, 0, 1), (1, 0, 2), (0, 1, 3), (1, 1, 4), (0, 2, 1)]
    assert found == [
        Measured(player, turn, "take", float((player, turn) == (0, 2)), node)
        for player, turn, node in places
    ]


def test_people_are_drawn_by_the_number_of_the_move() -> None:
    game = load("centipede", {"preset": "four_moves", "rounds": 2})
    state = game.initial_state()
    for player, action, node in ((0, "pass", 1), (1, "pass", 2), (0, "take", 3), (0, "pass", 1)):
        (draw,) = type(load("centipede")).draws(game.observe(state, player))
        assert (draw.x, draw.actions) == (node, ("take", "pass"))
        state = game.apply(state, {player: action})


@pytest.mark.parametrize(
    ("sample", "stopped", "games"),
    [
        ("four_moves", [20, 100, 104, 43], 281),
        ("six_moves", [2, 18, 56, 108, 71, 22], 281),
        ("four_moves_high", [15, 37, 32, 11], 100),
    ],
)
def test_human_rates_follow_from_whole_numbers_of_games(
    sample: str, stopped: list[int], games: int
) -> None:
    study, left = baseline(f"mckelvey_palfrey1992_{sample}"), games
    assert study.confidence == "recalled"
    assert study.counts is not None
    assert study.points is not None
    for (node, rate), count, at in zip(study.points, study.counts, stopped, strict=True):
        assert count == left
        assert rate == pytest.approx(at / left, abs=6e-5), node
        left -= at


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"moves": 1}, "moves must be a whole number from 2 to 20, not 1"),
        ({"factor": 1.5}, "factor must be a whole number from 1 to 10, not 1.5"),
        ({"large": 10}, "large must be a whole number above small, 10, not 10"),
        ({"factor": 1}, "must grow by a pass"),
        ({"small": 30}, "stay below the large pile before it: from 30 to 60"),
    ],
)
def test_other_piles_are_refused(params: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        load("centipede", params)
