"""Messages before a game: what can be said, when, and that nothing else changes by it."""

from itertools import product
from typing import Any

import pytest

import games
from games import BadInput, identity, load
from games.core.audience import can_decide, followers
from games.core.errors import IllegalAction
from games.core.exchanges import ADVISED, TALKED
from games.core.messages import heard, silent
from games.core.preplay import Preplay
from games.core.repeated import Repeated, stage_of, without_talk
from games.core.types import CHANCE, Amount, Choice, Said, Speech, one_line
from games.core.walk import key

TALK = {"talk": {"rounds": 1, "length": 40}}
ADVICE = {"advice": {"adviser": "second", "length": 40}}
C, D = Said("I will.", "cooperate"), Said("", "defect")


def said(game: Any, *moves: dict[int, Any]) -> Any:
    state = game.initial_state()
    for each in moves:
        state = game.apply(state, each)
    return state


@pytest.mark.parametrize("name", ["prisoners_dilemma", "ultimatum", "kuhn_poker"])
@pytest.mark.parametrize("length", [{}, {"rounds": 2}])
def test_talk_changes_no_payoff_and_nothing_that_is_seen_of_the_game(
    name: str, length: dict[str, Any]
) -> None:
    bare, game = load(name, length), load(name, {**length, "talk": {"rounds": 2, "length": 9}})
    one, other = bare.initial_state(), game.initial_state()
    while movers := bare.movers(one):
        while isinstance(game.space(other, movers[0]) if movers != (CHANCE,) else None, Speech):
            other = game.apply(other, dict.fromkeys(game.movers(other), Said("so")))
        while movers == (CHANCE,) and game.movers(other) != (CHANCE,):
            other = game.apply(other, dict.fromkeys(game.movers(other), Said("so")))
        assert game.movers(other) == movers
        for seat in range(2):
            assert silent(game.observe(other, seat)) == bare.observe(one, seat)
        if movers == (CHANCE,):
            moves: dict[int, Any] = {CHANCE: next(iter(bare.chance(one)))}
        else:
            spaces = {player: bare.space(one, player) for player in movers}
            moves = {
                p: s.high if isinstance(s, Amount) else s.options[-1] for p, s in spaces.items()
            }
        one, other = bare.apply(one, moves), game.apply(other, moves)
    assert game.movers(other) == ()
    assert game.payoffs(other) == bare.payoffs(one)


def test_all_write_at_once_and_then_read_what_was_written() -> None:
    game = load("prisoners_dilemma", TALK)
    start = game.initial_state()
    assert game.movers(start) == (0, 1)
    assert game.observe(start, 0).events == ()
    after = game.apply(start, {0: C, 1: D})
    for seat in (0, 1):
        (event,) = game.observe(after, seat).events
        assert (event.kind, heard(event)) == (TALKED, {0: C, 1: D})
    assert game.payoffs(game.apply(after, {0: "defect", 1: "defect"})) == (1, 1)


@pytest.mark.parametrize("name", ["public_goods", "kuhn_poker"])
def test_three_write_to_each_other_and_each_hears_both_others(name: str) -> None:
    game = load(name, {"players": 3, "talk": {"rounds": 2, "length": 20}})
    texts = {seat: Said(f"from {seat}") for seat in range(3)}
    state = game.initial_state()
    assert game.movers(state) == (0, 1, 2)
    state = game.apply(state, texts)
    assert game.movers(state) == (0, 1, 2)
    for seat in range(3):
        (event,) = (each for each in game.observe(state, seat).events if each.kind == TALKED)
        assert {by: said.text for by, said in heard(event).items()} == {
            by: f"from {by}" for by in range(3)
        }
    after = game.apply(state, dict.fromkeys(range(3), Said()))
    assert not any(
        isinstance(game.space(after, seat), Speech) for seat in game.movers(after) if seat != CHANCE
    )
    due = {each.player: each.value for each in game.due(state, texts) if each.outcome == "speaks"}
    assert due == {0: 1, 1: 1, 2: 1}


def test_one_player_recommends_and_the_other_reads_it() -> None:
    game = load("ultimatum", {"advice": {"adviser": "responder", "length": 0}})
    start = game.initial_state()
    assert game.movers(start) == (1,)
    assert game.space(start, 1) == Speech(0, Amount(0, 100), advises=True)
    assert game.observe(start, 0).space is None
    after = game.apply(start, {1: Said("", 0)})
    (event,) = game.observe(after, 0).events
    assert (event.kind, heard(event)) == (ADVISED, {1: Said("", 0)})
    assert game.movers(after) == (0,)


@pytest.mark.parametrize(
    ("each_round", "spoken"), [(True, [True, True, True]), (False, [True, False, False])]
)
def test_before_each_round_or_before_the_first(*, each_round: bool, spoken: list[bool]) -> None:
    game = load("prisoners_dilemma", {"rounds": 3, "talk": {"each_round": each_round}})
    state, talked = game.initial_state(), []
    while game.movers(state):
        talks = isinstance(game.space(state, 0), Speech)
        if talks:
            state = game.apply(state, {0: C, 1: D})
        talked.append(talks)
        state = game.apply(state, {0: "defect", 1: "defect"})
    assert talked == spoken
    assert game.payoffs(state) == (3, 3)


def test_talk_comes_before_advice_and_before_the_deal() -> None:
    game = load("prisoners_dilemma", {**ADVICE, **TALK})
    after = said(game, {0: C, 1: D})
    assert game.movers(after) == (1,)
    assert [event.kind for event in game.observe(said(game, {0: C, 1: D}, {1: C}), 0).events] == [
        TALKED,
        ADVISED,
    ]
    poker = load("kuhn_poker", TALK)
    assert poker.movers(poker.initial_state()) == (0, 1)
    assert poker.movers(said(poker, {0: Said("a"), 1: Said()})) == (CHANCE,)


def test_a_player_states_its_first_decision_where_that_is_known_beforehand() -> None:
    spaces = {
        name: [load(name, TALK).space(load(name, TALK).initial_state(), seat) for seat in (0, 1)]
        for name in ("prisoners_dilemma", "ultimatum", "kuhn_poker")
    }
    dilemma = Speech(40, Choice(("cooperate", "defect")))
    assert spaces["prisoners_dilemma"] == [dilemma, dilemma]
    assert spaces["ultimatum"] == [
        Speech(40, Amount(0, 100)),
        Speech(40, Choice(("accept", "reject"))),
    ]
    assert spaces["kuhn_poker"] == [Speech(40), Speech(40)]


@pytest.mark.parametrize(
    "message",
    [
        "I will",
        Said("x" * 41),
        Said("a\nb"),
        Said(" a"),
        Said("a\u202eb"),
        Said("", "bet"),
        Said("", 1),
        None,
    ],
)
def test_what_is_no_message_is_refused(message: Any) -> None:
    game = load("prisoners_dilemma", TALK)
    with pytest.raises(IllegalAction, match="a message on one line of at most 40 characters"):
        game.apply(game.initial_state(), {0: message, 1: Said()})


def test_a_text_is_one_line_of_visible_characters() -> None:
    assert one_line("a\r\n\t\v b\x00\x1b[2J\u200b\u202e\u2028c 😀 ") == "a b[2J c 😀"
    assert one_line("\ud800x\ue000") == "x"


@pytest.mark.parametrize(
    ("name", "params", "problem"),
    [
        ("dictator", TALK, "dictator: talk and advice need two players who decide"),
        ("ultimatum", {"fixed_offer": 3, **TALK}, "only responder does"),
        ("prisoners_dilemma", {"talk": 3}, "talk of prisoners_dilemma must be a table of rounds"),
        ("prisoners_dilemma", {"talk": {"turns": 3}}, "unknown key of talk .* 'turns'"),
        ("prisoners_dilemma", {"talk": {"rounds": 0}}, "talk.rounds must be a whole number from 1"),
        ("prisoners_dilemma", {"talk": {"length": 0}}, "talk.length must be a whole number from 1"),
        ("prisoners_dilemma", {"talk": {"each_round": 1}}, "each_round must be true or false"),
        ("prisoners_dilemma", {"advice": {}}, "advice of prisoners_dilemma needs adviser"),
        ("prisoners_dilemma", {"advice": {"adviser": "third"}}, "unknown advice.adviser"),
        ("kuhn_poker", {"advice": {"adviser": "first"}}, "nothing can be recommended to second"),
        ("kuhn_poker", {"players": 3, "advice": {"adviser": "first"}}, "a game of two players"),
        ("prisoners_dilemma", {"tolk": {}}, "did you mean 'talk'"),
    ],
)
def test_a_wrong_table_is_refused(name: str, params: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        load(name, params)


def test_messages_are_part_of_what_a_game_is() -> None:
    bare = load("prisoners_dilemma", {"rounds": 2})
    game = load("prisoners_dilemma", {"rounds": 2, **TALK})
    assert identity(game) == identity(bare) | {
        "talk": {"rounds": 1, "length": 40, "each_round": True}
    }
    assert without_talk(game) == bare
    assert stage_of(game) == stage_of(bare)
    assert isinstance(game, Repeated)
    assert isinstance(game.stage, Preplay)


# Outcomes


def values(game: Any, state: Any, moves: dict[int, Any]) -> dict[tuple[int, str], float | None]:
    return {(due.player, due.outcome): due.value for due in game.due(state, moves)}


def test_what_is_stated_is_compared_with_what_is_done() -> None:
    game = load("prisoners_dilemma", {**ADVICE, **TALK})
    start = game.initial_state()
    assert values(game, start, {0: C, 1: Said("x")}) == {
        (0, "speaks"): 1,
        (0, "states an action"): 1,
        (1, "speaks"): 1,
        (1, "states an action"): 0,
    }
    state = said(game, {0: C, 1: Said("x")}, {1: Said("", "cooperate")})
    found = values(game, state, {0: "defect", 1: "defect"})
    assert found == {
        (0, "cooperation"): 0,
        (1, "cooperation"): 0,
        (0, "keeps its statement"): 0,
        (0, "keeps its statement: cooperate"): 0,
        (0, "follows advice"): 0,
        (0, "follows advice: cooperate"): 0,
    }
    lost = values(game, state, {0: None, 1: "defect"})
    assert lost[0, "keeps its statement"] is None
    assert {outcome for _, outcome in found} <= {each.name for each in game.outcomes}


def test_the_last_statement_counts_and_the_first_decision_of_the_round() -> None:
    game = load("ultimatum", {"talk": {"rounds": 2}})
    state = said(
        game, {0: Said("", 40), 1: Said("", "accept")}, {0: Said("", 60), 1: Said("no more")}
    )
    assert values(game, state, {0: 60})[0, "keeps its statement"] == 1
    assert values(game, state, {0: 40})[0, "keeps its statement"] == 0
    offered = game.apply(state, {0: 60})
    assert values(game, offered, {1: "reject"})[1, "keeps its statement"] == 0
    assert game.stated(state, TALKED) == {0: 60, 1: "accept"}  # type: ignore[attr-defined]


def test_who_stated_nothing_keeps_and_breaks_nothing() -> None:
    game = load("prisoners_dilemma", TALK)
    state = said(game, {0: Said("I will"), 1: Said()})
    assert set(values(game, state, {0: "defect", 1: "defect"})) == {
        (0, "cooperation"),
        (1, "cooperation"),
    }


def test_a_match_that_stops_at_a_message_owes_the_rest() -> None:
    game = load("prisoners_dilemma", {"rounds": 2, **TALK})
    owed = [(due.player, due.outcome, due.round) for due in game.ahead(game.initial_state())]
    assert owed.count((0, "cooperation", 1)) == 1
    assert owed.count((0, "cooperation", 2)) == 1
    assert owed.count((1, "speaks", 2)) == 1
    assert (0, "speaks", 1) not in owed


def test_claims_are_counted_behind_the_messages() -> None:
    bare, game = load("kuhn_poker"), load("kuhn_poker", TALK)
    moves: list[dict[int, Any]] = [{CHANCE: "J"}, {CHANCE: "K"}, {0: "bet"}, {1: "call"}]
    plain = bare.claims(said(bare, *moves))
    spoken = game.claims(said(game, {0: Said("a"), 1: Said("b")}, *moves))
    assert [claim.move + 2 for claim in plain] == [claim.move for claim in spoken]
    assert plain


# Around it


def test_who_hears_a_message_can_still_decide() -> None:
    game = load("ultimatum", TALK)
    assert followers(game) == {0: {1}, 1: {0}}
    assert followers(load("ultimatum")) == {0: {1}, 1: set()}
    state = said(game, {0: Said(), 1: Said()})
    assert can_decide(game, state, {1})
    assert not can_decide(game, game.apply(state, {0: 40}), {0})


def test_a_tree_tells_messages_apart_by_what_they_state() -> None:
    from games.core.walk import walk  # noqa: PLC0415

    game = load("prisoners_dilemma", {"talk": {"length": 40}})
    bare = walk(load("prisoners_dilemma"))
    growth = walk(game)
    assert len(growth.payoffs) == 9 * len(bare.payoffs)
    assert set(growth.payoffs) == set(bare.payoffs)


def test_information_sets_of_different_messages_differ() -> None:
    game = load("prisoners_dilemma", TALK)
    names = {
        key(game.observe(said(game, {0: one, 1: other}), 0))
        for one, other in product((C, D, Said()), repeat=2)
    }
    assert len(names) == 9
    assert games.available()
