"""The table [lab]: what it refuses, what is part of a match, what can be changed."""

from pathlib import Path
from typing import Any

import pytest

from arena.design.matches import schedule
from arena.design.texts import reached
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.compatibility import compare
from games import BadInput
from tests.arena.lab.visitors import PEOPLE, against, design

SCALE = {"key": "q", "kind": "scale", "label": "?"}


@pytest.mark.parametrize(
    ("lab", "words"),
    [
        ({"conset": "x"}, "conset"),
        ({"consent": " "}, "consent is empty"),
        ({"languages": ["xx"]}, "unknown language in .*lab.languages 'xx'"),
        ({"languages": ["en", "de"]}, "consent needs a table"),
        ({"languages": ["en", "de"], "consent": {"en": "a"}}, "consent must have a text for each"),
        ({"matching": "friends"}, "matching"),
        ({"matches": 0}, "matches"),
        ({"fill": "nobody"}, "nobody"),
        ({"fill": "people"}, "people"),
        ({"late": "replace"}, "needs replacement"),
        ({"replacement": "tft"}, 'needs late = "replace"'),
        ({"check": {"tries": 0}}, "tries"),
        ({"questions": [SCALE, SCALE]}, "two questions have the key 'q'"),
        ({"questions": [{**SCALE, "kind": "choice"}]}, "two options or more"),
        ({"questions": [{**SCALE, "low": 7}]}, "low must be below high"),
        ({"questions": [{**SCALE, "kind": "slider"}]}, "kind"),
        ({"payment": {"codes": {"finished": "A"}}}, "codes"),
        ({"payment": {"codes": {"completed": " "}}}, "is empty"),
        ({"payment": {"address": "javascript:alert(1)"}}, "address"),
        ({"payment": {"address": "https://x.example/?a={NAME}"}}, "NAME.*none of ids: PROLIFIC"),
        ({"payment": {"address": "https://{STUDY_ID}.example/"}}, "after its question mark alone"),
        ({"payment": {"show_up": -1}}, "show_up"),
    ],
)
def test_what_cannot_be_is_refused_by_name(lab: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Tournament(design(lab=lab))


def test_a_lab_needs_people_and_their_decisions() -> None:
    agents = [{"name": "tft", "agent": "tit_for_tat"}, {"agent": "grim"}]
    games = [{"name": "prisoners_dilemma"}]
    with pytest.raises(BadInput, match="no contestant of any game is a person"):
        Tournament(design(contestants=agents, games=games))
    with pytest.raises(BadInput, match="keeps no decisions of people"):
        Tournament(design(record="outcomes"))
    adaptive = {"name": "kuhn_poker", "schedule": {"kind": "adaptive", "budget": 4, "batch": 2}}
    people = [PEOPLE, {"name": "u", "agent": "uniform"}]
    with pytest.raises(BadInput, match="people cannot be paired adaptively"):
        Tournament(design(contestants=people, games=[adaptive]))


def test_who_cannot_play_the_game_cannot_fill_a_seat() -> None:
    agents = [PEOPLE, {"name": "cards", "agent": "honest"}]
    with pytest.raises(BadInput, match=r"lab\.fill: 'cards' cannot play game prisoners_dilemma"):
        Tournament(design(contestants=agents, lab={"fill": "cards"}))


@pytest.mark.parametrize("how", ["opposite", "fill", "replacement"])
def test_a_design_that_would_deceive_is_refused(how: str) -> None:
    told = {**PEOPLE, "coplayer": "person"}
    contestants = [told, {"name": "tft", "agent": "tit_for_tat"}]
    lab = {"late": "replace", how: "tft"} if how == "replacement" else {how: "tft"}
    data = against if how == "opposite" else design
    assert Tournament(design(contestants=contestants)).lab is not None
    with pytest.raises(BadInput, match="is told that the other player is a person"):
        Tournament(data(contestants=contestants, lab={} if how == "opposite" else lab))


def ids(**lab: Any) -> list[str]:
    return [match.id for match in schedule(Tournament(against(lab=lab)))]


def test_what_players_are_told_or_may_do_is_part_of_a_match_and_nothing_else() -> None:
    assert ids() == ids(consent="Other", matches=3, wait_seconds=1, payment={"point": 1})
    assert ids() == ids(fill="tft", matching="strangers", check={}, max_participants=3)
    for change in (
        {"disclose": "kind"},
        {"decision_seconds": 5},
        {"late": "replace", "replacement": "tft"},
    ):
        assert not {*ids()} & {*ids(**change)}


def test_matches_without_people_are_what_they_were() -> None:
    agents = [PEOPLE, {"name": "tft", "agent": "tit_for_tat"}, {"agent": "grim"}]
    games = [{"name": "prisoners_dilemma"}]
    whole = design(contestants=agents, games=games)
    plain = {key: value for key, value in whole.items() if key != "lab"}
    with_lab, without = (
        {m.id for m in schedule(Tournament(d)) if "people" not in m.seats} for d in (whole, plain)
    )
    assert with_lab == without


def test_the_lab_is_on_record_and_can_be_changed_where_no_match_changes() -> None:
    one, two, three = (
        manifest(Tournament(against(lab=lab)), 8)
        for lab in ({}, {"consent": "Another text."}, {"disclose": "kind"})
    )
    assert one.design["lab"]["consent"] == "You are asked to decide."
    compare(Path("run"), one, two, begun=True)
    with pytest.raises(BadInput, match=r"contestants.people.lab.disclose was 'nothing'"):
        compare(Path("run"), one, three, begun=True)


def test_the_texts_of_all_languages_of_a_lab_are_on_record() -> None:
    texts = {"en": "Yes?", "ru": "Да?"}
    alone = reached(Tournament(against()))
    both = reached(Tournament(against(lab={"consent": texts, "languages": ["en", "ru"]})))
    assert "ru.toml" in both
    assert both.keys() > alone.keys() or both["ru.toml"] != alone.get("ru.toml")
