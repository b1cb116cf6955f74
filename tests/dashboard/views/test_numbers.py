"""Each number of a page is that of the command: `arena rate`, `effects` and `log`, as JSON."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data import runs as data
from dashboard.data.leaderboard import OVERALL
from dashboard.draw.figures import number, share
from dashboard.views.behaviour import ROUNDS as POLICY_ROUNDS
from dashboard.views.leaderboard import ROUNDS
from tests.arena.designs import arena
from tests.dashboard.emotional import emotional
from tests.dashboard.views.hover import unexplained
from tests.dashboard.views.signs import wrong
from tests.dashboard.views.test_pages import opened
from tests.dashboard.views.test_two_runs import drawn

RUN, GAME, WHO = "emotional", "kuhn_poker", "angry"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("numbers") / "runs"
    root.mkdir()
    emotional(root / RUN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(data.SETTINGS, data.Settings(root).write())
        yield root


def told(root: Path, command: str, *options: object) -> Json:
    """What a command prints as JSON."""
    done = arena(command, root / RUN, "--json", *options)
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def rated(root: Path) -> Json:
    return told(root, "rate", "--rounds", ROUNDS)


@pytest.fixture(scope="module")
def moved(root: Path) -> Json:
    return told(root, "effects")


@pytest.fixture(scope="module")
def log(root: Path) -> Json:
    return told(root, "log")


def _page(page: str, **query: str) -> AppTest:
    app = opened(page, run=RUN, **query)
    assert not app.exception
    assert not wrong(app)
    assert not unexplained(app)
    return app


def _alike(shown: pd.DataFrame, rows: list[Json], keys: list[str], columns: list[str]) -> None:
    """A table's figures are those of the command's rows, row by row of the same keys."""
    own = pd.DataFrame(rows).set_index(keys)
    found = shown.set_index(keys)
    assert len(found) > 0
    assert not found.index.has_duplicates
    for column in columns:
        expected = own.loc[found.index, column]
        texts = expected.map(lambda cell: isinstance(cell, str)).any()
        made, expected = found[column].tolist(), expected.tolist()
        assert made == (expected if texts else pytest.approx(_numbers(expected), nan_ok=True))


def _numbers(values: list[Any]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


def _metrics(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def _sums(log: Json) -> tuple[int, int, int, float]:
    """Closed and void matches, calls, cost."""
    void = log["matches"].get("void", 0)
    models = log["models"].values()
    calls, cost = (sum(each[key] for each in models) for key in ("calls", "cost"))
    return log["matches"]["completed"] + void, void, calls, cost


def test_the_overview(root: Path, rated: Json, moved: Json, log: Json) -> None:  # noqa: ARG001
    app = _page("overview")
    closed, void, calls, cost = _sums(log)
    assert void > 0
    assert cost > 0
    assert _metrics(app) == {
        "Matches": f"{closed} of {log['matches']['planned']}",
        "Void matches": share(void / closed),
        "Calls to models": f"{calls}",
        "Cost (US $)": f"{cost:.4f}",
    }
    points = drawn(app, "rating (scale of Elo, mean 1500)")
    _alike(points, rated["overall"], ["contestant"], ["rating", "low", "high"])
    assert len(points) == len(rated["overall"])
    keys = ["game", "outcome", "arm", "reference"]
    choices = [row for row in moved["effects"] if row["family"] == "choices"]
    own = [row for row in choices if None not in (row["low"], row["range"])]
    table = drawn(app, f"{len(own)} effects in {RUN} as shares")
    _alike(table, own, keys, ["effect", "low", "high"])


def test_the_leaderboard(root: Path, rated: Json) -> None:  # noqa: ARG001
    for game, rows in {
        OVERALL: rated["overall"],
        GAME: rated["games"][GAME]["contestants"],
    }.items():
        app = _page("leaderboard", game=game)
        shown = app.dataframe[0].value
        names = [unquote(each.partition("#")[2]) for each in shown["contestant"]]
        of_commands = [each for each in map(str, shown) if each in rows[0] and each != "contestant"]
        assert {"rating", "low", "high", "elo", "void_share", "first"} <= {*of_commands}
        _alike(shown.assign(contestant=names), rows, ["contestant"], of_commands)
        ranks = {row["contestant"]: _rank(row) for row in rows}
        assert dict(zip(names, shown["rank"], strict=True)) == ranks
    wins = rated["games"][GAME]["transitivity"]
    places = {name: at for at, name in enumerate(wins["contestants"])}
    for row in drawn(app, "Shares of points won").to_dict("records"):
        cell = wins["wins"][places[row["contestant"]]][places[row["opponent"]]]
        assert row["share"] == pytest.approx(cell)
    [steps] = [each.value for each in app.dataframe if "step" in each.value]
    keys, columns = ["game", "contestant", "arm", "reference"], ["effect", "low", "high", "holm"]
    _alike(steps, rated["effects"], keys, columns)
    assert len(steps) == len(rated["effects"])


def _rank(row: Mapping[str, Any]) -> str:
    best, worst = row["rank_best"], row["rank_worst"]
    return f"{best:.0f}" if best == worst else f"{best:.0f}–{worst:.0f}"


@pytest.mark.parametrize("outcome", ["bet", "payoff"])
def test_the_effects(outcome: str, root: Path, moved: Json) -> None:  # noqa: ARG001
    app = _page("effects", game=GAME, outcome=outcome)
    place = {"game": GAME, "family": "choices", "outcome": outcome}
    rows = [row for row in moved["effects"] if place.items() <= row.items()]
    keys = ["contestant", "contrast", "arm", "reference"]
    shown = app.dataframe[0].value
    _alike(shown, rows, keys, [each for each in map(str, shown) if each not in keys])
    assert len(shown) == len(rows)
    levels = [row for row in moved["levels"] if place.items() <= row.items()]
    points = drawn(app, f"{outcome} by arm in {GAME}")
    _alike(points, levels, ["contestant", "arm"], ["level", "level_low", "level_high"])


def test_a_contestant(root: Path, rated: Json) -> None:
    app = _page("contestants", game=GAME, contestant=WHO)
    [row] = [r for r in rated["games"][GAME]["contestants"] if r["contestant"] == WHO]
    assert _metrics(app) == {
        "Rating": number(row["rating"], 0),
        "Mean payoff (points)": number(row["mean_payoff"], 2),
        "Rank": _rank(row),
        "Void matches": share(row["void_share"]),
    }
    captions = [each.value.replace("\\", "") for each in app.caption]
    for low, high, decimals in (("low", "high", 0), ("payoff_low", "payoff_high", 2)):
        assert f"95 %: {number(row[low], decimals)} to {number(row[high], decimals)}" in captions
    assert f"through it: {share(row['fault_share'])}" in captions
    texts = [each.value.replace("\\", "") for each in app.markdown]
    figures = [each for each in texts if each.startswith(("**Regret", "**Exploit"))]
    assert figures
    for key, unit, rounds in (
        ("regret", "points per decision", ROUNDS),
        ("exploitability", "points per match", POLICY_ROUNDS),
    ):
        method = told(root, "rate", "--method", key, "--game", GAME, "--rounds", rounds)
        [row] = [r for r in method["games"][GAME]["contestants"] if r["contestant"] == WHO]
        ends = [row[key], row[f"{key}_low"], row[f"{key}_high"]]
        if None not in ends:
            value, low, high = (number(each, 3) for each in ends)
            line = f"**{key.capitalize()}** ({unit}): {value}, 95 %: {low} to {high}"
            figures.remove(line)
    assert not figures


def test_the_list_of_runs(root: Path, log: Json) -> None:  # noqa: ARG001
    [row] = _page("runs").dataframe[0].value.to_dict("records")
    closed, void, calls, cost = _sums(log)
    assert (row["closed"], row["planned"]) == (closed, log["matches"]["planned"])
    assert (row["calls"], row["decisions"]) == (calls, log["decisions"])
    assert (row["void"], row["cost"]) == pytest.approx((void / closed, cost))
    assert row["status"] == "finished"
    assert row["models"] == ", ".join(log["models"])
    first, last = (datetime.fromisoformat(log[key]) for key in ("first", "last"))
    assert row["minutes"] == pytest.approx((last - first).total_seconds() / 60)


def test_the_health_of_a_run(root: Path, log: Json) -> None:  # noqa: ARG001
    app = _page("health")
    closed, void, calls, cost = _sums(log)
    metrics = _metrics(app)
    assert (metrics["Calls"], metrics["Cost (US $)"]) == (f"{calls}", f"{cost:.4f}")
    assert metrics["Void matches"] == share(void / closed)
    models = [{"model": name, **each} for name, each in log["models"].items()]
    columns = ["calls", "replies", "prompt_tokens", "completion_tokens", "cost", "unpriced"]
    _alike(app.dataframe[0].value, models, ["model"], columns)
    [verdicts] = [each.value for each in app.dataframe if "verdict" in each.value]
    for row in verdicts.to_dict("records"):
        assert row["calls"] == log["models"][row["model"]]["verdicts"][row["verdict"]]
