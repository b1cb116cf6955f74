"""Somebody else's decisions: read as they stand, refused by line, measured like our own."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.alignment import align
from arena.analysis.effects import EffectsRequest, effects
from arena.analysis.human_measures import measured
from arena.engine.verify import problems
from arena.record.import_map import ImportMap
from arena.record.import_rows import Row, read_rows
from arena.record.imported import LISTED, Imports, imports, problems_of, write_import
from arena.record.run import Run
from arena.report.page import run_page
from games import BadInput
from tests.arena.commands import command
from tests.arena.designs import toml

TIDY = {
    "who": "{who}",
    "match": "{pair}",
    "unit": "{pair}",
    "seat": "{seat}",
    "round": "{round}",
    "action": "{choice}",
    "payoff": "{points}",
    "emotion": "{felt}",
}
HEAD = ("who", "pair", "seat", "round", "choice", "points", "felt")
DILEMMA = {
    "name": "prisoners_dilemma",
    "params": {"rounds": 2},
    "actions": {"C": "cooperate", "D": "defect"},
}
POINTS = {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}


def pair(name: str, plays: Sequence[str], felt: str = "", who: str = "students") -> list[list[Any]]:
    """The rows of a pair that plays these rounds; the second seat is a partner."""
    rows = []
    for number, both in enumerate(plays, start=1):
        for seat in (0, 1):
            points = POINTS[both][seat]
            own = (who, felt) if seat == 0 else ("partner", "")
            rows.append([own[0], name, seat, number, both[seat], points, own[1]])
    return rows


def table(folder: Path, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> Path:
    with (folder / "table.csv").open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return folder / "table.csv"


def a_map(
    folder: Path, columns: dict[str, str] | None = None, games: Any = None, **more: Any
) -> ImportMap:
    data = {"name": "theirs", "source": "A test", "columns": columns or TIDY, **more}
    (folder / "map.toml").write_text(toml({**data, "games": games or [DILEMMA]}))
    return ImportMap.read(folder / "map.toml")


def imported(folder: Path, rows: Sequence[Sequence[Any]], **more: Any) -> Imports:
    found = a_map(folder, **more)
    return imports(read_rows(table(folder, rows), found), found)


def test_a_table_becomes_a_run_like_any_other(tmp_path: Path) -> None:
    rows = pair("1", ["CC", "DD"]) + pair("2", ["CD", "CC"])[::-1]
    found = a_map(tmp_path)
    write_import(found, imports(read_rows(table(tmp_path, rows), found), found), tmp_path / "run")
    run = Run(tmp_path / "run")
    assert list(problems(run)) == []
    payoffs = {
        tuple(each.match.seats): [*map(int, each.payoffs or ())]
        for each in run.matches()
        if each.match.repetition == 0
    }
    assert payoffs == {("students", "partner"): [4, 4]}
    second = next(each for each in run.matches() if each.match.repetition == 1)
    assert [made.decision.action for made in second.decisions] == [
        *("cooperate", "defect", "cooperate", "cooperate")
    ]  # the rounds count, not the order of the file
    assert run.counts == {"completed": 2}


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (4, "X", "'X' is not legal: one of cooperate, defect"),
        (5, 2, "2 points are stated, and the rules give 3"),
        (5, "many", "payoff 'many' is no number"),
        (2, 7, "seat '7' is none of first, second, 0, 1"),
        (3, "last", "round 'last' is no number"),
        (0, "others", "students sits where others sat before"),
    ],
)
def test_a_row_that_the_rules_forbid_is_named_by_its_line(
    tmp_path: Path, column: int, value: Any, why: str
) -> None:
    rows = [*pair("1", ["CC", "CC"]), *pair("2", ["CC", "CC"])]
    rows[4][column] = value
    found = imported(tmp_path, rows)
    (problem, *others) = found.problems
    assert problem.startswith("line 6: " if column else "line 8: ")
    assert why in problem
    assert not others
    assert (len(found.transcripts), found.dropped) == (1, 1)


def test_rows_too_few_and_too_many_are_named(tmp_path: Path) -> None:
    short, long = pair("1", ["CC"]), pair("2", ["CC", "CC", "CC"])
    lines = imported(tmp_path, short + long).problems
    assert lines == (
        "line 3: the match goes on after its last row",
        "line 8: the match was over before",
        "line 9: the match was over before",
    )


def test_reading_goes_on_after_a_row_that_the_rules_forbid(tmp_path: Path) -> None:
    """Rounds after it are judged; points of its own round are not, nor are later moves of it."""
    rows = pair("1", ["CC", "CC", "CC", "DD"])
    rows[0][4], rows[1][4] = "X", "Y"
    rows[3][5] = 9
    rows[4][4], rows[4][5] = "Z", 7
    rows[6][5] = 4
    game = {**DILEMMA, "params": {"rounds": 4}}
    found = imported(tmp_path, rows + pair("2", ["CC"] * 4), games=[game])
    assert found.problems == (
        "line 2: 'X' is not legal: one of cooperate, defect",
        "line 3: 'Y' is not legal: one of cooperate, defect",
        "line 5: 9 points are stated, and the rules give 3",
        "line 6: 'Z' is not legal: one of cooperate, defect",
        "line 8: 4 points are stated, and the rules give 1",
    )
    assert (len(found.transcripts), found.dropped) == (1, 1)


def test_a_long_list_of_forbidden_rows_is_cut_with_a_count(tmp_path: Path) -> None:
    rows = [row for n in range(70) for row in pair(str(n), ["CC", "CC"])]
    for row in rows:
        row[4] = "X" if row[3] == 1 else row[4]
    found = imported(tmp_path, rows)
    told = list(problems_of(found))
    assert len(found.problems) == 140
    assert told[:LISTED] == list(found.problems[:LISTED])
    assert told[LISTED:] == [
        "… and 40 more such rows", "70 matches hold a row that the rules forbid"
    ]  # fmt: skip


def test_a_lost_action_makes_the_match_void(tmp_path: Path) -> None:
    rows = pair("1", ["CC", "CC"])
    rows[2][4] = rows[2][5] = ""
    (lost,) = imported(tmp_path, rows).transcripts
    assert (lost.ending.kind, lost.ending.player, lost.payoffs) == ("void", 0, None)


def test_who_sat_opposite_is_found_from_the_points(tmp_path: Path) -> None:
    columns = {"who": "people", "other": "a bot", "match": "{id}", "action": "{a}", "payoff": "{p}"}
    head, rows = ("id", "a", "p"), [["1", "C", 0], ["1", "D", 1], ["2", "D", 3], ["2", "D", 1]]
    mapped = a_map(tmp_path, columns)
    result = imports(read_rows(table(tmp_path, rows, head), mapped), mapped)
    (match,) = result.transcripts
    assert match.match.seats == ("people", "a bot")
    assert [made.decision.action for made in match.decisions] == [
        *("cooperate", "defect", "defect", "defect")
    ]
    assert result.problems == ("line 4: no answer gives 3 points for 'defect'",)
    assert result.identities["people"]["people"] is True
    assert result.identities["a bot"]["people"] is False


def test_offers_are_numbers_and_seats_have_roles(tmp_path: Path) -> None:
    columns = {"who": "{role}s", "match": "{m}", "seat": "{role}", "action": "{did}"}
    rows = [["1", "proposer", "40"], ["1", "responder", "accept"], ["2", "proposer", "4.5"]]
    mapped = a_map(tmp_path, columns, [{"name": "ultimatum"}])
    result = imports(read_rows(table(tmp_path, rows, ("m", "role", "did")), mapped), mapped)
    assert [each.payoffs for each in result.transcripts] == [(60, 40)]
    assert result.problems == ("line 4: 4.5 is no whole number of points",)


def test_otrees_wide_table_is_read_round_by_round(tmp_path: Path) -> None:
    head = ["participant.code", "session.code"]
    for number in (1, 2):
        stem = f"pd.{number}"
        head += [f"{stem}.player.id_in_group", f"{stem}.player.choice", f"{stem}.player.payoff"]
        head += [f"{stem}.group.id_in_subsession"]
    rows: list[list[Any]] = [
        ["abc", "s1", 1, "C", 0, 1, 1, "D", 1, 1],
        ["def", "s1", 2, "D", 5, 1, 2, "D", 1, 1],
        ["ghi", "s1", "", "", "", "", "", "", "", ""],
    ]
    columns = {
        "who": "students",
        "match": "{session.code} {group.id_in_subsession}",
        "seat": "{player.id_in_group}",
        "round": "{subsession.round_number}",
        "action": "{player.choice}",
        "payoff": "{player.payoff}",
    }
    mapped = a_map(
        tmp_path, columns, [{**DILEMMA, "seats": {"1": "first", "2": "second"}}], otree="pd"
    )
    result = imports(read_rows(table(tmp_path, rows, head), mapped), mapped)
    assert result.problems == ()
    assert [each.payoffs for each in result.transcripts] == [(1, 6)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": {**TIDY, "action": "{choise}"}}, r"\(columns.action\) 'choise'; did you mean"),
        ({"games": [{"name": "chess"}]}, "unknown game 'chess'"),
        ({"games": [{**DILEMMA, "params": {"round": 2}}]}, "'round'; did you mean 'rounds'"),
        ({"games": [DILEMMA, DILEMMA]}, "'prisoners_dilemma' is named twice"),
        ({"games": [DILEMMA, {"name": "dictator"}]}, "columns.game must say which"),
        ({"otree": "pd"}, "no columns of an app 'pd'"),
        ({"columns": {**TIDY, "emotion": "rage"}}, "must be one of anger"),
        ({"columns": {"match": "x", "action": "y"}}, "columns.who: field required"),
    ],
)
def test_a_map_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        imported(tmp_path, pair("1", ["CC", "CC"]), **change)


def test_games_with_deals_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="kuhn_poker deals at random"):
        imported(tmp_path, pair("1", ["CC"]), games=[{"name": "kuhn_poker"}])


def test_the_command_writes_nothing_until_rows_are_mended_or_dropped(tmp_path: Path) -> None:
    a_map(tmp_path)
    table(tmp_path, pair("1", ["CC", "CC"]) + pair("2", ["CC"]))
    asked = ("import", "table.csv", "--map", "map.toml", "--out", "run")
    refused = command(tmp_path, *asked)
    assert refused.status == 1
    assert "line 7: the match goes on after its last row" in refused.said
    assert not (tmp_path / "run").exists()
    done = command(tmp_path, *asked, "--drop")
    assert (done.status, done.said.splitlines()[-1]) == (0, "1 matches in run")
    again = command(tmp_path, *asked, "--drop")
    assert again.status == 2
    assert "run holds a run already" in again.said
    assert "cannot be asked" not in command(tmp_path, "show", "run").said


@pytest.fixture(scope="module")
def emotional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return emotional_run(tmp_path_factory.mktemp("emotional")).folder


def emotional_run(folder: Path) -> Run:
    """In every session a calm and an angry pair; the angry defect in every second, the calm in
    every sixth."""
    rows = []
    for n in range(36):
        rows += pair(f"calm {n}", ["DC" if n % 6 == 0 else "CC", "CC"])
        rows += pair(f"angry {n}", ["DC" if n % 2 == 0 else "CC", "CC"], felt="anger")
    for row in rows:
        row.append(row[1].split()[1])
    found = a_map(folder, {**TIDY, "unit": "session {session}"})
    read = read_rows(table(folder, rows, (*HEAD, "session")), found)
    write_import(found, imports(read, found), folder / "run")
    return Run(folder / "run")


def test_effects_of_their_emotions_are_estimated(emotional: Path) -> None:
    table = effects(Run(emotional), EffectsRequest(outcomes=["cooperation"])).table
    (row,) = table.to_dict(orient="records")
    assert (row["arm"], row["reference"]) == ("anger", "none")
    assert row["effect"] == pytest.approx((18 - 6) / 36 / 2 * -1)
    assert row["low"] < row["effect"] < row["high"]


def test_effects_say_why_nothing_is_paired(tmp_path: Path) -> None:
    """Every pair is a unit of its own, in one arm."""
    rows = [
        row for n in range(4) for row in pair(str(n), ["CC", "CC"], felt="anger" if n % 2 else "")
    ]
    found = a_map(tmp_path)
    write_import(found, imports(read_rows(table(tmp_path, rows), found), found), tmp_path / "run")
    said = "No independent unit of the imported table has decisions of two arms."
    estimated = effects(Run(tmp_path / "run"))
    assert estimated.silent.startswith(said)
    assert said in command(tmp_path, "effects", "run").said
    assert said in run_page(Run(tmp_path / "run"), rounds=20)


def test_their_people_are_compared_with_and_compared(emotional: Path, tmp_path: Path) -> None:
    found = align(Run(emotional), human=emotional)
    own = found.studies["run_overall_cooperation"]
    assert own.people == 36  # sessions, each once; the angry are left out
    assert own.value == pytest.approx(1 - 6 / (72 + 144))
    assert "students" in set(found.strategies["contestant"])
    models = a_map(tmp_path, people=False)
    rows = read_rows(table(tmp_path, pair("1", ["CC", "CC"])), models)
    write_import(models, imports(rows, models), tmp_path / "models")
    with pytest.raises(BadInput, match="holds no decisions of people"):
        align(Run(emotional), human=tmp_path / "models")


AKATA = """
name = "akata2025"
source = "Akata et al. (2025)"

[columns]
who = "people v {opponent}"
other = "GPT-4 {opponent}"
match = "{id}"
unit = "{id}"
game = "{game}"
action = "{action}"
payoff = "{score}"

[[games]]
is = "PD"
name = "prisoners_dilemma"
params = { reward = 8, punishment = 5, temptation = 10, sucker = 0, rounds = 10 }
actions = { 1 = "cooperate", 0 = "defect" }

[[games]]
is = "BoS"
name = "battle_of_the_sexes"
params = { preferred = 10, conceded = 7, mismatch = 0, rounds = 10 }
actions = { 0 = "bach", 1 = "stravinsky" }
"""
PRINTED = {
    ("prisoners_dilemma", "Base"): {"mean": 6.1093, "8": 0.3732, "5": 0.3732, "own": 0.500},
    ("prisoners_dilemma", "Prompted"): {"mean": 6.2071, "8": 0.3633, "5": 0.4296, "own": 0.455},
    ("battle_of_the_sexes", "Base"): {"mean": 4.3402},
    ("battle_of_the_sexes", "Prompted"): {"mean": 5.0765},
}
"""Mean score, shares of the scores 8 and 5, and people's own cooperation."""


@pytest.fixture(scope="module")
def published() -> Path:
    if "ARENA_PUBLISHED" not in os.environ:
        pytest.skip("ARENA_PUBLISHED names no folder of published decisions")
    return Path(os.environ["ARENA_PUBLISHED"]) / "akata2025" / "repgames.csv"


def _figures(rows: Sequence[Row]) -> dict[str, float]:
    scores = [float(row.payoff) for row in rows]
    return {
        "mean": round(sum(scores) / len(scores), 4),
        **{key: round(scores.count(float(key)) / len(scores), 4) for key in ("8", "5")},
        "own": round(sum(row.action == "cooperate" for row in rows) / len(rows), 3),
    }


def test_published_decisions_give_the_published_figures(published: Path, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(AKATA)
    found = ImportMap.read(tmp_path / "map.toml")
    rows = read_rows(published, found)
    for (game, opponent), printed in PRINTED.items():
        own = [row for row in rows if row.game == game and row.who == f"people v {opponent}"]
        assert _figures(own).items() >= printed.items()
    with published.open(newline="") as file:
        met = [row for row in csv.DictReader(file) if row["game"] == "BoS"]
    for opponent, share in (("Base", 0.5433), ("Prompted", 0.6163)):
        own_met = [int(row["coordination"]) for row in met if row["opponent"] == opponent]
        assert round(sum(own_met) / len(own_met), 4) == share


def test_the_run_holds_the_same_but_for_three_matches(published: Path, tmp_path: Path) -> None:
    """Four rows of the table contradict the payoffs of the experiment."""
    (tmp_path / "map.toml").write_text(AKATA)
    found = ImportMap.read(tmp_path / "map.toml")
    rows = read_rows(published, found)
    result = imports(rows, found)
    assert result.problems == (
        "line 334: no answer gives 7 points for 'bach'",
        "line 339: no answer gives 7 points for 'bach'",
        "line 750: no answer gives 7 points for 'bach'",
        "line 3061: no answer gives 0 points for 'defect'",
    )
    write_import(found, result, tmp_path / "run")
    run = Run(tmp_path / "run")
    assert run.counts == {"completed": 387}
    broken = {(r.game, r.match) for r in rows if r.line in {334, 750, 3061}}
    kept = [row for row in rows if (row.game, row.match) not in broken]
    choices = measured(run).query("measure == 'cooperation'")
    for opponent in ("Base", "Prompted"):
        who = f"people v {opponent}"
        dilemma = [r for r in kept if r.who == who and r.game == "prisoners_dilemma"]
        own = choices[choices["contestant"] == who]["value"]
        assert own.mean() == pytest.approx(sum(r.action == "cooperate" for r in dilemma) / len(own))
        seats = run.seats().query("contestant == @who and game == 'prisoners_dilemma'")
        assert seats["payoff"].sum() == sum(float(r.payoff) for r in dilemma)
        assert seats["cluster"].nunique() == len(seats)  # a person is the unit
