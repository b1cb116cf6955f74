"""A language model's provider on this machine: a real HTTP server that answers from a script.

It speaks as much of the OpenAI protocol as LiteLLM needs, takes requests of other protocols too,
keeps every request it gets, and can go wrong in all the ways in which providers do.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from agents.core.models.carrier import connections

T = TypeVar("T")

LARGEST = 1_000_000
"""No request has more bytes."""

PATIENCE = 10.0
"""Seconds after which a connection that says nothing is closed."""

PATHS = (
    *("/chat/completions", "/api/chat", "/v2/chat"),  # OpenAI, Ollama, Cohere
    *("/messages", ":generateContent", "/converse"),  # Anthropic, Gemini, Bedrock
)
"""How the addresses end under which providers take a conversation."""

ELSEWHERE = "llm.example.org"
"""Another machine by its name; the fixture `elsewhere` has it lead to this one."""

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True)
class Reply:
    """What the server answers.

    Args:
        text: content of the completion (None for null), or the message of an error.
        finish_reason: why the completion ended.
        status: of HTTP; from 400 the body is an error.
        headers: sent besides, or instead of, the usual ones.
        usage: token figures.
        model: who claims to have answered; None repeats the model asked for.
        refusal: what the model says instead of an answer.
        reasoning: what the model thought before it answered.
        message: further fields of the message, or other ones.
        choice: further fields of the choice that holds the message.
        body: raw bytes sent instead of all that.
        drop: close the connection without an answer.
        delay: seconds to wait before anything is sent.
        pace: seconds from each byte of the body to the next.
    """

    text: Any = ""
    finish_reason: object = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, Any] = field(default_factory=lambda: dict(USAGE))
    model: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    message: Mapping[str, Any] = field(default_factory=dict)
    choice: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    drop: bool = False
    delay: float = 0
    pace: float = 0

    def content(self, asked: Mapping[str, Any]) -> bytes:
        """The body of the HTTP response."""
        if self.body is not None:
            return self.body
        if self.status >= 400:
            error = {"message": self.text, "type": "scripted", "param": None, "code": None}
            return json.dumps({"error": error}).encode()
        message = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        message |= {} if self.reasoning is None else {"reasoning_content": self.reasoning}
        message |= self.message
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        choice |= self.choice
        whole = {
            "id": "chatcmpl-loopback",
            "object": "chat.completion",
            "created": 0,
            "model": self.model or asked.get("model"),
            "choices": [choice],
            "usage": self.usage,
        }
        return json.dumps(whole).encode()


@dataclass(frozen=True)
class Received:
    """One request: its JSON body and its headers, their names in small letters."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]


Script = Callable[[Mapping[str, Any], int], Reply]
"""From a request's body, and the number of requests before it, to the answer."""


def replies(*given: Reply | str) -> Script:
    """These replies, one after the other; a request too many fails the test."""

    def script(_asked: Mapping[str, Any], number: int) -> Reply:
        reply = given[number]
        return Reply(reply) if isinstance(reply, str) else reply

    return script


def always(reply: Reply | str) -> Script:
    """The same reply to every request."""
    return lambda _asked, _number: Reply(reply) if isinstance(reply, str) else reply


def answering(asked: Mapping[str, Any], _number: int = 0) -> Reply:
    """A legal answer to any request that holds a JSON schema: the first of all options."""
    if "response_format" not in asked:
        return Reply("yes")  # to whether it answers at all
    return Reply(json.dumps(first_legal(asked["response_format"]["json_schema"]["schema"])))


def first_legal(schema: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """What is given; else the first option of each word, the lowest number, and intensity 50."""
    legal = {
        key: part["enum"][0] if "enum" in part else part["minimum"]
        for key, part in schema["properties"].items()
        if key not in given
    }
    return legal | ({"intensity": 50} if "intensity" in legal else {}) | given


class Chance:
    """Draws that depend on what is asked and how often it was, not on which request came first.

    Args:
        seed: of all draws.
    """

    def __init__(self, seed: int) -> None:
        self._seed, self._asked, self._lock = seed, Counter[str](), Lock()

    def __call__(self, asked: Mapping[str, Any]) -> Random:
        """The generator of one request's draws."""
        words = json.dumps(asked, sort_keys=True)
        with self._lock:
            self._asked[words] += 1
            return Random(f"{self._seed} {self._asked[words]} {words}")


def run(work: Coroutine[Any, Any, T]) -> T:
    """What `asyncio.run` does; then closes what is kept open for each event loop."""

    async def tidily() -> T:
        try:
            async with connections():
                return await work
        finally:
            if litellm := sys.modules.get("litellm"):
                await litellm.close_litellm_async_clients()
                litellm.in_memory_llm_clients_cache.flush_cache()

    return asyncio.run(tidily())


class Loopback:
    """The server: runs from entering to leaving a `with` block.

    Args:
        script: decides on the answers; what it raises is raised again on leaving.
    """

    handler: "type[Handler] | None" = None

    def __init__(self, script: Script | Sequence[Reply | str] = answering) -> None:
        self.script = script if callable(script) else replies(*script)
        self.requests: list[Received] = []
        self.errors: list[BaseException] = []
        self.closing = Event()
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), self.handler or Handler)
        self._server.owner = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Base address, for `api_base`."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def bodies(self) -> list[Mapping[str, Any]]:
        """The bodies of the requests so far."""
        return [request.body for request in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if error is None and self.errors:
            raise self.errors[0]

    def receive(self, request: Received) -> Reply:
        """Keep a request and decide on its answer."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
            try:
                return self.script(request.body, number)
            except Exception as error:  # noqa: BLE001 - raised again when the server is left
                self.errors.append(error)
                return Reply(f"the script has no answer: {error!r}", status=400)


class _Server(ThreadingHTTPServer):
    """Waits for its handlers when it is closed, and keeps what goes wrong in them."""

    daemon_threads = False
    request_queue_size = 128
    owner: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exception()
        # A client may give up and go.
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.owner.errors.append(error)


class Handler(BaseHTTPRequestHandler):
    """One connection, one request: HTTP/1.0 closes after the answer."""

    server: _Server
    timeout = PATIENCE

    def do_POST(self) -> None:
        """Take a request for a completion, and answer as the script says."""
        size = int(self.headers["Content-Length"])
        path = self.path.partition("?")[0]
        if not path.endswith(PATHS) or size > LARGEST:
            self.send_error(404)
            return
        headers = {key.lower(): value for key, value in self.headers.items()}
        asked = json.loads(self.rfile.read(size))
        reply = self.server.owner.receive(Received(asked, headers))
        self.server.owner.closing.wait(reply.delay)
        if not reply.drop:
            with suppress(ConnectionError):
                self.send(reply, reply.content(asked))

    def send(self, reply: Reply, content: bytes) -> None:
        """Head and body; the body byte by byte if there is a pace, until the test ends."""
        usual = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        self.send_response(reply.status)
        for key, value in (usual | dict(reply.headers)).items():
            self.send_header(key, value)
        self.end_headers()
        if not reply.pace:
            self.wfile.write(content)
            return
        for byte in content:
            if self.server.owner.closing.wait(reply.pace):
                return
            self.wfile.write(bytes([byte]))

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""
