"""The table of decisions, and the causal effect of displays measured on it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agents
import games
from agents.core.types import Agent, Decision
from arena.core.types import Match, Transcript
from arena.engine.match import play
from arena.record.decisions import COLUMNS, RECORDED, SITUATION, rows
from arena.record.run import Run
from games import BadInput, Game
from prompts import Affect, View
from ratings.core.emotion.deception import (
    bluffs,
    effects,
    leaks,
    mismatches,
    predictions,
    responses,
)
from tests.arena.designs import design, played

PROBE = {"agent": "display_probe"}


class Reactor:
    """Notes what reaches it; after anger it plays the last option, else mostly the first."""

    def __init__(self) -> None:
        self.reached: list[str | None] = []

    async def decide(self, view: View, rng: Random) -> Decision:
        new = [d for d in view.displays if not view.own or d.at >= view.own[-1].at]
        self.reached.append(new[-1].emotion if new else None)
        options = view.observation.space.options  # type: ignore[union-attr]
        angry = self.reached[-1] == "anger"
        return Decision(options[-1] if angry or rng.random() < 0.3 else options[0])


class OneAfterTheOther:
    """A script of decisions."""

    def __init__(self, *decisions: Decision) -> None:
        self._left = list(decisions)

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
        return self._left.pop(0)


def match(game: Game[Any], seats: list[Agent], seed: int) -> Transcript:
    about = Match(f"{seed}", "g", ("probe", "reactor"), seed, seed)
    return asyncio.run(play(about, game, seats))


def probe(**params: Any) -> Agent:
    return agents.load("display_probe", params)  # type: ignore[return-value]


def table(game: Game[Any], matches: int) -> tuple[pd.DataFrame, list[str | None]]:
    reactor, found = Reactor(), []
    for seed in range(matches):
        transcript = match(game, [probe(), reactor], seed)
        found += rows(transcript, game, {"probe": True, "reactor": False})
    return pd.DataFrame(found), reactor.reached


@pytest.mark.parametrize(
    ("name", "params"),
    [("kuhn_poker", {"rounds": 4}), ("prisoners_dilemma", {"rounds": 3}), ("liars_dice", {})],
)
def test_the_display_in_the_table_is_the_one_that_reached_the_player(
    name: str, params: dict[str, Any]
) -> None:
    found, reached = table(games.load(name, params), 20)
    mine = found[found["contestant"] == "reactor"]
    assert [None if pd.isna(seen) else seen for seen in mine["perceived"]] == reached
    assert set(mine["randomised"].dropna()) == {True}
    assert set(mine["perceived_from"].dropna()) == {"probe"}


def test_the_probes_effect_on_a_player_that_reacts_is_recovered() -> None:
    found, _ = table(games.load("prisoners_dilemma", {"rounds": 12}), 100)
    (row,) = responses(found).to_dict(orient="records")
    assert row["low"] > 0.02
    assert row["p"] < 0.01
    after = {
        (str(row["display"]), str(row["outcome"])): (float(row["low"]), float(row["high"]))
        for row in effects(found).to_dict(orient="records")
    }
    low, high = after["anger", "defect"]
    assert low < 0.7 < high < low + 0.15
    # Against all others, anger included, each other display is (0.3 - (5 * 0.3 + 1) / 6).
    for emotion in ("fear", "happiness", "neutral"):
        low, high = after[emotion, "defect"]
        assert low < -0.7 / 6 < high


def test_whoever_does_not_look_is_not_affected() -> None:
    blind = agents.load("uniform")
    game, found = games.load("prisoners_dilemma", {"rounds": 12}), []
    for seed in range(60):
        found += rows(match(game, [probe(), blind], seed), game, {"probe": True, "reactor": False})  # type: ignore[list-item]
    (row,) = responses(pd.DataFrame(found)).to_dict(orient="records")
    assert row["low"] <= 0 <= row["high"]


def test_what_is_private_and_what_is_public() -> None:
    game = games.load("kuhn_poker", {"rounds": 2})
    seats = [agents.load("fixed", {"actions": ["bet", "call"]}) for _ in range(2)]
    first, second, again, last = rows(match(game, seats, 5), game, {"probe": True, "reactor": True})  # type: ignore[arg-type]
    assert first["public"] == "first:"
    assert second["public"] == "second:moved 0 bet;"
    for row in (first, second, again, last):
        assert row["private"] in {"dealt J;", "dealt Q;", "dealt K;"}
    assert first["private"] != second["private"]
    assert [row["round"] for row in (first, second, again, last)] == [0, 0, 1, 1]
    assert (first["backed"], first["believed"]) == (first["private"] != "dealt J;", False)
    assert (second["backed"], second["believed"]) == (None, None)
    assert again["public"] == "first:"


def test_equal_dice_are_private_to_each() -> None:
    game = games.load("liars_dice", {"faces": 2})
    seats = [agents.load("fixed", {"actions": ["1x1", "liar"]}) for _ in range(2)]
    for seed in range(8):
        for row in rows(match(game, seats, seed), game, {}):  # type: ignore[arg-type]
            assert row["private"] in {"rolled 1;", "rolled 2;"}
            assert "rolled" not in row["public"]


@pytest.mark.parametrize("players", [2, 3, 4])
def test_what_is_public_does_not_depend_on_the_deal(players: int) -> None:
    game = games.load("kuhn_poker", {"players": players})
    cautious = agents.load("fixed", {"actions": ["check", "fold"]})
    about = Match("m", "g", tuple(f"p{n}" for n in range(players)), 0, 0)
    public, private = set(), set()
    for seed in range(40):
        match = replace(about, seed=seed)
        found = rows(asyncio.run(play(match, game, [cautious] * players)), game, {})  # type: ignore[list-item]
        public.add(tuple(row["public"] for row in found))
        private.add(tuple(row["private"] for row in found))
    assert len(public) == 1
    assert len(private) > 4


def test_games_without_secrets_have_nothing_private() -> None:
    found, _ = table(games.load("prisoners_dilemma", {"rounds": 2}), 2)
    assert set(found["private"]) == {""}
    assert leaks(found).empty


def test_a_void_match_keeps_what_was_decided() -> None:
    game = games.load("kuhn_poker")
    seats = [
        OneAfterTheOther(Decision("check", Affect("fear", 9, "anger"))),
        OneAfterTheOther(Decision(None)),
    ]
    one, other = rows(match(game, seats, 1), game, {"probe": False, "reactor": False})  # type: ignore[arg-type]
    assert (one["action"], one["felt"], one["shown"]) == ("check", "fear", "anger")
    assert (other["action"], other["perceived"], other["randomised"]) == (None, "anger", False)


def test_a_run_of_outcomes_has_no_decisions(tmp_path: Path) -> None:
    run = Run(played(design(record="outcomes", repetitions=1), tmp_path))
    with pytest.raises(BadInput, match="keeps outcomes only"):
        run.decisions()
    run.close()


def test_the_table_of_a_run_is_measured(tmp_path: Path) -> None:
    games_ = [{"name": "kuhn_poker"}, {"name": "dictator"}]
    calm: dict[str, Any] = {"name": "calm", "agent": "display_probe", "strategy": "fixed"}
    calm |= {"params": {"actions": ["bet", "call", 40]}, "emotions": ["fear", "anger"]}
    data = design(games=games_, contestants=[PROBE, calm, {"agent": "uniform"}], repetitions=10)
    run = Run(played(data, tmp_path))
    found = run.decisions()
    run.close()
    assert set(found["verdict"]) == {"legal"}
    assert found.groupby("match")["number"].is_monotonic_increasing.all()
    amounts = found.loc[found["game"] == "dictator", "action"]
    assert all(type(action) is int for action in amounts)
    assert set(mismatches(found)["contestant"]) == {"display_probe", "calm"}
    assert set(leaks(found)["game"]) == {"kuhn_poker"}
    (row,) = bluffs(found[found["contestant"] == "calm"]).to_dict(orient="records")
    assert row["bluffs"] == len(found.query("contestant == 'calm' and backed == False"))
    assert set(found["randomised"].dropna()) == {True}


class Telltale:
    """Shows its card before the first move, and nothing else; then plays at random."""

    opens = True

    async def decide(self, view: View, rng: Random) -> Decision:
        if not view.opening:
            return Decision(rng.choice(view.observation.space.options))  # type: ignore[union-attr]
        (dealt,) = view.observation.events
        faces = {"J": "sadness", "Q": "neutral", "K": "happiness"}
        shown = faces[str(dealt.facts["card"])]
        return Decision(None, Affect("neutral", 0, shown))


def test_displays_before_the_first_move_are_measured_as_well() -> None:
    game, found = games.load("kuhn_poker"), []
    for seed in range(60):
        transcript = match(game, [Telltale(), agents.load("uniform")], seed)  # type: ignore[list-item]
        found += rows(transcript, game, {})
    openings = [row for row in found if row["turn"] < 0]
    assert len(openings) == 60
    assert {row["public"] for row in openings} == {"first:"}
    assert {row["private"] for row in openings} == {"dealt J;", "dealt Q;", "dealt K;"}
    assert [row["number"] for row in found[:3]] == [0, 1, 2]
    table = pd.DataFrame(found)
    (leak,) = leaks(table).to_dict(orient="records")
    assert (leak["contestant"], leak["n"]) == ("probe", 60)
    assert leak["part"] == pytest.approx(1)
    (mismatch,) = mismatches(table).to_dict(orient="records")
    assert mismatch["n"] == 60
    assert mismatch["share"] == np.mean([row["shown"] != "neutral" for row in openings])
    (prediction,) = predictions(table).to_dict(orient="records")
    assert prediction["n"] == 60
    assert prediction["low"] <= 0 <= prediction["high"], "what it does has nothing to do with it"


def test_a_probe_that_opens_moves_whoever_moves_at_the_same_time() -> None:
    """In a game of one simultaneous move, the display before it is the only one that can."""
    game, found = games.load("prisoners_dilemma"), []
    for seed in range(200):
        transcript = match(game, [probe(opening=True), Reactor()], seed)
        found += rows(transcript, game, {"probe": True, "reactor": False})
    (row,) = responses(pd.DataFrame(found)).to_dict(orient="records")
    assert row["n"] == 200
    assert row["low"] > 0
    assert row["p"] < 0.01


@pytest.mark.parametrize("columns", [RECORDED, {**RECORDED, **SITUATION}])
def test_fewer_columns_hold_what_all_of_them_hold(columns: dict[str, str]) -> None:
    game = games.load("kuhn_poker")
    transcript = match(game, [Telltale(), agents.load("uniform")], 7)  # type: ignore[list-item]
    whole = rows(transcript, game)
    assert whole[0]["turn"] == -1
    assert all(row.keys() == COLUMNS.keys() for row in whole)
    fewer = rows(transcript, game, columns=columns)
    assert fewer == [{column: row[column] for column in columns} for row in whole]


def test_a_record_with_a_decision_too_many_is_no_match() -> None:
    game = games.load("kuhn_poker")
    transcript = match(game, [probe(), agents.load("uniform")], 7)  # type: ignore[list-item]
    longer = replace(transcript, decisions=(*transcript.decisions, transcript.decisions[-1]))
    with pytest.raises(BadInput, match="match 7 cannot be played again: it goes on after its end"):
        rows(longer, game)
    with pytest.raises(BadInput, match="match 7 cannot be played again: it ends too early"):
        rows(replace(transcript, decisions=transcript.decisions[:-1]), game)
