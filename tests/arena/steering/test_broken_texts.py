"""Broken texts: perplexity as our own forward pass has it, and shares above the bound."""

import asyncio
from collections.abc import Iterator
from math import exp
from pathlib import Path
from typing import Any

import pytest

from agents.core.models import embedded
from agents.core.models.engine import Engine
from agents.core.models.model import ModelSpec, Request
from arena.analysis.broken_texts import broken_texts, replies
from arena.design.tournament import Tournament
from arena.engine.runner import run as play
from arena.record.run import Run
from arena.report.broken_texts import broken_json
from arena.steering.forward import Llama
from arena.steering.reply_perplexity import perplexities
from games import BadInput
from prompts import Message
from tests.arena.commands import command
from tests.arena.designs import Silent
from tests.arena.steering.kept import Kept, constructed

VECTOR = {"means": "vector", "dose": 40.0}
RANDOM = {**VECTOR, "induced": "random", "direction": 0}


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with constructed(tmp_path_factory.mktemp("texts")) as made:
        yield made


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


def test_shares_are_those_above_the_bound(made: Kept, tmp_path: Path) -> None:
    run = played(made, tmp_path / "run")
    found = replies(run)
    assert len(found) == 6, "a reply that could not be read counts, and the one after it"
    assert {reply.contestant for reply in found} == {"model 0", "model 1", "model 2"}
    values = {"model 0": [10.0, 20.0], "model 1": [19.0, 21.0], "model 2": [30.0, 40.0]}
    given = [values[reply.contestant].pop(0) for reply in found]
    table = broken_texts(run, found, given).table
    assert table["arm"].tolist() == ["none", "anger (vector 40)", "random 0 (vector 40)"]
    assert table["bound"].tolist() == [20.0] * 3
    assert table["share"].tolist() == [0.0, 0.5, 1.0]
    assert table["median"].tolist() == [15, 20, 35]
    stated = broken_texts(run, found, given, bound=19.0).table
    assert stated["broken"].tolist() == [1, 1, 2]
    steered = [reply for reply in found if reply.contestant != "model 0"]
    with pytest.raises(BadInput, match=r"no replies without vectors.*--bound 50"):
        broken_texts(run, steered, given[2:])
    real = perplexities(run, found, lambda _done, _every: None)
    by_engine = broken_texts(run, found, real)
    assert all(value > 1 for value in real)
    said = command(tmp_path, "vector", "texts", "run", "--json").said
    assert said.strip() == broken_json(by_engine).strip()


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


def test_runs_without_replies_in_words_are_refused(made: Kept, tmp_path: Path) -> None:
    run = played(made, tmp_path / "run", decide_by="probabilities")
    with pytest.raises(BadInput, match="no replies in words: probabilities of options were read"):
        replies(run)
