"""Designs of forks: every decision that fits is forked with every alternative."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import arena
from arena.engine.options import RunOptions
from arena.forking.design import read_fork_design
from arena.forking.displays import COLUMNS, display_effects
from arena.forking.effects import ForkRequest, fork_effects
from arena.forking.fork import Fork, forked
from arena.forking.planned import planned_forks
from arena.forking.playing import FOLDER, forks_of, play_forks
from arena.forking.tree_values import TreeValues
from arena.forking.verify import fork_problems
from arena.record.run import Run
from arena.report.fork_effects import fork_effects_report
from games import BadInput
from tests.arena.commands import command
from tests.arena.designs import Silent, design, played

HOW = RunOptions(preflight=False)


def _displays(folder: Path, **more: Any) -> Run:
    """A probe that shows emotions, and tit for tat, in two repetitions of two rounds."""
    game = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    pair = [
        {"name": "probe", "agent": "display_probe", "emotions": ["anger", "happiness"]},
        {"agent": "tit_for_tat"},
    ]
    data = design(repetitions=2, games=[game], contestants=pair, **more)
    return Run(played(data, folder / "run"))


def _design(folder: Path, **more: Any) -> Path:
    data = {
        "name": "displays",
        "run": str(folder / "run"),
        "changes": ["shown=anger", "shown=happiness"],
        "times": 2,
        **more,
    }
    where = data.pop("where", {"contestant": ["probe"]})
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in data.items()]
    lines += ["[where]\n", *(f"{key} = {json.dumps(value)}\n" for key, value in where.items())]
    (folder / "forks.toml").write_text("".join(lines))
    return folder / "forks.toml"


def test_each_decision_that_fits_is_forked_with_each_other_display(tmp_path: Path) -> None:
    run, file = _displays(tmp_path), _design(tmp_path)
    forks = read_fork_design(file).forks(run)
    assert len(forks) == len(run.ids()) * 2
    for fork in forks:
        made = run.match(fork.match).decisions[fork.at].decision
        assert made.affect is not None
        assert fork.changes == tuple(
            {"shown=anger", "shown=happiness"} - {f"shown={made.affect.shown}"}
        )
    plan = planned_forks(run, forks)
    assert (plan.forks, plan.matches) == (len(forks), len(run.ids()))
    assert plan.continuations == plan.open == len(forks) * 2 * 2
    assert plan.cost == {}
    play_forks(run, forks, Silent(), HOW)
    recorded = forks_of(run)
    assert recorded is not None
    assert planned_forks(run, forks).open == 0
    table = fork_effects(recorded, ForkRequest(by="model")).table
    assert set(table["design"]) == {"displays"}
    assert set(table["position"]) == {""}
    # Tit for tat sees no display.
    other = table[table["player"] == "other"]
    assert set(other["effect"]) == {0.0}
    shown = display_effects(recorded)
    assert tuple(shown.columns) == COLUMNS
    assert set(shown["shown"]) == {"anger", "happiness"}
    assert set(shown["receiver"]) == {"tit_for_tat"}
    report = fork_effects_report(fork_effects(recorded), shown)
    latex, stream = report.latex(), StringIO()
    assert latex.count(r"\begin{tabular}") == 2
    assert r"anger & prisoners\_dilemma & tit\_for\_tat & next action cooperate & " in latex
    report.text(stream)
    assert "  anger · prisoners_dilemma · tit_for_tat\n" in stream.getvalue()
    assert re.search(r"^ payoff +\d\.\d\d +\+0\.00 ", stream.getvalue(), re.MULTILINE)
    assert len(json.loads(report.json())["displays"]) == len(shown)
    assert [*fork_problems(recorded)] == []


def test_the_command_plans_plays_and_prints_a_design(tmp_path: Path) -> None:
    _displays(tmp_path)
    file = str(_design(tmp_path))
    planned = command(tmp_path, "plan", file)
    assert planned.status == 0, planned.said
    assert "32 continuations, 32 of them open" in " ".join(planned.said.split())
    done = command(tmp_path, "fork", file, "--no-preflight", "--quiet", "--csv", "effects.csv")
    assert done.status == 0, done.said
    written = pd.read_csv(tmp_path / "effects.csv")
    again = command(tmp_path, "fork", "run", "--json")
    assert (
        len(json.loads(again.said)["effects"])
        == len(written)
        == len(arena.open(tmp_path / "run").forks())
    )
    assert command(tmp_path, "verify", f"run/{FOLDER}").status == 0
    assert command(tmp_path, "replay", f"run/{FOLDER}").status == 0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"where": {"game": ["chess"]}}, "chess"),
        ({"where": {"contestant": ["nobody"]}}, "nobody"),
        ({"where": {"shown": ["sadness"]}}, "no decision"),
        ({"where": {"colour": ["red"]}}, "colour"),
        ({"changes": []}, "changes"),
        ({"times": 0}, "times"),
    ],
)
def test_a_design_that_cannot_be_is_refused(
    tmp_path: Path, more: dict[str, Any], says: str
) -> None:
    run = _displays(tmp_path)
    with pytest.raises(BadInput, match=says):
        read_fork_design(_design(tmp_path, **more)).forks(run)


def test_a_changed_action_is_worth_what_the_tree_says(tmp_path: Path) -> None:
    """An offer to which nobody has ever answered is taken to be accepted half the time."""
    pair = [{"agent": "fair"}, {"name": "cooperator", "agent": "fair"}]
    run = Run(
        played(
            design(repetitions=1, games=[{"name": "ultimatum"}], contestants=pair), tmp_path / "run"
        )
    )
    match = run.match(run.ids()[0])
    fork = Fork(match.match.id, 0, ("action=50",), 1)
    assert match.decisions[0].decision.action == 50
    with pytest.raises(BadInput, match="changes nothing"):
        forked(run, fork)
    fork = Fork(match.match.id, 0, ("action=60",), 1)
    worth = TreeValues(run).effects(forked(run, fork), "action=60")
    # Nobody was ever offered 60: there both answers are alike.
    assert np.allclose(worth, [20 - 50, 30 - 50])
