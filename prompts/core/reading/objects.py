"""JSON objects in the text of a reply, as models write them, perhaps with a mended error."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Pairs(list[tuple[str, Any]]):
    """Keys and values of an object; a key given twice stands here twice."""


@dataclass(frozen=True)
class Object:
    """An object in a text.

    Args:
        start: where it begins.
        end: where it ends.
        pairs: its keys and values; none if it cannot be parsed.
        is_whole: whether its last brace is there.
        comments: what its comments say.
    """

    start: int
    end: int
    pairs: Pairs
    is_whole: bool = True
    comments: str = ""


_SIGNS = re.compile(r'\\.|[{}"]', re.DOTALL)
_SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "：": ":", "，": ","})
_LOOSE = re.compile(
    r'(?P<string>"(?:\\.|[^"\\])*")|(?P<comment>//[^\n]*|/\*[^*]{0,400}\*/)'
    r"|(?P<word>(?<![\w.])[^\W\d]\w*)|(?P<comma>,(?=\s*[}\]]))",
    re.DOTALL,
)
"""Parts of an object, and the harmless errors: comments, words without quotes, a last comma."""
_WORDS_OF_JSON = {"true", "false", "null"}
_CUT_NUMBER = re.compile(r"\d\Z")
_MOST_MISSING = 3
"""Braces that a model may forget at the end of an object."""


def objects(text: str) -> Iterator[Object]:
    """The objects that are in no other object; the last one may lack its last braces."""
    depth = start = 0
    is_quoted = False
    for sign in _SIGNS.finditer(text, max(text.find("{"), 0)):
        if sign[0] == '"':
            is_quoted = depth > 0 and not is_quoted
        elif sign[0] == "{" and not is_quoted:
            start = start if depth else sign.start()
            depth += 1
        elif sign[0] == "}" and depth and not is_quoted:
            depth -= 1
            if depth == 0:
                yield _parsed(text, start, sign.end())
    if 0 < depth <= _MOST_MISSING and not is_quoted:
        yield from _unclosed(text, start, depth)


def object_in(text: str) -> Pairs:
    """The pairs of a text that is nothing but an object; none if it is not."""
    text = text.strip()
    return _parsed(text, 0, len(text)).pairs if text[:1] == "{" and text[-1:] == "}" else Pairs()


def _parsed(text: str, start: int, end: int) -> Object:
    said = text[start:end]
    comments: list[str] = []
    for mended in _mended(said, comments):
        if (pairs := _pairs(mended)) is not None:
            return Object(start, end, pairs, comments="\n".join(comments))
    return Object(start, end, Pairs())


def _unclosed(text: str, start: int, depth: int) -> Iterator[Object]:
    """The object that nothing is missing of but braces; a number at its end may be cut."""
    said = text[start:].rstrip(" `")
    if _CUT_NUMBER.search(said):
        return
    closed = _parsed(said.rstrip("\n\t ,`") + "}" * depth, 0, len(said) + depth)
    if closed.pairs:
        yield Object(start, len(text), closed.pairs, is_whole=False, comments=closed.comments)


def _pairs(text: str) -> Pairs | None:
    try:
        value = json.loads(text, object_pairs_hook=Pairs, strict=False)
    except (ValueError, RecursionError):  # a model can nest without end
        return None
    return value if isinstance(value, Pairs) else None


def _mended(text: str, comments: list[str]) -> Iterator[str]:
    """A text, and without its harmless errors; what comments say is added to the list."""
    yield text
    smart = text.translate(_SMART)
    smart = smart if '"' in smart else smart.replace("'", '"')

    def mend(part: re.Match[str]) -> str:
        if part["comment"]:
            comments.append(part["comment"].strip("/* "))
            return ""
        if part["word"]:
            return part[0] if part[0] in _WORDS_OF_JSON else f'"{part[0]}"'
        return part["string"] or ""

    yield _LOOSE.sub(mend, smart)
