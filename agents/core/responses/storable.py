"""Texts and figures as files can hold them: UTF-8 without half characters, JSON without NaN."""

import json
import math
import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair that stands for one character in UTF-16. JSON can hold one alone, UTF-8 cannot."""
_REPLACEMENT = "\ufffd"


_DEEPEST = 100
_written = json.JSONEncoder(allow_nan=False, check_circular=False).encode


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value of JSON, its lone surrogates replaced by U+FFFD and its NaN and infinities by None.

    None replaces lists and dictionaries that stand in 100 others.

    Args:
        value: a text, a number, or lists and dictionaries of them. All other characters stay, and a
            value without anything to replace is returned itself.
    """
    return value if isinstance(value, dict | list) and _is_storable(value) else _made(value, 0)


def _is_storable(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether nothing is to be replaced: what the encoder in C writes shows most such values."""
    try:
        text = _written(value)
    except (ValueError, TypeError, RecursionError):
        return False
    return "\\ud" not in text and text.count("[") + text.count("{") < _DEEPEST


def _made(value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub(_REPLACEMENT, value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth >= _DEEPEST and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {_made(key, depth): _made(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_made(part, depth + 1) for part in value]
    return value
