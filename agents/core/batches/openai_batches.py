"""OpenAI's batches, through LiteLLM.

Source: OpenAI, API reference, Batch and Files.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from agents.core.batches.batch import Answer, Batch, error
from agents.core.batches.service import (
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
from agents.core.models.failed import failure_of
from agents.core.models.lite import loaded
from agents.core.responses.wire import Send, carried, hearing

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

T = TypeVar("T")

_MARK = "affect_arena"
"""Key of the batch's own name in the metadata that the provider keeps."""
_ENDED = {"completed", "failed", "expired", "cancelled"}
_FULL = "token_limit_exceeded"
"""Code of a batch that failed because too many tokens were waiting."""
_UNLOGGED = {"batch_ignore_default_logging": True}
"""Keeps LiteLLM from reading the results of each finished batch for its own log."""


class OpenAIBatches:
    """Batches of one account.

    Args:
        base: address of the interface; None is OpenAI's own.
        key: that is sent.
    """

    def __init__(self, base: str | None, key: str | None) -> None:
        self._litellm, self._secret = loaded(), str(key)
        self._wire = {"custom_llm_provider": "openai", "timeout": TIMEOUT, "max_retries": 0}
        self._wire |= {"api_base": base, "api_key": key}

    async def check(self) -> None:
        """List the batches: a server without any has no such address."""
        await self._call(self._litellm.alist_batches, _data, limit=1)

    async def prepare(self, lines: bytes) -> str:
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

    async def find(self, batch: Batch) -> Found:
        """The name of the batch with this key, among those since it was written."""
        after: str | None = None
        while True:
            what = {"after": after, "limit": PAGE}
            page, more = await self._call(self._litellm.alist_batches, _data, **what)
            for name, _, marks in page:
                if marks.get(_MARK) == batch.key:
                    return Found(name)
            if not (page and more and page[-1][1] >= batch.written - EARLIER):
                return Found()
            after = page[-1][0]

    async def progress(self, name: str) -> Progress:
        """State of a batch."""
        ask = self._litellm.aretrieve_batch
        return await self._call(ask, _progress, batch_id=name, litellm_metadata=_UNLOGGED)

    async def answers(self, batch: Batch, progress: Progress) -> Mapping[str, Answer]:  # noqa: ARG002
        """The answers in the files of results and of errors."""
        content = b""
        for file in progress.files:
            ask = self._litellm.afile_content
            read = await self._call(ask, lambda made: bytes(made.content), file_id=file)
            content += read + b"\n"
        return results(content, _answer)

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
                return take(await finished(make(**self._wire, **what)))
            except (openai.OpenAIError, httpx.HTTPError) as failed:
                raise Refusal(failure_of(failed, bodies, self._secret)) from None
            except (ValueError, TypeError, AttributeError) as odd:
                raise unreadable(odd, self._secret) from None


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
        expires=now.expires_at,
    )


async def _stay(send: Send, request: "httpx.Request") -> "httpx.Response":
    """Send a request to the host it is for, and follow no redirect with it."""
    return await send(request, follow_redirects=False)


def _answer(line: Mapping[str, Any]) -> Answer:
    response = line.get("response")
    if isinstance(response, dict) and isinstance(status := response.get("status_code"), int):
        return Answer(status, response.get("body"))
    return unanswered(line.get("error"))


def _why(errors: Any) -> Answer | None:  # noqa: ANN401 - a list of LiteLLM's objects
    """The error for which a batch failed as a whole."""
    for each in errors:
        status = 429 if each.code == _FULL else 400
        return error(status, str(each.message or "the batch failed"), each.code)
    return None
