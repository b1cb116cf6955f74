"""Text from outside as text: nothing in it is interpreted, nothing secret is left in it."""

import re

from agents.core.access.secrets import HIDDEN, named, redacted

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=@])")


def plain(text: object) -> str:
    """Text without control codes and without secrets."""
    return redacted(_CONTROL.sub("", _ANSI.sub("", str(text))))


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
    secret = named(key) and not key.endswith("_env") and isinstance(value, str)
    return HIDDEN if secret and value else without_secrets(value)
