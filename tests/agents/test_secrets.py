"""Keys and passwords are taken out of texts; other words stay."""

import pytest

from agents.core.secrets import HIDDEN, named, redacted

KEY = "sk-proj-0123456789abcdefghij"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"Incorrect API key provided: {KEY}.", f"Incorrect API key provided: {HIDDEN}."),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ('{"api_key": "0123456789abcdef"}', f'{{"api_key": "{HIDDEN}"}}'),
        ("password=hunter2hunter2", f"password={HIDDEN}"),
        ("https://me:hunter2@example.org/v1", f"https://me:{HIDDEN}@example.org/v1"),
        ("AIzaSyA0123456789abcdefghijklmnopqrstu", HIDDEN),
    ],
)
def test_what_looks_like_a_key_is_taken_out(text: str, rest: str) -> None:
    assert redacted(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        '{"felt": "anger", "intensity": 50, "action": "bet"}',
        "What I do is a secret: cooperate until the end.",
        "429 + 34 tokens, US $ 0.000123",
        "max_tokens = 96",
        "https://example.org/v1/chat?seats=2",
        "task-1, risk-averse, desk-0123456789",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert redacted(text) == text


def test_values_of_variables_that_are_named_like_keys_are_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_PROVIDERS_KEY", "correct horse")
    monkeypatch.setenv("SOME_PROVIDERS_KEY_2", "correct horse battery")
    monkeypatch.setenv("SHORT_TOKEN", "bet")
    text = "bet on correct horse battery, or correct horse"
    assert redacted(text) == f"bet on {HIDDEN}, or {HIDDEN}"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "api_key", "hf_token", "DB_PASSWORD"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert named(name)
    assert not named("model")
