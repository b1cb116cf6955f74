"""Keys and passwords are taken out of texts; other words stay."""

import pytest

from agents.core.secrets import HIDDEN, named, redacted

KEY = "sk-proj-0123456789abcdefghij"
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
"""The example of Amazon's documentation."""
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
"""The example of jwt.io."""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"Incorrect API key provided: {KEY}.", f"Incorrect API key provided: {HIDDEN}."),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ('{"api_key": "0123456789abcdef"}', f'{{"api_key": "{HIDDEN}"}}'),
        ("password=hunter2hunter2", f"password={HIDDEN}"),
        ("https://me:hunter2@example.org/v1", f"https://me:{HIDDEN}@example.org/v1"),
        ("AIzaSyA0123456789abcdefghijklmnopqrstu", HIDDEN),
        (f"token {JWT} has expired", f"token {HIDDEN} has expired"),
        (f"unknown access key {AWS}.", f"unknown access key {HIDDEN}."),
        ("GET /v1/models?key=abcdef123456&x=1", f"GET /v1/models?key={HIDDEN}"),
        ("GET /v1/models?key=abcdefghijklmnopq", f"GET /v1/models?key={HIDDEN}"),
        ("authorization: Bearer abc", f"authorization: Bearer {HIDDEN}"),
        ("sent Bearer abcdefghijklmnopqrst", f"sent Bearer {HIDDEN}"),
        ("api_key=correcthorse", f"api_key={HIDDEN}"),
        ("api_key = 'correcthorse'", f"api_key = '{HIDDEN}'"),
        (r"{\"api_key\": \"correcthorse\"}", rf"{{\"api_key\": \"{HIDDEN}\"}}"),
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
        "The bearer of unpleasant responsibilities has basic misunderstandings.",
        "A token: unconditionally cooperative. The key: cooperate; key = cooperation.",
        '{"secret": "cooperate until the end", "token": "happiness", "key": "unconditional"}',
        'api_key_env = "OPENAI_API_KEY"',
        "api_key=ANTHROPIC_API_KEY",
        "api_key: required",
        "eyJ and AKIA are how some keys begin.",
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
