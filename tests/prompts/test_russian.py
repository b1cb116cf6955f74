"""What a text in Russian must not do, whatever is put into it."""

import re
from collections.abc import Iterator
from typing import Any

from prompts import catalogue


def texts(found: Any = None) -> Iterator[str]:
    """Every text in Russian that is said to a player."""
    if found is None:
        found = {key: said for key, said in catalogue().get("ru").items() if key != "reply"}
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for below in found.values() if isinstance(found, dict) else found:
            yield from texts(below)


def test_no_word_has_to_agree_with_a_number() -> None:
    # Two players or more: the genitive plural is right after для and на whatever their number.
    counted = re.compile(r"(?<!для )(?<!на )\{\w+\} [а-яё]")
    alone = re.compile(r"(?:от|сила|вероятностью|[Ии]грока?) \{\w+\} ")
    assert sum(1 for _ in texts()) > 300
    for text in texts():
        assert not counted.search(alone.sub("", text)), text


def test_an_action_stands_where_it_need_not_be_inflected() -> None:
    # After a colon, a dash, a bare noun or a verb that takes a name; never after a preposition.
    prepositions = re.compile(
        r"\b(?:в|на|с|со|к|о|об|от|из|за|при|без|до|по|у)\s+\{@", re.IGNORECASE
    )
    for text in texts():
        assert not prepositions.search(text), text


def test_nobodys_sex_is_assumed() -> None:
    # A verb in the past is plural beside «вы»; a short adjective too.
    singular = re.compile(r"\bвы (?:не |уже )?\w+(?:[аяеиоу]л|ла|лся|лась|ен|на)\b", re.IGNORECASE)
    for text in texts():
        assert not singular.search(text), text


def test_marks_of_the_answer_lines_are_the_keys_in_capitals() -> None:
    for section in ("answer", "check"):
        for key, mark in catalogue().get("ru", section, "keys").items():
            for form, begins in (("text", f"{mark.upper()}: "), ("json", f'- "{key}": ')):
                assert all(
                    line.startswith(begins)
                    for line in texts(catalogue().get("ru", section, form, key))
                )
