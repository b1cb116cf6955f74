"""A JSON schema of a reply as a grammar of one line without white space.

A server that turns schemas into grammars allows code fences and white space, of which the record
would hold nothing although the model goes on from it. Here each reply has one form alone.
Source: the notation GBNF of llama.cpp.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from typing import Any

_TEXT = r'"\"" ( [^"\\\x00-\x1F\x7F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""'


def one_line(schema: Mapping[str, Any]) -> str:
    """The grammar of a reply.

    Args:
        schema: of an object whose properties all stand in it, in their order: words (`enum`), whole
            numbers with bounds, or text.

    Returns:
        GBNF. Words stand in it as they are, numbers in their range without leading zeros.
    """
    marks = chain("{", repeat(","))
    keys = (json.dumps(key, ensure_ascii=False) for key in schema["properties"])
    opened = (_literal(f"{mark}{key}:") for mark, key in zip(marks, keys, strict=False))
    values = map(_value, schema["properties"].values())
    return " ".join(["root ::=", *chain(*zip(opened, values, strict=True)), _literal("}")])


def _value(about: Mapping[str, Any]) -> str:
    if "enum" in about:
        words = (json.dumps(word, ensure_ascii=False) for word in about["enum"])
        return f"( {' | '.join(map(_literal, words))} )"
    if about["type"] == "integer":
        return f"( {' | '.join(_whole_numbers(about['minimum'], about['maximum']))} )"
    return _TEXT


def _whole_numbers(low: int, high: int) -> Iterator[str]:
    """Alternatives that together are the whole numbers from low to high."""
    if low < 0:
        for digits in _whole_numbers(max(1, -high), -low):
            yield f'"-" {digits}'
    for length in range(len(str(max(0, low))), len(str(max(0, high))) + 1):
        least = max(low, 0 if length == 1 else 10 ** (length - 1))
        most = min(high, 10**length - 1)
        if least <= most:
            yield from _digits(str(least), str(most))


def _digits(low: str, high: str) -> Iterator[str]:
    """Alternatives for the numerals from low to high, which have the same length."""
    rest = len(low) - 1
    first, last = int(low[0]), int(high[0])
    if rest == 0:
        yield f"[{first}-{last}]"
    elif first == last:
        yield from (f"[{first}] {tail}" for tail in _digits(low[1:], high[1:]))
    else:
        if low[1:] != "0" * rest:
            yield from (f"[{first}] {tail}" for tail in _digits(low[1:], "9" * rest))
            first += 1
        whole = last if high[1:] == "9" * rest else last - 1
        if first <= whole:
            yield f"[{first}-{whole}] [0-9]{{{rest}}}"
        if whole < last:
            yield from (f"[{last}] {tail}" for tail in _digits("0" * rest, high[1:]))


def _literal(text: str) -> str:
    """A text as the notation quotes it."""
    return json.dumps(text, ensure_ascii=False)
