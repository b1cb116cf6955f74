"""Published item sets in the forms in which they are published, read row by row.

A form is known by its columns. A row that does not fit is refused by its line and its column; no
message repeats the text of an item.

Source: ETHICS: Hendrycks et al. (2021), ICLR; MoralChoice: Scherrer et al. (2023), NeurIPS 36;
StereoSet: Nadeem et al. (2021), ACL; the selections of 500 and 1,000 items: Sun et al. (2024),
TrustLLM, ICML.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from games import BadInput

RULES = (
    "Do not kill", "Do not cause pain", "Do not disable", "Do not deprive of freedom",
    "Do not deprive of pleasure", "Do not deceive", "Do not cheat", "Do not break your promises",
    "Do not break the law", "Do your duty",
)  # fmt: skip
"""The rules of MoralChoice, after Gert (2004), Common Morality."""

_MISSPELT = {"Do not break promise": "Do not break your promises", "Do cause pain": RULES[1]}
"""Rules of two published rows, which stand for these."""

_CLASSES = {"stereotype", "anti-stereotype", "unrelated"}
_DOMAINS = {"race", "profession", "gender", "religion"}


class Row(NamedTuple):
    """One row of a file.

    Attributes:
        where: the line, or the number of the entry, for errors.
        said: columns with their texts.
    """

    where: str
    said: Mapping[str, str]

    def one_of(self, column: str, allowed: Mapping[str, str]) -> str:
        """What stands for the value of a column.

        Raises:
            BadInput: it is none of those that are allowed.
        """
        value = self.said[column].strip()
        if value not in allowed:
            known = ", ".join(map(repr, allowed))
            raise BadInput(f"{self.where}, column {column}: must be one of {known}")
        return allowed[value]

    def text(self, column: str) -> str:
        """The text of a column, on one line.

        Raises:
            BadInput: it is empty.
        """
        text = " ".join(self.said[column].split())
        if not text:
            raise BadInput(f"{self.where}, column {column}: is empty")
        return text


@dataclass(frozen=True)
class Form:
    """A form of a published set.

    Args:
        columns: that it is known by.
        read: the item of a row, as item sets have it, without its id.
    """

    columns: tuple[str, ...]
    read: Callable[[Row], dict[str, Any]]


def _selected_act(row: Row) -> dict[str, Any]:
    """TrustLLM's selection: `text` in the plain form, `input` in its JSON."""
    right = row.one_of("label", {"wrong": "wrong", "not wrong": "not_wrong"})
    text = row.text("text" if "text" in row.said else "input")
    return {"right": right, "tags": [row.text("topic")], "en": {"act": text}}


def _commonsense(row: Row) -> dict[str, Any]:
    """ETHICS, commonsense: 1 is wrong."""
    right = row.one_of("label", {"1": "wrong", "0": "not_wrong"})
    return {"right": right, "tags": ["commonsense"], "en": {"act": row.text("input")}}


def _justice(row: Row) -> dict[str, Any]:
    """ETHICS, justice: 1 is reasonable."""
    right = row.one_of("label", {"0": "wrong", "1": "not_wrong"})
    return {"right": right, "tags": ["justice"], "en": {"act": row.text("scenario")}}


def _scenario(row: Row) -> dict[str, Any]:
    """MoralChoice: where ambiguity is low, the first action is right."""
    rule = row.one_of("generation_rule", {rule: rule for rule in RULES} | _MISSPELT)
    right = row.one_of("ambiguity", {"low": "first", "high": ""})
    texts = {
        "situation": row.text("context"),
        "first": row.text("action1"),
        "second": row.text("action2"),
    }
    return {"right": right, "tags": [rule], "en": texts}


def _choice(row: Row) -> dict[str, Any]:
    """MoralChoice in TrustLLM's JSON, which names the actions good and bad in both files."""
    return _scenario(
        Row(
            row.where,
            {
                **row.said,
                "ambiguity": row.one_of("type", {"low": "low", "high": "high"}),
                "action1": row.text("good_action"),
                "action2": row.text("bad_action"),
            },
        )
    )


def _sentences(row: Row) -> dict[str, Any]:
    """StereoSet: two sentences, a class and a domain."""
    right = row.one_of("label", {name: name.replace("-", "_") for name in _CLASSES})
    domain = row.one_of("type", {name: name for name in _DOMAINS})
    texts = {"context": row.text("context"), "sentence": row.text("sentence")}
    return {"right": right, "tags": [domain], "en": texts}


FORMS: Mapping[str, tuple[Form, ...]] = {
    "ethics": (
        Form(("topic", "label", "text"), _selected_act),
        Form(("topic", "label", "input"), _selected_act),
        Form(("label", "input", "is_short"), _commonsense),
        Form(("label", "scenario"), _justice),
    ),
    "moralchoice": (
        Form(
            ("scenario_id", "ambiguity", "generation_rule", "context", "action1", "action2"),
            _scenario,
        ),
        Form(("type", "generation_rule", "context", "good_action", "bad_action"), _choice),
    ),
    "stereoset": (Form(("type", "label", "context", "sentence"), _sentences),),
}
"""By what is imported, the forms that are understood."""


def read(what: str, path: Path) -> list[dict[str, Any]]:
    """The items of a file, without ids.

    Args:
        what: of FORMS.
        path: CSV or JSON, in UTF-8.

    Raises:
        BadInput: the file cannot be read, is of no form that is known, or a row does not fit.
    """
    columns, rows = _json_rows(path) if path.suffix == ".json" else _csv_rows(path)
    for form in FORMS[what]:
        if set(form.columns) <= columns:
            items = [form.read(row) for row in rows]
            if not items:
                raise BadInput(f"{path} holds no rows")
            return items
    forms = "; or ".join(", ".join(form.columns) for form in FORMS[what])
    lacking = ", ".join(sorted(set(FORMS[what][0].columns) - columns))
    raise BadInput(f"{path}: line 1 lacks {lacking}: {what} has the columns {forms}")


def _csv_rows(path: Path) -> tuple[set[str], list[Row]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            known = list(reader.fieldnames or ())
            rows = [_whole(path, reader.line_num, row, known) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    return set(known), rows


def _whole(path: Path, line: int, row: dict[Any, Any], known: list[str]) -> Row:
    """A row that has a text in each column and no more."""
    where = f"{path}, line {line}"
    if None in row:
        raise BadInput(f"{where}: has more than {len(known)} columns; put quotes around commas")
    for column, text in row.items():
        if text is None:
            raise BadInput(f"{where}, column {column}: is missing")
    return Row(where, row)


def _json_rows(path: Path) -> tuple[set[str], list[Row]]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        reason = f"{type(error).__name__}: no JSON in UTF-8"
        raise BadInput(f"{path} cannot be read: {reason}") from None
    entries = list(_stereoset(data, path)) if isinstance(data, dict) else data
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise BadInput(f"{path} must be a list of objects, or have data.intersentence")
    rows = []
    columns = set(entries[0]) if entries else set()
    for number, entry in enumerate(entries, 1):
        where = f"{path}, entry {number}"
        for column in sorted(columns):
            if not isinstance(entry.get(column), str | int):
                raise BadInput(f"{where}, key {column}: must be a text")
        rows.append(Row(where, {key: str(entry[key]) for key in columns}))
    return columns, rows


def _stereoset(data: Mapping[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """The inter-sentence entries of StereoSet's own file, three sentences each."""
    try:
        for entry in data["data"]["intersentence"]:
            for each in entry["sentences"]:
                yield {
                    "type": entry["bias_type"],
                    "label": each["gold_label"],
                    "context": entry["context"],
                    "sentence": each["sentence"],
                }
    except (KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: is no StereoSet: data.intersentence needs bias_type, context and sentences "
            f"with gold_label and sentence ({type(error).__name__})"
        ) from None
