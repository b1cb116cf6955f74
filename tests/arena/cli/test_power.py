"""`arena power` and `arena pilot`: one table in words, as JSON and as CSV, and what is refused."""

import csv
import json
from pathlib import Path

import pytest

from arena.planning.effect_answer import COLUMNS
from tests.arena.commands import command
from tests.arena.designs import KUHN, design, toml
from tests.arena.forks import Forks
from tests.arena.planning import designs_with_arms as designs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with designs: with arms, with contests alone, and with neither."""
    folder = tmp_path_factory.mktemp("power")
    gifts = designs.gifts(12).data
    (folder / "gifts.toml").write_text(toml(gifts))
    (folder / "contest.toml").write_text(toml(design(games=[KUHN])))
    alone = gifts | {"contestants": [{"agent": "uniform"}]}
    (folder / "alone.toml").write_text(toml(alone))
    return folder


def test_the_text_has_every_row_and_says_what_it_rests_on(folder: Path) -> None:
    done = command(folder, "power", "gifts.toml", "--effect", "0.2", "--margin", "0.15")
    assert done.status == 0
    assert max(map(len, done.said.splitlines())) <= 100
    words = " ".join(done.said.split())
    for said in (
        "gifts: design",
        "what it can tell of effects",
        "Choices: what was decided, and what it earned (a family of 3 rows)",
        "m · dictator (12 blocks)",
        "share given: effect 20.00, margin 15.00",
        "how often an effect of 20% of the outcome's range is found",
        "p is below .05 after Holm for all rows of the family",
        "Assumed, in 3 row(s)",
        "the effects of two inductions",
    ):
        assert said in words
    assert words.count("anger (external") == 4  # in three rows; names fold where they are long


def test_json_and_csv_hold_numbers_and_what_is_stated_is_said(folder: Path) -> None:
    stated = ("--between-wordings", "0.03", "--within", "0.1", "--power", "0.9")
    only = ("--contrast", "against event alone", "--json", "--csv", "power.csv")
    done = command(folder, "power", "gifts.toml", *stated, *only)
    found = json.loads(done.said)
    assert found["columns"] == COLUMNS
    assert found["question"]["between_wordings"] == 0.03
    (row,) = found["rows"]
    assert list(row) == list(COLUMNS)
    assert (row["source"], row["blocks"], row["effect"]) == ("stated", 12, 10)
    with (folder / "power.csv").open() as file:
        (cells,) = csv.DictReader(file)
    assert list(cells) == list(COLUMNS)
    assert float(cells["power"]) == pytest.approx(row["power"])


def test_contestants_are_told_apart_as_ever_where_there_are_no_arms(folder: Path) -> None:
    plain = command(folder, "power", "contest.toml", "--effect", "0.5")
    asked = command(folder, "power", "contest.toml", "--effect", "0.5", "--unit", "points")
    assert plain.status == 0
    assert "To tell two contestants 0.5 points per match apart" in " ".join(plain.said.split())
    assert plain == asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("power", "alone.toml"), "no two contestants of 'gifts' differ in emotion.induced alone"),
        (("power", "alone.toml", "--unit", "elo"), "in no game of 'gifts' more than one player"),
        (("power", "gifts.toml", "--unit", "points"), "there is no contest in which two"),
        (("power", "gifts.toml", "--effect", "3"), "effect must be between 0 and 1"),
        (("power", "gifts.toml", "--for-spreadsheets"), "it goes with --csv"),
        (("power", "contest.toml", "--csv", "x.csv"), "--csv is about effects of emotions"),
        (("power", "gifts.toml", "--pilot", "nowhere"), "there is no run in nowhere"),
        (("power", "gifts.toml", "--outcome", "offer"), "unknown outcome"),
        (("pilot", "alone.toml"), "no two contestants of 'gifts'"),
        (("pilot", "gifts.toml", "--share", "1.5"), "share must be between 0 and 1"),
        (("pilot", "gifts.toml", "--blocks", "12"), "would be the whole design"),
        (("pilot", "gifts.toml", "--margin", "0"), "margin must be between 0 and 1"),
    ],
)
def test_what_cannot_be_answered_ends_in_a_sentence_and_status_2(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = command(folder, *arguments)
    assert done.status == 2
    assert said in done.said
    assert done.said.count("\n") == 1
    assert not (folder / "runs").exists()


def test_a_pilot_of_scripts_in_one_command(tmp_path: Path, forks: Forks) -> None:
    sample = {"agent": "human_sample", "baselines": ["moblab2024_offer", "moblab2024_acceptance"]}
    angry = {"name": "angry", **sample, "emotion": {"induced": "anger", "cause": "coplayer"}}
    calm = {"name": "calm", **sample, "shift": 40}
    data = design(
        games=[{"name": "ultimatum"}],
        contestants=[calm, angry | {"shift": 40}, {"name": "half", "agent": "fair"}],
        repetitions=40,
    )
    (tmp_path / "t.toml").write_text(toml(data))
    done = forks.run(tmp_path, "pilot", "t.toml", "--share", "0.25", "--out", "run", "--quiet")
    assert done.status == 0, done.said
    words = " ".join(done.said.split())
    assert "small: a pilot of the first blocks (ultimatum 10)" in words
    assert "anger (coplayer)" in words
    assert {"power.csv", "pilot.json", "run.sqlite"} <= {
        p.name for p in (tmp_path / "run").iterdir()
    }
    again = ("pilot", "t.toml", "--share", "0.25", "--out", "run", "--quiet", "--json")
    document = json.loads(forks.run(tmp_path, *again).said)
    assert document["power"]["left_out"] == {"ultimatum": 10}
    rows = [row for row in document["power"]["rows"] if row["units"]]
    assert {row["source"] for row in rows} == {"pilot"}
    told = command(tmp_path, "power", "t.toml", "--pilot", "run", "--json")
    assert json.loads(told.said)["rows"] == document["power"]["rows"]
    tested = command(tmp_path, "effects", "run")
    assert "The pilot's blocks are left out of these tests" in tested.said
