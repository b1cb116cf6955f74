"""A round robin of 20 strategies: every pairing once, with itself too, 10 matches of 200 turns."""

from itertools import combinations_with_replacement

import agents
import games
from agents.core.strategies.machine import MachineAgent
from games.core.batch import play_pairings
from games.core.machines import Machine
from tests.benchmarks.core import Row, best

KINDS: tuple[tuple[str, dict[str, float]], ...] = (
    ("cooperator", {}), ("defector", {}), ("alternator", {}), ("random_choice", {}),
    ("random_choice", {"p": 0.9}), ("random_choice", {"p": 0.1}), ("tit_for_tat", {}),
    ("tit_for_two_tats", {}), ("generous_tit_for_tat", {}), ("suspicious_tit_for_tat", {}),
    ("generous_tit_for_tat", {"generosity": 0.1}), ("grim", {}), ("win_stay_lose_shift", {}),
    ("soft_majority", {}), ("t2", {}), ("zero_determinant", {"chi": 2, "phi": 1 / 18}),
    ("zero_determinant", {}), ("conditional_cooperator", {"threshold": 150}),
    ("conditional_cooperator", {"threshold": 200}), ("generous_tit_for_tat", {"generosity": 0.9}),
)  # fmt: skip


def machines() -> list[Machine]:
    """The twenty."""
    specs = [agents.load(kind, params) for kind, params in KINDS]
    return [s.machine_for((3, 0, 5, 1)) for s in specs if isinstance(s, MachineAgent)]


def ours() -> float:
    """Seconds, from the strategies' parameters to the points of every match."""
    game = games.load("prisoners_dilemma", {"rounds": 200})
    pairings = list(combinations_with_replacement(range(len(KINDS)), 2))
    return best(lambda: play_pairings(game, machines(), pairings, 10, 1))


ROWS = (
    Row(
        "round robin, 20 strategies x 200 turns x 10 repetitions", "s", 200, "axelrod Tournament",
        "axelrod_tournament", ours,
    ),
)  # fmt: skip
