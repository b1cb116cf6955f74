"""Broken texts: perplexity as our own forward pass has it, and shares above the bound."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import arena
from agents.core.models import embedded
from agents.core.models.engine import Engine
from agents.core.models.model import ModelSpec, Request
from arena.analysis.broken_texts import BrokenTexts, broken_texts, replies
from arena.analysis.effects import effects
from arena.design.tournament import Tournament
from arena.engine.runner import run as play
from arena.record.perplexities import (
    FILE,
    Perplexities,
    carry,
    read_perplexities,
    write_perplexities,
)
from arena.record.run import Run
from arena.report.broken_texts import broken_json, broken_sheets
from arena.report.effects import effects_report
from arena.report.page import run_page
from arena.steering.forward import Llama
from dashboard.data import effects as dashboard
from dashboard.plain import escaped
from games import BadInput
from prompts import Message
from tests.arena.commands import command
from tests.arena.designs import Silent
from tests.arena.steering.kept import Kept, cache, constructed

VECTOR = {"means": "vector", "dose": 40.0}
RANDOM = {**VECTOR, "induced": "random", "direction": 0}


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with constructed(tmp_path_factory.mktemp("texts")) as made:
        yield made


@pytest.fixture(scope="module", name="written")
def _written(made: Kept, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return played(made, tmp_path_factory.mktemp("written") / "run")


@pytest.fixture(name="run")
def _run(written: Run) -> Run:
    """The run, no reply of which was looked at."""
    (written.folder / FILE).unlink(missing_ok=True)
    return written


def texts(own: dict[str, Any]) -> dict[str, Any]:
    """A design in which models write, without a vector and with two."""
    model = {"agent": "llm", "form": "text", "max_tokens": 12, "reasks": 1, **own}
    emotions: list[dict[str, Any]] = [{}, {**VECTOR, "induced": "anger"}, RANDOM]
    rows = [{**model, "name": f"model {at}", "emotion": e} for at, e in enumerate(emotions)]
    return {
        "name": "texts",
        "schedule": {"kind": "panel", "panel": ["other"], "roles": ["first"]},
        "games": [{"name": "prisoners_dilemma"}],
        "contestants": [*rows, {"name": "other", "agent": "cooperator"}],
    }


def played(made: Kept, folder: Path, **own: Any) -> Run:
    """A run in which the tiny model writes; nobody can read it, so that its matches are void."""
    play(Tournament(texts({"model": made.model, **own})), folder, Silent())
    return Run(folder)


def test_perplexity_is_that_of_our_own_forward_pass(made: Kept) -> None:
    """Half characters too, of which the engine lists no probability when it draws them."""
    asked, texts = "Where do you go?", ("abc", "zebra é", "d")

    async def session() -> list[float]:
        server = await embedded.Server.start(made.path, slots=1)
        try:
            engine = Engine(server.url, ModelSpec(model=made.model))
            request = Request((Message("user", asked),))
            return [await engine.perplexity(request, text) for text in texts]
        finally:
            await server.stop()

    llama, begun = Llama(made.path), [*f"{asked}\n".encode()]
    for found, text in zip(asyncio.run(session()), texts, strict=True):
        tokens, total = [*text.encode()], 0.0
        for at, token in enumerate(tokens):
            total += float(llama.log_probabilities(begun + tokens[:at])[token])
        assert found == pytest.approx(exp(-total / len(tokens)), rel=0.05)


def test_shares_are_those_above_the_bound(run: Run, tmp_path: Path) -> None:
    found = replies(run)
    assert len(found) == 6, "a reply that could not be read counts, and the one after it"
    assert {reply.contestant for reply in found} == {"model 0", "model 1", "model 2"}
    values = {"model 0": [10.0, 20.0], "model 1": [19.0, 21.0], "model 2": [30.0, 40.0]}
    given = {reply.key: values[reply.contestant].pop(0) for reply in found}
    write_perplexities(run.folder, Perplexities(replies=given))
    table = broken_texts(run).table
    assert table["arm"].tolist() == ["none", "anger (vector 40)", "random 0 (vector 40)"]
    assert table["bound"].tolist() == [20.0] * 3
    assert table["share"].tolist() == [0.0, 0.5, 1.0]
    assert table["median"].tolist() == [15, 20, 35]
    write_perplexities(run.folder, Perplexities(bound=19.0, replies=given))
    assert broken_texts(run).table["broken"].tolist() == [1, 1, 2]
    carry([run.folder, tmp_path], tmp_path)
    assert read_perplexities(tmp_path) == Perplexities(bound=19.0, replies=given)
    steered = {reply.key for reply in found if reply.contestant != "model 0"}
    some = {key: value for key, value in given.items() if key in steered}
    write_perplexities(run.folder, Perplexities(replies=some))
    partly = broken_texts(run)
    assert partly.table["known"].tolist() == [0, 2, 2]
    assert partly.table["share"].isna().all()
    missing, without = partly.notes
    assert "perplexity of 2 of 6 replies is not known" in missing
    assert "no known replies without vectors in prisoners_dilemma" in without
    assert without.endswith("run --bound 50")
    (run.folder / FILE).write_text("[")
    with pytest.raises(
        BadInput, match=r"perplexities\.json is no JSON.*: delete it, and arena vec"
    ):
        broken_texts(run)


def test_shares_stand_in_effects_the_report_and_the_dashboard(run: Run, tmp_path: Path) -> None:
    """Before the engine has read the replies, these say so; a later call reads new ones alone."""
    place = run.folder.parent
    before = command(place, "effects", "run").said
    assert "perplexity of 6 of 6 replies is not known" in " ".join(before.split())
    assert "arena vector texts run" in " ".join(before.split())
    assert dashboard.texts(run.folder).table["share"].isna().all()
    said = command(place, "vector", "texts", "run", "--json").said
    shares = broken_texts(run)
    assert not shares.notes
    assert shares.table["share"].notna().all()
    assert said.strip() == broken_json(shares).strip()
    kept = read_perplexities(run.folder)
    assert all(value > 1 for value in kept.replies.values())
    with cache(tmp_path):  # where there are no vectors; what is known is not read again
        done = command(place, "vector", "texts", "run", "--bound", "2", "--json")
    assert done.status == 0, done.said
    assert read_perplexities(run.folder) == Perplexities(bound=2.0, replies=kept.replies)
    table = broken_texts(run).table
    assert table["bound"].tolist() == [2.0] * 3
    assert dashboard.texts(run.folder).table["share"].tolist() == table["share"].tolist()
    assert arena.open(run.folder).broken_texts()["share"].tolist() == table["share"].tolist()
    found = effects(run)
    document = json.loads(effects_report(found).json())
    assert [row["share"] for row in document["broken"]] == table["share"].tolist()
    printed = command(place, "effects", "run").said
    page = run_page(run, rounds=20)
    for text in (printed, page, effects_report(found).latex()):
        assert "Texts that break" in text
        assert "random 0 (vector 40)" in text
        assert f"{100 * table['share'][1]:.1f}" in text


def test_random_directions_of_a_dose_stand_in_one_line(run: Run) -> None:
    shares = broken_texts(run)
    line = {**shares.table.iloc[2], "known": 2, "median": 7.0, "bound": 5.0}
    rows = [
        {**line, "arm": f"random {at} (vector 40)", "broken": at, "share": at / 2} for at in (0, 1)
    ]
    (sheet,) = broken_sheets(replace(shares, table=pd.DataFrame(rows)))
    assert sheet.table[["arm", "replies", "broken"]].to_numpy().tolist() == [
        ["random, 2 directions (vector 40)", "4", "25.0 % (0.0 to 50.0)"],
    ]


def shown(found: "BrokenTexts") -> None:
    """The part of the page, as a script of its own."""
    from dashboard.views.effects import show_texts  # noqa: PLC0415 - the script is its text

    show_texts(found)


def test_the_page_lists_shares_and_what_is_not_known(run: Run) -> None:
    found = broken_texts(run)
    app = AppTest.from_function(shown, args=(found,)).run()
    assert [each.value for each in app.caption] == [escaped(note) for note in found.notes]
    assert not app.dataframe
    measured = found.table.assign(known=2, bound=5.0, broken=1, share=0.5)
    app = AppTest.from_function(shown, args=(replace(found, table=measured),)).run()
    (listed,) = app.dataframe
    assert listed.value["share"].tolist() == [0.5] * 3


@pytest.mark.soak
def test_a_broken_text_is_unlikely_under_a_real_model() -> None:
    async def session() -> list[float]:
        server = await embedded.Server.start(embedded.weights("smollm2"), slots=1)
        try:
            engine = Engine(server.url, ModelSpec(model="embedded/smollm2"))
            request = Request((Message("user", "Say in one sentence where you live."),))
            given = ("I live in a small town near the sea.", "sea the in small near live town a I.")
            return [await engine.perplexity(request, text) for text in given]
        finally:
            await server.stop()

    whole, broken = asyncio.run(session())
    assert 1 < whole < 30
    assert broken > 10 * whole


def test_runs_without_replies_in_words_say_so(made: Kept, tmp_path: Path) -> None:
    run = played(made, tmp_path / "run", decide_by="probabilities")
    done = command(tmp_path, "vector", "texts", "run")
    assert done.status == 2
    assert "no replies in words: probabilities of options were read" in done.said + done.blamed
    shares = broken_texts(run)
    assert shares.table.empty
    assert [note[:9] for note in shares.notes] == ["No texts:"]
    assert "No texts: probabilities of options were read" in run_page(run, rounds=20)
