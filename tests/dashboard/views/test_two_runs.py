"""A run beside the run of a page: contestants of both on the same charts, nobody's figure moved."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from arena.analysis.alignment import Alignment
from arena.report import charts
from dashboard.data import effects, humans, moral
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from dashboard.data.leaderboard import OVERALL
from dashboard.draw.beside import Sides
from dashboard.views.leaderboard import ROUNDS
from tests.arena.designs import design, played
from tests.dashboard.emotional import emotional
from tests.dashboard.views.signs import wrong
from tests.dashboard.views.test_pages import opened, said

GAME = "kuhn_poker"


def drawn(app: AppTest, about: str) -> pd.DataFrame:
    """The data of the chart that is described so."""
    [proto] = [e.proto for e in app.get("vega_lite_chart") if e.proto.alt.startswith(about)]
    tables = [convert_arrow_bytes_to_pandas_df(each.data.data) for each in proto.datasets]
    return max(tables, key=len)


def test_two_runs_stand_on_one_chart_each_with_its_own_figures(shown: Path) -> None:
    app = opened("leaderboard", run="scripted", game=GAME, beside="outcomes")
    assert not app.exception
    points = drawn(app, "rating (scale of Elo, mean 1500) in kuhn_poker")
    for name, rows in points.groupby("run"):
        own = board.board(shown / str(name), "", "drop", 300).tables[GAME].set_index("contestant")
        assert rows["rating"].tolist() == pytest.approx(own.loc[rows["contestant"], "rating"])
    assert {*points["run"]} == {"scripted", "outcomes"}
    assert len(drawn(app, "mean payoff (points per match) in kuhn_poker")) > 0


def test_the_overview_has_both_runs_on_its_charts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    folders = [emotional(tmp_path / name) for name in ("one", "two")]
    app = opened("overview", run="one", beside="two")
    assert not app.exception
    points = drawn(app, "rating (scale of Elo, mean 1500) in all rated games")
    boards = [board.board(folder, "", "drop", ROUNDS).tables[OVERALL] for folder in folders]
    for folder, own in zip(folders, boards, strict=True):
        rows = points[points["run"] == folder.name]
        assert rows["rating"].tolist() == pytest.approx(own["rating"].tolist())
    alone = charts.forest(effects.table(folders[0]), "one")
    assert alone is not None
    count = 2 * len(alone.table)
    told = drawn(app, f"{count} effects in one and two")
    for folder in folders:
        rows = told[told["label"].str.contains(f"({folder.name})", regex=False)]
        assert rows["effect"].tolist() == pytest.approx(alone.table["effect"].tolist())


def test_judgements_of_two_runs_stand_on_one_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    games = [{"name": "moral_judgement", "params": {"orders": "one"}}]
    for name in ("one", "two"):
        seed = len(name) + ord(name[0])
        rows = [{"agent": "uniform"}]
        played(design(games=games, contestants=rows, seed=seed), tmp_path / name)
    app = opened("moral", run="one", beside="two", outcome="judged right")
    assert not app.exception
    assert not wrong(app)
    points = drawn(app, "judged right by arm in moral_judgement of one and two")
    for name in ("one", "two"):
        found = moral.judgements(tmp_path / name)
        assert found is not None
        levels = found.levels
        [own] = levels[(levels["outcome"] == "judged right") & (levels["tag"] == "")]["level"]
        [row] = points[points["contestant"] == f"uniform ({name})"].to_dict("records")
        assert row["level"] == pytest.approx(own)


def test_waits_of_two_runs_stand_on_one_chart(shown: Path) -> None:  # noqa: ARG001
    app = opened("health", run="moved", beside="void")
    assert not app.exception
    points = drawn(app, "Cumulative distribution of seconds to a reply")
    assert {*points["model"]} == {"openai/test (moved)", "openai/test (void)"}
    assert "No model was called in scripted" in said(
        opened("health", run="void", beside="scripted")
    )


@pytest.mark.parametrize(
    ("beside", "sentence"),
    [
        ("nobody", "The address names a run nobody beside moved, which is not among the other"),
        ("single", "they have no game in common"),
        ("void", "All 2 closed matches of void are void"),
    ],
)
def test_what_cannot_stand_beside_says_so_and_the_page_stays(
    shown: Path,  # noqa: ARG001
    beside: str,
    sentence: str,
) -> None:
    app = opened("leaderboard", run="moved", game=GAME, beside=beside)
    assert not app.exception
    assert sentence in said(app)
    assert app.dataframe


def test_contestants_of_two_runs_are_told_apart() -> None:
    tables = {"one": pd.DataFrame({"contestant": ["a", "b"]}), "two": pd.DataFrame()}
    both = Sides({name: Path(name) for name in tables})
    joined = both.joined(lambda folder: tables[folder.name])
    assert both.told(joined)["contestant"].tolist() == ["a (one)", "b (one)"]
    alone = Sides({"one": Path("one")})
    rows = alone.joined(lambda folder: tables[folder.name])
    assert alone.told(rows)["contestant"].tolist() == ["a", "b"]


def test_people_stand_once_beside_the_contestants_of_two_runs() -> None:
    made = pd.DataFrame({"contestant": ["a"], "measure": ["offer"]})
    alignments = {name: _alignment(made) for name in ("one", "two")}
    labelled = humans.labels(alignments, "offer")
    assert labelled == {"a (one)": ("one", "a"), "a (two)": ("two", "a")}

    def table(_alignment: Alignment, who: list[str]) -> pd.DataFrame:
        return pd.DataFrame({"source": ["people", *who], "share": 0.5})

    found = humans.joined(alignments, labelled, "source", table)
    assert found["source"].tolist() == ["people", "a (one)", "a (two)"]


def _alignment(choices: pd.DataFrame) -> Alignment:
    made = object.__new__(Alignment)
    object.__setattr__(made, "choices", choices)
    return made
