"""Tables of people: what participants did, and what is left out unless it is asked for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import arena
from arena.lab.desk import LabDesk
from arena.lab.pages import Arrival, Page
from arena.record.run import Run
from arena.report.export import export
from games import BadInput
from tests.arena.commands import command
from tests.arena.lab.visitors import Visitor, all_of, design, lab

ASKED = [
    {"key": "trust", "kind": "scale", "label": "Trust?", "when": "match"},
    {"key": "age", "kind": "number", "label": "Age?", "low": 18, "high": 99},
]
LAB = {
    "questions": ASKED,
    "check": {"questions": 1},
    "payment": {"show_up": 2, "point": 0.5, "currency": "EUR"},
    "wait_seconds": 0.2,
    "reconnect_seconds": 0.1,
}


def played(data: dict[str, Any], folder: Path, play: Callable[[LabDesk], Awaitable[Any]]) -> Path:
    async def whole() -> None:
        async with lab(data, folder) as desk, asyncio.timeout(20):
            await play(desk)

    asyncio.run(whole())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people who met, two robots who met, and somebody who declined."""

    async def play(desk: LabDesk) -> None:
        own = {"PROLIFIC_PID": "somebody"}
        await all_of(
            Visitor(desk, arrival=Arrival(device="phone", external=own)),
            Visitor(desk, arrival=Arrival(device="computer")),
        )
        robots = (Arrival(device="computer", robot=True) for _ in range(2))
        await all_of(*(Visitor(desk, arrival=each) for each in robots))
        desk.arrive(Arrival(device="tablet"))  # comes, and does nothing

    return played(design(lab=LAB), tmp_path_factory.mktemp("people") / "run", play)


def test_participants_are_one_typed_documented_row_each(folder: Path) -> None:
    with arena.Run(folder) as run:
        table = run.participants()
        decisions = run.decisions()
    assert list(table) == list(arena.columns("participants"))
    assert table["device"].tolist() == ["phone", "computer", "tablet"]
    both, last = table.iloc[:2], table.iloc[2]
    assert set(both["contestant"]) == {"people"}
    assert (both["ending"] == "completed").all()
    assert both["quiz_tries"].tolist() == [1, 1]
    assert (both["started"] <= both["consented"]).all()
    assert (both["played"] <= both["finished"]).all()
    for said in map(json.loads, both["answers"]):
        assert said.pop("end") == {"age": 18}
        assert [*said.values()] == [{"trust": 1}]
    points = [float(value) for value in both["payoff"]]
    assert [float(pay) for pay in both["pay"]] == [2 + 0.5 * value for value in points]
    assert len(set(both["consent"])) == 1
    assert both["consent_version"].notna().all()
    assert last["stage"] == "arrived"
    assert pd.isna(last[["ending", "pay", "consented"]]).all()
    assert not table["robot"].any()
    # Each decision names the person who made it.
    assert set(decisions["participant"]) == set(both["participant"])
    assert decisions.groupby("participant").size().tolist() == [3, 3]
    assert decisions["successor"].isna().all()


def test_robots_are_left_out_of_every_table_and_measure_unless_asked(folder: Path) -> None:
    with arena.Run(folder) as run, arena.Run(folder, robots=True) as whole:
        for name in ("matches", "decisions", "attempts", "participants"):
            one, both = getattr(run, name)(), getattr(whole, name)()
            assert len(both) == 2 * len(one) - (name == "participants"), name
        assert run.counts == {"completed": 1}
        assert whole.counts == {"completed": 2}
        assert len(run.record.seats()) == 2


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_ids_of_a_recruiting_service_are_exported_only_where_asked(
    folder: Path, form: str, tmp_path: Path
) -> None:
    with closing(Run(folder)) as run:
        plain = export(run, tmp_path / "plain", form)
        asked = export(run, tmp_path / "asked", form, external_ids=True)
    assert {path.stem for path in asked} - {path.stem for path in plain} == {"external_ids"}
    assert not any(b"somebody" in path.read_bytes() for path in plain)
    (ids,) = (path for path in asked if path.stem == "external_ids")
    assert b"somebody" in ids.read_bytes()
    with closing(Run(folder)) as run, pytest.raises(BadInput, match="--external-ids is about"):
        export(run, tmp_path, "otree", external_ids=True)


def test_the_command_exports_people(folder: Path, tmp_path: Path) -> None:
    options = ("--out", str(tmp_path / "t"), "--robots", "--external-ids")
    done = command(tmp_path, "export", str(folder), *options)
    assert done.status == 0, done.said
    table = pd.read_csv(tmp_path / "t" / "participants.csv")
    assert table["robot"].sum() == 2
    assert len(pd.read_csv(tmp_path / "t" / "external_ids.csv")) == 1


def test_a_replaced_seat_is_named_as_such(tmp_path: Path) -> None:
    def leaves(page: Page) -> dict[str, Any] | None:
        return None if page.kind == "decision" and page.id.endswith("/1") else {}

    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk), Visitor(desk, leaves))

    rule = {"late": "replace", "replacement": "tft", "reconnect_seconds": 0.1}
    with arena.Run(played(design(lab=rule), tmp_path / "run", play)) as run:
        seats, made = run.matches(), run.decisions()
    (seat,) = (row for row in seats.to_dict("records") if isinstance(row["successor"], str))
    assert (seat["successor"], seat["successor_turn"], seat["seated_for"]) == ("tft", 1, "gone")
    own = made[made["seat"] == seat["seat"]]
    assert own["participant"].fillna("").tolist() == [seat["participant"], "", ""]
    assert own["successor"].fillna("").tolist() == ["", "tft", "tft"]
    assert made["participant"][made["seat"] != seat["seat"]].notna().all()


def test_an_agent_that_fills_a_seat_is_no_participant(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk))

    data = design(lab={"fill": "tft", "wait_seconds": 0.1})
    with arena.Run(played(data, tmp_path / "run", play)) as run:
        seats = run.matches().set_index("contestant")
    assert seats.loc["tft", "seated_for"] == "fill"
    assert seats["participant"].notna().to_dict() == {"tft": False, "people": True}
