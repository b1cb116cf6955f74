"""TOML files, read within bounds: whatever a user wrote in one, the answer comes quickly.

Python's parser alone takes minutes and gigabytes for a file of 40 kB that is one long dotted key.
"""

import json
import math
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from games.core.errors import BadInput

LARGEST = 1_000_000
"""Bytes of a file, at most."""
DEEPEST = 20
"""Tables and lists within each other, at most."""
LONGEST = 100
"""Parts of one dotted key that the parser is given, at most: it needs their square in memory."""
MOST = 50_000
"""Parts of keys in a file, at most: the parser keeps about 1 kB for each."""
HIGHEST = 10**300
"""No whole number is as large: it would be no floating-point number any more."""

_PART = r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""
_CHAIN = re.compile(rf"({_PART}(?:[ \t]*\.[ \t]*{_PART})*+)[ \t]*([=\]]?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read(path: Path, what: str = "") -> tuple[dict[str, Any], str]:
    """The content of a file, and its text.

    Args:
        path: of the file.
        what: what the user would call it; its path if left out.

    Raises:
        FileNotFoundError: there is none.
        BadInput: it is no file, or no TOML within the bounds.
    """
    what = what or str(path)
    try:
        content = _bytes(path, what)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadInput(f"{what} cannot be read: {error.strerror}") from None
    text = decoded(content, what)
    return loads(text, what), text


def _bytes(path: Path, what: str) -> bytes:
    """All of a file; a pipe, which may never end, is not opened."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise BadInput(f"{what} cannot be read: it is {kind}, not a file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def decoded(content: bytes, what: str) -> str:
    """The text in a file's bytes, with or without a byte order mark.

    Raises:
        BadInput: it is too large, or no text in UTF-8.
    """
    if len(content) > LARGEST:
        raise BadInput(f"{what} is larger than {LARGEST:,} bytes, the most that is read")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(
            f"{what} cannot be read: it is no text in UTF-8, but in UTF-16; save it in UTF-8"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{what} cannot be read: it is no text in UTF-8; save it in UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def loads(text: str, what: str) -> dict[str, Any]:
    """The content of a text.

    Args:
        text: as a file holds it.
        what: what the user would call it.

    Raises:
        BadInput: it is no TOML within the bounds, or holds a value that nothing here can be.
    """
    _bound_keys(text, what)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{what} is not valid TOML: {error}") from None
    except RecursionError:
        raise _too_deep(what) from None
    except ValueError:  # Python's own limit
        raise BadInput(f"{what} holds a whole number of too many digits: at most 300") from None
    for key, value in _values(data, what):
        if wrong := _wrong(value):
            raise BadInput(f"{what}: {_short(key)} {wrong}")
    return data


def written(content: Mapping[str, Any]) -> str:
    """The text of a file with this content; lists of tables stand at its end, a row each.

    Args:
        content: tables, lists, texts, numbers, true and false.
    """
    rows = {
        key: value
        for key, value in content.items()
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
    }
    lines = _assigned({key: value for key, value in content.items() if key not in rows})
    for key, tables in rows.items():
        for table in tables:
            lines += ["", f"[[{_key(key)}]]", *_assigned(table)]
    return "\n".join(lines) + "\n"


def _assigned(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_inline(value)}" for key, value in table.items()]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _inline(name)


def _inline(value: Any) -> str:  # noqa: ANN401 - whatever TOML has
    if isinstance(value, dict):
        return f"{{ {', '.join(_assigned(value))} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    # Texts and numbers of JSON are those of TOML, save for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _bound_keys(text: str, what: str) -> None:
    """Refuse what would take the parser long; words before "=" or "]" in texts count as keys too.

    Raises:
        BadInput: a key has too many parts, or all keys together have.
    """
    total = 0
    for chain in _CHAIN.finditer(text):
        parts = 1 + chain[1].count(".")  # one in quotes may count twice
        if parts > LONGEST:
            raise _too_deep(what)
        total += parts if chain[2] else 0
    if total > MOST:
        raise BadInput(f"{what} has more than {MOST:,} keys, the most that is read")


def _too_deep(what: str) -> BadInput:
    return BadInput(f"{what} is nested too deeply: at most {DEEPEST} tables and lists")


def _values(value: Any, what: str, key: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Every value with its dotted key; keys themselves come as texts.

    Raises:
        BadInput: tables and lists are nested too deeply.
    """
    if depth > DEEPEST:
        raise _too_deep(what)
    if isinstance(value, dict):
        for name, item in value.items():
            here = f"{key}.{name}" if key else name
            yield here, name
            yield from _values(item, what, here, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, what, key, depth + 1)
    else:
        yield key, value


def _wrong(value: object) -> str | None:
    """What is wrong with a value that TOML has and that nothing here can be."""
    if isinstance(value, str):
        control = _CONTROL.search(value)
        return control and f"holds the control character U+{ord(control[0]):04X}"
    if isinstance(value, int):
        return None if abs(value) < HIGHEST else "has too many digits: at most 300"
    if isinstance(value, float):
        return None if math.isfinite(value) else f"must be a finite number, not {value}"
    return "is a date or a time: write it in quotes"


def _short(key: str) -> str:
    """A key as an error shows it."""
    return repr(key if len(key) <= 60 else f"{key[:60]}…")  # noqa: PLR2004
