"""Waits that a provider asks for, read from headers and bodies; text of a wait for people.

Dates are compared with the provider's own clock, its header Date, since the local clock may be off.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from agents.core.responses.error_body import ErrorBody

_SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_MILLISECOND = 0.001
_EPOCH = 1e9
"""Numbers from here on are dates, in seconds or milliseconds since 1970."""
_LONGEST = 3_650 * 86_400.0
"""Ten years. Longer waits are cut to it, so that their end is a representable date."""

_NUMBER = r"\d{1,18}(?:\.\d{1,18})?"
_PART = re.compile(
    rf"({_NUMBER})\s*(ms|millis\w*|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])"
)
_JOINED = re.compile(r"[\s,]*(?:and)?[\s,]*")
_SAID = re.compile(
    r"(?:try again|retry|wait)(?: in| after| for| at least)*:?\s+"
    rf"((?:{_NUMBER}\s*[a-z]*[\s,]*(?:and )?)+)"
)


def asked_wait(headers: Mapping[str, str], body: ErrorBody, *, limited: bool) -> float | None:
    """Seconds that an error asks to wait; None if it states no wait.

    Args:
        headers: headers of the response, names in lower case.
        body: body of the response.
        limited: whether a limit is reached. Only then does the time of its reset count.
    """
    headers = {**body.headers, **headers}
    now = _date(headers.get("date", ""))
    in_ms = duration(headers.get("retry-after-ms", ""))
    waits = [
        None if in_ms is None else in_ms * _MILLISECOND,
        _until(headers.get("retry-after", ""), now),
        *map(duration, body.delays),
        *(duration(said[1]) for said in _SAID.finditer(body.message.lower())),
        _reset(headers, now) if limited else None,
    ]
    return next((min(_LONGEST, wait) for wait in waits if wait is not None), None)


def duration(text: str) -> float | None:
    """Seconds of "7h12m", "6m0s", "1.5s", "200ms", "2 minutes and 3 seconds", or of a number."""
    text = text.strip().lower()
    if re.fullmatch(_NUMBER, text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or not _JOINED.fullmatch(" ".join(_PART.sub("", text).split())):
        return None
    return sum(
        float(number) * (_MILLISECOND if unit.startswith(("ms", "milli")) else _SECONDS[unit[0]])
        for number, unit in parts
    )


def spelled(seconds: float) -> str:
    """A wait as text, such as "7 h 12 min", and the local time of its end."""
    minutes, rest = divmod(round(min(_LONGEST, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    now = datetime.now().astimezone()
    end = now + timedelta(seconds=min(_LONGEST, seconds))
    clock = f"{end:%H:%M:%S}" if end.date() == now.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{' '.join(f'{n} {unit}' for n, unit in parts if n) or '0 s'}, until {clock}"


def _reset(headers: Mapping[str, str], now: datetime | None) -> float | None:
    """Seconds until limits are reset: until all used-up limits are, or else the first limit."""
    resets: list[tuple[bool, float]] = []
    for name, value in headers.items():
        if "ratelimit" in name and "reset" in name:
            left = duration(headers.get(name.replace("reset", "remaining"), ""))
            wait = _until(value, now)
            if wait is not None:
                resets.append((left == 0, wait))
    used_up = [wait for empty, wait in resets if empty]
    return max(used_up) if used_up else min((wait for _, wait in resets), default=None)


def _until(text: str, now: datetime | None) -> float | None:
    """Seconds of a duration, or until a date by the provider's clock."""
    seconds = duration(text)
    if seconds is not None and seconds < _EPOCH:
        return seconds
    if seconds is None:
        date = _date(text)
    else:
        in_seconds = seconds if seconds < _EPOCH / _MILLISECOND else seconds * _MILLISECOND
        date = datetime.fromtimestamp(min(in_seconds, _EPOCH * 100), UTC)
    if date is None or now is None:
        return None
    return max(0.0, (date - now).total_seconds())


def _date(text: str) -> datetime | None:
    """A date in HTTP or ISO 8601 form; a date without a zone is in UTC."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = read(text)
        except ValueError:
            continue
        return date.replace(tzinfo=date.tzinfo or UTC)
    return None
