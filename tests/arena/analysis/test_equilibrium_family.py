"""Choices are held against all equilibria of a game, of which a player's own is one."""

from pathlib import Path
from random import Random

import pandas as pd
import pytest

import arena
from agents.equilibrium import family, kuhn
from arena.analysis.equilibrium_family import beside_family
from games.kuhn_poker import KuhnPoker
from games.leduc_poker import LeducPoker
from ratings.core.play.policy_distance import counted, distance
from tests.arena.designs import design, played

ALPHA = 0.1


def _choices(alpha: float) -> pd.DataFrame:
    """What a player of an equilibrium chooses, each set met ten times; beside another one."""
    own, other = kuhn(alpha), kuhn(1 / 3)
    rows = [(place, act) for place, each in own.items() for act in list(each)[1:]]
    table = pd.DataFrame(rows, columns=["set", "action"])
    shares = [[policy[place][act] for place, act in rows] for policy in (own, other)]
    return table.assign(contestant="ann", times=10, frequency=shares[0], equilibrium=shares[1])


def test_every_equilibrium_is_within_the_family_and_nearest_to_itself() -> None:
    for alpha in (0.0, ALPHA, 1 / 3):
        table: pd.DataFrame = beside_family(_choices(alpha), KuhnPoker())
        assert table["equilibrium"].tolist() == pytest.approx(table["frequency"].tolist())
        assert (table["equilibrium_low"] <= table["frequency"] + 1e-9).all()
        assert (table["frequency"] <= table["equilibrium_high"] + 1e-9).all()


def test_the_range_is_that_of_kuhn() -> None:
    """Kuhn (1950): the first player bets the Jack with alpha up to 1/3, the King with thrice it."""
    table = beside_family(_choices(0.0), KuhnPoker()).set_index("set")
    low, high = table["equilibrium_low"].to_dict(), table["equilibrium_high"].to_dict()
    for place, ends in {
        "first: dealt J;": (0, 1 / 3),
        "first: dealt K;": (0, 1),
        "second: dealt J; moved 0 check;": (1 / 3, 1 / 3),
    }.items():
        assert (low[place], high[place]) == pytest.approx(ends)


def test_a_game_without_a_known_family_has_its_one_equilibrium() -> None:
    assert family(LeducPoker()) == {}
    table = beside_family(_choices(0.0), LeducPoker())
    assert table["equilibrium_low"].equals(table["equilibrium"])
    assert table["equilibrium_high"].equals(table["equilibrium"])


def test_the_nearest_member_is_that_of_the_distances() -> None:
    rng, members = Random(1), family(KuhnPoker())
    for _ in range(5):
        made = [
            (place, rng.choices([*each], [rng.random(), rng.random()])[0])
            for place, each in kuhn(0).items()
            for _ in range(rng.randint(1, 8))
        ]
        decisions = pd.DataFrame(made, columns=["set", "action"])
        counts = counted(decisions)
        table = _choices(0)
        places = list(zip(table["set"].tolist(), table["action"].tolist(), strict=True))
        table["times"] = [sum(counts[place].values()) for place in table["set"]]
        chosen = [counts[place].get(action, 0) for place, action in places]
        table = beside_family(table.assign(frequency=chosen / table["times"]), KuhnPoker())
        best = min(members, key=lambda alpha: distance(decisions, members[alpha])[0])
        expected = [members[best][place][action] for place, action in places]
        assert table["equilibrium"].tolist() == pytest.approx(expected)


@pytest.mark.soak
def test_an_equilibrium_player_is_not_off_equilibrium_in_a_run(tmp_path: Path) -> None:
    own = {"name": "own", "agent": "equilibrium", "alpha": ALPHA}
    rows = [own, {"name": "other", "agent": "equilibrium"}]
    folder = played(
        design(games=[{"name": "kuhn_poker"}], contestants=rows, repetitions=100), tmp_path / "run"
    )
    table = arena.Run(folder).policy("own").set_index("set")
    jack, king = (table["equilibrium"][f"first: dealt {card};"] for card in "JK")
    assert king == pytest.approx(3 * jack)
    assert jack < 0.25
    inside = table["low"].le(table["equilibrium"]) & table["equilibrium"].le(table["high"])
    assert inside.mean() > 0.8
