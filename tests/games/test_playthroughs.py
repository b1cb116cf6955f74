"""Golden playthroughs: each game as a person can read it, position by position."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from arena.testing.plays import Moves, random_play, tree
from games import Game, available, load
from games.core.types import CHANCE, Player

FOLDER = Path(__file__).parent / "playthroughs"
SEEDS = (6, 22, 24)

REPEATED: dict[str, tuple[str, dict[str, Any]]] = {
    "repeated_prisoners_dilemma": ("prisoners_dilemma", {"rounds": 3}),
    "repeated_kuhn_poker": ("kuhn_poker", {"continuation": "1/2"}),
}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "dictator_price": ("dictator", {"endowment": 40, "price": "1/3"}),
    "el_farol_names": ("el_farol", {"information": "names", "capacity": 2}),
    "public_goods_punishment": ("public_goods", {"players": 3, "punishment": "1:3"}),
    "public_goods_strategy_method": (
        "public_goods",
        {"players": 2, "endowment": 2, "strategy_method": True, "shown": "names"},
    ),
    "ultimatum_strategy_method": ("ultimatum", {"strategy_method": True}),
    "ultimatum_fixed_offer": ("ultimatum", {"fixed_offer": 20}),
    "trust_strategy_method": ("trust", {"strategy_method": True}),
    "third_party_punishment_fixed_transfer": ("third_party_punishment", {"fixed_transfer": 20}),
    "trust_all_or_nothing": ("trust", {"all_or_nothing": True}),
    "talk": ("prisoners_dilemma", {"talk": {"rounds": 2, "length": 80}}),
    "advice": ("ultimatum", {"endowment": 4, "advice": {"adviser": "responder"}}),
    "matrix_game_three_by_two": (
        "matrix_game",
        {"table": [[[1, 2], [0, "1/2"]], [[3, 0], [2, 2]], [[0, 0], [1, 4]]]},
    ),
}
PLAYTHROUGHS = {name: (name, dict[str, Any]()) for name in available()} | REPEATED | VARIANTS


def _plain(value: Any) -> str:
    """A position without what the players have seen: that is shown as it comes."""
    if is_dataclass(value):
        parts = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        shown = ", ".join(f"{name}={part}" for name, part in parts.items() if "Event(" not in part)
        return f"{type(value).__name__}({shown})"
    if isinstance(value, tuple):
        inside = ", ".join(map(_plain, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return str(value) if isinstance(value, Fraction) else repr(value)


def _details(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_fact(value)}" for key, value in facts.items())


def _fact(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "".join(f"\n      - {_details(item)}" for item in value)
    return str(value)


def _name(game: Game[Any], player: Player) -> str:
    return "chance" if player == CHANCE else game.roles[player]


def _options(game: Game[Any], state: Any, player: Player) -> str:
    if player == CHANCE:
        return ", ".join(f"{action} {odds}" for action, odds in game.chance(state).items())
    return str(game.space(state, player))


def _size(game: Game[Any]) -> str:
    """A secret told would be a line of the diff: more information sets."""
    paths = tree(game)
    if paths is None:
        return "tree: too large to count"
    sets: dict[Player, set[str]] = {seat: set() for seat in range(len(game.roles))}
    for state in (path.end for path in paths):
        for player in set(game.movers(state)) - {CHANCE}:
            sets[player].add(repr(game.observe(state, player)))
    ends = sum(not game.movers(path.end) for path in paths)
    counted = ", ".join(f"{_name(game, player)} {len(sets[player])}" for player in sets)
    return f"tree: {len(paths)} positions, {ends} of them ends; information sets: {counted}"


def _head(game: Game[Any]) -> Iterator[str]:
    sums = "zero-sum" if game.zero_sum else "not zero-sum"
    yield f"{game.name}, version {game.version}, {sums}"
    yield _size(game)
    for seat, role in enumerate(game.roles):
        yield f"seat {seat}, {role}, knows:"
        for key, value in game.observe(game.initial_state(), seat).facts.items():
            yield f"    {key}: {_fact(value)}".replace(": \n", ":\n")


def _news(game: Game[Any], before: Any | None, after: Any) -> Iterator[str]:
    for seat, role in enumerate(game.roles):
        known = 0 if before is None else len(game.observe(before, seat).events)
        for event in game.observe(after, seat).events[known:]:
            yield f"  {role} sees {event.kind}: {_details(event.facts)}"


def _position(game: Game[Any], state: Any, moves: Moves) -> Iterator[str]:
    for player in game.movers(state):
        yield f"  {_name(game, player)} may: {_options(game, state, player)}"
    for player, action in moves.items():
        yield f"> {_name(game, player)}: {action}"


def _play(game: Game[Any], seed: int) -> Iterator[str]:
    play = random_play(game, seed)
    yield f"\n=== play with seed {seed} ==="
    before = None
    for state, moves in zip(play.states, (*play.moves, Moves()), strict=True):
        yield "\n" + _plain(state)
        yield from _news(game, before, state)
        yield from _position(game, state, moves)
        before = state
    points = zip(game.roles, game.payoffs(play.end), strict=True)
    yield "over: " + ", ".join(f"{role} {payoff}" for role, payoff in points)


def playthrough(game: Game[Any]) -> str:
    lines = [*_head(game)]
    for seed in SEEDS:
        lines += _play(game, seed)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("title", PLAYTHROUGHS)
def test_the_game_plays_as_it_did(title: str, golden: Callable[[Path, str], None]) -> None:
    name, params = PLAYTHROUGHS[title]
    golden(FOLDER / f"{title}.txt", playthrough(load(name, params)))


@pytest.mark.parametrize("name", available())
def test_every_game_has_a_playthrough(name: str) -> None:
    assert (FOLDER / f"{name}.txt").is_file(), f"no playthrough of {name}: make snapshots"


def test_no_playthrough_is_left_of_a_game_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.iterdir()} <= set(PLAYTHROUGHS)


@pytest.mark.parametrize("kept", [None, "what was\n"], ids=["missing", "changed"])
def test_a_golden_file_that_is_missing_or_differs_is_a_failure(
    kept: str | None,
    golden: Callable[[Path, str], None],
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    if pytestconfig.getoption("--regenerate"):
        pytest.skip("golden files are being written, not compared")
    path = tmp_path / "kept.txt"
    if kept is not None:
        path.write_text(kept, encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="make snapshots"):
        golden(path, "what is\n")
    assert not path.exists() or path.read_text(encoding="utf-8") == kept
