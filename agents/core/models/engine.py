"""`Engine`: the embedded engine's own interface, by which all options of a question are weighed.

The whole vocabulary is masked at each node, so that nothing is left unseen. Evaluations follow one
another: several at a time would change the figures.
Source: the server of llama.cpp, its reference of `/apply-template`, `/tokenize`, `/completion`.
"""

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import takewhile
from math import exp, log
from typing import Any

from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.places import Places
from agents.core.models.weighing import Branch, Node, sampled_at, walk
from agents.core.models.weights import Weights, shared_length
from agents.core.responses.endings import STOP
from agents.core.responses.failures import Kind
from games.core.types import Action

_FAR = 60.0
"""Added to the logit of each legal token: no other token then has any probability."""
_LISTED = 200
"""Likeliest tokens among which the legal ones are counted for the coverage."""
_MORE = 4_000
"""Likeliest tokens that still take hardly longer to list than `_LISTED`."""
_WHOLE = 1_000_000
"""More tokens than any vocabulary has."""
_ONE_TOKEN: Mapping[str, Any] = {
    "n_predict": 1, "cache_prompt": True, "samplers": ["temperature"], "temperature": 1.0,
}  # fmt: skip
"""An evaluation. Its lists are at temperature 1 for every requested temperature."""
_CERTAIN = 1_000.0
"""Added to the logit of a token that is to be drawn."""

Ids = tuple[int, ...]
Post = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Sends JSON to a path of the server; its answer."""


class Engine:
    """A served model through its server's own interface.

    Args:
        url: base address of its OpenAI-compatible interface, ending in /v1.
        spec: the model.
    """

    def __init__(self, url: str, spec: ModelSpec) -> None:
        self._root = url.removesuffix("/v1")
        body = spec.extra.get("extra_body") or {}
        self._beside = {"lora": body["lora"]} if "lora" in body else {}
        self._spec = spec
        self.vocabulary = _OneVocabulary()
        self.places: Places | None = None
        """Of a server with vectors; another one chooses its places itself."""

    def share(self, other: "Engine") -> None:
        """Use the places and the vocabulary of another model of the same server."""
        self.places, self.vocabulary = other.places, other.vocabulary

    async def perplexity(self, request: Request, text: str) -> float:
        """Perplexity of a reply behind a question, per token of the text as it is tokenized.

        Raises:
            httpx.HTTPError: the engine gave no answer.
        """
        async with self._client() as client:
            asked = await self._asked(partial(_post, client, self._root, self._beside), request)
            return await asked.perplexity(text)

    def _client(self) -> Any:  # noqa: ANN401 - httpx
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        timeout = self._spec.timeout
        return httpx.AsyncClient(verify=_no_certificates(), trust_env=False, timeout=timeout)

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """The probabilities of all replies; see `Model.weigh`."""
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        began = time.monotonic()
        try:
            async with self._client() as client:
                asked = await self._asked(partial(_post, client, self._root, self._beside), request)
                async with self._placed(client, asked) as placed:
                    weights = await placed.weigh(replies, self._spec.temperature)
        except httpx.HTTPError as error:
            line = f"the embedded engine gave no answer: {error!r}"
            return Failure(line, kind=Kind.SERVER)
        if isinstance(weights, Failure):
            return weights
        told, drawn = len(asked.prompt), weights.passes
        usage = {"prompt_tokens": told, "completion_tokens": drawn, "total_tokens": told + drawn}
        served, seconds = self._spec.model.rpartition("/")[2], time.monotonic() - began
        known = sampled_at(self._spec.temperature)
        return Completion("", STOP, usage, 0.0, served, seconds, sampling=known, weights=weights)

    @asynccontextmanager
    async def _placed(self, client: Any, asked: "_Asked") -> AsyncIterator["_Asked"]:  # noqa: ANN401 - httpx
        """A question at a place of the server."""
        if self.places is None:
            yield asked
            return
        async with self.places.taken(str(self._beside), asked.prompt) as place:
            beside = {**self._beside, "id_slot": place}
            yield replace(asked, post=partial(_post, client, self._root, beside))

    async def _asked(self, post: Post, request: Request) -> "_Asked":
        messages = [{"role": m.role, "content": m.content} for m in request.messages]
        text = (await post("apply-template", {"messages": messages}))["prompt"]
        whole = {"content": text, "add_special": True, "parse_special": True}
        prompt = tuple((await post("tokenize", whole))["tokens"])
        return _Asked(post, prompt, await self.vocabulary.read(post))


class _Vocabulary:
    """All tokens of a model.

    Args:
        pieces: the bytes of each token, by its number.
        plain: a token whose bytes are whole characters.
    """

    def __init__(self, pieces: Mapping[int, bytes], plain: int) -> None:
        self.pieces = pieces
        self.plain = plain
        self._tokens: defaultdict[bytes, list[int]] = defaultdict(list)
        for token, piece in pieces.items():
            self._tokens[piece].append(token)

    @classmethod
    async def read(cls, post: Post) -> "_Vocabulary":
        """All tokens that the engine lists, whatever they are to follow."""
        plain = (await post("tokenize", {"content": "a"}))["tokens"][-1]
        every = await _likeliest(post, (plain,), _WHOLE, plain)
        return cls({each["id"]: bytes(each["bytes"]) for each in every}, plain)

    def beginnings(self, texts: Iterable[bytes]) -> list[int]:
        """The tokens that begin one of the texts."""
        pieces = {text[:end] for text in texts for end in range(1, len(text) + 1)}
        return [token for piece in sorted(pieces) for token in self._tokens.get(piece, ())]

    def whole(self, token: int) -> bool:
        """Whether the bytes of a token are whole characters."""
        try:
            self.pieces[token].decode()
        except UnicodeDecodeError:
            return False
        return True


class _OneVocabulary:
    """The vocabulary of a server, read once: the list is large."""

    def __init__(self) -> None:
        self._opening = asyncio.Lock()
        self._read: _Vocabulary | None = None

    async def read(self, post: Post) -> _Vocabulary:
        """The vocabulary."""
        async with self._opening:
            if self._read is None:
                self._read = await _Vocabulary.read(post)
            return self._read


@dataclass(frozen=True)
class _Asked:
    """A question as the engine has it.

    Args:
        post: asks the engine.
        prompt: tokens of the question.
        vocabulary: of the model.
    """

    post: Post
    prompt: Ids
    vocabulary: _Vocabulary

    async def weigh(
        self, replies: Mapping[Action, str], temperature: float | None
    ) -> Weights | Failure:
        """The probabilities of all replies, from the token where they begin to differ."""
        options = {action: reply.encode() for action, reply in replies.items()}
        frame = await self._frame(options)
        text = b"".join(self.vocabulary.pieces[token] for token in frame)
        left = {action: option[len(text) :] for action, option in options.items()}

        async def expand(path: Ids, here: Mapping[Action, bytes]) -> Node[Ids]:
            return await self._node(path, here, first=path is frame)

        usual = 1.0 if temperature is None else temperature
        return await walk(frame, left, text.decode(errors="ignore"), usual, expand)

    async def perplexity(self, text: str) -> float:
        """Perplexity of a text behind the question."""
        path: Ids = ()
        total = 0.0
        for token in (await self.post("tokenize", {"content": text}))["tokens"]:
            total += await self._logprob(path, token)
            path = (*path, token)
        return exp(-total / len(path))

    async def _logprob(self, path: Ids, token: int) -> float:
        """Log probability of a token. The engine lists none if it draws a part of a character."""
        prompt = [*self.prompt, *path]
        asked = {**_ONE_TOKEN, "prompt": prompt, "n_probs": 1, "logit_bias": [[token, _CERTAIN]]}
        listed = (await self.post("completion", asked)).get("completion_probabilities", [])
        if listed and listed[0]["id"] == token:
            return float(listed[0]["logprob"])
        for many in (_LISTED, _MORE, _WHOLE):
            if masses := await self._unmasked(path, [token], many):
                return log(masses[token])
        raise AssertionError

    async def _frame(self, options: Mapping[Action, bytes]) -> Ids:
        """The longest token prefix that all replies share.

        One of the replies with the same next byte is tokenized. The prefix is empty if the
        tokenizer puts a space before a text. Then all tokenizations of the whole replies are
        weighed.
        """
        shared = shared_length(options.values())
        unlike = {option[shared : shared + 1]: option for option in options.values()}.values()
        written = [
            (await self.post("tokenize", {"content": option.decode()}))["tokens"]
            for option in unlike
        ]
        columns = takewhile(lambda ids: len({*ids}) == 1, zip(*written, strict=False))
        frame = tuple(ids[0] for ids in columns)
        text = b"".join(self.vocabulary.pieces[token] for token in frame)
        fits = all(option.startswith(text) for option in options.values())
        return frame if fits else ()

    async def _node(self, path: Ids, left: Mapping[Action, bytes], *, first: bool) -> Node[Ids]:
        """All legal tokens at a place; at the first, with their mass before masking."""
        legal = self.vocabulary.beginnings(left.values())
        masses: dict[int, float] = {}
        coverage, passes = None, 0
        if first:
            masses = await self._unmasked(path, legal, _LISTED)
            coverage, passes = sum(masses.values()), 1
        if len(masses) < len(legal) and all(map(self.vocabulary.whole, legal)):
            masses, passes = await self._masked(path, legal), passes + 1
        for many in (_MORE, _WHOLE):
            if len(masses) < len(legal):
                masses, passes = await self._unmasked(path, legal, many), passes + 1
        pieces = self.vocabulary.pieces
        branches = [Branch((*path, token), pieces[token], p) for token, p in masses.items()]
        return Node(branches, coverage, passes=passes)

    async def _unmasked(self, path: Ids, legal: Iterable[int], many: int) -> dict[int, float]:
        """The probabilities of those legal tokens that are among the likeliest of all."""
        prompt = (*self.prompt, *path)
        listed = await _likeliest(self.post, prompt, many, self.vocabulary.plain)
        known = {each["id"]: exp(each["logprob"]) for each in listed}
        return {token: known[token] for token in legal if token in known}

    async def _masked(self, path: Ids, legal: Sequence[int]) -> dict[int, float]:
        """The probabilities of the legal tokens where no other can be drawn.

        The engine lists none if it draws a part of a character.
        """
        bias = [[token, _FAR] for token in legal]
        asked = {**_ONE_TOKEN, "prompt": [*self.prompt, *path], "logit_bias": bias}
        asked |= {"n_probs": len(legal), "post_sampling_probs": True}
        answer = await self.post("completion", asked)
        listed = answer["completion_probabilities"][0]["top_probs"]
        return {each["id"]: each["prob"] for each in listed if each["id"] in legal}


@cache
def _no_certificates() -> ssl.SSLContext:
    """Loading them takes a while, and on the loopback interface nothing is encrypted."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _likeliest(post: Post, prompt: Ids, many: int, plain: int) -> list[dict[str, Any]]:
    """The likeliest tokens behind a prompt.

    A plain token is drawn, since the engine lists none if it draws a part of a character. Which one
    is drawn does not change the list.
    """
    asked = {**_ONE_TOKEN, "prompt": prompt, "n_probs": many, "logit_bias": [[plain, _CERTAIN]]}
    answer = await post("completion", asked)
    listed: list[dict[str, Any]] = answer["completion_probabilities"][0]["top_logprobs"]
    return listed


async def _post(
    client: Any,  # noqa: ANN401 - httpx
    root: str,
    beside: Mapping[str, Any],
    path: str,
    body: Mapping[str, Any],
) -> Any:  # noqa: ANN401 - JSON
    sent = {**body, **beside} if path == "completion" else body
    answer = await client.post(f"{root}/{path}", json=sent)
    answer.raise_for_status()
    return answer.json()
