"""Who meets whom: every kind of schedule, and what their matches' ids depend on."""

from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.types import PASSIVE, Match
from arena.design.matches import planned, schedule
from arena.design.toml_lines import Lines
from arena.design.tournament import Tournament
from arena.record.run import Run
from games import BadInput
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, design, played, transcripts

NAMES = ("equilibrium", "uniform", "bold")
DICTATOR: dict[str, Any] = {"name": "dictator", "contestants": ["fair", "fixed_share", "uniform"]}
GIVERS: list[dict[str, Any]] = [{"agent": "fair"}, {"agent": "fixed_share"}, {"agent": "uniform"}]


def game(**stated: Any) -> dict[str, Any]:
    return design(games=[{**KUHN, "schedule": stated}], repetitions=2)


def matches(data: dict[str, Any]) -> tuple[Match, ...]:
    return schedule(Tournament(data))


def test_a_round_robin_with_self_play_seats_everybody_beside_itself_too() -> None:
    found = Counter(m.seats for m in matches(game(kind="round_robin", self_play=True)))
    expected = [*permutations(NAMES, 2), *((name, name) for name in NAMES)]
    assert found == dict.fromkeys(expected, 2)
    without = {m.id for m in matches(game(kind="round_robin"))}
    assert without < {m.id for m in matches(game(kind="round_robin", self_play=True))}


def test_one_contestant_can_play_itself() -> None:
    alone = {
        **KUHN,
        "contestants": ["bold"],
        "schedule": {"kind": "round_robin", "self_play": True},
    }
    assert [m.seats for m in matches(design(games=[alone], repetitions=1))] == [("bold", "bold")]


def test_a_panel_meets_everybody_in_every_seating_and_not_itself() -> None:
    found = {m.seats for m in matches(game(kind="panel", panel=["uniform"]))}
    expected = {("equilibrium", "uniform"), ("bold", "uniform")}
    assert found == expected | {(b, a) for a, b in expected}
    assert {m.id for m in matches(game(kind="panel", panel=["uniform"]))} < {
        m.id for m in matches(game(kind="round_robin"))
    }


def test_contestants_of_a_panel_can_be_kept_to_some_roles() -> None:
    stated = game(kind="panel", panel=["uniform"], roles=["second"])
    assert {m.seats for m in matches(stated)} == {
        ("uniform", name) for name in ("equilibrium", "bold")
    }
    both = matches(game(kind="panel", panel=["uniform"]))
    assert {m.id for m in matches(stated)} < {m.id for m in both}
    content = Tournament(game(kind="panel", panel=["uniform"])).content["games"]
    assert "roles" not in content["kuhn_poker"]["schedule"], "earlier designs keep their hash"
    with pytest.raises(BadInput, match="unknown role of kuhn_poker 'third'"):
        Tournament(game(kind="panel", panel=["uniform"], roles=["third"]))


def test_a_panel_need_not_be_listed_and_fills_all_other_seats() -> None:
    three = {
        "name": "kuhn_poker",
        "params": {"players": 3},
        "contestants": ["bold"],
        "schedule": {"kind": "panel", "panel": ["uniform", "maniac"]},
    }
    data = design(games=[three], contestants=[*PLAYERS, {"agent": "maniac"}], repetitions=1)
    assert {m.seats for m in matches(data)} == set(permutations(["bold", "uniform", "maniac"]))


def test_where_one_decides_each_contestant_plays_alone() -> None:
    data = design(games=[DICTATOR], contestants=GIVERS, repetitions=2)
    found = [(m.seats, m.repetition) for m in matches(data)]
    assert sorted(found) == sorted(
        ((name, PASSIVE), r) for name in ("fair", "fixed_share", "uniform") for r in range(2)
    )
    offered = {**DICTATOR, "name": "ultimatum", "params": {"fixed_offer": 20}}
    data = design(games=[offered], contestants=GIVERS, repetitions=1)
    assert {m.seats[0] for m in matches(data)} == {PASSIVE}


def test_a_passive_seat_is_no_contestant(tmp_path: Path) -> None:
    run = Run(played(design(games=[DICTATOR], contestants=GIVERS, repetitions=2), tmp_path / "run"))
    seats = run.seats()
    assert set(seats["contestant"]) == {"fair", "fixed_share", "uniform"}
    assert len(seats) == run.planned == 6
    kept = seats[seats["contestant"] == "fair"]["payoff"]
    assert list(kept) == [50, 50]


def test_every_information_set_is_asked_about_as_often_as_there_are_repetitions() -> None:
    found = Counter((m.at, m.seats) for m in matches(game(kind="elicitation")))
    assert set(found.values()) == {2}
    assert len(found) == 12 * len(NAMES)
    for at, seats in found:
        owner = 0 if at.startswith("first") else 1
        assert seats[owner] in NAMES
        assert seats[1 - owner] == PASSIVE


def test_games_have_schedules_of_their_own() -> None:
    own = {**KUHN, "schedule": {"kind": "elicitation"}}
    data = design(games=[own, DILEMMA], schedule={"kind": "panel", "panel": ["uniform"]})
    tournament = Tournament(data)
    kinds = {key: kind.content()["kind"] for key, kind in tournament.schedules.items()}
    assert kinds == {"kuhn_poker": "elicitation", "prisoners_dilemma": "panel"}
    assert planned(tournament) == len(schedule(tournament)) == 3 * (36 + 4)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({}, "schedule of game kuhn_poker in t needs kind = one of round_robin, panel"),
        (
            {"kind": "pannel"},
            "unknown kind of schedule of game kuhn_poker in t 'pannel'; did you mean 'panel'",
        ),
        ({"kind": "round_robin", "self_pla": True}, "'self_pla'; did you mean 'self_play'"),
        (
            {"kind": "round_robin", "self_play": "yes"},
            "schedule of game kuhn_poker in t: self_play",
        ),
        ({"kind": "panel"}, "schedule of game kuhn_poker in t: panel: field required"),
        (
            {"kind": "panel", "panel": ["unifrom"]},
            "panel of game kuhn_poker in t 'unifrom'; did you mean",
        ),
        ({"kind": "panel", "panel": list(NAMES)}, "everybody is on the panel"),
        ({"kind": "panel", "panel": ["bold", "bold"]}, "panel lists an opponent twice: only a mix"),
        ({"kind": "single"}, "in kuhn_poker several decide (first, second); single is for one"),
        ({"kind": "adaptive"}, "budget: field required"),
        ({"kind": "adaptive", "budget": 5}, "budget: input should be a multiple of 2, not 5"),
    ],
)
def test_impossible_schedules_are_refused_by_key(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        Tournament(game(**stated), "t")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("entry", "stated", "message"),
    [
        (DICTATOR, {"kind": "round_robin"}, "only the dictator decides"),
        (DICTATOR, {"kind": "panel", "panel": ["fair"]}, 'use kind "single"'),
        (
            {"name": "prisoners_dilemma", "contestants": ["uniform", "random_choice"]},
            {"kind": "adaptive", "budget": 10},
            "adaptive pairing compares pairs head to head",
        ),
        (
            {"name": "liars_dice", "contestants": ["uniform"]},
            {"kind": "elicitation"},
            "liars_dice has more than 2,000 information sets: too many to ask about each",
        ),
        (
            {"name": "ultimatum", "contestants": ["fair"], "params": {"continuation": 0.5}},
            {"kind": "elicitation"},
            "too many to ask about each",
        ),
    ],
)
def test_schedules_that_do_not_suit_a_game_are_refused(
    entry: dict[str, Any], stated: dict[str, Any], message: str
) -> None:
    players = [*GIVERS, {"agent": "random_choice"}]
    with pytest.raises(BadInput) as error:
        Tournament(design(games=[{**entry, "schedule": stated}], contestants=players), "t")
    assert message in str(error.value)


def test_outcomes_alone_are_not_kept_of_an_elicitation() -> None:
    with pytest.raises(BadInput, match="an elicitation is made of decisions"):
        Tournament({**game(kind="elicitation"), "record": "outcomes"})


def test_a_panel_member_that_cannot_play_is_named() -> None:
    entry = {**KUHN, "schedule": {"kind": "panel", "panel": ["tit for tat"]}}
    with pytest.raises(BadInput, match="contestant 'tit for tat' cannot take part"):
        Tournament(design(games=[entry]))


SCHEDULES: list[dict[str, Any]] = [
    {"kind": "round_robin"},
    {"kind": "round_robin", "self_play": True},
    {"kind": "panel", "panel": ["bold"]},
    {"kind": "elicitation"},
    {"kind": "adaptive", "budget": 24},
]
LEAGUE: list[dict[str, Any]] = [
    *PLAYERS,
    *({"name": f"p{at}", "agent": "random_choice", "p": at / 10} for at in range(1, 5)),
    *({"name": f"n{at}", "agent": "noisy_equilibrium", "rationality": at} for at in range(1, 4)),
]
POKER = ["uniform", "bold", "equilibrium", "n1", "n2", "n3"]
TWO = ["uniform", "bold", "p1", "p2", "p3", "p4"]


@given(
    st.sampled_from(SCHEDULES),
    st.integers(2, 5),
    st.integers(1, 3),
    st.integers(0, 2),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_file_changes_nothing(
    stated: dict[str, Any], size: int, repetitions: int, seed: int, random: Any
) -> None:
    games: list[dict[str, Any]] = [
        {"name": "kuhn_poker", "contestants": POKER[: size + 1], "schedule": stated},
        {"name": "prisoners_dilemma", "contestants": TWO[: size + 1]},
    ]
    data = design(games=games, contestants=LEAGUE, repetitions=repetitions, seed=seed)
    mixed = {
        **data,
        "contestants": random.sample(LEAGUE, len(LEAGUE)),
        "games": random.sample(
            [{**g, "contestants": random.sample(g["contestants"], size + 1)} for g in games], 2
        ),
    }
    one, other = Tournament(data), Tournament(mixed)
    assert one.hash == other.hash
    assert planned(one) == planned(other)
    assert {m.id for m in schedule(one)} == {m.id for m in schedule(other)}


@given(
    st.sampled_from(SCHEDULES[:-1]),
    st.integers(2, 4),
    st.integers(1, 2),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_a_larger_design_keeps_what_is_played(
    stated: dict[str, Any], size: int, repetitions: int, players: int, more: int
) -> None:
    def ids(names: list[str], times: int) -> set[str]:
        entry = {"name": "kuhn_poker", "contestants": names, "schedule": stated}
        data = design(games=[entry], contestants=LEAGUE, repetitions=times)
        found = [m.id for m in schedule(Tournament(data))]
        assert len(set(found)) == len(found)
        return set(found)

    small = ids(POKER[:size], repetitions)
    assert small <= ids(POKER[: size + players], repetitions + more)


def test_ids_of_kinds_of_matches_do_not_meet() -> None:
    found = [
        m.id
        for stated in ({"kind": "round_robin", "self_play": True}, {"kind": "elicitation"})
        for m in matches(game(**stated))
    ]
    assert len(set(found)) == len(found)


def lines() -> Iterator[str]:
    yield from ('name = "t"', "", "[[games]]", 'name = "kuhn_poker"', "")
    yield from ("[[contestants]]", 'agent = "uniform"', "")
    yield from ("[[contestants]]", 'agent = "llm"', 'modle = "x"')


def test_errors_name_the_line_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("\n".join(lines()))
    with pytest.raises(
        BadInput, match=r"contestant 'llm' of .*t\.toml \(line 9\) 'modle'; did you"
    ):
        Tournament.read(path)


def test_where_headers_are_quoted_no_line_is_named() -> None:
    text = "\n".join(("persona = '''", "[[games]]", "'''", *lines()))
    counts = {"games": 1, "contestants": 2}
    assert Lines(text, counts).where("games", 0) == ""
    assert Lines(text, counts).where("contestants", 1) == " (line 12)"
    assert Lines("", counts).where("contestants", 1) == ""


def test_scripted_designs_of_every_kind_play_to_the_end() -> None:
    for stated in SCHEDULES[:-1]:
        found = transcripts(game(**stated))
        assert all(t.payoffs is not None for t in found if "bold" not in t.match.seats)
