"""Keys and passwords are taken out of texts; other words stay."""

import pytest

from agents.core.access.secrets import HIDDEN, named, redacted

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
        "sk-learn, pa-per, up_to_date_and_well_documented, rc_of_the_next_version, fw_version_two",
        "match 3f786850e387550fdab836ed7e6dc881de23001b, design d8247343e82647a3",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "at 2026-11-27T22:25:53.634+00:00, 4.5 points; visit https://example.org:8443/v1/messages",
        "meta-llama/Llama-3.3-70B-Instruct-Turbo, claude-sonnet-4-5-20250929",
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


HEX, LETTERS = "0123456789abcdef" * 8, "aB3dE5gH7jK9mN1pQ" * 8
SHAPES = {
    "OpenAI": "sk-" + LETTERS[:48],
    "OpenAI, of a project": "sk-proj-" + LETTERS[:74] + "T3BlbkFJ" + LETTERS[:20],
    "OpenAI, of a service": "sk-svcacct-" + LETTERS[:60],
    "Anthropic": "sk-ant-api03-" + LETTERS[:93] + "AA",
    "OpenRouter": "sk-or-v1-" + HEX[:64],
    "DeepSeek": "sk-" + HEX[:32],
    "Google": "AIza" + "Sy" + LETTERS[:33],
    "Groq": "gsk_" + LETTERS[:52],
    "xAI": "xai-" + LETTERS[:80],
    "Perplexity": "pplx-" + LETTERS[:48],
    "Hugging Face": "hf_" + "abcdefghijKLMNOPQRSTuvwxyzABCDEFGH",
    "Replicate": "r8_" + LETTERS[:37],
    "Fireworks": "fw_" + LETTERS[:24],
    "Together": "tgp_v1_" + LETTERS[:43],
    "Cerebras": "csk-" + HEX[:48],
    "NVIDIA": "nvapi-" + LETTERS[:64],
    "Databricks": "dapi" + HEX[:32],
    "Azure": LETTERS[:52] + "JQQJ99" + LETTERS[:26],
    "Zhipu": HEX[:32] + "." + LETTERS[:16],
    "Amazon Bedrock": "ABSK" + LETTERS[:110] + "==",
    "Amazon": AWS,
    "Vercel": "vck_" + LETTERS[:56],
    "Friendli": "flp_" + LETTERS[:44],
    "Featherless": "rc_" + HEX[:64],
    "Voyage": "pa-" + LETTERS[:43],
    "Jina": "jina_" + HEX[:32] + LETTERS[:30],
    "Upstage": "up_" + LETTERS[:30],
    "Anyscale": "esecret_" + LETTERS[:26],
    "LangSmith": "lsv2_pt_" + HEX[:32] + "_" + HEX[:10],
    "Novita": "sk_" + LETTERS[:43],
    "GitHub": "ghp_" + LETTERS[:36],
    "GitHub, fine-grained": "github_pat_" + LETTERS[:22] + "_" + LETTERS[:59],
    "GitLab": "glpat-" + LETTERS[:20],
    "Slack": "xoxb-" + "1234567890-1234567890-" + "abcdefghijklmnopqrstuvwx",
    "Stripe": "sk_live_" + LETTERS[:24],
    "SendGrid": "SG." + LETTERS[:22] + "." + LETTERS[:43],
    "Twilio": "SK" + HEX[:32],
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + LETTERS[:80],
    "Telegram": "123456789:" + LETTERS[:35],
    "Azure storage": "AccountKey=" + LETTERS[:86] + "==",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\n" + HEX + "\n-----END RSA PRIVATE KEY-----",
}
"""Made up, in the shapes that providers document."""


@pytest.mark.parametrize("key", SHAPES.values(), ids=SHAPES)
def test_keys_of_providers_are_known_by_their_shapes(key: str) -> None:
    for text in (key, f"wrong key {key}.", f'{{"error": "no such key: {key}"}}', f"({key})"):
        left = redacted(text)
        assert HIDDEN in left
        assert not any(key[at : at + 12] in left for at in range(12, len(key) - 12))


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "api_key", "hf_token", "DB_PASSWORD"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert named(name)
    assert not named("model")
