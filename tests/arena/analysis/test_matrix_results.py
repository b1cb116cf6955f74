"""Results of matrix games beside those that Axelrod has of the same play."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arena
from arena.analysis.matrix_results import matrix_results
from arena.record.run import Run
from games import BadInput
from ratings.core.play.matrix_results import MatrixResults, Play
from tests.arena.designs import design, played

PLAYERS: list[dict[str, Any]] = [
    {"agent": "cooperator"},
    {"agent": "tit_for_tat"},
    {"agent": "defector"},
    {"agent": "random_choice", "p": 0.3},
    {"agent": "generous_tit_for_tat"},
]
GAME = {"name": "prisoners_dilemma", "params": {"rounds": 7}}
_SCRIPT = Path(__file__).parent / "axelrod_results.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = design(games=[GAME], contestants=PLAYERS, repetitions=3)
    return played(data, tmp_path_factory.mktemp("run") / "run")


@pytest.fixture(scope="module")
def axelrod(folder: Path) -> dict[str, Any]:
    """What Axelrod makes of the plays on record, whose points it works out itself."""
    run = Run(folder)
    names = list(run.manifest.design["contestants"])
    met: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for transcript in run.matches():
        letters = ["CD"["cd".index(str(p.decision.action)[0])] for p in transcript.decisions]
        moves = [*zip(letters[::2], letters[1::2], strict=True)]
        one, two = (names.index(name) for name in transcript.match.seats)
        met[min(one, two), max(one, two)].append(
            moves if one < two else [both[::-1] for both in moves]
        )
    ask = {
        "players": names,
        "repetitions": 6,
        "matches": [(*pair, plays) for pair, plays in met.items()],
    }
    command = [sys.executable, str(_SCRIPT), json.dumps(ask)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.soak
def test_every_result_is_axelrods(folder: Path, axelrod: dict[str, Any]) -> None:
    ours = matrix_results(Run(folder))
    states, summary = axelrod.pop("states"), axelrod.pop("summary")
    for name, theirs in axelrod.items():
        own = getattr(ours, name)
        if name == "ranked_names":
            assert own == theirs
        elif name == "payoffs":  # ragged: nobody meets itself
            for mine, row in zip(own, theirs, strict=True):
                assert all(a == pytest.approx(b) for a, b in zip(mine, row, strict=True))
        else:
            np.testing.assert_allclose(own, theirs, atol=1e-12, err_msg=name)
    assert [
        [{a + b: n for (a, b), n in cell.items()} for cell in row]
        for row in ours.state_distribution
    ] == states
    for mine, theirs in zip(ours.summarise().to_numpy().tolist(), summary, strict=True):
        assert mine[:2] == theirs[:2]
        np.testing.assert_allclose(mine[2:], theirs[2 : len(mine)], atol=1e-12)


def test_a_match_by_hand() -> None:
    moves = (("C", "D"), ("D", "D"), ("C", "C"))
    found = MatrixResults(["a", "b"], [Play(("a", "b"), moves, (4.0, 9.0))])
    assert found.cooperation == [[0, 2], [1, 0]]
    assert found.normalised_cooperation == [[0, pytest.approx(2 / 3)], [pytest.approx(1 / 3), 0]]
    assert (found.good_partner_rating, found.initial_cooperation_rate) == ([1, 0], [1, 0])
    assert found.payoff_matrix == [[0, pytest.approx(4 / 3)], [3, 0]]
    assert (found.wins, found.ranked_names) == ([[0], [1]], ["b", "a"])
    assert found.state_distribution[1][0] == {("D", "C"): 1, ("D", "D"): 1, ("C", "C"): 1}


def test_games_without_two_actions_are_refused(tmp_path: Path) -> None:
    agents = ["fair", "uniform"]
    bargain = arena.Tournament(name="u", games=["ultimatum"], contestants=agents)
    run = arena.run(bargain, tmp_path / "u", quiet=True)
    with pytest.raises(BadInput, match="none of ultimatum is a matrix game of two actions"):
        run.matrix()
    with pytest.raises(BadInput, match="no game 'chess'"):
        run.matrix("chess")


def test_it_reads_as_a_table_in_text_and_in_a_notebook(folder: Path) -> None:
    found = arena.open(folder).matrix("prisoners_dilemma")
    assert "Cooperation_rating" in repr(found)
    assert found._repr_html_().count("<tr>") == 5
