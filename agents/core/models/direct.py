"""`DirectLane`: calls past LiteLLM's logging. LiteLLM writes and reads, aiohttp carries."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from agents.core.models.carrier import Carried, post
from agents.core.models.codec import Codec, Sent, Surprise
from agents.core.models.failed import failure_of, failure_told
from agents.core.models.learned import LearnedReader, Rates
from agents.core.models.model import Completion, Failure, Request
from agents.core.models.price import Price
from agents.core.models.reading import ReplyReader
from agents.core.models.said import said_in
from agents.core.responses.error_answer import Answer
from agents.core.responses.storable import storable
from agents.core.responses.wire import object_in, without_lists

_REDIRECT, _ERROR = 300, 400


class DirectLane:
    """One model's calls.

    Args:
        codec: writes requests and reads replies.
        reader: turns what was read into completions.
        price: highest price of the model's tokens; None if it is unknown.
        timeout: of a call, in seconds.

    Attributes:
        left: why later calls go through `acompletion`; None as long as they need not.
    """

    def __init__(
        self, codec: Codec, reader: ReplyReader, price: Price | None, timeout: float
    ) -> None:
        self.left: str | None = None
        self._codec, self._reader, self._price, self._timeout = codec, reader, price, timeout
        self._learned = LearnedReader(lists=reader.lists, free=reader.local)

    async def complete(
        self, request: Request, arguments: Mapping[str, Any]
    ) -> Completion | Failure:
        """Ask once.

        Raises:
            Surprise: nothing was answered that could be charged; `acompletion` may be asked.
            Exception: LiteLLM's own, for settings that the model does not take.
        """
        import aiohttp  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        sent = self._codec.sent(arguments)
        began = time.monotonic()
        try:
            # One bound on the whole call: a body may arrive byte by byte.
            async with asyncio.timeout(self._timeout):
                carried = await post(sent.url, sent.headers, sent.content)
        except TimeoutError:
            return Failure(f"no answer within {self._timeout:g} s", 408)
        except (aiohttp.ClientError, OSError) as error:
            line = f"{type(error).__name__}: {error}"
            return failure_told(Answer(None), "", line, self._reader.secret)
        seconds = time.monotonic() - began
        if _REDIRECT <= carried.status < _ERROR:
            return self._redirected(sent, carried)
        if carried.status >= _ERROR:
            return self._reader.failed(self._refused(sent, carried), seconds)
        return self._answered(request, arguments, sent, carried, seconds)

    def _redirected(self, sent: Sent, carried: Carried) -> Failure:
        """A redirect to another host is refused; one to the same host is left to `acompletion`."""
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        from agents.core.access.redirects import FORBIDDEN, refusal  # noqa: PLC0415 - likewise

        url, place = httpx.URL(sent.url), carried.headers.get("location")
        why = refusal(url, carried.status, place) if place else None
        if why is None:
            raise Surprise(f"its server answers with a redirect ({carried.status})")
        return failure_told(Answer(FORBIDDEN, url.host), "", why, self._reader.secret)

    def _refused(self, sent: Sent, carried: Carried) -> Failure:
        text = carried.body.decode(errors="replace")
        headers = {name.lower(): value for name, value in carried.headers.items()}
        answer = Answer(carried.status, urlsplit(sent.url).hostname, headers, text)
        fallback = f"HTTP status {carried.status} without a reason"
        return failure_told(answer, text, fallback, self._reader.secret)

    def _answered(
        self, request: Request, arguments: Mapping[str, Any], sent: Sent, carried: Carried,
        seconds: float,
    ) -> Completion | Failure:  # fmt: skip
        """A reply of status 200: read, or rescued, or failed."""
        whole = _Whole(self._codec, self._reader, sent, carried, seconds, request)
        reply = object_in(carried.body)
        read: Completion | Exception
        try:
            read = self._learned.read(reply, seconds, whole, lists=request.prefix is not None)
        except Exception as error:  # noqa: BLE001 - LiteLLM raises bare ones for unreadable bodies
            read = error
        heard = [storable(without_lists(reply))]
        if isinstance(read, Completion):
            said = said_in(heard)
            return self._reader.judged(read, said, arguments, heard) if said else read
        rescued = self._reader.rescued(arguments, heard, self._price, seconds)
        if rescued is None:
            failure = failure_of(read, [carried.body], self._reader.secret)
            return self._reader.failed(failure, seconds)
        self.left = f"LiteLLM's configuration could not read a reply: {type(read).__name__}"
        if isinstance(read, Surprise):
            self.left = str(read)
        return rescued


class _Whole(NamedTuple):
    """One reply as LiteLLM reads it."""

    codec: Codec
    reader: ReplyReader
    sent: Sent
    carried: Carried
    seconds: float
    request: Request

    def _response(self) -> Any:  # noqa: ANN401 - LiteLLM is not typed
        return self.codec.read(self.carried.body, self.carried.headers, self.sent)

    def completion(self) -> Completion:
        """The reply, its ending still unread."""
        prefix = self.request.prefix is not None
        return self.reader.completion(self._response(), self.seconds, lists=prefix)

    def rates(self) -> Rates:
        """Price of a token in replies like this one."""
        return self.codec.rates(self._response())
