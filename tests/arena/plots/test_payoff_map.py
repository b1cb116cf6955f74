"""The map of games: what contestants do in each beside what people did, as tables and charts."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import arena
from arena.analysis.alignment import align
from arena.design.tournament import Tournament, shipped
from arena.plots.faces import PEOPLE
from arena.record.run import Run
from arena.report.beside_people import payoff_map
from arena.report.charts import people
from games import BadInput
from games.core import toml
from ratings.core.human.studies import baseline
from tests.arena.designs import played

FOUR = {"reward": 10, "punishment": 5, "temptation": [5, 15], "sucker": [0, 10]}


def design(params: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "map", "seed": 1, "repetitions": 3,
        "games": [{"name": "dyadic_game", "params": params}],
        "contestants": [{"agent": "cooperator"}, {"agent": "defector"}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(design(FOUR), tmp_path_factory.mktemp("map") / "run")


def test_the_map_has_each_game_and_people_as_the_study_has_them(folder: Path) -> None:
    table = payoff_map(align(Run(folder))).set_index(["contestant", "temptation", "sucker"])
    shares = table["cooperation"]
    study = baseline("poncela_casasnovas2016_dyads").map
    assert study is not None
    rates = dict(zip(study.sucker, study.rates, strict=True))
    for temptation in (5, 15):
        for sucker in (0, 10):
            known = rates[sucker][study.temptation.index(temptation)]
            assert shares[(PEOPLE, temptation, sucker)] == pytest.approx(known)
            assert shares[("cooperator", temptation, sucker)] == 1
            assert shares[("defector", temptation, sucker)] == 0
    assert len(shares) == 3 * 4
    assert shares.index[0][0] == PEOPLE


def test_a_map_is_drawn_in_place_of_a_line_for_each_game(folder: Path) -> None:
    (drawing,) = people(align(Run(folder)))
    assert drawing.name == "map poncela_casasnovas2016_dyads"
    specification = drawing.chart.to_dict()
    encoding = specification["encoding"]
    assert (encoding["x"]["field"], encoding["y"]["field"]) == ("temptation", "sucker")
    assert encoding["y"]["sort"] == "descending"
    assert encoding["facet"]["sort"] == [PEOPLE, "cooperator", "defector"]
    (rows,) = specification["datasets"].values()
    assert pd.DataFrame(rows)["cooperation"].tolist() == drawing.table["cooperation"].tolist()


def test_one_game_is_no_map(folder: Path, tmp_path: Path) -> None:
    one = played(design({"temptation": 15, "sucker": 0}), tmp_path / "one")
    assert payoff_map(align(Run(one))).empty
    assert len(arena.Run(folder).align().payoff_map()) == 12
    with pytest.raises(BadInput, match="no games of a map"):
        arena.Run(one).align().payoff_map()


def test_the_shipped_design_is_the_map_of_the_study() -> None:
    data = toml.loads(shipped()["dyadic_map"].read_text(encoding="utf-8"), "dyadic_map")
    design = Tournament(dict(data))
    study = baseline("poncela_casasnovas2016_dyads").map
    assert study is not None
    payoffs = {
        (game.temptation, game.sucker) for game in design.games.values()  # type: ignore[attr-defined]
    }  # fmt: skip
    assert payoffs == {(t, s) for t in study.temptation for s in study.sucker}
    assert len(design.games) == 121
    kept = {(game.reward, game.punishment) for game in design.games.values()}  # type: ignore[attr-defined]
    assert kept == {(study.reward, study.punishment)}
