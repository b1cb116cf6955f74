"""Tables and measures of a run."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

import arena
import games
from agents.core.types import Decision
from arena.api.frames import Estimates, interval
from arena.core.types import Match
from arena.engine.match import play
from arena.plots.faces import face
from arena.record.columns import TABLES
from arena.record.place import FILE
from games import BadInput
from games.core.types import Choice
from prompts import Affect, View
from tests.arena.designs import KUHN, design, played

KINDS = {str: "string", int: "Int64", float: "float64", bool: "boolean", object: "object"}


class Moody:
    """Feels one emotion and shows another."""

    async def decide(self, view: View, rng: Random) -> Decision:
        assert isinstance(view.space, Choice)
        return Decision(rng.choice(view.space.options), Affect("anger", 70, "fear"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(design(repetitions=4), tmp_path_factory.mktemp("run") / "run")


@pytest.fixture
def run(folder: Path) -> Iterator[arena.Run]:
    with arena.open(folder) as found:
        yield found


IN_PYTHON = [name for name in TABLES if name != "external_ids"]
"""Tables but for ids of people, which are exported alone, and only where asked."""


@pytest.mark.parametrize("name", IN_PYTHON)
def test_tables_have_the_columns_and_types_that_are_documented(name: str, run: arena.Run) -> None:
    table: pd.DataFrame = getattr(run, name)()
    assert list(table.columns) == list(arena.columns(name))
    assert {key: str(kind) for key, kind in table.dtypes.items()} == {
        key: KINDS[column.kind] for key, column in TABLES[name].items()
    }
    assert all(meaning and not meaning.endswith(".") for meaning in arena.columns(name).values())


def test_rows_are_those_of_the_game_and_the_contestant(run: arena.Run) -> None:
    every = run.decisions()
    own = run.decisions(game="kuhn_poker", contestant="bold")
    there = every.query("game == 'kuhn_poker' and contestant == 'bold'").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, there)
    seats = run.matches(contestant="bold")
    assert set(seats["contestant"]) == {"bold"}
    assert len(seats) == len(run.matches().query("contestant == 'bold'"))
    assert set(run.matches(game="kuhn_poker")["game"]) == {"kuhn_poker"}
    for wrong in ({"game": "kuhn"}, {"contestant": "brave"}):
        with pytest.raises(BadInput, match=f"{next(iter(wrong.values()))}"):
            run.matches(**wrong)


def test_a_filter_on_ten_thousand_matches_loads_only_its_rows(tmp_path: Path) -> None:
    folder = played(design(games=[KUHN], repetitions=2), tmp_path / "run")
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        copy = "SELECT id FROM matches JOIN seats s ON s.match = id GROUP BY id"
        [model] = db.execute(f"{copy} HAVING sum(contestant = 'bold') = 0 LIMIT 1").fetchone()
        numbers = "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < 10000)"
        for table, key in (("matches", "id"), ("seats", "match"), ("decisions", "match")):
            columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{c}"' if c != key else f"{key} || '-' || k" for c in columns)
            query = f"{numbers} SELECT {kept} FROM {table}, n WHERE {key} = ?"  # noqa: S608
            db.execute(f"INSERT INTO {table} {query}", (model,))
    fetched = 0

    def counted(_cursor: sqlite3.Cursor, row: Any) -> Any:
        nonlocal fetched
        fetched += 1
        return row

    run = arena.open(folder)
    assert run.counts["completed"] > 10_000
    run.record._db.row_factory = counted
    bold = run.decisions(contestant="bold")
    assert set(bold["contestant"]) == {"bold"}
    matches = bold["match"].nunique()
    assert 0 < fetched < 20 * matches < 1_000
    fetched = 0
    assert len(run.matches(contestant="bold")) == matches == fetched


def test_a_leaderboard_holds_all_games_and_draws_its_intervals(run: arena.Run) -> None:
    board = run.leaderboard(rounds=50)
    assert isinstance(board, Estimates)
    assert list(board["game"].unique()) == ["all games", "kuhn_poker", "prisoners_dilemma"]
    assert set(board.columns) <= set(board.attrs["columns"])
    page = board._repr_html_()
    assert page.count("<svg") == board["rating"].notna().sum()
    assert "bold" in page
    # What is made of it is an ordinary DataFrame.
    assert type(board[board["game"] == "kuhn_poker"]) is pd.DataFrame
    alone = run.leaderboard(games=["kuhn_poker"], rounds=50)
    assert set(alone["game"]) == {"kuhn_poker"}


def test_an_interval_is_drawn_on_its_scale() -> None:
    drawn = interval((5.0, 2.5, 7.5), (0.0, 10.0), 0.0)
    assert 'cx="90.0"' in drawn
    assert 'x1="48.0" x2="132.0"' in drawn
    assert "5 (2.5 to 7.5)" in drawn
    assert interval((float("nan"),) * 3, (0.0, 1.0)) == "–"


def test_a_policy_is_how_often_each_choice_was_made(run: arena.Run) -> None:
    table = run.policy("bold", "kuhn_poker")
    moves = run.decisions(game="kuhn_poker", contestant="bold")
    for row in table.itertuples():
        own = moves[moves["set"] == row.set]
        assert len(own) == row.times
        assert (own["action"] == row.action).mean() == row.frequency
    with pytest.raises(BadInput, match="name one of its games: kuhn_poker, prisoners_dilemma"):
        run.policy("bold")
    with pytest.raises(BadInput, match="contestant"):
        run.policy("brave")


def test_a_transcript_is_text_and_a_page_with_faces(run: arena.Run) -> None:
    key = run.matches(game="kuhn_poker")["match"][0]
    found = run.transcript(key[:10])
    assert found.match.id == key
    assert str(found).splitlines()[0].startswith(f"Match {key}")
    assert found._repr_html_().count("<strong>") == len(found.decisions) + 1


def test_a_transcript_shows_what_was_felt_and_what_was_shown() -> None:
    poker = games.load("kuhn_poker")
    match = Match("m", "kuhn_poker", ("a", "b"), 0, 1)
    felt = asyncio.run(play(match, poker, [Moody(), Moody()]))
    shown = arena.Transcript.of(felt, poker)
    assert set(shown.feelings()["emotion"]) == {"anger", "fear"}
    assert face("anger") in shown._repr_html_()
    assert face("fear") in shown._repr_html_()


def test_runs_plans_and_designs_have_a_page_and_a_line(run: arena.Run) -> None:
    for shown in (run, arena.plan(run.tournament), arena.Tournament(**run.tournament.data)):
        assert "kuhn_poker" in shown._repr_html_()
    assert repr(run).startswith("<Run small in ")
    assert repr(arena.Tournament(**run.tournament.data)).startswith("<Tournament small: 2 game(s)")
    assert "kuhn_poker" in str(arena.plan(run.tournament))


def test_names_in_a_page_are_escaped(tmp_path: Path) -> None:
    agents: list[Any] = [{"name": "<b>", "agent": "uniform"}, "equilibrium"]
    tournament = arena.Tournament(name="t", games=["kuhn_poker"], contestants=agents)
    found = arena.run(tournament, tmp_path / "run", quiet=True)
    transcript = found.transcript(found.matches()["match"][0])
    for shown in (tournament, found.leaderboard(rounds=10), transcript):
        assert "<b>" not in shown._repr_html_()
        assert "&lt;b&gt;" in shown._repr_html_()


def test_alignment_and_deception_come_as_tables(run: arena.Run) -> None:
    found = run.align()
    assert "<figure>" in found._repr_html_()
    with pytest.raises(BadInput, match="no effect of an induced emotion"):
        found.arrows()
    assert set(run.deception("kuhn_poker")) >= {"bluffs", "leaks"}
    with pytest.raises(BadInput, match="chess"):
        run.deception("chess")
