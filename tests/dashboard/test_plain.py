"""Texts of models as text: no control codes, no markup, no secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.plain import escaped, plain, without_secrets
from tests.dashboard import runs


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link"),
        ("a\x00b\x07c\x9bd", "abcd"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("line\n\tnext", "line\n\tnext"),
        (f"key {runs.SECRET}", "key [redacted]"),
    ],
)
def test_control_codes_and_secrets_are_taken_out(text: str, rest: str) -> None:
    assert plain(text) == rest


@given(st.text(max_size=200))
def test_no_text_carries_codes_that_terminals_or_browsers_obey(text: str) -> None:
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in plain(text))
    assert "\x1b" not in plain(text)


@given(st.text("ab*_`[]()<>#!|~:$\\&;./@{}=+-^1 \n", max_size=60))
def test_escaped_text_reads_as_itself_in_markdown(text: str) -> None:
    read = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    [paragraph, *more] = read.parse(escaped(f"a{text}a"))[1:2]
    assert not more
    assert {part.type for part in paragraph.children or ()} == {"text"}


def test_fields_of_a_design_that_are_named_like_keys_are_hidden() -> None:
    design = {
        "name": "mine",
        "api_key": "0123",
        "api_key_env": "MY_KEY",
        "max_tokens": 96,
        "contestants": [{"token": "x", "persona": f"\x1b[31m{runs.SECRET}"}],
    }
    assert without_secrets(design) == {
        "name": "mine",
        "api_key": "[redacted]",
        "api_key_env": "MY_KEY",
        "max_tokens": 96,
        "contestants": [{"token": "[redacted]", "persona": "[redacted]"}],
    }
