"""The ultimatum game: outcomes, variants, subgame-perfect equilibria, and what is refused."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.testing.plays import play_moves
from games import BadInput, Game, load
from games.core.closed_form import backward_induction
from games.core.policy import Policy
from games.core.solve import exploitability
from games.core.tree import build
from games.core.types import Action, Payoff, Player
from games.ultimatum import Ultimatum

ENDOWMENTS = (1, 2, 3, 10)


def outcome(*moves: dict[Player, Action], **params: Any) -> tuple[Payoff, ...]:
    game = load("ultimatum", params)
    return game.payoffs(play_moves(game, list(moves)).end)


@given(offer=st.integers(0, 100))
def test_an_accepted_offer_is_paid_and_a_rejected_one_costs_both_everything(offer: int) -> None:
    assert outcome({0: offer}, {1: "accept"}) == (100 - offer, offer)
    assert outcome({0: offer}, {1: "reject"}) == (0, 0)
    assert outcome({1: "accept"}, fixed_offer=offer) == (100 - offer, offer)
    assert outcome({1: "reject"}, fixed_offer=offer) == (0, 0)


@given(offer=st.integers(0, 100), minimum=st.integers(0, 100))
def test_a_stated_minimum_answers_as_its_owner_would(offer: int, minimum: int) -> None:
    stated = outcome({0: offer, 1: minimum}, strategy_method=True)
    assert stated == outcome({0: offer}, {1: "accept" if offer >= minimum else "reject"})


def test_in_the_strategy_method_neither_sees_anything_before_both_have_moved() -> None:
    game = load("ultimatum", {"strategy_method": True})
    assert game.movers(game.initial_state()) == (0, 1)
    assert [game.observe(game.initial_state(), seat).events for seat in (0, 1)] == [(), ()]
    after = game.apply(game.initial_state(), {0: 40, 1: 30})
    told = {"player": 0, "offer": 40, "answer": "accept"}
    expected = (told, told | {"minimum": 30})  # the proposer learns what follows from the minimum
    for seat in (0, 1):
        (event,) = game.observe(after, seat).events
        assert event.facts == expected[seat]


def test_a_fixed_offer_is_seen_before_anybody_moves_and_nobody_made_it() -> None:
    game = load("ultimatum", {"fixed_offer": 5})
    assert game.movers(game.initial_state()) == game.deciders == (1,)
    for seat in (0, 1):
        (event,) = game.observe(game.initial_state(), seat).events
        assert (event.kind, event.facts) == ("put", {"offer": 5})
    assert load("ultimatum").deciders == (0, 1)
    assert load("ultimatum", {"fixed_offer": 5, "rounds": 2}).deciders == (1,)


def test_the_shares_that_eai_puts_to_its_responders() -> None:
    shares = [Fraction(text) for text in ("0.2", "0.4", "0.6", "0.8", "0.95", "1")]
    offers = [80, 60, 40, 20, 5, 0]
    for share, offer in zip(shares, offers, strict=True):
        assert outcome({1: "accept"}, fixed_offer=offer) == (100 * share, 100 - 100 * share)


# Subgame-perfect equilibria, by backward induction over the rules themselves


def induced(game: Game[Any]) -> set[tuple[int, str]]:
    """Offers and answers on the path of every subgame-perfect equilibrium in pure strategies."""
    endowment = game.space(game.initial_state(), 0).high  # type: ignore[union-attr]
    after = [game.apply(game.initial_state(), {0: offer}) for offer in range(endowment + 1)]
    best: list[list[str]] = []
    for state in after:
        worth = {a: game.payoffs(game.apply(state, {1: a}))[1] for a in ("accept", "reject")}
        best.append([answer for answer in worth if worth[answer] == max(worth.values())])
    # Only the answer to nothing is open: the responder loses whatever is positive by rejecting it.
    assert [len(answers) for answers in best] == [2] + [1] * endowment
    found = set()
    for to_nothing in best[0]:
        plan = [to_nothing, *(answers[0] for answers in best[1:])]
        worth_of = [
            game.payoffs(game.apply(state, {1: answer}))[0]
            for state, answer in zip(after, plan, strict=True)
        ]
        found |= {(n, plan[n]) for n, worth in enumerate(worth_of) if worth == max(worth_of)}
    return found


@pytest.mark.parametrize("endowment", ENDOWMENTS)
def test_the_subgame_perfect_offers_are_those_of_backward_induction(endowment: int) -> None:
    game = load("ultimatum", {"endowment": endowment})
    assert isinstance(game, Ultimatum)
    accepted = {offer for offer, answer in induced(game) if answer == "accept"}
    assert set(game.subgame_perfect_offers()) == accepted == {0, 1}


def test_a_fixed_offer_is_the_only_one() -> None:
    assert Ultimatum(fixed_offer=40).subgame_perfect_offers() == (40,)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"endowment": 0}, "endowment must be a whole number from 1, not 0"),
        ({"endowment": True}, "endowment must be a whole number from 1, not True"),
        ({"endowment": 9.5}, "endowment must be a whole number from 1, not 9.5"),
        ({"strategy_method": 1}, "strategy_method must be true or false, not 1"),
        ({"strategy_method": "yes"}, "strategy_method must be true or false, not 'yes'"),
        ({"fixed_offer": -1}, "fixed_offer must be a whole number from 0 to 100, not -1"),
        ({"fixed_offer": 11, "endowment": 10}, "fixed_offer must be .* 0 to 10, not 11"),
        ({"fixed_offer": 0.2}, "fixed_offer must be .*, not 0.2"),
        ({"fixed_offer": False}, "fixed_offer must be .*, not False"),
        (
            {"fixed_offer": 0, "strategy_method": True},
            "strategy_method and fixed_offer exclude each other",
        ),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(params: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=f"^ultimatum: {problem}[^\n]*$"):
        load("ultimatum", params)


@pytest.mark.parametrize("endowment", ENDOWMENTS)
def test_backward_induction_finds_the_stated_equilibria_and_no_other_does_as_well(
    endowment: int,
) -> None:
    game = Ultimatum(endowment)
    solved, values = backward_induction(game)
    assert values == (Fraction(endowment), Fraction(0))
    all_accepted, nothing_rejected = game.subgame_perfect_offers()
    assert solved["proposer:"][all_accepted] == 1
    tree = build(game)
    for offer, rejected in ((all_accepted, ()), (nothing_rejected, (0,)), (endowment, (0,))):
        policy: Policy = {"proposer:": {o: float(o == offer) for o in range(endowment + 1)}}
        for o in range(endowment + 1):
            no = float(o in rejected)
            policy[f"responder: offered {o} 0;"] = {"accept": 1 - no, "reject": no}
        gain = exploitability(tree, tree.array(policy))
        assert (gain == 0) == (offer in (all_accepted, nothing_rejected)), offer
