"""Kinds of partner: the truth is found, a null gives nothing, and real runs are read."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena.analysis.deception import tables
from arena.analysis.partners import COLUMNS, ROWS, contrasts, decisions, partners
from arena.lab.pages import Page
from arena.record.run import Run
from games import BadInput
from tests.arena.commands import command
from tests.arena.designs import played as agents_played
from tests.arena.lab.visitors import PEOPLE, Visitor, all_of, design, lab

PARTICIPANTS = 20


def simulated(rng: np.random.Generator, effect: float, *, within: bool) -> pd.DataFrame:
    """Few participants of many decisions, whose own inclinations differ a lot."""
    rows: list[tuple[Any, ...]] = []
    for person in range(PARTICIPANTS):
        own = rng.normal(0, 0.2)
        for turn in range(20):
            met = (turn < 10) if within else (person % 2 == 0)
            p = np.clip(0.45 + own + effect * met, 0, 1)
            value = float(rng.random() < p)
            partner = "person" if met else "program"
            place = f"round {turn % 10}"
            rows.append(
                ("pd", "cooperation", "people", partner, "told", str(person), place, value, 0, 1)
            )
    return pd.DataFrame(rows, columns=list(ROWS))


@pytest.mark.parametrize("within", [True, False])
def test_the_truth_is_found_and_a_null_gives_nothing(within: bool) -> None:  # noqa: FBT001
    rng, rounds = np.random.default_rng(8), 30
    held, rejected, found = 0, 0, 0
    for _ in range(rounds):
        (null,) = contrasts(simulated(rng, 0.0, within=within)).to_dict("records")
        held += null["low"] <= 0 <= null["high"]
        rejected += null["p"] < 0.05
        (true,) = contrasts(simulated(rng, 0.45, within=within)).to_dict("records")
        found += true["p"] < 0.05 and true["effect"] > 0
    assert held / rounds > 0.9
    assert rejected / rounds < 0.1
    assert found / rounds > 0.9


def test_decisions_as_if_independent_would_mislead() -> None:
    rng = np.random.default_rng(8)
    each = (simulated(rng, 0.0, within=False) for _ in range(10))
    alone = (contrasts(rows.assign(cluster=range(len(rows)))) for rows in each)
    assert sum(table["p"][0] < 0.05 for table in alone) > 2


def test_few_clusters_have_no_test_and_arms_without_a_place_in_common_no_effect() -> None:
    rows = simulated(np.random.default_rng(1), 0.3, within=True)
    (few,) = contrasts(rows[rows["cluster"].astype(int) < 5]).to_dict("records")
    assert (few["note"], pd.isna(few["p"])) == ("too few clusters", True)
    apart = rows.assign(place=rows["partner"])
    (line,) = contrasts(apart).to_dict("records")
    assert pd.isna(line["effect"])
    assert line["level"] > line["reference_level"]


def test_bounds_cover_the_truth_whatever_was_lost() -> None:
    """Of people opposite programs, those who would defect leave more often."""
    rng, rounds = np.random.default_rng(4), 10
    misled = bounded = 0
    for _ in range(rounds):
        rows = simulated(rng, 0.0, within=False)
        leaves = (
            (rows["partner"] == "program") & (rows["value"] == 0) & (rng.random(len(rows)) < 0.5)
        )
        (whole,) = contrasts(rows).to_dict("records")
        (line,) = contrasts(rows.assign(value=rows["value"].mask(leaves))).to_dict("records")
        misled += line["effect"] < whole["effect"]
        bounded += line["bound_low"] <= whole["effect"] <= line["bound_high"]
        assert line["bounds_low"] <= line["bound_low"] <= line["bound_high"] <= line["bounds_high"]
        assert line["reference_lost"] == pytest.approx(
            leaves.sum() / (rows["partner"] == "program").sum()
        )
        assert line["lost"] == 0
    assert misled == bounded == rounds


def lab_of(disclose: str, seed: int) -> dict[str, Any]:
    agent = {"name": "grim", "agent": "grim"}
    data = design(
        seed=seed,
        repetitions=12,
        contestants=[{**PEOPLE, "emotion": {"mode": "visible"}}, agent],
        lab={
            "disclose": disclose,
            "matches": 1,
            "wait_seconds": 1,
            "questions": [{"key": "trust", "kind": "scale", "label": "Trust?", "when": "match"}],
        },
    )
    game = data["games"][0]
    return {
        **data,
        "games": [
            game,
            {
                **game,
                "id": "other",
                "contestants": ["people", "grim"],
                "schedule": {"kind": "round_robin"},
            },
        ],
    }


def trusting() -> Callable[[Page], dict[str, Any]]:
    """Somebody who, once told of a person, cooperates, is at rest and says that they trust."""
    told: list[str] = []

    def act(page: Page) -> dict[str, Any]:
        told.extend(text for text in (*page.text, page.notice) if "is a person" in text)
        own = ("cooperate", 7, "neutral", 20) if told else ("defect", 2, "anger", 70)
        return dict(zip(("action", "trust", "felt", "intensity"), own, strict=True))

    return act


def people_at(folder: Path, disclose: str, seed: int) -> Path:
    """The folder of a lab where people take part who trust a person whom they are told of."""

    async def whole() -> None:
        async with lab(lab_of(disclose, seed), folder) as desk, asyncio.timeout(120):
            await all_of(*(Visitor(desk, trusting()) for _ in range(12)))

    asyncio.run(whole())
    return folder


def test_runs_of_labs_are_compared_by_partner_and_by_what_is_told(tmp_path: Path) -> None:
    told, untold = people_at(tmp_path / "told", "kind", 1), people_at(tmp_path / "un", "nothing", 2)
    with closing(Run(told)) as one, closing(Run(untold)) as other:
        table = partners([one, other]).table
        rows = decisions(one)
    assert list(table) == list(COLUMNS)
    assert set(rows["partner"]) <= {"person", "program"}
    own = table[(table["contestant"] == "people") & (table["contrast"] == "disclosure")]
    levels = {
        (line["outcome"], line["arm"]): (line["level"], line["reference_level"])
        for line in own.to_dict("records")
    }
    for outcome, told_of, otherwise in (
        ("cooperation", 1, 0),
        ("asked trust", 7, 2),
        ("felt neutral", 1, 0),
        ("felt intensity", 20, 70),
        ("shown neutral", 1, 0),
    ):
        assert levels[outcome, "person, told"] == (told_of, otherwise), outcome
        if outcome != "shown neutral":  # no program is shown anything
            assert levels[outcome, "program, told"] == (otherwise, otherwise), outcome
        (line,) = own[(own["outcome"] == outcome) & (own["arm"] == "person, told")].to_dict(
            "records"
        )
        assert line["effect"] == pytest.approx(told_of - otherwise)
    done = command(tmp_path, "effects", "told", "un", "--partners", "--csv", "p.csv")
    assert done.status == 0, done.said
    assert "person, told" in done.said
    assert len(pd.read_csv(tmp_path / "p.csv")) == len(table)


def met(data: dict[str, Any], folder: Path, act: Callable[[Page], dict[str, Any]]) -> None:
    """Twenty-four people pass through a lab, each acting alike."""

    async def whole() -> None:
        async with lab(data, folder) as desk, asyncio.timeout(120):
            await all_of(*(Visitor(desk, act) for _ in range(24)))

    asyncio.run(whole())


def test_amounts_sent_and_returned_are_compared_by_partner(tmp_path: Path) -> None:
    """People send 8 of 10 points to people and 2 to programs, and return 2 or none."""

    def act(page: Page) -> dict[str, Any]:
        person = any("is a person" in text for text in (*page.text, page.notice))
        trustee = any("You are the trustee" in text for text in page.text)
        sent, back = (8, 2) if person else (2, 0)
        return {"action": back if trustee else sent}

    data = design(
        repetitions=12,
        games=[{"name": "trust", "schedule": {"kind": "round_robin", "self_play": True}}],
        contestants=[PEOPLE, {"name": "all", "agent": "fixed", "actions": [10, 0]}],
        lab={"disclose": "kind", "matches": 1, "wait_seconds": 1},
    )

    met(data, tmp_path / "run", act)
    with closing(Run(tmp_path / "run")) as run:
        table = partners([run]).table
    rows = table[table["contestant"] == "people"].set_index("outcome")
    sent = rows.loc["sent"]
    assert (sent["level"], sent["reference_level"]) == (80, 20)
    assert sent["effect"] == pytest.approx(60)
    assert rows.loc["returned", "reference_level"] == 0
    assert rows.loc["returned", "level"] == pytest.approx(100 * 2 / 24)


def test_advice_is_compared_by_the_kind_of_the_adviser(tmp_path: Path) -> None:
    """People follow people and not programs, all of whom advise to cooperate."""

    def act(page: Page) -> dict[str, Any]:
        person = any("is a person" in text for text in (*page.text, page.notice))
        return {"statement": "cooperate", "action": "cooperate" if person else "defect"}

    advice = {"adviser": "second", "length": 0}
    data = design(
        repetitions=12,
        games=[
            {
                "name": "prisoners_dilemma",
                "params": {"advice": advice},
                "schedule": {"kind": "round_robin", "self_play": True},
            }
        ],
        contestants=[PEOPLE, {"name": "script", "agent": "defector", "states": "cooperate"}],
        lab={"disclose": "kind", "matches": 1, "wait_seconds": 1},
    )

    met(data, tmp_path / "run", act)
    with closing(Run(tmp_path / "run")) as run:
        table, compliance = partners([run]).table, tables(run)["compliance"]
    line = table[table["contestant"] == "people"].set_index("outcome").loc["follows advice"]
    assert (line["level"], line["reference_level"]) == (1, 0)
    assert line["effect"] == pytest.approx(1)
    advised = compliance[(compliance["advised"] == "people") & (compliance["display"] == "any")]
    assert dict(zip(advised["kind"], advised["followed"], strict=True)) == {
        "person": 1,
        "program": 0,
    }
    said = " ".join(command(tmp_path, "deception", "run").said.split())
    assert "people prisoners_dilemma person people any 100% 100%" in said


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    with (
        closing(Run(agents_played(agents(), tmp_path / "agents"))) as run,
        pytest.raises(BadInput, match="was not played in a lab"),
    ):
        partners([run])


def agents() -> dict[str, Any]:
    data = design(contestants=[{"agent": "grim"}, {"agent": "tit_for_tat"}])
    del data["lab"]
    return {**data, "games": [{"name": "prisoners_dilemma"}]}
