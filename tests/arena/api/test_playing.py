"""Designs and matches from Python, with functions and tables as agents."""

import asyncio
import inspect
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

import arena
import games
from agents.core.strategies import functions
from agents.equilibrium import kuhn
from arena.design.tournament import Tournament, TournamentFile
from arena.record.run import Run as Record
from games import BadInput
from prompts import View
from tests.arena.kills import asked_again, attempts, check, models
from tests.loopback import Loopback, Reply, answering

SLOW = {"preflight": False, "quiet": True}


def first(view: View) -> Any:
    return view.space.options[0]  # type: ignore[union-attr]


async def awaited(view: View) -> Any:
    await asyncio.sleep(0)
    return view.space.options[-1]  # type: ignore[union-attr]


@arena.agent
def coin(view: View, rng: Random, share: float = 0.5) -> Any:
    return view.space.options[rng.random() < share]  # type: ignore[union-attr]


def dilemma(name: str = "small", **keys: Any) -> arena.Tournament:
    game = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
    agents = [first, coin(share=0.2), {"name": "late", "agent": awaited}, "tit_for_tat"]
    return arena.Tournament(name=name, games=[game], contestants=agents, repetitions=2, **keys)


def test_a_match_in_one_line_with_agents_of_every_kind() -> None:
    rounds = {"rounds": 4}
    one = arena.match("prisoners_dilemma", [first, awaited], **rounds)
    assert [action for _, action in one.actions] == ["cooperate", "defect"] * 4
    assert one.match.seats == ("first", "awaited")
    always = arena.match("prisoners_dilemma", [coin(share=1.0), coin], seed=1, **rounds)
    assert {a for name, a in always.actions if name == "coin share=1.0"} == {"defect"}
    table = kuhn(1 / 3)
    assert arena.match("kuhn_poker", [table, "equilibrium"], seed=3).payoffs is not None
    pure = {name: max(row, key=row.__getitem__) for name, row in table.items()}
    poker = games.load("kuhn_poker")
    assert all(isinstance(p, int) for p in arena.match(poker, [pure, pure]).payoffs or ())
    anybody = arena.match("prisoners_dilemma", [lambda _view: "defect", "cooperator"])
    assert anybody.actions == [("<lambda>", "defect"), ("cooperator", "cooperate")]


def test_a_match_repeats_itself_and_another_seed_deals_otherwise() -> None:
    deals = {seed: arena.match("kuhn_poker", ["uniform"] * 2, seed=seed) for seed in range(8)}
    assert len({transcript.deals for transcript in deals.values()}) > 2
    again = arena.match("kuhn_poker", ["uniform"] * 2, seed=5)
    assert (again.deals, again.actions) == (deals[5].deals, deals[5].actions)


def test_an_amount_may_be_a_number_of_numpys() -> None:
    np = pytest.importorskip("numpy")
    offers = arena.match("dictator", [lambda _view: np.int64(40), lambda _view: None])
    assert offers.payoffs == (60, 40)
    assert offers.decisions[0].decision.action == 40
    assert type(offers.decisions[0].decision.action) is int


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        (
            lambda _view: "cooperat",
            "'cooperat' is not legal here; legal is one of cooperate, defect",
        ),
        (lambda _view: 1 / 0, "failed: ZeroDivisionError"),
        (lambda _view: True, "True is not legal"),
        (lambda: "defect", "must take a view as its first argument"),
        (7, "7 is no agent"),
        ("tit_for_tot", "tit_for_tat"),
        ({"agent": "llm", "model": "openai/gpt-x"}, "keeps no record"),
        ({"first:": "cooperate"}, "information set 'second:' is missing"),
        ({"first:": "cooperat", "second:": "defect"}, "cooperate"),
    ],
)
def test_what_is_wrong_with_an_agent_is_said(agent: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        arena.match("prisoners_dilemma", [agent, "cooperator"])


def test_a_parameter_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match=r"sahre.*did you mean 'share'"):
        coin(sahre=0.3)


def test_the_keywords_of_a_tournament_are_the_keys_of_a_file() -> None:
    stated = inspect.signature(arena.Tournament).parameters
    required = {key for key, field in TournamentFile.model_fields.items() if field.is_required()}
    assert required == stated.keys() - {"keys"}
    with pytest.raises(BadInput, match=r"key in small.*repetition"):
        dilemma(repetition=3)
    made = dilemma(seed=3, order="fixed")
    assert (made.seed, made.order) == (3, "fixed")


def test_a_design_of_python_is_the_design_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        'name = "t"\nseed = 4\ngames = [{name = "ultimatum"}]\n'
        'contestants = [{agent = "fair"}, {agent = "uniform"}]\n'
    )
    read = arena.Tournament.read(path)
    made = arena.Tournament(name="t", seed=4, games=["ultimatum"], contestants=["fair", "uniform"])
    assert read.hash == made.hash
    assert type(read) is arena.Tournament


def test_a_file_is_read_whole_and_its_errors_name_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        'name = "t"\n[[games]]\nname = "ultimatum"\nparams = {endowment = [10, 20]}\n\n'
        '[[contestants]]\nname = "them"\nagent = ["fair", "uniform"]\n'
    )
    read, plain = arena.Tournament.read(path), Tournament.read(path)
    assert (read.data, read.hash) == (plain.data, plain.hash)
    assert len(read.contestants) == 2
    path.write_text(path.read_text() + "self = 3\n")
    with pytest.raises(BadInput) as refusal:
        arena.Tournament.read(path)
    with pytest.raises(BadInput) as same:
        Tournament.read(path)
    assert str(refusal.value) == str(same.value)
    assert "line 6" in str(refusal.value)


def test_functions_play_a_tournament_and_are_on_record(tmp_path: Path) -> None:
    run = arena.run(dilemma(), tmp_path / "run", quiet=True)
    assert run.counts == {"completed": run.planned}
    contestant = run.tournament.content["contestants"]["coin share=0.2"]
    assert contestant["function"] == f"{__name__}:coin"
    assert contestant["source"] == functions.findable(coin.function)[1]
    assert contestant["parameters"] == {"share": 0.2}
    moves = run.decisions(contestant="late")
    assert set(moves["action"]) == {"defect"}
    # The record is played again from itself: what drew, drew from the match's own stream.
    again = arena.run(dilemma(), tmp_path / "again", quiet=True)
    assert list(Record(again.folder).matches()) == list(Record(run.folder).matches())


def test_a_function_that_changed_is_another_contestant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = arena.run(dilemma(), tmp_path / "run", quiet=True, limit=3)
    name = f"{__name__}:first"
    changed = functions.Known(first, "0" * 16)
    monkeypatch.setitem(functions._KNOWN, name, changed)
    with pytest.raises(BadInput, match="has changed: its source has the hash 0000"):
        arena.run(run.tournament, tmp_path / "run", quiet=True)
    monkeypatch.delitem(functions._KNOWN, name)
    with pytest.raises(BadInput, match="not known to this process: import"):
        arena.run(run.tournament, tmp_path / "run", quiet=True)
    assert len(run.matches()) == 6  # what was recorded can be read all the same


def test_a_function_that_nobody_finds_again_is_refused() -> None:
    def inner(view: View) -> Any:
        return first(view)

    for agent in (inner, lambda _view: "defect"):
        with pytest.raises(BadInput, match="has to find it again by name"):
            arena.Tournament(name="t", games=["ultimatum"], contestants=[agent, "fair"])


def test_a_file_cannot_have_a_function_called_that_python_did_not_make_known() -> None:
    row = {"agent": "function", "function": "os:system", "source": "0" * 16}
    design = arena.Tournament(name="t", games=["ultimatum"], contestants=[row, "fair"])
    with pytest.raises(BadInput, match="os:system is not known"):
        arena.plan(design)


def test_a_policy_table_plays_a_tournament_with_its_probabilities(tmp_path: Path) -> None:
    agents: list[Any] = [{"name": "table", "agent": kuhn(0.2)}, "equilibrium"]
    design = arena.Tournament(
        name="k", games=["kuhn_poker"], contestants=agents, repetitions=300, record="decisions"
    )
    run = arena.run(design, tmp_path / "run", quiet=True)
    bluffs = run.policy("table").set_index(["set", "action"])["frequency"]
    assert bluffs["first: dealt J;", "bet"] == pytest.approx(0.2, abs=0.13)
    assert bluffs["second: dealt K; moved 0 bet;", "call"] == 1


def test_amounts_are_keys_of_a_table_as_numbers_or_as_text() -> None:
    offer = {"proposer:": {50: 1.0}} | {f"responder: offered {n} 0;": "accept" for n in range(101)}
    names = {name.split(":")[0] for name in offer}
    assert names == {"proposer", "responder"}
    made = arena.match("ultimatum", [offer, "fair"])
    assert made.payoffs == (50, 50)


def test_a_run_in_an_event_loop_that_is_cancelled_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    playing: list[asyncio.Task[Any]] = []

    def cancelling(asked: Mapping[str, Any], number: int) -> Reply:
        if number == 5:
            playing[0].get_loop().call_soon_threadsafe(playing[0].cancel)
        return Reply(answering(asked).text, delay=0.05)

    async def cell(design: Any) -> int:
        beside = 0
        playing[:] = [asyncio.create_task(arena.arun(design, tmp_path, **SLOW))]
        while not playing[0].done():
            await asyncio.sleep(0.01)
            beside += 1
        with pytest.raises(asyncio.CancelledError):
            await playing[0]
        return beside

    with Loopback(cancelling) as server:
        design = arena.Tournament(**models(server.url, 1))
        assert asyncio.run(cell(design)) > 3  # other tasks went on
        assert 0 < attempts(tmp_path) < 40
        assert asked_again(server, tmp_path) == 0
        asyncio.run(arena.arun(design, tmp_path, **SLOW))
        assert asked_again(server, tmp_path) == 0
    check(tmp_path, 2)


def test_a_cell_that_is_interrupted_stops_the_thread_that_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")

    def stopping(asked: Mapping[str, Any], number: int) -> Reply:
        if number == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply(answering(asked).text, delay=0.05)

    async def cell(design: Any) -> Any:
        return arena.run(design, tmp_path, **SLOW)

    with Loopback(stopping) as server:
        design = arena.Tournament(**models(server.url, 1))
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(cell(design))
        assert asked_again(server, tmp_path) == 0
        assert asyncio.run(cell(design)).counts == {"completed": 2}
        assert asked_again(server, tmp_path) == 0


def test_unknown_options_of_a_run_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="max_match"):
        arena.run(dilemma(), tmp_path, max_match=3)
