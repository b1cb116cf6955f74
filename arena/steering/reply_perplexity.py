"""Perplexity of recorded replies under the model without vectors, as the engine has it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import httpx

from agents.core.models import embedded
from agents.core.models.engine import Engine
from agents.core.models.model import ModelSpec, Request
from agents.core.models.steering import VectorSet
from arena.analysis.broken_texts import Reply
from arena.engine.interruption import in_own_loop
from arena.record.run import Run
from games import BadInput


def perplexities(
    run: Run, replies: Sequence[Reply], progress: Callable[[int, int], None]
) -> list[float]:
    """Perplexity of each reply behind its question, under the contestant's model without vectors.

    Args:
        run: the run.
        replies: replies of its steered contestants.
        progress: called with the numbers of replies that are done and of all.

    Raises:
        BadInput: a model's file is not the one that was played, its vectors are not in the cache,
            or the engine cannot read a reply.
    """
    identities = run.manifest.design["contestants"]
    models = {reply.contestant: str(identities[reply.contestant]["model"]) for reply in replies}
    for model, hashed in run.tournament.data["vectors"].items():
        VectorSet.read(hashed).check(model)
    return in_own_loop(lambda: asyncio.run(_perplexities(replies, models, progress)))


async def _perplexities(
    replies: Sequence[Reply], models: Mapping[str, str], progress: Callable[[int, int], None]
) -> list[float]:
    """One model after another; a reply that recurs is looked at once."""
    known: dict[tuple[str, Reply], float] = {}
    keys = [(models[reply.contestant], reply._replace(contestant="")) for reply in replies]
    for model in dict.fromkeys(models.values()):
        path = embedded.weights(model.removeprefix(embedded.PREFIX))
        server = await embedded.Server.start(path, slots=1)
        try:
            engine = Engine(server.url, ModelSpec(model=model))
            for key in dict.fromkeys(key for key in keys if key[0] == model):
                known[key] = await _perplexity(engine, key[1])
                progress(len(known), len({*keys}))
        finally:
            await server.stop()
    return [known[key] for key in keys]


async def _perplexity(engine: Engine, reply: Reply) -> float:
    try:
        return await engine.perplexity(Request(reply.messages), reply.text)
    except httpx.HTTPError as error:
        raise BadInput(f"the engine cannot read the reply {reply.text[:40]!r}: {error}") from None
