"""A model's request and its reply, apart from each other: neither is sent or received here.

The code that asks a model by itself writes the request and reads the reply. Its request is caught
where it would be sent. Later it is begun once more, and finds the reply there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from agents.core.batches.batch import Answer
from agents.core.models.model import Completion, Failure, Request
from agents.core.responses.wire import Send, carried

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

    from agents.core.models.lite import LiteModel


class Written(NamedTuple):
    """A request that was not sent.

    Args:
        url: its whole address.
        path: of the address.
        headers: with the key; their names have no case.
        body: JSON.
    """

    url: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class _Caught(BaseException):
    """A request that was to be sent. It is no error, so that no client handles it as one."""

    def __init__(self, request: Written) -> None:
        super().__init__(request.path)
        self.request = request


async def written(model: "LiteModel", request: Request) -> Written:
    """The request that a model would be sent.

    Raises:
        BadInput: the model refuses a setting of the request.
    """

    async def catch(_send: Send, sent: "httpx.Request") -> "httpx.Response":
        raise _Caught(Written(str(sent.url), sent.url.path, sent.headers, await sent.aread()))

    try:
        with carried(catch):
            outcome = await model.complete(request)
    except _Caught as caught:
        return caught.request
    raise AssertionError(f"nothing was sent: {outcome}")


async def read(
    model: "LiteModel", request: Request, answer: Answer, batch: str
) -> Completion | Failure:
    """The outcome of a request to which a batch holds the answer.

    Args:
        model: was asked.
        request: as it was written.
        answer: the answer.
        batch: the provider's name of the batch, which goes on record.
    """
    import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

    async def reply(_send: Send, sent: "httpx.Request") -> "httpx.Response":
        return httpx.Response(answer.status, json=answer.body, request=sent)

    with carried(reply):
        outcome = await model.complete(request)
    if isinstance(outcome, Failure):
        return outcome
    known: dict[str, Any] = outcome.sampling or {}
    # No provider says how long the model took; the time in a queue is not counted elsewhere either.
    return replace(outcome, seconds=0.0, sampling={**known, "batch": batch})
