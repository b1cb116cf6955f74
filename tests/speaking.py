"""A provider's model with known token probabilities, behind the loopback server.

Its next token depends on the text so far alone. Tokens are bytes; some hold half a character.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import log
from typing import Any

from agents.core.models.weights import shared_length
from tests.loopback import Chance, Reply, Script

Next = Callable[[bytes], Mapping[bytes, float]]
"""From the bytes of a reply so far to the probabilities of all tokens that may come next."""

LISTED = 20


def written(
    replies: Iterable[str],
    *,
    coverage: float = 1.0,
    junk: int = 10,
    sizes: Iterable[int] = (1, 2, 5),
) -> Next:
    """A model that writes one of some replies in tokens of many sizes.

    Args:
        replies: none is the beginning of another.
        coverage: mass of the tokens that go on towards a reply.
        junk: number of tokens that share the rest.
        sizes: of its tokens, in bytes.
    """
    whole, lengths = [reply.encode() for reply in replies], tuple(sizes)

    def follow(text: bytes) -> Mapping[bytes, float]:
        left = [reply[len(text) :] for reply in whole if reply.startswith(text)]
        pieces = sorted({rest[:size] for rest in left for size in lengths} - {b""})
        odds = [random.Random(text + piece).uniform(0.1, 1) ** 3 for piece in pieces]
        found = {piece: coverage * odd / sum(odds) for piece, odd in zip(pieces, odds, strict=True)}
        rest = {b"~%d" % at: (1 - coverage) / junk for at in range(junk)}
        return found | (rest if coverage < 1 else {})

    return follow


def truth(follow: Next, frame: str, replies: Mapping[Any, str], temperature: float = 1) -> Any:
    """The probability of each reply behind a frame, other tokens masked, by its definition."""
    whole = {key: reply.encode() for key, reply in replies.items()}

    def of(text: bytes, weight: float, found: dict[Any, float]) -> None:
        here = [key for key, reply in whole.items() if reply.startswith(text)]
        if len(here) == 1:
            found[here[0]] += weight
            return
        legal = {
            piece: p ** (1 / temperature)
            for piece, p in follow(text).items()
            if any(whole[key].startswith(text + piece) for key in here)
        }
        for piece, p in legal.items():
            of(text + piece, weight * p / sum(legal.values()), found)

    found = dict.fromkeys(whole, 0.0)
    of(frame.encode(), 1.0, found)
    return found


class Speaker:
    """Answers requests as the model does.

    Args:
        follow: the model.
        replies: it is held to these by a schema, as providers do; tokens are listed unmasked.
        continues: whether it goes on from a last message of the assistant.
        lists: whether it lists token probabilities.
        chance: of its draws.
    """

    def __init__(
        self,
        follow: Next,
        replies: Iterable[str],
        *,
        continues: bool = True,
        lists: bool = True,
        chance: Chance | None = None,
    ) -> None:
        self._follow = follow
        self._replies = [reply.encode() for reply in replies]
        self._continues, self._lists = continues, lists
        self._chance = chance or Chance(1)

    def __call__(self, asked: Mapping[str, Any], _number: int) -> Reply:
        last = asked["messages"][-1]
        begun = last["role"] == "assistant" and self._continues
        start = text = last["content"].encode() if begun else b""
        tokens: list[tuple[bytes, Mapping[bytes, float]]] = []
        rng = self._chance(asked)
        while len(tokens) < asked["max_tokens"] and text not in self._replies:
            token, listed = self._token(text, rng)
            text += token
            tokens.append((token, listed))
        stop = "stop" if text in self._replies else "length"
        listed_ = {"content": [_listed(*token) for token in tokens]} if self._lists else None
        said = text[len(start) :].decode(errors="replace")
        return Reply(said, stop, choice={"logprobs": listed_ if asked.get("logprobs") else None})

    def _token(self, text: bytes, rng: random.Random) -> tuple[bytes, Mapping[bytes, float]]:
        every = self._follow(text)
        legal = {
            piece: p
            for piece, p in every.items()
            if any(reply.startswith(text + piece) for reply in self._replies)
        } or every
        (token,) = rng.choices(list(legal), list(legal.values()))
        return token, every


def _listed(token: bytes, every: Mapping[bytes, float]) -> dict[str, Any]:
    top = sorted(every, key=lambda piece: -every[piece])[:LISTED]
    return _plain(token, every) | {"top_logprobs": [_plain(piece, every) for piece in top]}


def _plain(token: bytes, every: Mapping[bytes, float]) -> dict[str, Any]:
    text = token.decode(errors="replace")
    return {"token": text, "bytes": list(token), "logprob": log(every[token])}


def chosen(replies: Mapping[str, float], *, coverage: float = 0.7) -> Next:
    """A model that writes one of some replies, each in one way or another, with a probability.

    Args:
        replies: with their probabilities.
        coverage: mass of the tokens that begin a reply, where they part.
    """
    whole = {reply.encode(): p for reply, p in replies.items()}
    frame = min(whole)[: shared_length(whole)]

    def follow(text: bytes) -> Mapping[bytes, float]:
        if len(text) < len(frame):
            return {frame[len(text) :]: 1.0}
        left = {reply[len(text) :]: p for reply, p in whole.items() if reply.startswith(text)}
        if text != frame:
            return dict.fromkeys(left, 1.0)
        junk = {b"~%d" % at: (1 - coverage) / 3 for at in range(3)}
        found: dict[bytes, float] = defaultdict(float, junk if coverage < 1 else {})
        for rest, p in left.items():
            for piece, share in ((rest[:2], 0.4), (rest, 0.6)):
                found[piece] += share * coverage * p
        return found

    return follow


Prefers = Callable[[str], Mapping[str, float]]
"""From the instructions to the probability of each reply."""


def speaker(prefers: Prefers, **more: bool) -> Script:
    """A model whose preferences depend on what it is told.

    Args:
        prefers: what it prefers.
        more: of `Speaker`: continues, lists.
    """

    chance = Chance(1)

    def script(asked: Mapping[str, Any], number: int) -> Reply:
        replies = prefers(asked["messages"][0]["content"])
        return Speaker(chosen(replies), replies, chance=chance, **more)(asked, number)

    return script
