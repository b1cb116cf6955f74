"""The worked example of docs/forks.md: its design is played, and its figures recomputed."""

import re
import tomllib
from pathlib import Path

from arena.engine.options import RunOptions
from arena.forking.effects import fork_effects
from arena.forking.fork import Fork
from arena.forking.playing import forks_of, play_forks
from arena.record.run import Run
from tests.arena.designs import Silent, played

PAGE = Path("docs/forks.md").read_text(encoding="utf-8").partition("## A worked example")[2]
HOW = RunOptions(preflight=False)


def test_the_figures_of_the_worked_example(tmp_path: Path) -> None:
    stated = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert stated is not None
    run = Run(played(tomllib.loads(stated[1]), tmp_path / "run"))
    match = run.match(run.ids()[0])
    at = match.match.seats.index("probe")
    shown = match.decisions[at].decision.affect
    assert shown is not None
    other = "anger" if shown.shown != "anger" else "happiness"
    fork = Fork(match.match.id, at, ("action=defect", f"shown={other}"), 5)
    play_forks(run, [fork], Silent(), HOW)
    recorded = forks_of(run)
    assert recorded is not None
    table = fork_effects(recorded).table
    assert set(table["pairs"]) == {5}
    defected = table[table["change"] == "action=defect"].set_index(["player", "outcome"])
    rows = re.findall(
        r"^\| (own|other) \| ([\w ]+) \| ([\d.]+) \| ([+-][\d.]+) \|$", PAGE, re.MULTILINE
    )
    assert len(rows) == 4
    for player, outcome, control, effect in rows:
        row = defected.loc[player, outcome]
        assert f"{row['control']:.2f}" == control
        assert f"{row['effect']:+.2f}" == effect
    seen = table[(table["change"] == f"shown={other}") & (table["player"] == "other")]
    assert set(seen["effect"]) == {0.0}
