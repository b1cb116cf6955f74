"""Grammars of replies: the numbers they allow, against all numbers around them."""

import re

import pytest

from agents.core.models.grammar import one_line


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 100), (0, 0), (5, 5), (3, 17), (0, 9), (1, 1000), (123, 4567), (99, 101), (-20, 13),
     (-5, -2), (-100, -10), (-3, 0)],
)  # fmt: skip
def test_exactly_the_numbers_of_a_range_are_allowed(low: int, high: int) -> None:
    schema = {"properties": {"n": {"type": "integer", "minimum": low, "maximum": high}}}
    found = re.fullmatch(r'root ::= "\{\\"n\\":" \( (.*) \) "\}"', one_line(schema))
    assert found
    numerals = re.compile(re.sub(r'[" ]', "", found[1]))  # the notation is that of expressions
    near = range(low - 150, high + 1500)
    assert [n for n in near if numerals.fullmatch(str(n))] == [*range(low, high + 1)]
    assert not any(map(numerals.fullmatch, ("00", "05", "-0", "", "+1", "1.0")))


def test_keys_stand_in_order_and_words_as_they_are() -> None:
    felt = {"type": "string", "enum": ["Ärger", 'a "b" \\']}
    schema = {"properties": {"reasoning": {"type": "string"}, "felt": felt}}
    text = r'"\"" ( [^"\\\x00-\x1F\x7F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""'
    words = r'( "\"Ärger\"" | "\"a \\\"b\\\" \\\\\"" )'
    assert one_line(schema) == (rf'root ::= "{{\"reasoning\":" {text} ",\"felt\":" {words} "}}"')
