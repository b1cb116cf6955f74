"""Games played several times over: how long, for how much, and what is told."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pyspiel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.testing.plays import Moves, Play, complete_plays, play_moves, random_play
from games import BadInput, available, identity, load
from games.core.types import CHANCE, Event, Player
from tests.games.drawn import DRAWN

GO_ON, STOP = "go on", "stop"
PD = "prisoners_dilemma"

every_game = pytest.mark.parametrize("name", available())
some_rounds = given(seed=st.integers(0, 2**32 - 1), rounds=st.integers(1, 6))
a_few = settings(DRAWN, max_examples=20)

both_actions = st.sampled_from(["cooperate", "defect"])
dilemma_rounds = st.lists(
    st.fixed_dictionaries({0: both_actions, 1: both_actions}), min_size=1, max_size=8
)


def stage_plays(name: str, seed: int, rounds: int) -> list[Play]:
    """Plays of the game alone, one for each round."""
    return [random_play(load(name), seed + number) for number in range(rounds)]


def joined(plays: list[Play], between: list[Moves]) -> list[Moves]:
    """The same moves, round after round."""
    moves: list[Moves] = list(plays[0].moves)
    for play in plays[1:]:
        moves += between + list(play.moves)
    return moves


# Length


@every_game
@a_few
@some_rounds
def test_a_fixed_number_of_rounds_is_played_exactly(name: str, seed: int, rounds: int) -> None:
    game, plays = load(name, {"rounds": rounds}), stage_plays(name, seed, rounds)
    play = play_moves(game, joined(plays, []))
    assert [game.movers(state) == () for state in play.states].index(True) == len(play.moves)


@given(plan=dilemma_rounds, odds=st.fractions(Fraction(1, 100), Fraction(99, 100)))
def test_lengths_are_geometric_whatever_is_played(plan: list[Moves], odds: Fraction) -> None:
    game = load(PD, {"continuation": odds})
    state, reached = game.initial_state(), Fraction(1)
    for length, moves in enumerate(plan, start=1):
        state = game.apply(state, moves)
        assert game.movers(state) == (CHANCE,)
        drawn = game.chance(state)
        assert reached * drawn[STOP] == odds ** (length - 1) * (1 - odds)
        assert game.movers(game.apply(state, {CHANCE: STOP})) == ()
        reached *= drawn[GO_ON]
        state = game.apply(state, {CHANCE: GO_ON})
        assert game.movers(state) == (0, 1)


@every_game
@a_few
@some_rounds
def test_between_rounds_chance_does_not_look_at_the_play(name: str, seed: int, rounds: int) -> None:
    game = load(name, {"continuation": "2/3"})
    play = play_moves(game, joined(stage_plays(name, seed, rounds), [{CHANCE: GO_ON}]))
    assert game.movers(play.end) == (CHANCE,)
    assert game.chance(play.end) == {GO_ON: Fraction(2, 3), STOP: Fraction(1, 3)}


@pytest.mark.parametrize("written", [0.1, "0.1", "1/10", Fraction(1, 10)], ids=repr)
def test_a_probability_means_what_is_written(written: object) -> None:
    game = load(PD, {"continuation": written})
    state = game.apply(game.initial_state(), {0: "defect", 1: "defect"})
    assert game.chance(state)[GO_ON] == Fraction(1, 10)


# Points


@every_game
@a_few
@some_rounds
def test_points_add_up(name: str, seed: int, rounds: int) -> None:
    stage, plays = load(name), stage_plays(name, seed, rounds)
    expected = tuple(map(sum, zip(*(stage.payoffs(play.end) for play in plays), strict=True)))
    fixed = load(name, {"rounds": rounds})
    assert fixed.payoffs(play_moves(fixed, joined(plays, [])).end) == expected
    random = load(name, {"continuation": 0.5})
    moves = joined(plays, [{CHANCE: GO_ON}])
    moves.append({CHANCE: STOP})
    assert random.payoffs(play_moves(random, moves).end) == expected


@given(plan=dilemma_rounds)
def test_openspiel_agrees_on_the_points(plan: list[Moves]) -> None:
    params = {"temptation": 10, "reward": 5, "punishment": 1, "sucker": 0}
    game = load(PD, {**params, "rounds": len(plan)})
    repeated = f"repeated_game(stage_game=matrix_pd(),num_repetitions={len(plan)})"
    theirs = pyspiel.load_game(repeated).new_initial_state()
    for moves in plan:
        theirs.apply_actions([["cooperate", "defect"].index(str(moves[seat])) for seat in (0, 1)])
    end = play_moves(game, plan).end
    assert theirs.is_terminal()
    assert game.movers(end) == ()
    assert game.payoffs(end) == tuple(theirs.returns())


# What is told


def told(name: str, plays: list[Play], player: Player) -> Iterator[Event]:
    """Each round announced, seen as the game alone shows it, and settled."""
    stage = load(name)
    for number, play in enumerate(plays, start=1):
        yield Event("round", {"round": number})
        yield from stage.observe(play.end, player).events
        yield Event("earned", {"points": stage.payoffs(play.end)[player]})


@every_game
@pytest.mark.parametrize("between", [[], [{CHANCE: GO_ON}]], ids=["fixed", "random"])
@a_few
@some_rounds
def test_each_round_is_seen_as_the_game_alone_shows_it(
    name: str, between: list[Moves], seed: int, rounds: int
) -> None:
    plays = stage_plays(name, seed, rounds)
    game = load(name, {"continuation": 0.5} if between else {"rounds": rounds})
    end = play_moves(game, joined(plays, between)).end
    for player in range(len(game.roles)):
        assert game.observe(end, player).events == tuple(told(name, plays, player))


@every_game
@pytest.mark.parametrize("between", [[], [{CHANCE: GO_ON}]], ids=["fixed", "random"])
def test_a_round_leaves_no_more_behind_than_it_showed(name: str, between: list[Moves]) -> None:
    """Two first rounds that look the same to a player make no difference to it afterwards.

    This is how a secret of an earlier round would show, whatever the game: the rounds differ in
    what the player was not shown, so every later observation must be equal.
    """
    stage = load(name)
    game = load(name, {"continuation": 0.5} if between else {"rounds": 2})
    later = random_play(stage, 0)
    for player in range(len(game.roles)):
        alike: dict[str, list[Play]] = defaultdict(list)
        for play in complete_plays(stage):
            points = stage.payoffs(play.end)[player]
            alike[repr((stage.observe(play.end, player), points))].append(play)
        for plays in alike.values():
            seen = []
            for play in plays:
                states = play_moves(game, joined([play, later], between)).states
                seen.append([game.observe(s, player) for s in states[len(play.moves) :]])
            assert all(one == another for one, another in pairwise(seen))


def test_players_know_how_long_the_game_is_meant_to_last() -> None:
    for length in ({"rounds": 7}, {"continuation": Fraction(3, 4)}):
        game = load(PD, length)
        facts = game.observe(game.initial_state(), 1).facts
        assert {key: facts[key] for key in length} == length


# Parameters


@pytest.mark.parametrize("length", [{"rounds": 4}, {"continuation": "1/3"}], ids=str)
def test_the_identity_writes_out_every_parameter(length: dict[str, Any]) -> None:
    own = {"temptation": 7, "reward": 4, "punishment": 2, "sucker": 0}
    game = load(PD, {"temptation": 7, "reward": 4, "punishment": 2, **length})
    assert identity(game) == {"name": PD, "version": game.version, **own, **length}


def test_rounds_and_continuation_exclude_each_other() -> None:
    with pytest.raises(BadInput, match="either rounds or continuation"):
        load(PD, {"rounds": 3, "continuation": 0.5})


@pytest.mark.parametrize("key", ["rounds", "continuation"])
def test_a_length_left_empty_is_refused(key: str) -> None:
    with pytest.raises(BadInput, match="either rounds or continuation"):
        load(PD, {key: None})


@pytest.mark.parametrize("value", [0, -1, 1.5, 2.0, True, "3"], ids=repr)
def test_rounds_other_than_whole_numbers_from_one_are_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"{PD}: rounds must be .* from 1, not {value!r}"):
        load(PD, {"rounds": value})


@pytest.mark.parametrize(
    "value", [0, 1, 1.5, -0.5, True, "x", "", "1/0", "nan", float("nan"), float("inf")], ids=repr
)
def test_continuation_other_than_a_probability_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"{PD}: continuation must be .*, not {value!r}"):
        load(PD, {"continuation": value})
