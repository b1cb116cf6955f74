"""The texts of a new language: those in English, under its code, for a translator to replace."""

import json
import re
from collections.abc import Iterator

from games.core.errors import BadInput
from prompts.core.texts.catalogue import TextError, catalogue, text_files
from prompts.core.texts.plurals import FRACTION, categories

_MODEL = "en"
_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)
_HEAD = re.compile(rf"\[{_MODEL}\.([^\]]+)\][^\n]*\n")
_OTHER = "other"
_HEADING = "# Replace the English texts by those of the language.\n\n"


def language_texts(code: str) -> dict[str, str]:
    """Text files of a language, by their paths.

    Args:
        code: of the language, as Unicode has it.

    Raises:
        BadInput: Unicode knows no such language, or there are texts in it already.
    """
    if code in catalogue().languages:
        raise BadInput(f"there are texts in the language {code!r} already")
    try:
        wanted = sorted(categories(code))
    except TextError as error:
        raise BadInput(str(error)) from None
    files: dict[str, str] = {}
    for file in text_files():
        text = file.path.read_text(encoding="utf-8-sig")
        tables = "".join(_translated(text, code, wanted))
        if tables:  # two packages may have files of one name
            files[file.name] = files.get(file.name, _HEADING) + tables
    return files


def _translated(text: str, code: str, wanted: list[str]) -> Iterator[str]:
    """The English tables of a file, under the code."""
    for table in _TABLE.split(text):
        if head := _HEAD.match(table):
            rest = table[head.end() :]
            section = head[1]
            yield f"[{code}.{section}]\n"
            yield _plurals(wanted, rest) if section == "plural" else rest


def _plurals(wanted: list[str], rest: str) -> str:
    """Counted nouns, with a form for each plural category of the language."""
    return "".join(_noun(line, wanted) for line in rest.splitlines(keepends=True))


def _noun(line: str, wanted: list[str]) -> str:
    name = line.partition("=")[0].strip()
    forms = catalogue().find(_MODEL, "plural", name) if name else None
    if forms is None:
        return line
    kept = [*wanted, *([FRACTION] if FRACTION in forms else [])]
    said = (json.dumps(forms.get(each, forms[_OTHER]), ensure_ascii=False) for each in kept)
    stated = ", ".join(f"{each} = {text}" for each, text in zip(kept, said, strict=True))
    return f"{name} = {{ {stated} }}\n"
