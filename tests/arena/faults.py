"""A provider on a bad day: a seeded schedule of everything that goes wrong in practice.

Each reply names its request, and the provider remembers which answer it meant, so that an action
that was never meant is found.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.loopback import USAGE, Reply

LATE = 4.0
"""Seconds until an answer that comes too late; timeouts in tests are shorter."""
LONGEST = 16
"""Tokens that a reply may have, in tests with this provider."""
DICTATOR = range(101)
"""What may be given where no schema says what is legal."""


@dataclass(frozen=True)
class Meant:
    """An answer.

    Args:
        said: as it would be written in the form asked for.
        other: another legal answer, likewise.
        value: the action.
    """

    said: str
    other: str
    value: str | int

    @property
    def cut(self) -> str:
        """The answer without its end: the last digit of a number, the last letters of a word."""
        return self.said.rstrip('"}')[:-1]


Fault = Callable[[Meant], Mapping[str, Any]]
"""What is sent instead of an answer."""


def _ending(word: object, **more: Any) -> Fault:
    """A reply that is cut, and how the provider calls that."""
    return lambda meant: {"text": meant.cut, "finish_reason": word, **more}


def _whole(**fields: Any) -> Fault:
    """Something is odd about a reply whose text is right."""
    return lambda _: fields


def _elsewhere(place: Callable[[str], Mapping[str, Any]]) -> Fault:
    """A reply whose text is empty; its answer stands in another field."""
    return lambda meant: {"text": None, "message": place(meant.said)}


def _call(arguments: object) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": "reply", "arguments": arguments}}


def _body(**fields: Any) -> Fault:
    """A response that is no completion."""
    return lambda _: {"body": json.dumps(fields).encode()}


_REFUSAL = "I will not play."
_SENTENCE = {"type": "refusal", "refusal": _REFUSAL}
_HALF = "\ud83d"
_USED = USAGE | {"completion_tokens": LONGEST, "total_tokens": 11 + LONGEST}

BUSY: dict[str, Fault] = {
    "429 with Retry-After": _whole(status=429, headers={"Retry-After": "0.02"}),
    "429": _whole(status=429),
    "500": _whole(status=500),
    "502": _whole(status=502),
    "503": _whole(status=503),
    "529": _whole(status=529),
    "half a character in an error": _whole(status=500, text=f"broken {_HALF}"),
    "an error with status 200": _body(error={"message": "upstream died", "code": 502}),
}
"""Faults for which a provider charges nothing."""

WAYS: dict[str, Fault] = {
    "timeout": _whole(delay=LATE),
    "dropped": _whole(drop=True),
    "slow": _whole(delay=0.1),
    "empty body": _whole(body=b""),
    "malformed": _whole(body=b'{"id": "chatcmpl-1", "choi'),
    "a page": _whole(body=b"<html>Bad gateway</html>", headers={"Content-Type": "text/html"}),
    "short body": _whole(headers={"Content-Length": "9999"}),
    "something else": _body(),
    "choices that are null": _body(id="1", object="chat.completion", choices=None),
    "a message that is null": _whole(choice={"message": None}),
}
"""Faults on the way."""

ENDINGS: dict[str, Fault] = {
    "truncated": _ending("length"),
    "cut, max_tokens": _ending("max_tokens"),
    "cut, model_length": _ending("model_length"),
    "cut, a full context": _ending("model_context_window_exceeded"),
    "cut, all tokens used": _ending("stop", usage=_USED),
    "cut, all tokens used, no reason": _ending(None, usage=_USED),
    "cut, error": _ending("error"),
    "cut, error without usage": _ending("error", usage={}),
    "cut, abort": _ending("abort"),
    "cut, network_error": _ending("network_error"),
    "cut, no resources": _ending("insufficient_system_resource"),
    "cut, a router's stop": _ending("stop", choice={"native_finish_reason": "abort"}),
    "cut, an error beside it": _ending("stop", choice={"error": {"code": 502, "message": "died"}}),
    "cut, pause_turn": _ending("pause_turn"),
    "cut, no reason": _ending(None),
    "cut, an empty reason": _ending(""),
    "cut, an unknown reason": _ending("mystery"),
    "cut, a number for a reason": _ending(7),
    "cut, half a character for a reason": _ending(f"st{_HALF}op"),
}
"""Replies that end too early, in many words."""

FILTERS: dict[str, Fault] = {
    "refusal": _whole(text=None, refusal=_REFUSAL),
    "refusal beside text": _whole(refusal=_REFUSAL),
    "refusal as a part": _whole(text=[_SENTENCE]),
    "filtered": _ending("content_filter"),
    "filtered, sensitive": _ending("sensitive"),
    "filtered, SAFETY": _ending("SAFETY"),
}
"""Replies that were withheld."""

PLACES: dict[str, Fault] = {
    "in reasoning_content": _elsewhere(lambda said: {"reasoning_content": said}),
    "in reasoning": _elsewhere(lambda said: {"reasoning": said}),
    "in a tool's arguments": _elsewhere(lambda said: {"tool_calls": [_call(said)]}),
    "in a function's arguments": _elsewhere(
        lambda said: {"function_call": {"name": "reply", "arguments": said}}
    ),
    "in parts": lambda meant: {"text": [{"type": "text", "text": meant.said}]},
    "in two places that disagree": lambda meant: {
        "text": "",
        "message": {"reasoning": meant.other, "tool_calls": [_call(meant.said)]},
    },
    "a draft in reasoning, cut": lambda meant: {
        "text": "",
        "message": {"reasoning_content": meant.other},
        "finish_reason": "length",
    },
    "a draft beside the answer": lambda meant: {"message": {"reasoning_content": meant.other}},
    "a draft in thoughts": lambda meant: {"text": f"<think>{meant.other}</think>{meant.said}"},
    "a draft in thoughts, cut": lambda meant: {"text": f"<think>{meant.other}"},
}
"""Answers that stand elsewhere, and drafts that are none."""

TEXTS: dict[str, Fault] = {
    "null": _whole(text=None),
    "blank": _whole(text=" \n"),
    "prose": _whole(text="Let me see."),
    "half a character": lambda meant: {"text": f"Fine {_HALF}\n{meant.said}"},
    "NUL": lambda meant: {"text": f"\x00\n{meant.said}"},
    "a fence": lambda meant: {"text": f"```json\n{meant.said}\n```"},
    "twice": lambda meant: {"text": f"{meant.said}\n{meant.said}"},
    "two answers": lambda meant: {"text": f"{meant.other}\n{meant.said}"},
    "unfinished and begun again": lambda meant: {"text": f"{meant.said}\n{meant.other[:-1]}"},
}
"""Texts that are odd."""

FIGURES: dict[str, Fault] = {
    "wrong usage": _whole(usage=USAGE | {"prompt_tokens": -1, "completion_tokens": 10**9}),
    "no usage": _whole(usage={}),
    "usage of null": _whole(usage=dict.fromkeys(USAGE)),
    "usage that is no number": _whole(usage=USAGE | {"odd": float("nan")}),
    "half a character in usage": _whole(usage=USAGE | {"tier": _HALF}),
}
"""Figures that are odd."""

FAULTS = BUSY | WAYS | ENDINGS | FILTERS | PLACES | TEXTS | FIGURES
"""What happens instead of a plain answer."""

NEVER_MEANT = {"in two places that disagree", "two answers", "a draft in reasoning, cut"} | {
    *("a draft in thoughts, cut", *FILTERS)
}
"""Replies that give no answer, or more than one."""


class BadDay:
    """A script for the server on which a share of the requests goes wrong.

    Args:
        seed: of the schedule.
        share: of requests that go wrong. Each fault happens once before one happens again.
        without: faults that do not happen.
        late: seconds until an answer that comes too late.
    """

    def __init__(
        self, seed: int, share: float = 0.2, without: tuple[str, ...] = (), late: float = LATE
    ) -> None:
        self._rng = Random(seed)
        self._share = share
        self._faults = FAULTS | {"timeout": _whole(delay=late)}
        self._kinds = [kind for kind in FAULTS if kind not in without]
        self._next: list[str] = []
        self.made: Counter[str] = Counter()
        self.charged = 0.0
        """Tokens that a provider would charge for, prompts and completions alike."""
        self.meant: dict[str, str | int | None] = {}
        """The action that was meant, by the name of who answered; None where there was none."""

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
        meant, kind = self._answer(asked), None
        if self._rng.random() < self._share:
            self._next = self._next or self._rng.sample(self._kinds, len(self._kinds))
            kind = self._next.pop()
        self.made[kind or "none"] += 1
        if kind not in BUSY:
            self.charged += USAGE["total_tokens"]
        self.meant[name := f"m{number}"] = None if kind in NEVER_MEANT else meant.value
        plain = {"text": meant.said, "model": name}
        return Reply(**plain | dict(self._faults[kind](meant) if kind else {}))

    def _answer(self, asked: Mapping[str, Any]) -> Meant:
        """One of the legal answers, in the form asked for."""
        if "response_format" not in asked:
            value, other = self._rng.sample(DICTATOR, 2)
            return Meant(f"ACTION: {value}", f"ACTION: {other}", value)
        action = asked["response_format"]["json_schema"]["schema"]["properties"]["action"]
        options = action.get("enum") or range(action["minimum"], action["maximum"] + 1)
        value, other = self._rng.sample(options, 2)
        return Meant(json.dumps({"action": value}), json.dumps({"action": other}), value)
