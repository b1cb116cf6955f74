"""OpenAI's batches, through LiteLLM.

Source: OpenAI, API reference, Batch and Files.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from agents.core.batches.batch import UNANSWERED, Answer, Batch, error
from agents.core.batches.service import Progress, Refusal
from agents.core.models.failed import failure_of, one_line_of
from agents.core.models.lite import loaded
from agents.core.models.model import Failure
from agents.core.responses.failures import Kind
from agents.core.responses.storable import storable
from agents.core.responses.wire import Send, carried, hearing

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

T = TypeVar("T")

_MARK = "affect_arena"
"""Key of the batch's own name in the metadata that the provider keeps."""
_EARLIER = 86_400.0
"""Seconds by which the clocks of the provider and of this machine may differ."""
_PAGE = 100
"""Batches listed at a time."""
_ENDED = {"completed", "failed", "expired", "cancelled"}
_FULL = "token_limit_exceeded"
"""Code of a batch that failed because too many tokens were waiting."""
_GRACE = 10.0
"""Seconds in which a call may finish after an interruption."""
_UNLOGGED = {"batch_ignore_default_logging": True}
"""Keeps LiteLLM from reading the results of each finished batch for its own log."""


class OpenAIBatches:
    """Batches of one account.

    Args:
        base: address of the interface; None is OpenAI's own.
        key: that is sent.
        timeout: seconds of one call.
    """

    def __init__(self, base: str | None, key: str | None, timeout: float = 600.0) -> None:
        self._litellm, self._secret = loaded(), str(key)
        self._wire = {"custom_llm_provider": "openai", "timeout": timeout, "max_retries": 0}
        self._wire |= {"api_base": base, "api_key": key}

    async def check(self) -> None:
        """List the batches: a server without any has no such address."""
        await self._call(self._litellm.alist_batches, _data, limit=1)

    async def upload(self, lines: bytes) -> str:
        """Send a file; returns its name."""
        file = ("batch.jsonl", lines, "application/jsonl")
        return await self._call(self._litellm.acreate_file, _name, file=file, purpose="batch")

    async def create(self, batch: Batch, file: str) -> str:
        """Begin a batch; returns the provider's name of it."""
        return await self._call(
            self._litellm.acreate_batch,
            _name,
            completion_window="24h",
            endpoint=batch.endpoint,
            input_file_id=file,
            metadata={_MARK: batch.key},
        )

    async def find(self, batch: Batch) -> str | None:
        """The name of the batch with this key, among those since it was written."""
        after: str | None = None
        while True:
            what = {"after": after, "limit": _PAGE}
            page, more = await self._call(self._litellm.alist_batches, _data, **what)
            for name, _, marks in page:
                if marks.get(_MARK) == batch.key:
                    return name
            if not (page and more and page[-1][1] >= batch.written - _EARLIER):
                return None
            after = page[-1][0]

    async def progress(self, name: str) -> Progress:
        """State of a batch."""
        ask = self._litellm.aretrieve_batch
        return await self._call(ask, _progress, batch_id=name, litellm_metadata=_UNLOGGED)

    async def answers(self, progress: Progress) -> Mapping[str, Answer]:
        """The answers in the files of results and of errors."""
        found: dict[str, Answer] = {}
        for file in progress.files:
            ask = self._litellm.afile_content
            content = await self._call(ask, lambda made: bytes(made.content), file_id=file)
            for name, answer in _answers(content):
                found.setdefault(name, answer)
        return found

    async def _call(
        self,
        make: Callable[..., Awaitable[Any]],
        take: Callable[[Any], T],
        **what: Any,  # noqa: ANN401 - arguments of LiteLLM
    ) -> T:
        """The result of a call.

        Raises:
            Refusal: the call failed, or its result cannot be read.
        """
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM
        import openai  # noqa: PLC0415 - likewise

        with carried(_stay), hearing() as bodies:
            try:
                return take(await _finished(make(**self._wire, **what)))
            except (openai.OpenAIError, httpx.HTTPError) as failed:
                raise Refusal(failure_of(failed, bodies, self._secret)) from None
            except (ValueError, TypeError, AttributeError) as odd:
                line = one_line_of(f"what was said of a batch cannot be read: {odd}", self._secret)
                raise Refusal(Failure(line, kind=Kind.SERVER)) from None


def _name(made: Any) -> str:  # noqa: ANN401 - LiteLLM is not typed
    if not isinstance(made.id, str):
        raise TypeError("it has no id")
    return made.id


def _data(page: Any) -> tuple[list[tuple[str, float, Mapping[str, str]]], bool]:  # noqa: ANN401
    """Names, times and metadata of the batches on a page, and whether there are more."""
    return [(_name(e), float(e.created_at), e.metadata or {}) for e in page.data], page.has_more


def _progress(now: Any) -> Progress:  # noqa: ANN401 - LiteLLM is not typed
    counts = now.request_counts
    return Progress(
        status=now.status,
        ended=now.status in _ENDED,
        done=counts.completed + counts.failed if counts else 0,
        files=tuple(file for file in (now.output_file_id, now.error_file_id) if file),
        why=_why(now.errors.data or ()) if now.errors else None,
    )


async def _finished(call: Awaitable[Any]) -> Any:  # noqa: ANN401 - LiteLLM is not typed
    """The result of a call. A cancelled call has `_GRACE` seconds to finish."""
    doing = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing], timeout=_GRACE)
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        raise


async def _stay(send: Send, request: "httpx.Request") -> "httpx.Response":
    """Send a request to the host it is for, and follow no redirect with it."""
    return await send(request, follow_redirects=False)


def _answers(content: bytes) -> Iterator[tuple[str, Answer]]:
    """Answers in a file, with the names of their lines. A line that is broken off has none."""
    for text in content.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(name := line.get("custom_id"), str):
            yield name, _answer(storable(line))


def _answer(line: Mapping[str, Any]) -> Answer:
    response, failed = line.get("response"), line.get("error")
    if isinstance(response, dict) and isinstance(status := response.get("status_code"), int):
        return Answer(status, response.get("body"))
    told = failed if isinstance(failed, dict) else {}
    message = str(told.get("message") or "the batch holds no answer to this question")
    return error(UNANSWERED, message, told.get("code"))


def _why(errors: Any) -> Answer | None:  # noqa: ANN401 - a list of LiteLLM's objects
    """The error for which a batch failed as a whole."""
    for each in errors:
        status = 429 if each.code == _FULL else 400
        return error(status, str(each.message or "the batch failed"), each.code)
    return None
