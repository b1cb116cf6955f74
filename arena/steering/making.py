"""Making of vectors: states of all texts, directions, checks, and the files for the engine.

States are kept as they come, so that an interrupted call goes on where it stopped.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import httpx
import numpy as np

from agents.core.models import embedded, steering
from arena.engine.interruption import in_own_loop
from arena.steering import model_files
from arena.steering.conditions import Conditions
from arena.steering.directions import Directions, accuracy
from arena.steering.forward import Array, Llama
from games import BadInput

TOLERANCE: Final = 0.3
"""Largest mean difference between log probabilities of the engine and ours, over its likeliest
tokens. The engine rounds states to 8 bits, which changes them by about 0.1."""
_LISTED = 20
_CHECKED = 4
"""Texts by which our forward pass is compared with the engine's."""
_BATCH = 8
_FIRST, _LAST = 0.4, 0.85
"""Usual blocks, as shares of all: before them states are about words, after them about the next
token."""


@dataclass(frozen=True)
class MakeRequest:
    """What is to be made.

    Args:
        model: name of the model in a design.
        emotions: names; empty for all that have texts.
        layers: first and last block, from 1; None for the usual ones.
        language: of the texts.
        random: number of random directions.
    """

    model: str
    emotions: tuple[str, ...] = ()
    layers: tuple[int, int] | None = None
    language: str = "en"
    random: int = steering.DIRECTIONS

    def blocks(self, number: int) -> range:
        """The blocks, from 0.

        Raises:
            BadInput: the model has no such blocks.
        """
        first, last = self.layers or (round(_FIRST * number), round(_LAST * number))
        if not 1 <= first <= last < number:
            raise BadInput(
                f"layers {first}-{last}: {self.model} has blocks 0 to {number - 1}, and vectors "
                f"are added in blocks from 1 to {number - 1}"
            )
        return range(first, last + 1)


def make(request: MakeRequest, progress: Callable[[int, int], None]) -> steering.VectorSet:
    """Make the vectors of a model and keep them in the user's cache.

    Args:
        request: what is to be made.
        progress: called with the numbers of texts that are done and of all.

    Raises:
        BadInput: the model is not embedded or of another architecture, there are no texts, or our
            forward pass and the engine do not agree.
    """
    if not request.model.startswith(embedded.PREFIX):
        raise BadInput(
            f"vectors are made of embedded models, such as embedded/smollm2, not {request.model!r}"
        )
    path = embedded.weights(request.model.removeprefix(embedded.PREFIX))
    every = Conditions.read(request.language)
    conditions = every.chosen(request.emotions or every.emotions)
    model_hash, llama = steering.file_hash(path), Llama(path)
    blocks = request.blocks(llama.sizes.blocks)
    passages = conditions.passages
    reading = _read_by_engine(path, llama, [p.text for p in passages])
    ids, gap = in_own_loop(lambda: asyncio.run(reading))
    _require_agreement(request.model, gap)
    states = _states(llama, ids, steering.folder() / "states" / model_hash[:16], progress)
    made = Directions.of(passages, states)
    about = {
        "model": request.model,
        "model_hash": model_hash,
        "language": request.language,
        "layers": [blocks[0], blocks[-1]],
        "texts": len(passages),
        "agreement": round(gap, 4),
        "accuracy": [round(float(each), 4) for each in accuracy(passages, states)],
        "chance": round(1 / len(conditions.words), 4),
        "cosines": made.cosines(blocks).round(4).to_dict(),
    }
    return _keep(path, made, blocks, request.random, about)


def _require_agreement(model: str, gap: float) -> None:
    if not gap <= TOLERANCE:
        raise BadInput(
            f"our forward pass of {model} differs from the engine's by {gap:.2f} in the log "
            f"probability of a token (at most {TOLERANCE:g}): no vectors are made of it"
        )


async def _read_by_engine(
    path: Path, llama: Llama, texts: Sequence[str]
) -> tuple[list[list[int]], float]:
    """The texts as tokens, and the mean difference between the engine and our forward pass."""
    server = await embedded.Server.start(path, slots=1, context=512)
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
            root = server.url.removesuffix("/v1")

            async def post(to: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
                answer = await client.post(f"{root}/{to}", json=body)
                answer.raise_for_status()
                return answer.json()

            ids = [
                (await post("tokenize", {"content": text, "add_special": True}))["tokens"]
                for text in texts
            ]
            # The engine lists no tokens if it draws a part of a character.
            plain = (await post("tokenize", {"content": "a"}))["tokens"][-1]
            certain = {"logit_bias": [[plain, 1000.0]], "samplers": ["temperature"]}
            gaps = []
            for tokens in ids[:: max(1, len(ids) // _CHECKED)][:_CHECKED]:
                asked = {"prompt": tokens, "n_predict": 1, "n_probs": _LISTED, "temperature": 1.0}
                answer = await post("completion", asked | certain)
                listed = answer["completion_probabilities"][0]["top_logprobs"]
                own = await asyncio.to_thread(llama.log_probabilities, tokens)
                gaps += [abs(float(own[each["id"]]) - each["logprob"]) for each in listed]
    finally:
        await server.stop()
    return ids, float(np.mean(gaps))


def _states(
    llama: Llama, ids: Sequence[Sequence[int]], kept: Path, progress: Callable[[int, int], None]
) -> Array:
    """States of all texts, those on file read again."""
    kept.mkdir(parents=True, exist_ok=True)
    found = []
    for at in range(0, len(ids), _BATCH):
        batch = [list(each) for each in ids[at : at + _BATCH]]
        file = kept / f"{sha256(json.dumps(batch).encode()).hexdigest()[:32]}.npy"
        if not file.exists():
            part = file.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as stream:
                np.save(stream, llama.states(batch))
            part.replace(file)
        found.append(np.load(file))
        progress(min(at + _BATCH, len(ids)), len(ids))
    return np.concatenate(found)


def _keep(
    path: Path, made: Directions, blocks: range, random: int, about: dict[str, Any]
) -> steering.VectorSet:
    """Write the files of a set, and its manifest last."""
    root = steering.folder()
    root.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(prefix=".part-", dir=root))
    try:
        neuron, inner = model_files.widened(path, part / steering.WIDENED)
        directions: dict[str, Any] = made.level() | {
            f"random-{seed}": made.random(seed) for seed in range(random)
        }
        for name, direction in directions.items():
            model_files.adapter(part / f"{name}.gguf", direction, blocks, inner, neuron)
        np.savez(part / "directions.npz", **directions)
        about["widened_hash"] = steering.file_hash(part / steering.WIDENED)
        about["vectors"] = {name: steering.file_hash(part / f"{name}.gguf") for name in directions}
        identity = {key: about[key] for key in ("model_hash", "layers", "vectors", "widened_hash")}
        hashed = sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
        (part / steering.MANIFEST).write_text(json.dumps(about, indent=1), "utf-8")
        if not (root / hashed / steering.MANIFEST).exists():
            part.replace(root / hashed)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    steering.make_current(about["model_hash"], hashed)
    return steering.VectorSet.read(hashed, f"{embedded.PREFIX}{path}")


def export(vectors: steering.VectorSet, names: Collection[str], target: Path) -> list[Path]:
    """Write vectors as control-vector files for other programs.

    Raises:
        BadInput: there is no such vector, or a file exists.
    """
    vectors.require(dict.fromkeys(names, 1.0))
    files = {name: target / f"{name}.gguf" for name in names or vectors.names}
    for file in files.values():
        if file.exists():
            raise BadInput(f"{file} exists: name a folder without it")
    target.mkdir(parents=True, exist_ok=True)
    first, last = vectors.about["layers"]
    with np.load(vectors.folder / "directions.npz", allow_pickle=False) as directions:
        for name, file in files.items():
            model_files.control_vector(file, directions[name], range(first, last + 1))
    return [*files.values()]
