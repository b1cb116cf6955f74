"""Providers' batches on this machine: files, batches, their states and their results."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.loopback import Handler, Loopback, Received, Reply, Script, answering

Fault = Callable[[str, int], Reply | None]
"""From an endpoint, and the number of its earlier requests, to what goes wrong there."""
Garble = Callable[[list[bytes], int], list[bytes]]
"""From the lines of results, and the number of earlier requests for any, to those that are sent."""
Routes = Mapping[tuple[str, str], str]
"""From methods and patterns of paths to endpoints."""


class _Handler(Handler):
    """Also answers about files and batches."""

    def do_POST(self) -> None:  # noqa: N802 - its name in the base class
        self._handle("POST", super().do_POST)

    def do_GET(self) -> None:  # noqa: N802 - likewise
        self._handle("GET", lambda: self.send_error(404))

    def _handle(self, method: str, otherwise: Callable[[], None]) -> None:
        path, _, query = self.path.partition("?")
        after = [value for key in ("after", "after_id") for value in parse_qs(query).get(key, [])]
        owner = self.server.owner
        assert isinstance(owner, BatchLoopback)
        for (known, pattern), endpoint in owner.routes.items():
            if method == known and (found := re.fullmatch(pattern, path)):
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                owner.heard.append({key.lower(): value for key, value in self.headers.items()})
                reply = owner.serve(endpoint, (*found.groups(), *after, "")[0], sent)
                if not reply.drop:
                    with suppress(ConnectionError):
                        self.send(reply, reply.content({}))
                return
        otherwise()


class BatchLoopback(Loopback):
    """A provider with batches; the script answers each line as it answers a request.

    A line that is dropped has no answer when its batch ends.

    Args:
        script: decides on the answers.
        fault: decides what goes wrong at an endpoint. A reply of status 200 goes wrong after what
            was asked has been done.
        polls: how often a batch is not done when it is listed or asked for.
        endings: how the first batches end: completed, expired, cancelled, or failed as a whole; all
            later ones end like the last of these.
        why: of a batch that fails as a whole.
        garble: decides on the results that are sent.
        lag: number of lists in which a new batch is missing.
        page: largest number of batches in a list.
    """

    handler = _Handler
    routes: ClassVar[Routes]

    def __init__(
        self,
        script: Script = answering,
        fault: Fault = lambda _endpoint, _number: None,
        polls: int = 1,
        endings: Sequence[str] = ("completed",),
        why: Mapping[str, str] | None = None,
        garble: Garble = lambda lines, _: lines,
        lag: int = 0,
        page: int = 100,
    ) -> None:
        super().__init__(script)
        self.fault, self.polls, self.endings, self.why = fault, polls, endings, why
        self.garble, self.lag, self.page = garble, lag, page
        self.batches: dict[str, dict[str, Any]] = {}
        self.results: dict[str, list[dict[str, Any]]] = {}
        self.strangers: list[dict[str, Any]] = []
        self.called = Counter[str]()
        self.heard: list[dict[str, str]] = []
        """Headers of all requests about batches."""
        self._listed: dict[str, int] = {}
        self._names, self._polled = count(1), Counter[str]()

    def lines(self) -> list[str]:
        """Names of all lines that were to be answered, in all batches."""
        return [line for name in self.batches for line, _ in self.asked(name)]

    def asked(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and bodies of the lines of a batch."""
        raise NotImplementedError

    def serve(self, endpoint: str, name: str, sent: bytes) -> Reply:
        """The answer about a file or a batch."""
        number = self.called[endpoint]
        self.called[endpoint] += 1
        fault = self.fault(endpoint, number)
        if fault is not None and fault.status != 200:
            return fault
        made = getattr(self, f"_{endpoint}")(name, sent)
        if fault is not None:
            return fault
        return Reply(body=made if isinstance(made, bytes) else json.dumps(made).encode())

    def _made(self, about: dict[str, Any]) -> dict[str, Any]:
        """Keep a new batch."""
        self.batches[about["id"]] = about
        self._listed[about["id"]] = self.called["list"] + self.lag
        return about

    def _list(self, after: str, _sent: bytes) -> dict[str, Any]:
        named = {name: each for name, each in self.batches.items() if self._is_listed(name)}
        known = [*self.strangers, *reversed(named.values())]
        names = [each["id"] for each in known]
        begin = names.index(after) + 1 if after else 0
        data = known[begin : begin + self.page]
        for name in {each["id"] for each in data} & named.keys():
            self._pass(name)
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        more = begin + len(data) < len(known)
        return {"object": "list", "data": data, "has_more": more, **ends}

    def _is_listed(self, name: str) -> bool:
        return self._listed[name] < self.called["list"]

    def add_strangers(self, number: int) -> None:
        """Have batches of others, of more questions, before all in the list."""
        (made,) = self.batches.values()
        counts = {key: each + 1 for key, each in made["request_counts"].items()}
        other = {**made, "metadata": {}, "request_counts": counts}
        self.strangers += [{**other, "id": f"other{n}"} for n in range(number)]

    def _state(self, name: str, _sent: bytes) -> dict[str, Any]:
        self._pass(name)
        return self.batches[name]

    def _pass(self, name: str) -> None:
        """Let time pass for a batch, at whose end it ends."""
        self._polled[name] += 1
        if self._polled[name] == self.polls + 1:
            self.end(name)

    def end(self, name: str) -> None:
        """End a batch in the way in which it is to end."""
        at = [*self.batches].index(name)
        self._end(name, self.endings[min(at, len(self.endings) - 1)])

    def _end(self, name: str, ending: str) -> None:
        """End a batch."""
        raise NotImplementedError

    def _sent(self, lines: Sequence[Mapping[str, Any]]) -> bytes:
        number = self.called["content"] - 1
        return b"\n".join(self.garble([json.dumps(line).encode() for line in lines], number))


class OpenAILoopback(BatchLoopback):
    """Batches as OpenAI has them. A line with an error goes into the file of errors."""

    routes: ClassVar[Routes] = {
        ("POST", r"/v1/files"): "upload",
        ("POST", r"/v1/batches"): "create",
        ("GET", r"/v1/batches"): "list",
        ("GET", r"/v1/batches/([\w-]+)"): "state",
        ("GET", r"/v1/files/([\w-]+)/content"): "content",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files: dict[str, bytes] = {}

    def asked(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and bodies of the lines of a batch."""
        for text in self.files[self.batches[name]["input_file_id"]].splitlines():
            line = json.loads(text)
            yield line["custom_id"], line["body"]

    def _upload(self, _: str, sent: bytes) -> dict[str, Any]:
        name = f"file-{next(self._names)}"
        self.files[name] = b"\n".join(re.findall(rb"^\{.*\}", sent, re.MULTILINE))
        about = {"bytes": len(sent), "created_at": int(time.time()), "filename": "batch.jsonl"}
        return {"id": name, "object": "file", "purpose": "batch", "status": "processed", **about}

    def _create(self, _: str, sent: bytes) -> dict[str, Any]:
        asked, now = json.loads(sent), int(time.time())
        total = len(self.files[asked["input_file_id"]].splitlines())
        counts = {"total": total, "completed": 0, "failed": 0}
        about = {"created_at": now, "expires_at": now + 86_400, "request_counts": counts}
        about |= {"status": "in_progress", "errors": None, "object": "batch"}
        return self._made({"id": f"batch_{next(self._names)}", **about, **asked})

    def _content(self, name: str, _sent: bytes) -> bytes:
        return self._sent(self.results[name])

    def _end(self, name: str, ending: str) -> None:
        batch = self.batches[name]
        batch["status"] = ending
        if self.why is not None:
            batch["errors"] = {"object": "list", "data": [self.why]}
            return
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for line, body in self.asked(name):
            reply = self.receive(Received(body, {}))
            error = {"code": f"batch_{ending}", "message": "This request was not executed."}
            whole: dict[str, Any] = {"id": "r", "custom_id": line}
            if reply.drop:
                bad.append(whole | {"response": None, "error": error})
                continue
            response = {"status_code": reply.status, "request_id": "r"}
            response["body"] = json.loads(reply.content(body))
            (good if reply.status < 400 else bad).append(
                whole | {"response": response, "error": None}
            )
        for kind, lines in (("output", good), ("error", bad)):
            file = f"file-{next(self._names)}" if lines else None
            batch[f"{kind}_file_id"] = file
            if file is not None:
                self.results[file] = lines
        counts = {"completed": len(good), "failed": len(bad)}
        batch["request_counts"] = batch["request_counts"] | counts


_TYPES = {400: "invalid_request_error", 429: "rate_limit_error", 500: "api_error"}


class AnthropicLoopback(BatchLoopback):
    """Batches as Anthropic has them. The script is asked, and requests are kept, in OpenAI's form.

    Attributes:
        elsewhere: another host at which results are said to be; None for this one.
        raw: requests as they came.
    """

    elsewhere: str | None = None
    routes: ClassVar[Routes] = {
        ("POST", r"/v1/messages/batches"): "create",
        ("GET", r"/v1/messages/batches"): "list",
        ("GET", r"/v1/messages/batches/([\w-]+)"): "state",
        ("GET", r"/v1/messages/batches/([\w-]+)/results"): "content",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw: list[Mapping[str, Any]] = []
        self.files: dict[str, list[tuple[str, dict[str, Any]]]] = {}

    @property
    def url(self) -> str:
        """Base address, for `api_base`."""
        return super().url.removesuffix("/v1")

    def asked(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and bodies of the lines of a batch."""
        yield from self.files[name]

    def receive(self, request: Received) -> Reply:
        """Keep a request and decide on its answer."""
        self.raw.append(request.body)
        asked = _in_openais_form(request.body)
        reply = super().receive(Received(asked, request.headers))
        if reply.drop or reply.body is not None:
            return reply
        kind = _TYPES.get(reply.status, "api_error")
        body: dict[str, Any] = {"type": "error", "error": {"type": kind, "message": reply.text}}
        if reply.status < 400:
            body = _message(reply, request.body)
        return replace(reply, body=json.dumps(body).encode())

    def _create(self, _: str, sent: bytes) -> dict[str, Any]:
        name, now = f"msgbatch_{next(self._names)}", time.time()
        self.files[name] = [(e["custom_id"], e["params"]) for e in json.loads(sent)["requests"]]
        assert all(re.fullmatch(r"[\w-]{1,64}", line) for line, _ in self.files[name])
        counts = dict.fromkeys(("succeeded", "errored", "canceled", "expired"), 0)
        counts["processing"] = len(self.files[name])
        about = {"processing_status": "in_progress", "request_counts": counts, "results_url": None}
        about |= {"created_at": _rfc3339(now), "expires_at": _rfc3339(now + 86_400)}
        return self._made({"id": name, "type": "message_batch", **about})

    def _content(self, name: str, _sent: bytes) -> bytes:
        return self._sent(self.results[name])

    def _end(self, name: str, ending: str) -> None:
        results: list[dict[str, Any]] = []
        for line, body in self.asked(name):
            reply = self.receive(Received(body, {}))
            result: dict[str, Any] = {"type": "canceled" if ending == "cancelled" else "expired"}
            if not reply.drop:
                made = json.loads(reply.content(body))
                result = {"type": "succeeded", "message": made}
                if reply.status >= 400:
                    result = {"type": "errored", "error": made}
            results.append({"custom_id": line, "result": result})
        self.results[name] = [*reversed(results)]  # in no order
        counted = Counter(str(line["result"]["type"]) for line in results)
        counts = {"processing": 0, **counted}
        url = f"{self.elsewhere or self.url}/v1/messages/batches/{name}/results"
        about = {"processing_status": "ended", "request_counts": counts, "results_url": url}
        self.batches[name].update(about)


def _in_openais_form(body: Mapping[str, Any]) -> dict[str, Any]:
    system = "".join(part["text"] for part in body.get("system", ()))
    told = [
        (each["role"], "".join(part["text"] for part in each["content"]))
        for each in body["messages"]
    ]
    told = [("system", system), *told] if system else told
    asked: dict[str, Any] = {
        "model": body["model"],
        "messages": [{"role": r, "content": c} for r, c in told],
    }
    forms = [*body.get("tools", ()), body.get("output_format", {})]
    for schema in (each.get("input_schema") or each.get("schema") for each in forms):
        if schema is not None:
            asked["response_format"] = {"json_schema": {"schema": schema}}
    return asked


def _message(reply: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]}
    part: dict[str, Any] = {"type": "text", "text": reply.text}
    if tools := body.get("tools"):
        part = {"type": "tool_use", "id": "t", "name": tools[0]["name"]}
        part["input"] = json.loads(reply.text)
    reason = "tool_use" if tools else "end_turn"
    usage = {"input_tokens": 11, "output_tokens": 7}
    return whole | {"content": [part], "stop_reason": reason, "stop_sequence": None, "usage": usage}


def _rfc3339(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(moment))


@dataclass(frozen=True)
class Provider:
    """A provider with batches.

    Args:
        name: LiteLLM's.
        server: takes the provider's place.
        endpoints: of its batches, in the order in which they are called.
    """

    name: str
    server: type[BatchLoopback]
    endpoints: tuple[str, ...]

    def __str__(self) -> str:
        """Its name, which tests have too."""
        return self.name


PROVIDERS = (
    Provider("openai", OpenAILoopback, ("list", "upload", "create", "state", "content")),
    Provider("anthropic", AnthropicLoopback, ("list", "create", "state", "content")),
)
