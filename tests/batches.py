"""A provider's batches on this machine: files, batches, their states and their results."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from tests.loopback import Handler, Loopback, Received, Reply, Script, answering

Fault = Callable[[str, int], Reply | None]
"""From an endpoint, and the number of its earlier requests, to what goes wrong there."""

_ROUTES = {
    ("POST", r"/v1/files"): "upload",
    ("POST", r"/v1/batches"): "create",
    ("GET", r"/v1/batches"): "list",
    ("GET", r"/v1/batches/([\w-]+)"): "state",
    ("GET", r"/v1/files/([\w-]+)/content"): "content",
}


class _Handler(Handler):
    """Also answers about files and batches."""

    def do_POST(self) -> None:  # noqa: N802 - its name in the base class
        self._handle("POST", super().do_POST)

    def do_GET(self) -> None:  # noqa: N802 - likewise
        self._handle("GET", lambda: self.send_error(404))

    def _handle(self, method: str, otherwise: Callable[[], None]) -> None:
        path = self.path.partition("?")[0]
        for (known, pattern), endpoint in _ROUTES.items():
            if method == known and (found := re.fullmatch(pattern, path)):
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                owner = self.server.owner
                assert isinstance(owner, BatchLoopback)
                reply = owner.serve(endpoint, (*found.groups(), "")[0], sent)
                if not reply.drop:
                    with suppress(ConnectionError):
                        self.send(reply, reply.content({}))
                return
        otherwise()


class BatchLoopback(Loopback):
    """A provider with batches; the script answers each line as it answers a request.

    A line with an error goes into the file of errors, and a line that is dropped expires.

    Args:
        script: decides on the answers.
        fault: decides what goes wrong at an endpoint. A reply of status 200 goes wrong after what
            was asked has been done.
        polls: how often a batch is not done when it is asked for.
        ending: in which state batches end.
        errors: of a batch that fails as a whole.
    """

    handler = _Handler

    def __init__(
        self,
        script: Script = answering,
        fault: Fault = lambda _endpoint, _number: None,
        polls: int = 1,
        ending: str = "completed",
        why: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(script)
        self.fault, self.polls, self.ending, self.why = fault, polls, ending, why
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.called = Counter[str]()
        self._names, self._polled = count(1), Counter[str]()

    def lines(self) -> list[str]:
        """Names of all lines that were to be answered, in all batches."""
        return [
            json.loads(line)["custom_id"]
            for batch in self.batches.values()
            for line in self.files[batch["input_file_id"]].splitlines()
        ]

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

    def _upload(self, _: str, sent: bytes) -> dict[str, Any]:
        name = f"file-{next(self._names)}"
        self.files[name] = b"\n".join(re.findall(rb"^\{.*\}", sent, re.MULTILINE))
        about = {"bytes": len(sent), "created_at": int(time.time()), "filename": "batch.jsonl"}
        return {"id": name, "object": "file", "purpose": "batch", "status": "processed", **about}

    def _create(self, _: str, sent: bytes) -> dict[str, Any]:
        asked = json.loads(sent)
        name = f"batch_{next(self._names)}"
        total = len(self.files[asked["input_file_id"]].splitlines())
        counts = {"total": total, "completed": 0, "failed": 0}
        about = {"created_at": int(time.time()), "status": "validating", "request_counts": counts}
        self.batches[name] = {"id": name, "object": "batch", "errors": None, **about, **asked}
        return self.batches[name]

    def _list(self, _: str, _sent: bytes) -> dict[str, Any]:
        data = list(reversed(self.batches.values()))
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        return {"object": "list", "data": data, "has_more": False, **ends}

    def _state(self, name: str, _sent: bytes) -> dict[str, Any]:
        batch = self.batches[name]
        self._polled[name] += 1
        if self._polled[name] <= self.polls:
            batch["status"] = "in_progress"
        elif batch["status"] != self.ending:
            self._end(batch)
        return batch

    def _content(self, name: str, _sent: bytes) -> bytes:
        return self.files[name]

    def _end(self, batch: dict[str, Any]) -> None:
        batch["status"] = self.ending
        if self.why is not None:
            batch["errors"] = {"object": "list", "data": [self.why]}
            return
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for text in self.files[batch["input_file_id"]].splitlines():
            line = json.loads(text)
            reply = self.receive(Received(line["body"], {}))
            error = {"code": "batch_expired", "message": "This request expired."}
            whole: dict[str, Any] = {"id": "r", "custom_id": line["custom_id"]}
            if reply.drop:
                bad.append(whole | {"response": None, "error": error})
                continue
            response = {"status_code": reply.status, "request_id": "r"}
            response["body"] = json.loads(reply.content(line["body"]))
            (good if reply.status < 400 else bad).append(
                whole | {"response": response, "error": None}
            )
        for kind, lines in (("output", good), ("error", bad)):
            file = f"file-{next(self._names)}" if lines else None
            batch[f"{kind}_file_id"] = file
            if file is not None:
                self.files[file] = "\n".join(map(json.dumps, lines)).encode()
        counts = {"completed": len(good), "failed": len(bad)}
        batch["request_counts"] = batch["request_counts"] | counts
