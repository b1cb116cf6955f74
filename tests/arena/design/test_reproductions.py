"""The shipped designs after EAI and B3Emo, and that small ones are really played."""

import asyncio
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from arena.analysis.alignment import align
from arena.analysis.arms import inductions
from arena.design.matches import planned
from arena.design.tournament import Tournament, shipped
from arena.lab.pages import Page
from arena.record.participants import participants
from arena.record.run import Run
from games.core import items, toml
from games.core.repeated import Repeated
from games.prisoners_dilemma import PrisonersDilemma
from tests.arena.designs import arena
from tests.arena.lab.visitors import Visitor, all_of, checked, lab

MODES = {"absent", "hidden", "visible", "manipulative"}


def test_eai_has_its_conditions() -> None:
    design = Tournament.read(shipped()["eai"])
    arms = inductions(design.content["contestants"])
    models = {name: arm for name, arm in arms.items() if name.startswith(("neutral", "moved"))}
    # Three names for the co-player, with and without reasoning: each neutral and in 15 conditions.
    bases = Counter(arm.base for arm in models.values())
    assert len(bases) >= 6
    assert set(bases.values()) == {16}
    assert {arm.emotion for arm in models.values()} == {
        "none", "anger", "disgust", "fear", "happiness", "sadness",
    }  # fmt: skip
    games = design.content["games"]
    offers = {
        g["fixed_offer"] / g["endowment"]
        for g in games.values()
        if g.get("fixed_offer") is not None
    }
    assert {round(1 - offer, 2) for offer in offers} == {0.2, 0.4, 0.6, 0.8, 0.95, 1}
    dilemma = design.games["prisoners_dilemma"]
    assert isinstance(dilemma, Repeated)
    assert dilemma.stage == PrisonersDilemma(4, 3, 2, 1)
    assert dilemma.rounds == 10


def test_b3emo_has_its_games_and_modes() -> None:
    design = Tournament.read(shipped()["b3emo"])
    assert {game["name"] for game in design.content["games"].values()} == {
        "kuhn_poker", "liars_dice", "prisoners_dilemma",
    }  # fmt: skip
    by_model: dict[str, set[str]] = {}
    for who in design.content["contestants"].values():
        by_model.setdefault(who["model"], set()).add(who["emotion"]["mode"])
    assert len(by_model) >= 2
    assert all(modes == MODES for modes in by_model.values())


def test_eai_ethics_has_its_tasks_conditions_and_models() -> None:
    design = toml.loads(shipped()["eai_ethics"].read_text(encoding="utf-8"), "eai_ethics")
    tasks = {(row["name"], row["params"]["items"]) for row in design["games"]}
    assert tasks == {
        ("moral_judgement", "ethics"),
        ("moral_dilemma", "moralchoice_low"),
        ("moral_dilemma", "moralchoice_high"),
        ("stereotype_recognition", "stereoset"),
    }
    (row,) = design["contestants"]
    assert row["emotion"]["induced"] == [
        "none", "placebo", "anger", "disgust", "fear", "happiness", "sadness",
    ]  # fmt: skip
    models = " ".join(row["model"])
    assert len(row["model"]) == 6
    for known in ("gpt-3.5", "gpt-4-", "gpt-4o", "claude-3-haiku", "claude-3-opus", "llama-2-70b"):
        assert known in models


def test_hl_eai_has_its_games_and_people_and_models_show_emotions() -> None:
    design = Tournament.read(shipped()["hl_eai"])
    games = {game["name"]: key for key, game in design.content["games"].items()}
    assert set(games) == {
        "dictator", "ultimatum", "trust", "prisoners_dilemma", "moral_dilemma",
    }  # fmt: skip
    assert design.content["games"][games["moral_dilemma"]]["items"] == "trolleys"
    trust = design.games[games["trust"]]
    assert trust.roles == ("investor", "trustee")
    assert trust.deciders == (0, 1)
    contestants = design.content["contestants"].values()
    assert {who["agent"] for who in contestants} == {"human", "llm"}
    for who in contestants:
        assert who["emotion"]["mode"] == "visible"
        assert who["emotion"]["perceives"]


def test_every_item_of_eai_ethics_is_put_to_every_arm_in_two_wordings() -> None:
    design = Tournament.read(shipped()["eai_ethics"])  # on stand-ins of the published sets
    sets = ("ethics", "moralchoice_low", "moralchoice_high", "stereoset")
    asked = sum(len(items.load(name).items) for name in sets)
    assert planned(design) == asked * 7 * 2 * len(design.models)


@pytest.fixture(scope="module", params=["eai_offline", "b3emo_offline"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small design, played by the embedded model: about a dozen decisions."""
    folder = tmp_path_factory.mktemp(request.param)
    done = arena("run", shipped()[request.param], "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "run"


@pytest.mark.soak  # tests/test_end_to_end.py plays these games and modes in the suite
def test_small_designs_are_played_to_their_end_and_compared(folder: Path) -> None:
    run = Run(folder)
    assert run.counts == {"completed": run.planned}
    found = align(run)
    if "kuhn_poker" in run.manifest.design["games"]:
        assert set(found.silent) == {"kuhn_poker", "liars_dice"}
        assert set(found.references["game"]) == {"kuhn_poker", "liars_dice"}
    else:
        assert found.effects is not None
        assert set(found.effects["emotion"]) == {"anger"}
        assert {"dictator", "ultimatum"} == set(found.effects["game"])
    board = arena("rate", folder).stdout
    assert "Elo" in board


@pytest.mark.parametrize("name", ["hl_eai", "b3emo_people"])
def test_designs_with_people_are_passed_by_participants(name: str, tmp_path: Path) -> None:
    """A script stands for the model, and participants go from the consent to their codes."""
    data = dict(toml.loads(shipped()[name].read_text(encoding="utf-8"), name))
    scripts = [
        {"name": row.get("name", row["agent"]), "agent": "uniform"}
        for row in data["contestants"]
        if row["agent"] == "llm"
    ]
    people = [row for row in data["contestants"] if row["agent"] == "human"]
    short = {"wait_seconds": 1, "least_seconds": 0}
    data |= {"contestants": [*people, *scripts], "lab": {**data["lab"], **short}, "repetitions": 3}

    async def whole() -> list[Page]:
        async with lab(data, tmp_path / "run") as desk, asyncio.timeout(60):
            return await all_of(*(Visitor(desk) for _ in range(4)))

    ends = asyncio.run(whole())
    assert all(page.code for page in ends)
    with closing(checked(tmp_path / "run")) as run:
        endings = [person.known("ending") for person in participants(run)]
        assert endings == ["completed"] * 4
        assert run.decided > 0
