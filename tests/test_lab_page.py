"""The page of the lab names every key of the table [lab]."""

import re

from pydantic import BaseModel

from arena.design.lab import Check, Lab, LabQuestion, Payment
from tests import ROOT

TABLES: tuple[type[BaseModel], ...] = (Lab, Check, LabQuestion, Payment)


def test_every_key_of_the_lab_is_on_its_page() -> None:
    text = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
    page = text.partition("## The table `[lab]`")[2].partition("\n## ")[0]
    tables = page.split("\n\n`[")
    for model, table in zip(TABLES, tables, strict=True):
        named = {
            key
            for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
            for key in re.findall(r"`(\w+)`", line)
        }
        assert named == model.model_fields.keys()
