"""A round robin of 20 strategies, with themselves too, 10 matches of 200 turns.

Axelrod plays every pairing once, `arena.simulate` in both seatings, which is nearly twice as much.
"""

import arena
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


def ours() -> float:
    """Seconds, from the strategies' parameters to the points of every match."""
    rows = [{"name": f"{at}", "agent": kind, **more} for at, (kind, more) in enumerate(KINDS)]
    everybody = {"kind": "round_robin", "self_play": True}

    def play() -> None:
        found = arena.simulate(
            "prisoners_dilemma", rows, matches=10, schedule=everybody, rounds=200
        )
        assert found.payoffs.shape == (len(KINDS) ** 2, 10, 2)

    return best(play)


ROWS = (
    Row(
        "arena.simulate, round robin, 20 strategies x 200 turns x 10", "s", 100,
        "axelrod Tournament",
        "axelrod_tournament", ours,
    ),
)  # fmt: skip
