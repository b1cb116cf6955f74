"""The Axelrod library as the oracle of every strategy that it has too.

Its answers are kept in a file, since its import takes many seconds. `make soak` asks it again; the
file is written anew by `pytest -m soak --regenerate` on this one.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

import agents
import games
from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent
from arena.core.types import Match
from arena.engine.match import play
from games.core.machines import Machine

TURNS = 200
GAME = games.load("prisoners_dilemma", {"rounds": TURNS})
CELLS = ("CC", "CD", "DC", "DD")
IRREGULAR = "".join(Random(3).choices("CD", k=TURNS))
"""A list of actions, to lead strategies into all their states."""


class Listed(MachineAgent):
    """Plays a list: one state per round."""

    actions: str

    def machine_for(self, _points: Points, /) -> Machine:
        after = tuple((min(k + 1, TURNS - 1),) * 4 for k in range(TURNS))
        return Machine(tuple(float(a == "C") for a in self.actions), after)


@dataclass(frozen=True)
class Shared:
    """A strategy of ours, and the same one as Axelrod makes it."""

    kind: str
    params: dict[str, Any]
    axelrod: str

    def agent(self) -> MachineAgent:
        found = (
            Listed(**self.params) if self.kind == "listed" else agents.load(self.kind, self.params)
        )
        assert isinstance(found, MachineAgent)
        return found


def memory_one(probabilities: Sequence[float], first: str = "C") -> str:
    return f"axl.MemoryOnePlayer({tuple(probabilities)}, initial=axl.Action.{first})"


def transitions(*rows: tuple[int, str, int, str], first: str = "C") -> str:
    """An Axelrod automaton from (state, seen, next state, next action)."""
    listed = ", ".join(f"({s}, axl.Action.{o}, {n}, axl.Action.{a})" for s, o, n, a in rows)
    return f"axl.FSMPlayer([{listed}], initial_state=0, initial_action=axl.Action.{first})"


T2 = transitions(
    (0, "C", 0, "C"), (0, "D", 1, "D"), (1, "C", 2, "D"), (1, "D", 2, "D"), (2, "C", 0, "C"),
    (2, "D", 0, "C"),
)  # fmt: skip
UNTIL_FOUR = transitions(
    (0, "C", 1, "C"), (0, "D", 3, "D"), (1, "C", 2, "C"), (1, "D", 3, "D"), (2, "C", 3, "D"),
    (2, "D", 3, "D"), (3, "C", 3, "D"), (3, "D", 3, "D"),
)  # fmt: skip
"""Cooperates in rounds 1 to 3."""

SHARED = {
    "cooperator": Shared("cooperator", {}, "axl.Cooperator()"),
    "defector": Shared("defector", {}, "axl.Defector()"),
    "alternator": Shared("alternator", {}, "axl.Alternator()"),
    "random p=1": Shared("random_choice", {"p": 1}, "axl.Random(1)"),
    "random p=0": Shared("random_choice", {"p": 0}, "axl.Random(0)"),
    "tit_for_tat": Shared("tit_for_tat", {}, "axl.TitForTat()"),
    "tit_for_two_tats": Shared("tit_for_two_tats", {}, "axl.TitFor2Tats()"),
    "generous 0": Shared("generous_tit_for_tat", {"generosity": 0}, "axl.GTFT(p=0)"),
    "generous 1": Shared("generous_tit_for_tat", {"generosity": 1}, "axl.GTFT(p=1)"),
    "suspicious": Shared("suspicious_tit_for_tat", {}, "axl.SuspiciousTitForTat()"),
    "grim": Shared("grim", {}, "axl.Grudger()"),
    "win_stay_lose_shift": Shared("win_stay_lose_shift", {}, "axl.WinStayLoseShift()"),
    "soft_majority": Shared("soft_majority", {}, "axl.GoByMajority()"),
    "t2": Shared("t2", {}, T2),
    "conditional_cooperator": Shared("conditional_cooperator", {"threshold": 4}, UNTIL_FOUR),
    "listed": Shared(
        "listed",
        {"actions": IRREGULAR},
        f"axl.MockPlayer(axl.action.str_to_actions({IRREGULAR!r}))",
    ),
}
OPPONENTS = ("listed", "alternator", "tit_for_tat", "win_stay_lose_shift", "soft_majority")
PAIRS = [(name, other) for name in SHARED for other in OPPONENTS]

STOCHASTIC = {
    "generous": Shared("generous_tit_for_tat", {}, "axl.GTFT()"),
    "generous 0.2": Shared("generous_tit_for_tat", {"generosity": 0.2}, "axl.GTFT(p=0.2)"),
    "extort-2": Shared("zero_determinant", {"chi": 2, "phi": 1 / 18}, "axl.ZDExtort2()"),
    "extort-10": Shared("zero_determinant", {"chi": 10, "phi": 0.02}, "axl.ZDExtortion()"),
}


KEPT = Path(__file__).parent / "axelrod_answers.json"


def asked() -> dict[str, Any]:
    """All that Axelrod is asked."""
    both = SHARED | STOCHASTIC
    return {
        "turns": TURNS,
        "players": {name: strategy.axelrod for name, strategy in both.items()},
        "pairs": [list(pair) for pair in PAIRS],
        "vectors": list(STOCHASTIC),
    }


@pytest.mark.soak
def test_axelrod_answers_as_it_did(golden: Callable[[Path, str], None]) -> None:
    script = Path(__file__).parent / "axelrod_matches.py"
    command = [sys.executable, str(script), json.dumps(asked())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = {"asked": asked(), **json.loads(done.stdout)}
    golden(KEPT, json.dumps(kept, indent=1) + "\n")


@pytest.fixture(scope="module")
def axelrod() -> dict[str, Any]:
    """What Axelrod answered to these very questions."""
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    assert found.pop("asked") == asked(), "other questions: pytest -m soak --regenerate"
    return {"matches": [pairs_of(line) for line in found["matches"]], "vectors": found["vectors"]}


def pairs_of(line: str) -> list[str]:
    """The letters of both players, by round."""
    return [a + b for a, b in zip(line[::2], line[1::2], strict=True)]


def history(pair: tuple[str, str]) -> list[str]:
    """What we play, in the ordinary match loop."""
    seats = [SHARED[name].agent() for name in pair]
    transcript = asyncio.run(play(Match("m", "g", pair, 0, 1), GAME, seats))
    letters = [str(p.decision.action)[0].upper() for p in transcript.decisions]
    return pairs_of("".join(letters))


@pytest.mark.parametrize("name", SHARED)
def test_the_same_actions_as_axelrod(name: str, axelrod: dict[str, Any]) -> None:
    matches = dict(zip(PAIRS, axelrod["matches"], strict=True))
    for other in OPPONENTS:
        assert history((name, other)) == matches[name, other], other
        assert len(matches[name, other]) == TURNS


def test_the_opponents_lead_strategies_apart(axelrod: dict[str, Any]) -> None:
    """Nothing passes for another strategy but what is the same by definition."""
    played: dict[str, list[str]] = {name: [] for name in SHARED}
    for (name, _), cells in zip(PAIRS, axelrod["matches"], strict=True):
        played[name].append("".join(cell[0] for cell in cells))
    same = {frozenset((a, b)) for a in played for b in played if a < b and played[a] == played[b]}
    twins = (
        ("cooperator", "random p=1"),
        ("cooperator", "generous 1"),
        ("generous 1", "random p=1"),
        ("defector", "random p=0"),
        ("generous 0", "tit_for_tat"),
    )
    assert same == {frozenset(pair) for pair in twins}


@pytest.mark.parametrize("name", STOCHASTIC)
def test_the_same_probabilities_as_axelrod(name: str, axelrod: dict[str, Any]) -> None:
    machine = STOCHASTIC[name].agent().machine_for((3, 0, 5, 1))
    assert machine.first[0] == 1
    assert machine.first[1:] == pytest.approx(axelrod["vectors"][name], abs=1e-12)
