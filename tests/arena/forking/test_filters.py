"""Filters of a design of forks, each with the decisions that it chooses."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from arena.core.types import seed_of
from arena.forking.design import ForkDesign
from arena.record.run import Run
from tests.arena.designs import design, played
from tests.loopback import Loopback, Reply, first_legal

FEELINGS = ("anger", "happiness")


class Said(NamedTuple):
    """What is on record of a decision."""

    game: str
    contestant: str
    number: int
    felt: str | None
    shown: str | None


Fits = Callable[[Said], bool]


def _varied(asked: Mapping[str, Any], _number: int) -> Reply:
    """A felt and a shown emotion that depend on the question."""
    if "response_format" not in asked:
        return Reply("yes")
    schema, drawn = asked["response_format"]["json_schema"]["schema"], seed_of(asked["messages"])
    felt = {"felt": FEELINGS[drawn % 2], "shown": FEELINGS[drawn // 2 % 2]}
    known = {key: word for key, word in felt.items() if key in schema["properties"]}
    return Reply(json.dumps(first_legal(schema, **known)))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A model that hides what it feels, one that chooses what it shows, and a script."""
    with Loopback(_varied) as server:
        model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": server.url}
        modes = {"closed": "hidden", "actor": "manipulative"}
        models = [{"name": k, **model, "emotion": {"mode": mode}} for k, mode in modes.items()]
        games = [{"name": "prisoners_dilemma", "params": {"rounds": 2}}, {"name": "ultimatum"}]
        data = design(repetitions=1, games=games, contestants=[*models, {"agent": "uniform"}])
        yield Run(played(data, tmp_path_factory.mktemp("filtered") / "run"))


def _decisions(run: Run, fits: Fits) -> set[tuple[str, int]]:
    """Match and number of the decisions that fit, read from the transcripts."""
    found = set()
    for key in run.ids():
        base = run.match(key)
        for at, made in enumerate(base.decisions):
            affect = made.decision.affect
            felt, shown = (affect.felt, affect.shown) if affect else (None, None)
            said = Said(base.match.game, base.match.seats[made.player], at, felt, shown)
            found |= {(key, at)} if fits(said) else set()
    return found


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ({}, lambda _: True),
        ({"game": ["ultimatum"]}, lambda one: one.game == "ultimatum"),
        ({"contestant": ["uniform"]}, lambda one: one.contestant == "uniform"),
        ({"contestant": ["actor", "closed"]}, lambda one: one.contestant != "uniform"),
        ({"mode": ["hidden"]}, lambda one: one.contestant == "closed"),
        ({"mode": ["hidden", "manipulative"]}, lambda one: one.contestant != "uniform"),
        ({"felt": ["anger"]}, lambda one: one.felt == "anger"),
        ({"shown": ["anger"]}, lambda one: one.shown == "anger"),
        (
            {"felt": ["anger"], "shown": ["happiness"]},
            lambda one: (one.felt, one.shown) == FEELINGS,
        ),
        (
            {"game": ["prisoners_dilemma"], "mode": ["manipulative"], "felt": ["happiness"]},
            lambda one: (
                (one.game, one.contestant, one.felt) == ("prisoners_dilemma", "actor", "happiness")
            ),
        ),
    ],
)
def test_a_filter_chooses_what_it_says(run: Run, where: dict[str, list[str]], fits: Fits) -> None:
    expected = _decisions(run, fits)
    assert expected
    assert _chosen(run, where) == expected


def test_information_sets_are_chosen_in_every_round(run: Run) -> None:
    rows = [row for rows in run.decision_rows(("game", "number", "set")) for row in rows]
    [offer] = {row["set"] for row in rows if (row["game"], row["number"]) == ("ultimatum", 0)}
    offers = _decisions(run, lambda one: one.game == "ultimatum" and one.number == 0)
    assert _chosen(run, {"set": [offer]}) == offers
    # A player's set of the dilemma is the same in both rounds.
    [own] = {row["set"] for row in rows if row["game"] != "ultimatum" and row["number"] == 0}
    every = _decisions(run, lambda one: one.game == "prisoners_dilemma" and one.number % 2 == 0)
    assert _chosen(run, {"set": [own], "game": ["prisoners_dilemma"]}) == every


def _chosen(run: Run, where: dict[str, list[str]]) -> set[tuple[str, int]]:
    """Match and number of the decisions that a design forks."""
    data = {"name": "chosen", "run": str(run.folder), "changes": ["temperature=0.5"]}
    forks = ForkDesign.model_validate({**data, "where": where}).forks(run)
    assert {fork.changes for fork in forks} == {("temperature=0.5",)}
    assert len(set(forks)) == len(forks)
    return {(fork.match, fork.at) for fork in forks}
