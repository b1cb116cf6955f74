"""Third-party punishment: who gets what, who decides, measures, equilibrium, a tournament of it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.record.run import Run
from games import BadInput, load
from games.core.measures import Measured
from games.core.outcomes import Due
from games.core.solution import solve
from games.core.types import Amount
from tests.arena.designs import played

GAME = "third_party_punishment"


@given(st.integers(0, 100), st.integers(0, 50))
def test_each_point_spent_takes_three_from_the_dictator_and_gives_nobody_any(
    gift: int, spent: int
) -> None:
    game = load(GAME)
    state = game.apply(game.initial_state(), {0: gift})
    end = game.apply(state, {2: spent})
    assert game.payoffs(end) == (100 - gift - 3 * spent, gift, 50 - spent)
    assert sum(game.payoffs(end)) == 150 - 4 * spent


def test_the_default_is_the_dictator_game_of_fehr_and_fischbacher() -> None:
    game = load(GAME)
    assert (game.deciders, game.space(game.initial_state(), 0)) == ((0, 2), Amount(0, 100))
    assert game.space(game.apply(game.initial_state(), {0: 0}), 2) == Amount(0, 50)


def test_a_transfer_that_the_rules_set_is_answered_by_the_observer_alone() -> None:
    game = load(GAME, {"fixed_transfer": 20})
    assert (game.deciders, game.movers(game.initial_state())) == ((2,), (2,))
    (event,) = game.observe(game.initial_state(), 2).events
    assert (event.kind, event.facts) == ("put", {"given": 20})
    assert list(game.measured({0: [], 1: [], 2: [5]})) == [
        Measured(2, 0, "punishment", 1.0, 20.0),
        Measured(2, 0, "spending", 10.0),
    ]


def test_all_three_see_what_was_given_and_what_was_spent() -> None:
    game = load(GAME)
    end = game.apply(game.apply(game.initial_state(), {0: 30}), {2: 10})
    seen = [game.observe(end, seat).events for seat in (0, 1, 2)]
    assert seen[0] == seen[1] == seen[2]
    assert [event.facts for event in seen[0]] == [
        {"player": 0, "given": 30}, {"player": 2, "spent": 10, "taken": 30},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("gift", "spent", "expected"),
    [
        (49, 5, {"punishment": 1.0, "punishment below half": 1.0, "spending": 10.0}),
        (50, 0, {"punishment": 0.0, "spending": 0.0}),
    ],
)
def test_punishment_below_half_is_an_outcome_of_its_own(
    gift: int, spent: int, expected: dict[str, float]
) -> None:
    game = load(GAME)
    state = game.apply(game.initial_state(), {0: gift})
    due = list(game.due(state, {2: spent}))
    assert {each.outcome: each.value for each in due} == expected
    assert len({each.at for each in due}) == 1


def test_the_observer_is_due_although_the_dictator_did_not_decide() -> None:
    game = load(GAME)
    assert list(game.ahead(game.initial_state())) == [
        Due(2, "punishment", None), Due(2, "spending", None),
    ]  # fmt: skip


def test_in_equilibrium_nobody_gives_or_punishes() -> None:
    game = load(GAME, {"endowment": 6, "observer_endowment": 4})
    found = solve(game)
    assert found.values == (6, 0, 4)
    assert all(row[0] == 1 for row in found.policy.values())


def test_three_contestants_play_it_in_all_seats(tmp_path: Path) -> None:
    """Each gives, and spends, one number of points; the recipient does nothing."""
    contestants = [
        {"name": "stern", "agent": "fixed", "actions": [5]},
        {"name": "mean", "agent": "fixed", "actions": [0]},
        {"name": "kind", "agent": "fixed", "actions": [40]},
    ]
    design: dict[str, Any] = {
        "name": "t", "seed": 1, "repetitions": 4,
        "games": [{"name": GAME}], "contestants": contestants,
    }  # fmt: skip
    run: Run = Run(played(design, tmp_path / "run"))
    assert run.counts == {"completed": run.planned}
    assert run.planned > 0
    points = {"stern": 5, "mean": 0, "kind": 40}
    seats = set()
    for transcript in run.matches():
        dictator, recipient, observer = transcript.match.seats
        seats.add((dictator, recipient, observer))
        gift, spent = points[dictator], points[observer]
        assert transcript.payoffs == (100 - gift - 3 * spent, gift, 50 - spent)
    assert len(seats) == 6


@pytest.mark.parametrize("key", ["endowment", "observer_endowment", "factor"])
@pytest.mark.parametrize("value", [0, -1, 1.0, "10", True, None])
def test_points_that_are_no_whole_number_from_one_are_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"^{GAME}: {key} must be .* from 1, not {value!r}$"):
        load(GAME, {key: value})


@pytest.mark.parametrize("value", [-1, 101, 5.0, "5", True])
def test_a_transfer_outside_the_endowment_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"fixed_transfer must be .* 0 to 100, not {value!r}$"):
        load(GAME, {"fixed_transfer": value})
