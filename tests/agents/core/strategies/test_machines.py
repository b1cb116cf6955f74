"""Strategies as machines: what each does, by its own description, and what is refused."""

import asyncio
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
import games
from agents.core.spec import Scripted
from agents.core.strategies.machine import MachineAgent
from agents.core.strategies.policy_table import TableAgent
from arena.core.types import Match
from arena.engine.match import play
from games import BadInput
from games.core.machines import Machine, majority, memory_one
from games.core.types import Choice, Observation
from tests import ROOT

DOC = (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")
MACHINES = {n for n in agents.available() if issubclass(agents.kind(n), MachineAgent)}
AXELROD = (3, 0, 5, 1)
EXAMPLES: dict[str, dict[str, Any]] = {"conditional_cooperator": {"threshold": 5}}


def machine(kind: str, **params: Any) -> Machine:
    spec = agents.load(kind, params or EXAMPLES.get(kind))
    assert isinstance(spec, MachineAgent)
    return spec.machine_for(AXELROD)


def answers(kind: str, others: str, **params: Any) -> str:
    """What a deterministic strategy plays against a list, one round longer than the list."""
    found, played, told = machine(kind, **params), list[tuple[int, int]](), ""
    for other in (*others, None):
        first = found.first[found.state_after(played)]
        assert first in (0, 1)
        told += "C" if first else "D"
        played.append(("CD".index(told[-1]), "CD".index(other or "C")))
    return told


@pytest.mark.parametrize(
    ("kind", "others", "expected"),
    [
        ("cooperator", "DDDD", "CCCCC"),
        ("defector", "CCCC", "DDDDD"),
        ("alternator", "CCDD", "CDCDC"),
        ("tit_for_tat", "CDDC", "CCDDC"),
        ("suspicious_tit_for_tat", "CDDC", "DCDDC"),
        ("tit_for_two_tats", "DCDDDC", "CCCCDDC"),
        ("grim", "CDCC", "CCDDD"),
        ("win_stay_lose_shift", "CDDCC", "CCDCCC"),
        ("soft_majority", "DDCCCD", "CDDDCCC"),
        ("t2", "DDDCDCC", "CDDCCDDC"),
        ("conditional_cooperator", "CCCCCC", "CCCCDDD"),
        ("conditional_cooperator", "CDCC", "CCDDD"),
    ],
)
def test_each_does_as_it_is_described(kind: str, others: str, expected: str) -> None:
    assert answers(kind, others) == expected


@given(st.text("CD", max_size=40))
def test_soft_majority_counts_as_one_would(others: str) -> None:
    """Also where the count reaches its bound."""
    for rounds in (40, 41):
        expected = "".join(
            "C" if others[:k].count("D") <= others[:k].count("C") else "D"
            for k in range(len(others) + 1)
        )
        assert answers("soft_majority", others, rounds=rounds)[:40] == expected[:40]


@given(st.text("CD", max_size=15), st.integers(1, 17))
def test_a_conditional_cooperator_is_grim_until_its_threshold(others: str, threshold: int) -> None:
    until = answers("conditional_cooperator", others, threshold=threshold)
    assert until[: threshold - 1] == answers("grim", others)[: threshold - 1]
    assert set(until[threshold - 1 :]) <= {"D"}


def test_press_and_dysons_example_of_extortion() -> None:
    """Page 10412: chi = 3 and phi = 1/26 with the usual payoffs."""
    assert machine("zero_determinant").first[1:] == pytest.approx((11 / 13, 1 / 2, 7 / 26, 0))
    given = machine("zero_determinant", chi=3, phi=1 / 26)
    assert given.first == pytest.approx(machine("zero_determinant").first)


@given(
    st.lists(st.integers(-20, 20), min_size=4, max_size=4, unique=True).map(sorted),
    st.floats(1, 100),
    st.floats(0.01, 1),
)
def test_extortion_has_probabilities_whatever_the_payoffs(
    payoffs: list[int], chi: float, share: float
) -> None:
    s, p, r, t = payoffs
    most = (p - s) / max((chi - 1) * (r - p), p - s + chi * (t - p), chi * (p - s) + t - p)
    spec = agents.load("zero_determinant", {"chi": chi, "phi": share * most * (1 - 1e-12)})
    payoff = {"temptation": t, "reward": r, "punishment": p, "sucker": s}
    game = games.load("prisoners_dilemma", payoff)
    spec.check(game)
    with pytest.raises(BadInput, match="phi must be at most"):
        agents.load("zero_determinant", {"chi": chi, "phi": most * 1.001}).check(game)
    assert isinstance(spec, MachineAgent)
    cc, cd, dc, dd = spec.machine_for((r, s, t, p)).first[1:]
    assert dd == 0
    # The equations that define it: p~ = phi ((S_x - P) - chi (S_y - P)) / (P - S).
    phi = share * most
    for chance, own, other, stay in ((cc, r, r, 1), (cd, s, t, 1), (dc, t, s, 0)):
        surplus = phi * ((own - p) - chi * (other - p)) / (p - s)
        assert chance - stay == pytest.approx(surplus, abs=1e-9)


def test_generosity_follows_from_the_payoffs() -> None:
    assert machine("generous_tit_for_tat").first == pytest.approx((1, 1, 1 / 3, 1, 1 / 3))
    assert machine("generous_tit_for_tat", generosity=0.1).first == (1, 1, 0.1, 1, 0.1)


@pytest.mark.parametrize(
    ("kind", "params", "game", "message"),
    [
        ("zero_determinant", {"phi": 0.1}, {}, "phi must be at most 0.0769231, not 0.1"),
        (
            "generous_tit_for_tat",
            {},
            {"temptation": 9},
            "prisoners_dilemma with 2R < T [+] S needs generosity",
        ),
        ("soft_majority", {"rounds": 5}, {"rounds": 6}, "counts 5 rounds cannot play 6"),
    ],
)
def test_games_that_a_strategy_has_no_answer_for_are_refused(
    kind: str, params: dict[str, Any], game: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        agents.load(kind, params).check(games.load("prisoners_dilemma", game))


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        ("zero_determinant", {"chi": 0.5}, "chi: input should be greater than or equal to 1"),
        ("zero_determinant", {"phi": 0}, "phi: input should be greater than 0"),
        ("random_choice", {"p": 1.5}, "p: input should be less than or equal to 1"),
        ("conditional_cooperator", {"threshold": 0}, "threshold: .*greater than or equal to 1"),
        ("conditional_cooperator", {}, "threshold: field required"),
        ("soft_majority", {"rounds": 0}, "rounds: input should be greater than or equal to 1"),
        ("grim", {"p": 1}, "unknown key .*'p'"),
    ],
)
def test_parameters_out_of_range_are_named(kind: str, params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        agents.load(kind, params)


def test_builders_refuse_what_is_no_machine() -> None:
    with pytest.raises(ValueError, match="not a machine"):
        memory_one(1, (0, 0, 0, 1.5))
    assert len(majority(3).first) == 7


# Documents


def table(heading: str) -> list[list[str]]:
    """The rows of the first table whose heading begins so."""
    lines = DOC[DOC.index(heading) :].splitlines()[2:]
    rows = lines[: next((at for at, line in enumerate(lines) if not line), len(lines))]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]


def test_every_machine_is_in_the_table_with_its_parameters() -> None:
    found = {
        row[0]: re.findall(r"`?(\w+)`? \(|^`?(\w+)$", row[1]) for row in table("| agent | par")
    }
    named = {kind: {a or b for a, b in params} for kind, params in found.items()}
    assert named == {
        kind: {*agents.kind(kind).model_fields} - {"says", "states"} for kind in MACHINES
    }


EAI = {
    "naive cooperative": "CCCCCC",
    "deflecting": "DDDDDD",
    "alternating": "CDCDCD",
    "vindictive": "CCDDDD",
    "imitating": "CCDCCD",
}
"""What the paper's descriptions come to against C D C C D."""


def test_the_opponents_of_eai_do_what_the_paper_says() -> None:
    rows = table("| EAI |")
    assert {name: answers(kind, "CDCCD") for name, kind in rows} == EAI


# Poker and dice


def seen(game: str, params: dict[str, Any], *moves: dict[int, Any]) -> Observation:
    rules = games.load(game, params)
    state = rules.initial_state()
    for move in moves:
        state = rules.apply(state, move)
    return rules.observe(state, rules.movers(state)[0])


def act(kind: str, what: Observation, seed: int = 1) -> Any:
    spec = agents.load(kind)
    assert isinstance(spec, Scripted)
    return spec.act(what, Random(seed))


@pytest.mark.parametrize("params", [{}, {"rounds": 2}], ids=str)
def test_honest_bets_and_calls_with_the_king_alone(params: dict[str, Any]) -> None:
    for card, first, facing in (
        ("J", "check", "fold"),
        ("Q", "check", "fold"),
        ("K", "bet", "call"),
    ):
        other = "J" if card != "J" else "K"
        assert act("honest", seen("kuhn_poker", params, {-1: card}, {-1: other})) == first
        deal = ({-1: other}, {-1: card}, {0: "bet"})
        assert act("honest", seen("kuhn_poker", params, *deal)) == facing


def test_honest_looks_at_the_hand_that_is_played_now() -> None:
    hand: tuple[dict[int, Any], ...] = ({-1: "K"}, {-1: "J"}, {0: "check"}, {1: "check"})
    assert act("honest", seen("kuhn_poker", {"rounds": 2}, *hand, {-1: "Q"}, {-1: "K"})) == "check"


@pytest.mark.parametrize(
    ("dice", "bids", "params", "expected"),
    [
        ("4", [], {}, "1x4"),
        ("6", [], {}, "1x1"),
        ("6", [], {"wild": False}, "1x6"),
        ("4", ["1x3"], {}, "1x4"),
        ("4", ["1x4"], {}, "liar"),
        ("6", ["1x4"], {}, "1x5"),
        ("3 6", ["1x4"], {"dice": 2}, "1x5"),
        ("3 6", ["1x6"], {"dice": 2}, "2x3"),
        ("3 6", ["2x3"], {"dice": 2}, "liar"),
    ],
)
def test_honest_bids_what_its_own_dice_prove(
    dice: str, bids: list[str], params: dict[str, Any], expected: str
) -> None:
    others = "1" if params.get("dice", 1) == 1 else "1 1"
    hands = (others, dice) if bids else (dice, others)
    moves = [{-1: hands[0]}, {-1: hands[1]}, *({0: bid} for bid in bids)]
    assert act("honest", seen("liars_dice", params, *moves)) == expected


def test_a_maniac_raises_while_it_can() -> None:
    assert act("maniac", seen("kuhn_poker", {}, {-1: "J"}, {-1: "K"})) == "bet"
    assert act("maniac", seen("kuhn_poker", {}, {-1: "J"}, {-1: "K"}, {0: "bet"})) == "call"
    rolled = seen("liars_dice", {}, {-1: "1"}, {-1: "2"}, {0: "1x5"})
    bids = {act("maniac", rolled, seed) for seed in range(200)}
    assert isinstance(rolled.space, Choice)
    assert bids == set(rolled.space.options) - {"liar"}
    assert act("maniac", seen("liars_dice", {}, {-1: "1"}, {-1: "2"}, {0: "2x6"})) == "liar"


def test_noise_goes_from_uniform_play_to_equilibrium() -> None:
    kuhn = games.load("kuhn_poker")
    bluffs = []
    for rationality in (0, 1, 10, 40):
        agent = agents.load("noisy_equilibrium", {"rationality": rationality})
        assert isinstance(agent, TableAgent)
        bluffs.append(agent.table(kuhn)["second: dealt J; moved 0 check;"]["bet"])
    assert bluffs[0] == 0.5
    assert abs(bluffs[-1] - 1 / 3) < abs(bluffs[1] - 1 / 3)
    assert bluffs[-1] == pytest.approx(1 / 3, abs=0.05)
    with pytest.raises(BadInput, match="liars_dice is too large"):
        agents.load("noisy_equilibrium").check(games.load("liars_dice"))


def test_two_honest_players_of_kuhn_poker_pay_each_other_the_antes() -> None:
    game, honest = games.load("kuhn_poker"), agents.load("honest")
    for seed in range(30):
        match = Match(f"{seed}", "kuhn_poker", ("a", "b"), 0, seed)
        transcript = asyncio.run(play(match, game, [honest, honest]))  # type: ignore[list-item]
        assert transcript.payoffs is not None
        assert {abs(points) for points in transcript.payoffs} == {1}
