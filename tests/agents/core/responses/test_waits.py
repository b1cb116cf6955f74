"""Waits as providers state them."""

from datetime import datetime, timedelta

import pytest

from agents.core.responses.error_body import ErrorBody
from agents.core.responses.waits import asked_wait, duration, spelled

NOW = "Wed, 21 Oct 2015 07:28:00 GMT"
HOUR = 3_600.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7h12m", 7.2 * HOUR),
        ("6m0s", 360),
        ("1m26.4s", 86.4),
        ("200ms", 0.2),
        ("0.6s", 0.6),
        ("2 minutes and 3 seconds", 123),
        ("1 day, 2 hours", 26 * HOUR),
        ("30", 30),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.2.3", None),
        ("3 times", None),
        ("9" * 400, None),
    ],
)
def test_a_duration_is_read(text: str, seconds: float | None) -> None:
    assert duration(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("on tokens per day (TPD): Used 9. Please try again in 7h12m. Visit us", 7.2 * HOUR),
        ("Please try again in 6ms.", 0.006),
        ("Please retry after 86400 seconds.", 86_400),
        ("Please retry in 39.509852s.", 39.509852),
        ("Too many; wait 30 seconds before you retry", 30),
        ("try again later", None),
    ],
)
def test_a_wait_is_read_from_words(message: str, seconds: float | None) -> None:
    assert asked_wait({}, ErrorBody(message=message), limited=True) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "7h12m"}, 7.2 * HOUR),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}, 30),
        ({"retry-after": "Wed, 21 Oct 2015 00:29:00 -0700"}, 60),
        ({"retry-after": "Wed, 21 Oct 2015 07:00:00 GMT"}, 0),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "0"}, 360),
        ({"x-ratelimit-reset": "1445412510"}, 30),
        ({"x-ratelimit-reset": "1445412510000"}, 30),
        ({"anthropic-ratelimit-tokens-reset": "2015-10-21T07:29:00Z"}, 60),
        ({"x-ratelimit-reset": "x"}, None),
        ({"retry-after": "999999999d"}, 3_650 * 86_400),
    ],
)
def test_a_wait_is_read_from_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait({"date": NOW, **headers}, ErrorBody(), limited=True) == seconds


def test_dates_are_compared_with_the_clock_of_the_provider_alone() -> None:
    for date in ("Wed, 21 Oct 2065 07:28:30 GMT", "2065-10-21T07:28:30Z", "3023335710"):
        headers = {"retry-after": date, "x-ratelimit-reset": date}
        assert asked_wait(headers, ErrorBody(), limited=True) is None
        there = {"date": "Wed, 21 Oct 2065 07:28:00 GMT", **headers}
        assert asked_wait(there, ErrorBody(), limited=True) == 30


def test_of_several_limits_those_that_are_used_up_count() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "12",
        "x-ratelimit-reset-requests": "6h0m0s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "90s",
    }
    assert asked_wait(headers, ErrorBody(), limited=True) == 90
    assert asked_wait(headers, ErrorBody(), limited=False) is None, "every reply has these"
    unknown = {"x-ratelimit-reset-requests": "6h", "x-ratelimit-reset-tokens": "1s"}
    assert asked_wait(unknown, ErrorBody(), limited=True) == 1


def test_a_router_repeats_headers_in_the_body() -> None:
    inner = '{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1445412510000"}'
    body = ErrorBody.read(f'{{"error": {{"code": 429, "metadata": {{"headers": {inner}}}}}}}')
    assert asked_wait({"date": NOW}, body, limited=True) == 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(90, "1 min 30 s"), (25_920, "7 h 12 min"), (60, "1 min"), (0.2, "0 s"), (1e300, "87600 h")],
)
def test_a_wait_is_told(seconds: float, words: str) -> None:
    assert spelled(seconds).startswith(f"{words}, until ")


def test_a_wait_is_told_with_its_end() -> None:
    before = datetime.now().astimezone() + timedelta(days=9)
    told = spelled(9 * 86_400)
    after = datetime.now().astimezone() + timedelta(days=9)
    assert told in [f"216 h, until {end:%Y-%m-%d %H:%M}" for end in (before, after)]
