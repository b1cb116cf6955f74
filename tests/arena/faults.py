"""A provider on a bad day: a seeded schedule of everything that goes wrong in practice."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.loopback import USAGE, Reply, answering

LATE = 4.0
"""Seconds until an answer that comes too late; timeouts in tests are shorter."""

Fault = Mapping[str, Any]

FAULTS: dict[str, Fault] = {
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "0.02"}},
    "429": {"status": 429},
    "500": {"status": 500},
    "503": {"status": 503},
    "timeout": {"delay": LATE},
    "dropped": {"drop": True},
    "empty body": {"body": b""},
    "malformed": {"body": b'{"id": "chatcmpl-1", "choi'},
    "truncated": {"text": '{"acti', "finish_reason": "length"},
    "refusal": {"text": None, "refusal": "I will not play."},
    "slow": {"delay": 0.1},
    "wrong usage": {"usage": {"prompt_tokens": -1, "completion_tokens": 10**9, "total_tokens": 0}},
    "no usage": {"usage": {}},
}
"""What happens instead of a plain answer."""

RARE = {"timeout"}
"""Faults that take long, and so come a tenth as often."""

UNBILLED = {"429 with Retry-After", "429", "500", "503"}
"""Faults for which a provider charges nothing."""


class BadDay:
    """A script for the server on which a share of the requests goes wrong.

    Args:
        seed: of the schedule.
        share: of requests that go wrong.
    """

    def __init__(self, seed: int, share: float = 0.2, without: tuple[str, ...] = ()) -> None:
        self._rng = Random(seed)
        self._share = share
        self._kinds = [kind for kind in FAULTS if kind not in without]
        self._weights = [0.1 if kind in RARE else 1.0 for kind in self._kinds]
        self.made: Counter[str] = Counter()
        self.charged = 0.0
        """Tokens that a provider would charge for, prompts and completions alike."""

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
        good = answering(asked, number)
        kind = None
        if self._rng.random() < self._share:
            (kind,) = self._rng.choices(self._kinds, self._weights)
        self.made[kind or "none"] += 1
        if kind not in UNBILLED:
            self.charged += USAGE["total_tokens"]
        return Reply(**{"text": good.text, **(FAULTS[kind] if kind else {})})
