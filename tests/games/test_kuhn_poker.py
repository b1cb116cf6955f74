"""Kuhn poker against its literature, an independent engine, and its own secrets."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import prod
from typing import Any

import pyspiel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.testing.plays import Moves, Play, complete_plays, play_moves, tree
from games import BadInput, Game, load
from games.core.types import CHANCE, Observation, Payoff, Player
from tests.games import openspiel

DECK = ("J", "Q", "K")
FOLDED = (("check", "bet", "fold"), ("bet", "fold"))
SHOWN = (("check", "check"), ("check", "bet", "call"), ("bet", "call"))
KUHN = load("kuhn_poker")

Line = tuple[str, ...]
Deal = tuple[str, ...]
InformationSet = tuple[str, Line]
Strategy = Mapping[InformationSet, Fraction]
"""Probability of betting or calling, by own card and the moves so far."""

deals = st.sampled_from(list(permutations(DECK, 2)))
stakes = st.integers(1, 1000)


def hand(deal: Deal, line: Line) -> list[Moves]:
    """The moves of one hand: two cards dealt, then the players in turn."""
    moves: list[Moves] = [{CHANCE: card} for card in deal]
    moves += [{turn % 2: action} for turn, action in enumerate(line)]
    return moves


def information_set(seen: Observation) -> InformationSet:
    cards = [str(event.facts["card"]) for event in seen.events if event.kind == "dealt"]
    moves = [str(event.facts["action"]) for event in seen.events if event.kind == "moved"]
    return cards[0], tuple(moves)


# Size


def test_the_tree_has_the_published_size() -> None:
    paths = tree(KUHN)
    assert paths is not None
    movers = [KUHN.movers(path.end) for path in paths]
    assert movers.count((CHANCE,)) == 4
    assert movers.count((0,)) + movers.count((1,)) == 24
    assert movers.count(()) == 30
    assert len(movers) == 58


def test_each_player_has_six_information_sets() -> None:
    found: dict[Player, set[str]] = {0: set(), 1: set()}
    for play in complete_plays(KUHN):
        for state, moves, _ in play.steps():
            for seat in moves.keys() - {CHANCE}:
                found[seat].add(repr(KUHN.observe(state, seat)))
    assert [len(found[seat]) for seat in (0, 1)] == [6, 6]


# Value and equilibrium, in exact fractions


def decisions(play: Play) -> Iterator[tuple[Player, InformationSet, bool]]:
    """Who decided where, and whether to bet or call."""
    for state, moves, _ in play.steps():
        for seat in moves.keys() - {CHANCE}:
            seen = information_set(KUHN.observe(state, seat))
            yield seat, seen, moves[seat] in {"bet", "call"}


@cache
def ends() -> list[tuple[Fraction, list[tuple[Player, InformationSet, bool]], Payoff]]:
    """Of each end: the probability of the deal, the decisions, what the first player gets."""
    found = []
    for play in complete_plays(KUHN):
        drawn = [KUHN.chance(s)[moves[CHANCE]] for s, moves, _ in play.steps() if CHANCE in moves]
        found.append(
            (prod(drawn, start=Fraction(1)), [*decisions(play)], KUHN.payoffs(play.end)[0])
        )
    return found


def value(first: Strategy, second: Strategy) -> Fraction:
    """What the first player expects."""
    both = (first, second)
    expected = Fraction(0)
    for deal, way, points in ends():
        reached = prod(both[p][at] if bold else 1 - both[p][at] for p, at, bold in way)
        expected += deal * reached * points
    return expected


def first_equilibrium(alpha: Fraction) -> Strategy:
    """Bluff the jack with alpha, bet the king three times as often (Kuhn 1950)."""
    return {
        ("J", ()): alpha,
        ("Q", ()): Fraction(0),
        ("K", ()): 3 * alpha,
        ("J", ("check", "bet")): Fraction(0),
        ("Q", ("check", "bet")): alpha + Fraction(1, 3),
        ("K", ("check", "bet")): Fraction(1),
    }


SECOND_EQUILIBRIUM: Strategy = {
    ("J", ("check",)): Fraction(1, 3),
    ("Q", ("check",)): Fraction(0),
    ("K", ("check",)): Fraction(1),
    ("J", ("bet",)): Fraction(0),
    ("Q", ("bet",)): Fraction(1, 3),
    ("K", ("bet",)): Fraction(1),
}

every_alpha = pytest.mark.parametrize("alpha", [Fraction(n, 12) for n in range(5)], ids=str)


def pure_strategies(like: Strategy) -> Iterator[Strategy]:
    for chosen in product((Fraction(0), Fraction(1)), repeat=len(like)):
        yield dict(zip(like, chosen, strict=True))


@every_alpha
def test_the_first_player_loses_an_eighteenth_in_equilibrium(alpha: Fraction) -> None:
    assert value(first_equilibrium(alpha), SECOND_EQUILIBRIUM) == Fraction(-1, 18)


@every_alpha
def test_no_pure_strategy_gains_against_the_equilibrium(alpha: Fraction) -> None:
    first = first_equilibrium(alpha)
    best_reply = max(value(reply, SECOND_EQUILIBRIUM) for reply in pure_strategies(first))
    worst_reply = min(value(first, reply) for reply in pure_strategies(SECOND_EQUILIBRIUM))
    assert best_reply == worst_reply == Fraction(-1, 18)


# OpenSpiel


def compare(game: Game[Any], state: Any, theirs: Any, ante: int, bet: int) -> Iterator[Any]:
    """Walk both trees together; yield both information sets wherever a player decides."""
    movers = game.movers(state)
    if not movers:
        won = [abs(int(points)) for points in theirs.returns()]
        signs = [1 if points > 0 else -1 for points in theirs.returns()]
        # OpenSpiel plays for an ante and a bet of 1: 2 means that the bet was called.
        chips = [ante + bet * (points - 1) for points in won]
        assert theirs.is_terminal()
        assert game.payoffs(state) == (signs[0] * chips[0], signs[1] * chips[1])
        return
    assert movers == (theirs.current_player(),)
    player = movers[0]
    if player == CHANCE:
        odds = game.chance(state)
        codes = {card: DECK.index(str(card)) for card in odds}
        ours = {codes[card]: float(chance) for card, chance in odds.items()}
        assert ours == pytest.approx(dict(theirs.chance_outcomes()))
    else:
        words = ("fold", "call") if 1 in theirs.history()[2:] else ("check", "bet")
        assert str(game.space(state, player)) == "one of " + ", ".join(words)
        codes = dict(zip(words, theirs.legal_actions(), strict=True))
        yield repr(game.observe(state, player)), theirs.information_state_string(player)
    for action, code in codes.items():
        after = game.apply(state, {player: action})
        yield from compare(game, after, theirs.child(code), ante, bet)


@given(ante=stakes, bet=stakes)
def test_openspiel_agrees_on_every_position_and_the_stakes_scale(ante: int, bet: int) -> None:
    game, theirs = load("kuhn_poker", {"ante": ante, "bet": bet}), pyspiel.load_game("kuhn_poker")
    start = theirs.new_initial_state()
    pairs = set(compare(game, game.initial_state(), start, ante, bet))
    assert (
        len(pairs) == len({ours for ours, _ in pairs}) == len({their for _, their in pairs}) == 12
    )


# Three and four players


@pytest.mark.parametrize("players", [3, 4])
def test_openspiel_agrees_on_every_position_with_more_players(players: int) -> None:
    game, theirs = (
        load("kuhn_poker", {"players": players}),
        openspiel.load("kuhn_poker", players=players),
    )
    seen, named, positions = set(), set(), 0
    for at in openspiel.pairs(game, theirs):
        positions += 1
        movers = game.movers(at.ours)
        assert at.theirs.is_terminal() is (not movers)
        if not movers:
            assert list(game.payoffs(at.ours)) == at.theirs.returns()
        elif movers != (CHANCE,):
            seen.add(
                pair := (repr(game.observe(at.ours, *movers)), at.theirs.information_state_string())
            )
            named.add(pair[1])
    assert positions == {3: 617, 4: 7886}[players]
    assert len(seen) == len(named) == len({ours for ours, _ in seen})


@pytest.mark.parametrize("players", [3, 4])
@given(ante=stakes, bet=stakes)
def test_the_winner_takes_what_the_others_paid(players: int, ante: int, bet: int) -> None:
    game = load("kuhn_poker", {"players": players, "ante": ante, "bet": bet})
    cards: list[Moves] = [{CHANCE: card} for card in "9TJQK"[-players - 1 :][:players]]
    bets: list[Moves] = [{seat: "call" if seat else "bet"} for seat in range(players - 1)]
    bets.append({players - 1: "fold"})
    points = game.payoffs(play_moves(game, [*cards, *bets]).end)
    lost = [-(ante + bet)] * (players - 2)
    assert points == (*lost, -sum(lost) + ante, -ante)


def test_with_three_a_showdown_shows_those_who_are_in_to_all() -> None:
    game = load("kuhn_poker", {"players": 3})
    moves: list[Moves] = [
        {CHANCE: "T"},
        {CHANCE: "Q"},
        {CHANCE: "K"},
        {0: "bet"},
        {1: "fold"},
        {2: "call"},
    ]
    end = play_moves(game, moves).end
    for player in range(3):
        shown = [dict(e.facts) for e in game.observe(end, player).events if e.kind == "showdown"]
        others = [{"player": 0, "card": "T"}, {"player": 2, "card": "K"}]
        assert shown == [facts for facts in others if facts["player"] != player]


# Secrets


def hidden(deal: Deal, player: Player) -> Deal:
    """The same card for the player, the other possible one for the other."""
    (undealt,) = set(DECK) - set(deal)
    return (deal[0], undealt) if player == 0 else (undealt, deal[1])


def views(game: Game[Any], moves: list[Moves], player: Player) -> list[Observation]:
    return [game.observe(state, player) for state in play_moves(game, moves).states]


@pytest.mark.parametrize("player", [0, 1])
@pytest.mark.parametrize("line", [*FOLDED, *(line[:-1] for line in SHOWN)], ids=" ".join)
@pytest.mark.parametrize("deal", list(permutations(DECK, 2)), ids=" ".join)
def test_without_a_showdown_the_other_card_makes_no_difference(
    deal: Deal, line: Line, player: Player
) -> None:
    seen = views(KUHN, hand(deal, line), player)
    assert seen == views(KUHN, hand(hidden(deal, player), line), player)
    assert deal[player] in repr(seen[-1].events)
    assert not any(repr(deal[1 - player]) in repr(view.events) for view in seen)


@pytest.mark.parametrize("line", SHOWN, ids=" ".join)
@given(deal=deals)
def test_a_showdown_shows_each_player_the_other_card(line: Line, deal: Deal) -> None:
    for player in (0, 1):
        *_, last = views(KUHN, hand(deal, line), player)[-1].events
        assert (last.kind, last.facts) == ("showdown", {"card": deal[1 - player]})


@pytest.mark.parametrize("player", [0, 1])
@pytest.mark.parametrize("params", [{"rounds": 5}, {"continuation": "1/2"}], ids=str)
@given(
    hands=st.lists(st.tuples(deals, st.sampled_from(FOLDED + SHOWN)), max_size=4),
    last=st.tuples(deals, st.sampled_from([*FOLDED, *(line[:-1] for line in SHOWN)])),
)
def test_a_folded_card_stays_folded_in_later_rounds(
    params: dict[str, Any], player: Player, hands: list[tuple[Deal, Line]], last: tuple[Deal, Line]
) -> None:
    """Change every card that the player was not shown: it sees the same throughout."""
    game = load("kuhn_poker", params)

    def seen(*, changed: bool) -> list[Observation]:
        moves: list[Moves] = []
        for deal, line in [*hands, last]:
            if moves and "continuation" in params:
                moves.append({CHANCE: "go on"})
            secret = line not in SHOWN
            moves += hand(hidden(deal, player) if changed and secret else deal, line)
        return views(game, moves, player)

    assert seen(changed=False) == seen(changed=True)


# Parameters


@pytest.mark.parametrize("key", ["ante", "bet"])
@pytest.mark.parametrize("value", [0, -1, 1.0, True, "1", None], ids=repr)
def test_stakes_other_than_whole_chips_from_one_are_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"{key} must be .*whole.*, not {value!r}"):
        load("kuhn_poker", {key: value})


@pytest.mark.parametrize("value", [1, 5, 2.0, True, "2", None], ids=repr)
def test_players_other_than_two_to_four_are_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"players must be 2, 3 or 4, not {value!r}"):
        load("kuhn_poker", {"players": value})
