"""The form on the page of a match starts a fork, and the page What if shows what it did."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from arena.forking.playing import FOLDER
from arena.record.lock import being_played
from arena.record.place import FILE
from arena.record.run import Run
from dashboard.data import runs as data
from tests.arena.designs import design, played
from tests.arena.forks import PATIENCE
from tests.dashboard.views.test_pages import everything, opened, said

TIMES = 3


def _played(forks: Path) -> None:
    """Wait until all continuations of two arms are on record."""
    until = time.monotonic() + PATIENCE
    while (
        being_played(forks)
        or not (forks / FILE).exists()
        or len(Run(forks, robots=True).ids()) < 2 * TIMES
    ):
        assert time.monotonic() < until, (forks / "log.txt").read_text()
        time.sleep(0.1)


def _pressed(app: AppTest) -> None:
    [button] = (each for each in app.button if each.label == "Fork")
    button.click().run()


def test_a_match_is_forked_from_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    game = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    probe = {"name": "probe", "agent": "display_probe", "emotions": ["anger", "happiness"]}
    data_of = design(repetitions=1, games=[game], contestants=[probe, {"agent": "tit_for_tat"}])
    run = Run(played(data_of, tmp_path / "small"))
    match = run.match(run.ids()[0])
    at = match.match.seats.index("probe")
    affect = match.decisions[at].decision.affect
    assert affect is not None
    other = "anger" if affect.shown == "happiness" else "happiness"

    app = opened("matches", run="small", match=match.match.id)
    fields = {each.label: each for each in [*app.selectbox, *app.text_input, *app.number_input]}
    fields["Decision"].set_value(at)
    fields["What changes"].set_value("shown")
    fields["Its new value"].set_value("boredom")
    fields["Continuations of each arm"].set_value(TIMES)
    _pressed(app)
    assert not app.exception
    assert "Unknown emotion 'boredom'" in said(app)
    assert not (run.folder / FOLDER).exists()
    [new] = (each for each in app.text_input if each.label == "Its new value")
    new.set_value(other)
    _pressed(app)
    assert "the page What if shows its effects" in said(app)
    _played(run.folder / FOLDER)

    app = opened("forks", run="small")
    assert not app.exception
    displays, effects = (each.value for each in app.dataframe)
    assert set(displays["shown"]) == {other}
    assert set(displays["receiver"]) == {"tit_for_tat"}
    assert set(displays["effect"]) == {0.0}, "tit for tat sees no display"
    assert set(effects["change"]) == {f"shown={other}"}
    assert set(effects["pairs"]) == {TIMES}
    assert "hold for this position alone" in everything(app)
