"""What a page explains on hover."""

import json
import re
from collections.abc import Iterator

from streamlit.testing.v1 import AppTest

from dashboard.draw.definitions import glossary


def heads(app: AppTest) -> Iterator[tuple[str, str]]:
    """Headings, figures and heads of columns of a page, each with what it says on hover."""
    for each in [*app.subheader, *app.metric]:
        label = each.label if each.type == "metric" else each.value
        yield str(label), each.proto.help
    for frame in app.dataframe:
        known = json.loads(frame.proto.columns or "{}")
        for name in map(str, frame.value):
            column = known.get(name) or {}
            yield column.get("label") or name.replace("_", " "), column.get("help") or ""


def terms(text: str) -> list[str]:
    """Terms of the glossary that a text has as whole words, in the singular or the plural."""
    words = re.sub(r"\(.*?\)|\\", "", text).lower()
    return [
        term
        for term in glossary()
        if re.search(rf"(?<!\w){re.escape(term.lower())}(e?s)?(?!\w)", words)
    ]


def unexplained(app: AppTest) -> list[tuple[str, list[str]]]:
    """Heads with terms of the glossary that define none of them, each with its terms."""
    return [
        (label, found)
        for label, told in heads(app)
        if (found := terms(label)) and not any(glossary()[term] in told for term in found)
    ]
