"""The index of `DECISIONS.md` leads to every entry once."""

import re

from tests import ROOT

TEXT = (ROOT / "DECISIONS.md").read_text()


def anchor(heading: str) -> str:
    """The name that a page of Markdown gives a heading: its words in lower case, with hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_decision_is_in_the_index_once_by_its_title() -> None:
    entries = re.findall(r"^## \d{4}-\d{2}-\d{2} · (.+)$", TEXT, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    index = re.findall(r"^  - \[(.+)\]\(#(.+)\)$", TEXT, re.MULTILINE)
    assert sorted(index) == sorted(zip(entries, map(anchor, headings), strict=True))
