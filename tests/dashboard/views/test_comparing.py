"""Contestants that the address names are compared on one chart; no figure changes."""

import json
from pathlib import Path

import pandas as pd
import pytest

from arena.analysis import effects
from arena.record.run import Run
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from dashboard.draw.definitions import definition
from tests.arena.designs import design, played
from tests.dashboard.views.test_pages import everything, opened

GAME = "kuhn_poker"


def test_contestants_in_the_address_are_compared(shown: Path) -> None:
    app = opened("leaderboard", run="moved", game=GAME, contestants=["visible", "hidden"])
    assert not app.exception
    whole = board.board(shown / "moved", "", "drop", 300).tables[GAME].set_index("contestant")
    table = app.dataframe[0].value
    assert table["rating"].tolist() == pytest.approx(
        [each for who, each in whole["rating"].items() if who in {"visible", "hidden"}]
    )
    [box] = app.multiselect
    box.set_value(["manipulative"]).run()
    assert app.query_params["contestants"] in ("manipulative", ["manipulative"])
    assert len(app.dataframe[0].value) == 1


def test_choices_of_several_stand_on_one_chart(shown: Path) -> None:  # noqa: ARG001
    app = opened("behaviour", run="moved", game=GAME, contestants=["visible", "hidden"])
    assert not app.exception
    series = [json.loads(each.proto.spec) for each in app.get("vega_lite_chart")]
    [chart] = [each for each in series if "yOffset" in json.dumps(each)]
    assert chart["layer"][1]["encoding"]["color"]["scale"]["domain"] == ["hidden", "visible"]
    assert "Costliest decisions of visible" in everything(app)


def test_levels_of_some_rows_are_those_of_the_run(shown: Path) -> None:
    table = effects.effects(Run(shown / "moved"))
    first = table.table[table.table["outcome"] == table.table["outcome"].iloc[0]]
    found = effects.levels(first)
    whole = table.levels[table.levels["outcome"] == first["outcome"].iloc[0]]
    pd.testing.assert_frame_equal(found, whole.reset_index(drop=True))
    app = opened("effects", run="moved", outcome=str(first["outcome"].iloc[0]))
    assert "Levels by arm" in [each.value for each in app.subheader]
    assert app.title[0].proto.help == definition("Effect")
    assert definition("Holm's p") in app.dataframe[0].proto.columns


def test_amounts_take_no_row_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pie = {"name": "ultimatum", "params": {"endowment": 40}}
    two = [{"agent": "uniform"}, {"agent": "fair"}]
    played(design(name="pie", games=[pie], contestants=two, repetitions=3), tmp_path / "pie")
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    app = opened("behaviour", run="pie", game="ultimatum", contestants=["fair", "uniform"])
    assert not app.exception
    charts = [json.loads(each.proto.spec) for each in app.get("vega_lite_chart")]
    assert sum(each["height"] for each in charts) < 1200
    drawn = [each.proto.alt for each in app.get("vega_lite_chart")]
    assert "Shares of choices along …: proposer: → …, fair and uniform" in drawn
