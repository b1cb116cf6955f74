"""Text from outside as text: nothing in it is interpreted, nothing secret is left in it."""

import os
import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=@])")
_NAMED = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_LOOKS = re.compile(
    r"(?P<before>\b(?:bearer|basic)\s+"
    r"|\b\w*(?:api[_-]?key|token|secret|passw(?:or)?d)\w*[\"']?\s*[:=]\s*[\"']?)"
    r"[^\s\"',;}\]]{6,}"
    r"|\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|glpat|AIza)[-_]?[A-Za-z0-9_\-]{16,}\b",
    re.IGNORECASE,
)
_SHORTEST = 8
"""Characters from which on the value of an environment variable is taken for a secret."""

HIDDEN = "[redacted]"


def plain(text: object) -> str:
    """Text without control codes and without secrets.

    Secrets are the values of environment variables named like keys, and what looks like a key.
    """
    bare = _CONTROL.sub("", _ANSI.sub("", str(text)))
    for secret in _secrets():
        bare = bare.replace(secret, HIDDEN)
    return _LOOKS.sub(lambda found: f"{found['before'] or ''}{HIDDEN}", bare)


def escaped(text: object) -> str:
    """Plain text for a place that reads Markdown."""
    return _MARKUP.sub(r"\\\1", " ".join(plain(text).split()))


def without_secrets(content: object) -> object:
    """JSON content in which fields named like keys are hidden, and texts are plain."""
    if isinstance(content, dict):
        return {key: _field(str(key), value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [without_secrets(item) for item in content]
    return plain(content) if isinstance(content, str) else content


def _field(key: str, value: object) -> object:
    # `api_key_env` names a variable; `max_tokens` and its like are numbers.
    secret = _NAMED.search(key) and not key.endswith("_env") and isinstance(value, str)
    return HIDDEN if secret and value else without_secrets(value)


def _secrets() -> list[str]:
    found = {
        value
        for name, value in os.environ.items()
        if _NAMED.search(name) and len(value) >= _SHORTEST
    }
    return sorted(found, key=len, reverse=True)
