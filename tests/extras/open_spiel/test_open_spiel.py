"""Games of OpenSpiel, registered as a stranger's package, checked against OpenSpiel's own trees."""

import json
import pickle
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pyspiel
import pytest

import arena
import games
from arena.engine.match import draw
from arena.testing import check_game
from games import BadInput
from games.core.solve import cfr_plus, expected_payoffs
from games.core.tree import OVER, build
from games.core.types import CHANCE
from games.core.walk import key
from tests import ROOT
from tests.arena.bridges.blocks import run_page
from tests.arena.designs import fresh_arena
from tests.loopback import Loopback
from tests.packages import found, install

EXTRA = ROOT / "extras" / "open_spiel"
PROJECT = tomllib.loads((EXTRA / "pyproject.toml").read_text("utf-8"))["project"]
ENTRIES = {
    group.removeprefix("affect_arena."): values for group, values in PROJECT["entry-points"].items()
}


@pytest.fixture(autouse=True, scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package is installed, with the entry points that its project states."""
    site = tmp_path_factory.mktemp("site")
    install(site, PROJECT["name"], ENTRIES, {})
    (site / "affect_arena_open_spiel").symlink_to(EXTRA / "affect_arena_open_spiel")
    with found(site):
        yield


def nodes(game: Any, name: str) -> Iterator[tuple[Any, Any]]:
    """Every position of a game of two sides: ours and OpenSpiel's, by the same moves."""
    open_ = [(game.initial_state(), pyspiel.load_game(name).new_initial_state())]
    while open_:
        ours, theirs = open_.pop()
        yield ours, theirs
        if theirs.is_terminal():
            continue
        mover = CHANCE if theirs.is_chance_node() else theirs.current_player()
        for action in theirs.legal_actions():
            label = theirs.action_to_string(theirs.current_player(), action)
            open_.append((game.apply(ours, {mover: label}), theirs.child(action)))


@pytest.mark.parametrize(("name", "count"), [("kuhn_poker", 58), ("leduc_poker", 9457)])
def test_every_node_is_that_of_openspiel(name: str, count: int) -> None:
    game = games.load(f"open_spiel:{name}")
    ours_of, theirs_of = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    visited = 0
    for ours, theirs in nodes(game, name):
        visited += 1
        if theirs.is_terminal():
            assert game.movers(ours) == ()
            assert list(map(float, game.payoffs(ours))) == theirs.returns()
        elif theirs.is_chance_node():
            assert game.movers(ours) == (CHANCE,)
            odds = {theirs.action_to_string(-1, a): p for a, p in theirs.chance_outcomes()}
            assert {a: float(p) for a, p in game.chance(ours).items()} == pytest.approx(odds)
        else:
            player = theirs.current_player()
            assert game.movers(ours) == (player,)
            legal = [theirs.action_to_string(player, a) for a in theirs.legal_actions()]
            assert list(game.space(ours, player).options) == legal  # type: ignore[union-attr]
            here, there = key(game.observe(ours, player)), theirs.information_state_string(player)
            ours_of[there].add(here)
            theirs_of[here].add(f"{player} {there}")
    assert visited == count
    assert {len(names) for names in (*ours_of.values(), *theirs_of.values())} == {1}


def test_the_bridge_is_the_oracle_of_our_leduc_poker_node_by_node() -> None:
    """The same movers, options, odds and payoffs, and nobody knows more in one than the other."""
    ours, bridged = games.load("leduc_poker"), games.load("open_spiel:leduc_poker")
    waiting = [(ours.initial_state(), bridged.initial_state())]
    known, nodes = defaultdict[str, set[str]](set), 0
    while waiting:
        one, other = waiting.pop()
        nodes += 1
        movers = ours.movers(one)
        assert movers == bridged.movers(other)
        if not movers:
            assert ours.payoffs(one) == bridged.payoffs(other)
            continue
        (mover,) = movers
        if mover == CHANCE:
            odds = defaultdict[str, Fraction](Fraction)
            for label, p in bridged.chance(other).items():
                odds[_rank(str(label))] += p
            assert odds == ours.chance(one)
            pairs = [(_rank(str(label)), label) for label in bridged.chance(other)]
        else:
            labels = [str(each) for each in bridged.space(other, mover).options]  # type: ignore[union-attr]
            options = [str(each) for each in ours.space(one, mover).options]  # type: ignore[union-attr]
            assert [_LEDUC[option] for option in options] == labels
            pairs = list(zip(options, labels, strict=True))
            known[key(bridged.observe(other, mover))].add(key(ours.observe(one, mover)))
        waiting += [
            (ours.apply(one, {mover: a}), bridged.apply(other, {mover: b})) for a, b in pairs
        ]
    assert nodes == 9457
    assert {len(sets) for sets in known.values()} == {1}


_LEDUC = {"fold": "Fold", "check": "Call", "call": "Call", "bet": "Raise", "raise": "Raise"}


def _rank(label: str) -> str:
    """Our name of a card of the bridge: two of each rank, lowest first."""
    return "JQK"[int(re.sub(r"\D", "", label)) // 2]


def test_the_trees_have_the_size_and_the_value_of_the_literature() -> None:
    """Values: Kuhn (1950); Leduc as in Lanctot et al. (2019), about -0.0856 for the first."""
    kuhn, leduc = (build(games.load(f"open_spiel:{n}_poker")) for n in ("kuhn", "leduc"))
    assert [len(kuhn.keys), len(leduc.keys)] == [12, 936]
    assert int((leduc.mover == OVER).sum()) == 5520
    for tree, value, near in ((kuhn, -1 / 18, 1e-4), (leduc, -0.0856, 2e-3)):
        first = expected_payoffs(tree, cfr_plus(tree, 300))[0]
        assert first == pytest.approx(value, abs=near)


def test_settings_are_parameters_and_what_openspiel_refuses_is_refused() -> None:
    three = games.load("open_spiel:leduc_poker", {"players": 3})
    assert three.roles == ("first", "second", "third")
    assert games.identity(three)["players"] == 3
    assert pickle.loads(pickle.dumps(three)) == three  # noqa: S301 - our own
    with pytest.raises(BadInput, match="unknown parameter of open_spiel:leduc_poker 'player'"):
        games.load("open_spiel:leduc_poker", {"player": 3})
    with pytest.raises(BadInput, match="players must be of type int, not '3'"):
        games.load("open_spiel:leduc_poker", {"players": "3"})
    with pytest.raises(BadInput, match="OpenSpiel says"):
        games.load("open_spiel:leduc_poker", {"players": 40})
    with pytest.raises(BadInput, match="did you mean 'open_spiel:leduc_poker'"):
        games.load("open_spiel:leduc_pokr")


def playout(name: str, steps: int) -> None:
    """A random play of at most so many moves, with everything observed on the way."""
    game, rng = games.load(name), Random(1)
    state = game.initial_state()
    for _ in range(steps):
        if not (movers := game.movers(state)):
            assert len(game.payoffs(state)) == len(game.roles)
            break
        if movers == (CHANCE,):
            odds = game.chance(state)
            assert sum(odds.values()) == 1
            assert all(type(chance) is Fraction for chance in odds.values())
            moves: dict[int, Any] = {CHANCE: draw(odds, rng)}
        else:
            seen = {player: game.observe(state, player) for player in movers}
            moves = {p: rng.choice(each.space.options) for p, each in seen.items()}  # type: ignore[union-attr]
        state = game.apply(state, moves)


def test_the_entry_points_and_texts_are_those_that_openspiel_offers() -> None:
    from affect_arena_open_spiel import catalogue  # type: ignore[import-not-found] # noqa: PLC0415

    assert ENTRIES["games"] == catalogue.entries()
    assert catalogue.TEXTS.read_text("utf-8") == catalogue.texts()
    assert len(ENTRIES["games"]) > 50


@pytest.mark.parametrize(
    "name",
    [
        "tic_tac_toe",
        "goofspiel",
        "liars_dice",
        "matrix_pd",
        "sheriff",
        "backgammon",
        "lewis_signaling",
    ],
)
def test_games_of_every_kind_are_played(name: str) -> None:
    playout(f"open_spiel:{name}", 60)


@pytest.mark.parametrize("name", ["kuhn_poker", "tiny_hanabi", "matrix_pd"])
def test_the_kit_for_games_finds_nothing_wrong(name: str) -> None:
    check_game(games.rules(f"open_spiel:{name}"))


@pytest.mark.soak
def test_every_game_is_played() -> None:
    wrong = {}
    for name in ENTRIES["games"]:
        try:
            playout(name, 100)
        except Exception as error:  # noqa: BLE001 - all of them are told
            wrong[name] = repr(error)[:300]
    assert wrong == {}


def test_equal_names_of_actions_are_told_apart() -> None:
    game = games.load("open_spiel:goofspiel")
    state = game.initial_state()
    while game.movers(state) == (CHANCE,):
        state = game.apply(state, {CHANCE: next(iter(game.chance(state)))})
    assert game.movers(state) == (0, 1)
    options = game.space(state, 0).options  # type: ignore[union-attr]
    assert len(set(options)) == len(options)


def test_scripts_and_tables_play_it_like_our_own() -> None:
    played = arena.match("open_spiel:leduc_poker", ["uniform", "uniform"], seed=4)
    assert played.payoffs is not None
    assert sum(played.payoffs) == 0
    repeated = arena.match("open_spiel:kuhn_poker", ["uniform", "uniform"], seed=4, rounds=3)
    assert len(repeated.actions) >= 6


def test_a_model_is_told_it_and_plays_it(tmp_path: Path) -> None:
    with Loopback() as loopback:
        model = {"name": "m", "agent": "llm", "model": "openai/m", "form": "json"}
        design = arena.Tournament(
            name="spiel",
            games=["open_spiel:leduc_poker"],
            contestants=[{**model, "api_base": loopback.url}, "uniform"],
        )
        run = arena.run(design, tmp_path / "run", quiet=True, preflight=False)
        asked = json.dumps(loopback.bodies)
    assert set(run.matches()["ending"]) == {"completed"}
    assert "Leduc Poker" in asked
    assert "[Observer: " in asked
    assert "Raise" in asked


def test_the_page_runs() -> None:
    names, printed = run_page("open_spiel.md")
    assert printed
    assert names["tree"].players == 2


@pytest.mark.soak
def test_the_wheel_alone_brings_the_games(tmp_path: Path) -> None:
    """Built, unpacked beside the program, listed and solved by the command line."""
    build_it = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(EXTRA)]
    subprocess.run([sys.executable, *build_it], check=True, capture_output=True)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    env = {"PYTHONPATH": str(tmp_path / "site")}
    listed = fresh_arena("list", "games", cwd=tmp_path, **env)
    assert listed.stdout.count("open_spiel:") == len(ENTRIES["games"])
    solved = fresh_arena("solve", "open_spiel:kuhn_poker", cwd=tmp_path, **env)
    assert "first -0.0555" in solved.stdout
