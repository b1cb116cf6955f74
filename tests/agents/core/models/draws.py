"""Replies drawn by the embedded engine behind a frame, beside the weights of all replies."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import nan
from time import monotonic
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import numpy as np
from scipy.stats import chisquare

from agents.core.models.embedded import Server, weights
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, ModelSpec, Request
from agents.core.models.sampling import EMBEDDED
from agents.core.models.weights import Weights
from games.core.types import Action
from prompts import Message

_EVERY = 40
"""Draws from one weighing to the next; the spread of these is the engine's own drift."""
_OTHER = Request((Message("user", "Which of both? " * 60),), longest=1)
_ENOUGH = 5
"""Expected draws of a cell of the chi-squared test."""


def one_line(options: Sequence[Action]) -> dict[Action, str]:
    return {
        each: json.dumps({"action": each}, ensure_ascii=False, separators=(",", ":"))
        for each in options
    }


@dataclass(frozen=True)
class Agreement:
    """Draws beside weights.

    Attributes:
        p: of the chi-squared test of the draws against the mean of the weights.
        distance: total variation between the draws and the mean.
        floor: mean total variation between a weighing and the mean of all.
        weighing: seconds that one weighing takes, the question being new to the engine.
        sampling: seconds that one sampled reply takes, likewise.
        passes: evaluations of one weighing.
    """

    p: float
    distance: float
    floor: float
    weighing: float
    sampling: float
    passes: int

    def __str__(self) -> str:
        return (
            f"chi-squared p {self.p:.3f}; total variation {self.distance:.4f}, between repeats of "
            f"the weighing {self.floor:.4f}; {self.passes} evaluations in {self.weighing:.3f} s, "
            f"one sampled reply in {self.sampling:.3f} s"
        )


async def agreement(
    question: Sequence[Message], options: Sequence[Action], draws: int, *, timed: bool = True
) -> Agreement:
    """Draw replies one after the other, weigh all of them in between, and compare.

    Args:
        question: the messages.
        options: of the reply.
        draws: number of replies.
        timed: whether a weighing and a sampled reply are timed; NaN without.
    """
    server = await Server.start(weights("smollm2"), slots=1, context=1024)
    try:
        model = LiteModel(ModelSpec(model="embedded/smollm2"), server.url)
        replies = one_line(options)
        schema = {"type": "object", "properties": {"action": _schema(options)}}
        asked = Request(tuple(question), schema)
        drawn: Counter[Action] = Counter()
        found: list[Weights] = []
        times: tuple[list[float], list[float]] = ([], [])
        if timed:
            await model.weigh(_OTHER, one_line(options))  # the vocabulary is read
        for number in range(draws):
            if number % _EVERY == 0:
                calls = (partial(model.weigh, asked, replies), partial(model.complete, asked))
                for call, taken in zip(calls[: 1 + timed], times, strict=False):
                    if timed:
                        await model.complete(_OTHER)  # it takes the place of the question
                    began = monotonic()
                    outcome = await call()
                    taken.append(monotonic() - began if timed else nan)
                    assert isinstance(outcome, Completion)
                    found += [outcome.weights] if outcome.weights else []
                draw = _Draw(server.url, question, replies, found[-1].frame)
            drawn[draw(number)] += 1
    finally:
        await server.stop()
    return _compared(drawn, found, times)


def _schema(options: Sequence[Action]) -> dict[str, Any]:
    numbers = [each for each in options if isinstance(each, int)]
    if numbers:
        return {"type": "integer", "minimum": min(numbers), "maximum": max(numbers)}
    return {"type": "string", "enum": list(options)}


class _Draw:
    """Draws one reply behind the frame, under a grammar, with neutral settings."""

    def __init__(
        self, url: str, question: Sequence[Message], replies: Mapping[Action, str], frame: str
    ) -> None:
        self._root = url.removesuffix("/v1")
        messages = [{"role": m.role, "content": m.content} for m in question]
        text = self._post("apply-template", {"messages": messages})["prompt"]
        prompt = {"content": text, "add_special": True, "parse_special": True}
        self._place = [
            *self._post("tokenize", prompt)["tokens"],
            *self._post("tokenize", {"content": frame})["tokens"],
        ]
        self._by_rest = {reply.removeprefix(frame): each for each, reply in replies.items()}
        self._grammar = f"root ::= {' | '.join(map(json.dumps, self._by_rest))}"

    def __call__(self, seed: int) -> Action:
        asked = {**EMBEDDED, "prompt": self._place, "grammar": self._grammar, "seed": seed}
        for name in ("logprobs", "top_logprobs"):
            del asked[name]
        found = self._post("completion", {**asked, "n_predict": 32, "cache_prompt": True})
        return self._by_rest[found["content"]]

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        request = HttpRequest(f"{self._root}/{path}", json.dumps(body).encode(), headers)  # noqa: S310
        with urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
            return json.load(response)


def _compared(
    drawn: Counter[Action], found: Sequence[Weights], times: tuple[list[float], list[float]]
) -> Agreement:
    options, count = list(found[0].p), drawn.total()
    every = np.array([[weights.p[each] for each in options] for weights in found])
    mean, seen = every.mean(axis=0), np.array([drawn[each] for each in options])
    usual = mean * count >= _ENOUGH
    cells = [*seen[usual], seen[~usual].sum()], [*(mean[usual] * count), mean[~usual].sum() * count]
    if cells[1][-1] < _ENOUGH:  # the rest joins the rarest of the others
        least = int(np.argmin(cells[1][:-1]))
        for side in cells:
            side[least] += side.pop()
    return Agreement(
        float(chisquare(*cells).pvalue) if len(cells[0]) > 1 else 1.0,
        float(np.abs(seen / count - mean).sum() / 2),
        float((np.abs(every - mean).sum(axis=1) / 2).mean()),
        float(np.median(times[0])),
        float(np.median(times[1] or nan)),
        found[0].passes,
    )
