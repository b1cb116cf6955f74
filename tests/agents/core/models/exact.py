"""Exact probabilities of replies, from those of tokens along the tree of all replies."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.request import Request, urlopen

from prompts import Message

_LEAST = 1e-5
"""A branch of less probability is not walked further."""
_FAR = 60.0
"""Added to the logit of each legal token: no other token then has any probability."""


class Tree:
    """The replies of a model to a question, token by token.

    Args:
        url: address of a server of llama.cpp, ending in /v1.
        messages: the question.
        replies: all texts that are legal.
        frame: with which all of them begin; it is written in one way.
    """

    def __init__(
        self, url: str, messages: Iterable[Message], replies: Iterable[str], frame: str = ""
    ) -> None:
        self._root = url.removesuffix("/v1")
        said = [{"role": m.role, "content": m.content} for m in messages]
        prompt = self._post("apply-template", {"messages": said})["prompt"]
        tokens = {"content": prompt, "add_special": True, "parse_special": True}
        self._prompt: list[int] = self._post("tokenize", tokens)["tokens"]
        self._prompt += self._post("tokenize", {"content": frame})["tokens"]
        self._replies = tuple(reply.removeprefix(frame) for reply in replies)
        self._pieces = self._vocabulary()

    def probabilities(self) -> dict[str, float]:
        """Of each reply, summed over the ways to write it in tokens; tiny branches are left out."""
        found: defaultdict[str, float] = defaultdict(float)
        self._walk([], "", 1.0, found)
        return dict(found)

    def _walk(self, path: list[int], text: str, weight: float, found: dict[str, float]) -> None:
        if text in self._replies:
            found[text] += weight
            return
        if weight < _LEAST:
            return
        legal = {
            token: piece
            for token, piece in self._pieces.items()
            if any(reply.startswith(text + piece) for reply in self._replies)
        }
        for token, share in self._next(path, legal).items():
            self._walk([*path, token], text + legal[token], weight * share, found)

    def _next(self, path: list[int], legal: Mapping[int, str]) -> dict[int, float]:
        """The probabilities of the legal tokens alone, at temperature 1."""
        if len(legal) == 1:
            return dict.fromkeys(legal, 1.0)
        asked = {
            "prompt": self._prompt + path, "n_predict": 1, "cache_prompt": True, "temperature": 1,
            "samplers": ["temperature"], "logit_bias": [[token, _FAR] for token in legal],
            "n_probs": len(legal), "post_sampling_probs": True,
        }  # fmt: skip
        (step,) = self._post("completion", asked)["completion_probabilities"]
        return {each["id"]: each["prob"] for each in step["top_probs"] if each["id"] in legal}

    def _vocabulary(self) -> dict[int, str]:
        """The tokens that are part of a reply, by number."""
        parts = {
            reply[start:end]
            for reply in self._replies
            for start in range(len(reply))
            for end in range(start + 1, len(reply) + 1)
        }
        found = {}
        for part in sorted(parts):
            tokens = self._post("tokenize", {"content": part})["tokens"]
            if len(tokens) == 1:
                found[tokens[0]] = part
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self._root}/{path}", json.dumps(body).encode(), headers)  # noqa: S310
        with urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
            return json.load(response)
