"""The page about tournament files: every file on it is read, and what it says of them holds."""

import re
import tomllib

import pytest
from jsonschema import Draft202012Validator

from arena.design.matches import planned
from arena.design.schedules import KINDS
from arena.design.schema import schema
from arena.design.tournament import Tournament
from tests import ROOT

PAGE = (ROOT / "docs" / "tournaments.md").read_text(encoding="utf-8")
BLOCKS = {
    tomllib.loads(text)["name"]: text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
}


@pytest.mark.parametrize("name", BLOCKS)
def test_every_file_on_the_page_is_read_and_fits_the_schema(name: str) -> None:
    data = tomllib.loads(BLOCKS[name])
    assert planned(Tournament(data, name, BLOCKS[name])) > 0
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(data)] == []


def test_no_file_hides_another() -> None:
    assert PAGE.count("```toml\n") == len(BLOCKS) >= 6


def test_the_names_on_the_page_are_those_that_come_out() -> None:
    found = {name: Tournament(tomllib.loads(text)) for name, text in BLOCKS.items()}
    assert len(found["matrix"].contestants) == 12
    assert "openai/gpt-4o-mini temperature 0.7 hidden" in found["matrix"].contestants
    assert list(found["matrix"].games) == [
        "prisoners_dilemma rounds 1",
        "prisoners_dilemma rounds 10",
    ]
    assert found["groups"].entries["kuhn_poker"].contestants == (
        "gpt absent",
        "gpt hidden anger",
        "equilibrium",
    )
    assert list(found["lists"].contestants) == [
        "fixed",
        "stubborn check fold",
        "stubborn check call",
    ]


def test_the_page_names_every_kind_of_schedule() -> None:
    table = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert table == list(KINDS)
