"""Perplexity of recorded replies under the model without vectors, as the engine has it."""

import asyncio
from collections.abc import Callable, Iterable

import httpx

from agents.core.models import embedded
from agents.core.models.engine import Engine
from agents.core.models.model import ModelSpec, Request
from agents.core.models.steering import VectorSet
from arena.analysis.broken_texts import Reply, replies
from arena.engine.interruption import in_own_loop
from arena.record.perplexities import Perplexities, read_perplexities, write_perplexities
from arena.record.run import Run
from games import BadInput

_KEPT = 100
"""Replies that are read between two writes."""


def measure(run: Run, bound: float | None, progress: Callable[[int, int], None]) -> None:
    """Keep beside a run the perplexity of each reply that has none yet, and the bound.

    Args:
        run: the run.
        bound: perplexity above which a text is broken; None for the usual one.
        progress: called with the numbers of replies that are done and of all.

    Raises:
        BadInput: the run has no vectors or no replies in words, a model's file is not the one that
            was played, its vectors are not in the cache, or the engine cannot read a reply.
    """
    run.require_design()
    vectors = run.tournament.data.get("vectors", {})
    if not vectors:
        raise BadInput(f'run {run.manifest.name} has no arm with means = "vector"')
    if not (found := replies(run)):
        raise BadInput(
            f"run {run.manifest.name} has no replies in words: probabilities of options were read, "
            "or texts were not recorded"
        )
    known = read_perplexities(run.folder)
    known = Perplexities(bound=bound, replies=known.replies)
    todo = {reply.key: reply for reply in found if reply.key not in known.replies}
    if todo:
        for model, hashed in vectors.items():
            VectorSet.read(hashed, model).check(model)
    in_own_loop(lambda: asyncio.run(_measure(run, known, todo.values(), progress)))


async def _measure(
    run: Run, known: Perplexities, todo: Iterable[Reply], progress: Callable[[int, int], None]
) -> None:
    """One model after another. What was read so far is kept, whatever ends the reading."""
    left, done = [*todo], dict[str, float]()
    try:
        for model in dict.fromkeys(reply.model for reply in left):
            path = embedded.weights(model.removeprefix(embedded.PREFIX))
            server = await embedded.Server.start(path, slots=1)
            try:
                engine = Engine(server.url, ModelSpec(model=model))
                for reply in (each for each in left if each.model == model):
                    done[reply.key] = await _perplexity(engine, run, reply)
                    progress(len(done), len(left))
                    if not len(done) % _KEPT:
                        write_perplexities(run.folder, known.joined(done))
            finally:
                await server.stop()
    finally:
        write_perplexities(run.folder, known.joined(done))


async def _perplexity(engine: Engine, run: Run, reply: Reply) -> float:
    messages, text = reply.words(run)
    try:
        return await engine.perplexity(Request(messages), text)
    except httpx.HTTPError as error:
        raise BadInput(f"the engine cannot read the reply {text[:40]!r}: {error}") from None
