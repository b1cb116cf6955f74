"""Texts and figures as files can hold them: UTF-8 without half characters, JSON without NaN."""

import math
import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair that stands for one character in UTF-16. JSON can hold one alone, UTF-8 cannot."""
_REPLACEMENT = "\ufffd"


_DEEPEST = 100
_MARKS = (b"\\u", b"NaN", b"Infinity")
_EXPONENT = re.compile(rb"\d[eE]")
"""Halves of characters and numbers that are none are written with these; 1e999 is infinite."""


def is_plain(body: bytes) -> bool:
    """Whether JSON is storable as it is, by a look at its bytes.

    False for some JSON that is storable too.
    """
    if not body.isascii() or any(mark in body for mark in _MARKS) or _EXPONENT.search(body):
        return False
    return body.count(b"[") + body.count(b"{") < _DEEPEST


def storable(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """A value of JSON, its lone surrogates replaced by U+FFFD and its NaN and infinities by None.

    Args:
        value: a text, a number, or lists and dictionaries of them. All other characters stay.
        depth: how many lists and dictionaries it stands in; None replaces what is deeper than 100.
    """
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub(_REPLACEMENT, value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth >= _DEEPEST and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {storable(key): storable(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [storable(part, depth + 1) for part in value]
    return value
