"""Anthropic's batches, which LiteLLM cannot create, by a client of our own.

Source: Anthropic, API reference, Message Batches.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from agents.core.batches.batch import Answer, Batch
from agents.core.batches.posted import written
from agents.core.batches.service import (
    BETAS,
    EARLIER,
    PAGE,
    TIMEOUT,
    Found,
    Progress,
    Refusal,
    finished,
    results,
    unanswered,
    unreadable,
)
from agents.core.models.failed import failure_told
from agents.core.models.lite import loaded
from agents.core.models.model import Failure, Request
from agents.core.responses import error_answer
from agents.core.responses.failures import Kind
from prompts import Message

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

    from agents.core.models.lite import LiteModel

T = TypeVar("T")

_OWN: Final = ("x-api-key", "authorization", "anthropic-version", BETAS)
"""Headers of a live call that calls about batches have too."""
_STATUSES: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""HTTP status of each type of error, which a line of a batch does not state."""
_LONGEST: Final = 64
"""Characters of a line's name at the provider."""
_UNKNOWN: Final = 500
_REDIRECT: Final = 300


@dataclass(frozen=True, slots=True)
class _Account:
    """Address of the batches, and the headers of all calls about them."""

    url: "httpx.URL"
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _State:
    """A batch as the provider describes it.

    Args:
        name: the provider's name of it.
        created: time at which it was made, in seconds since 1970.
        lines: number of its lines.
        progress: its state.
    """

    name: str
    created: float
    lines: int
    progress: Progress

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Self:
        """The state that a JSON object describes.

        Results without an address come later, unless nothing succeeded or they are archived.
        """
        counts = {key: int(number) for key, number in about["request_counts"].items()}
        file, status = about.get("results_url"), str(about["processing_status"])
        ended = status == "ended" and bool(
            file or about.get("archived_at") or not counts.get("succeeded")
        )
        count = sum(counts.values())
        progress = Progress(
            status=status,
            ended=ended,
            done=count - counts.get("processing", 0),
            files=(str(file),) if file else (),
            expires=_time(about["expires_at"]) if about.get("expires_at") else None,
        )
        return cls(_name(about), _time(about["created_at"]), count, progress)


class AnthropicBatches:
    """Batches of the account that a model's live calls are charged to.

    Such a batch has no metadata. The names of its lines begin with a mark instead, and are told
    with their results alone.

    Args:
        model: its live calls have the address and the key.
    """

    def __init__(self, model: "LiteModel") -> None:
        self._model, self._secret = model, str(model.wire["api_key"])
        self._known: _Account | None = None
        self._marks: dict[str, str] = {}
        """Marks of ended batches, by the provider's name; empty for those without one."""

    async def check(self) -> None:
        """List the batches: a server without any has no such address."""
        await self._listed(limit=1)

    async def prepare(self, lines: bytes) -> str:
        """The file itself: nothing is sent ahead."""
        return lines.decode()

    async def create(self, batch: Batch, file: str) -> str:
        """Begin a batch; returns the provider's name of it."""
        bodies = (json.loads(line)["body"] for line in file.splitlines())
        asked = [{"custom_id": n, "params": b} for n, b in zip(_names(batch), bodies, strict=True)]
        betas = {BETAS: batch.betas} if batch.betas else {}
        sent = json.dumps({"requests": asked}).encode()
        made = await self._json("POST", (await self._account()).url, content=sent, headers=betas)
        return self._taken(made, _name)

    async def find(self, batch: Batch) -> Found:
        """The batch whose results have its mark, among those since it was written.

        As long as a batch of as many lines is being processed, it may be this one.
        """
        oldest = batch.written - EARLIER
        perhaps, after = set[str](), dict[str, str]()
        while True:
            page = await self._listed(limit=PAGE, **after)
            for each in page["data"]:
                state = self._taken(each, _State.of)
                if state.lines != len(batch.lines) or state.created < oldest:
                    continue
                if not state.progress.ended:
                    perhaps.add(state.name)
                elif await self._mark_of(state) == _mark(batch):
                    return Found(state.name)
            last = self._taken(page["data"][-1], _State.of) if page["data"] else None
            if last is None or last.created < oldest or not page.get("has_more"):
                return Found(perhaps=frozenset(perhaps))
            after = {"after_id": last.name}

    async def progress(self, name: str) -> Progress:
        """State of a batch."""
        url = (await self._account()).url
        made = await self._json("GET", url.copy_with(path=f"{url.path}/{name}"))
        return self._taken(made, _State.of).progress

    async def answers(self, batch: Batch, progress: Progress) -> Mapping[str, Answer]:
        """The answers in the file of results."""
        names, found = dict(zip(_names(batch), batch.lines, strict=True)), {}
        for file in progress.files:
            async with self._sent("GET", await self._here(file)) as response:
                found = results(await response.aread(), _answer)
        return {names[key]: answer for key, answer in found.items() if key in names}

    async def _mark_of(self, state: _State) -> str:
        """The mark in the names of the lines of an ended batch; empty if it has no results."""
        if state.name not in self._marks and state.progress.files:
            name = await self._first(state.progress.files[0])
            self._marks[state.name] = name.partition("-")[0]
        return self._marks.get(state.name, "")

    async def _first(self, file: str) -> str:
        """The first name in a file of results, of which no more is read than necessary."""
        begun = b""
        async with self._sent("GET", await self._here(file)) as response:
            async for part in response.aiter_bytes():
                begun += part
                if names := results(begun.rpartition(b"\n")[0], _answer):
                    return next(iter(names))
        if names := results(begun, _answer):
            return next(iter(names))
        raise unreadable("its results name nothing", self._secret)

    async def _account(self) -> _Account:
        """Address and headers, taken from a live call that is not sent."""
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        if self._known is None:
            sent = await written(self._model, Request((Message("user", "?"),)))
            headers = {name: sent.headers[name] for name in _OWN if name in sent.headers}
            self._known = _Account(httpx.URL(f"{sent.url}/batches"), headers)
        return self._known

    async def _here(self, file: str) -> "httpx.URL":
        """The address of results, to which the key is sent too.

        Raises:
            Refusal: it is at another host.
        """
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        own = (await self._account()).url
        try:
            url = own.join(file)
        except (ValueError, httpx.InvalidURL) as odd:
            raise unreadable(odd, self._secret) from None
        if (url.scheme, url.host, url.port) != (own.scheme, own.host, own.port):
            where = f"results at {url.host}, and not at {own.host}, are not asked for"
            raise Refusal(Failure(where, kind=Kind.REJECTED, host=own.host))
        return url

    async def _listed(self, **what: Any) -> dict[str, Any]:  # noqa: ANN401 - of the address
        """A page of batches, the latest one first."""
        url = (await self._account()).url.copy_merge_params(what)
        page = await self._json("GET", url)
        if not isinstance(page.get("data"), list):
            raise unreadable("it is no list", self._secret)
        return page

    async def _json(self, method: str, url: "httpx.URL", **what: Any) -> dict[str, Any]:  # noqa: ANN401
        """A JSON object."""

        async def asked() -> Any:  # noqa: ANN401 - JSON
            async with self._sent(method, url, **what) as response:
                try:
                    return json.loads(await response.aread())
                except (ValueError, RecursionError) as odd:
                    raise unreadable(odd, self._secret) from None

        found = await finished(asked())
        if not isinstance(found, dict):
            raise unreadable("it is no object", self._secret)
        return found

    @asynccontextmanager
    async def _sent(
        self, method: str, url: "httpx.URL", content: bytes = b"", headers: Mapping[str, str] = {}
    ) -> AsyncIterator["httpx.Response"]:
        """A successful response, its body still unread. No redirect is followed.

        Raises:
            Refusal: there is none, or its body breaks off.
        """
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        handler = loaded().llms.custom_httpx.http_handler
        secure = handler.get_ssl_configuration()
        own = {**(await self._account()).headers, "content-type": "application/json", **headers}
        try:
            async with (
                httpx.AsyncClient(timeout=TIMEOUT, verify=secure) as client,
                client.stream(method, url, content=content, headers=own) as response,
            ):
                if response.status_code >= _REDIRECT:
                    text = (await response.aread()).decode(errors="replace")
                    raise Refusal(self._failure(response, text))
                yield response
        except httpx.HTTPError as failed:
            line = f"{type(failed).__name__}: {failed}"
            nothing = failure_told(error_answer.Answer(None), "", line, self._secret)
            raise Refusal(replace(nothing, kind=Kind.TRANSPORT)) from None

    def _failure(self, response: "httpx.Response", text: str) -> Failure:
        status, host = response.status_code, response.url.host
        fallback = f"HTTP status {status} without a reason"
        answer = error_answer.Answer(status, host, response.headers, text)
        failure = failure_told(answer, text, fallback, self._secret)
        if not response.is_redirect:
            return failure
        message = f"{host} redirects ({status}): not followed"
        return replace(failure, message=message, kind=Kind.REJECTED)

    def _taken(self, made: Any, take: Callable[[Any], T]) -> T:  # noqa: ANN401 - JSON
        """A part of a response.

        Raises:
            Refusal: it is not there, or unlike what it should be.
        """
        try:
            return take(made)
        except (ValueError, TypeError, AttributeError, KeyError) as odd:
            raise unreadable(repr(odd), self._secret) from None


def _mark(batch: Batch) -> str:
    """Beginning of the names of a batch's lines, which tells it from others."""
    return batch.key[:12]


def _names(batch: Batch) -> list[str]:
    """Names of the lines at the provider, in order: of their attempts, or numbers if too long."""
    names = [f"{_mark(batch)}-{line}" for line in batch.lines]
    return [
        name if len(name) <= _LONGEST else f"{_mark(batch)}-{number}"
        for number, name in enumerate(names)
    ]


def _name(made: Mapping[str, Any]) -> str:
    """The provider's name of a batch, which becomes a part of addresses."""
    if not re.fullmatch(r"[\w-]+", name := str(made["id"])):
        raise ValueError("its id is no word")
    return name


def _time(stated: str) -> float:
    """Seconds since 1970."""
    return datetime.fromisoformat(stated).timestamp()


def _answer(line: Mapping[str, Any]) -> Answer:
    """The answer in a line of results."""
    result = line.get("result")
    match result if isinstance(result, dict) else {}:
        case {"type": "succeeded", "message": dict(message)}:
            return Answer(200, message)
        case {"type": "errored", "error": {"error": dict(failed)}}:
            return _failed(failed)
        case {"type": "errored", "error": dict(failed)}:
            return _failed(failed)
        case {"type": "canceled" | "expired" as kind}:
            return unanswered({"message": f"the question was {kind} with its batch", "code": kind})
    return unanswered(None)


def _failed(told: Mapping[str, Any]) -> Answer:
    """The answer that an error of a line would be by itself."""
    status = _STATUSES.get(str(told.get("type")), _UNKNOWN)
    return Answer(status, {"type": "error", "error": told})
