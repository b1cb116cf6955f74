"""Keys and passwords: recognised in texts, so that they reach no record, no log and no page."""

import os
import re

from agents.core.access.key_shapes import shapes

HIDDEN = "[redacted]"

_SHORTEST = 8
"""Characters from which on the value of an environment variable is taken for a secret."""

_NAMED = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_PART = r"[^\s\"',;}\]\\]"
"""A character of a secret."""
_DIGITS = rf"(?={_PART}*[0-9]){_PART}{{8}}"
"""A secret begins here rather than a word of a sentence."""
_QUOTE = r"\\*[\"']?"
_WORD = r"\b\w*(?:api[_-]?key|token|secret|passw(?:or)?d)\w*"
_LOOKS = re.compile(
    # What stands before a secret stays. Without a digit in it, a secret is what no sentence holds:
    # long, after "=" without a space, or in quotes after "api_key"; names of variables are none.
    rf"""
    (?P<before>
        authorization{_QUOTE}\s*[:=]\s*{_QUOTE}(?:bearer|basic)\s+
        | \b(?:bearer|basic)\s+(?={_PART}{{20}}|{_DIGITS})
        | {_WORD}{_QUOTE}\s*[:=]\s*{_QUOTE}(?={_DIGITS})
        | {_WORD}={_QUOTE}(?={_PART}{{8}})(?!(?-i:[A-Z_]+\b))
        | \b\w*api[_-]?key\w*{_QUOTE}\s*[:=]\s*\\*[\"'](?={_PART}{{8}})(?!(?-i:[A-Z_]+\b))
        | \bkey={_QUOTE}(?={_PART}{{16}}|{_DIGITS})
    ){_PART}+
    | (?P<scheme>://[^/\s:@]*:)[^/\s@]+(?=@)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def named(key: str) -> bool:
    """Whether a field or variable is named like one that holds a secret."""
    return _NAMED.search(key) is not None


def redacted(text: str) -> str:
    """A text without secrets.

    Secrets are the values of environment variables named like keys, what looks like a provider's
    key or a signed token, what stands behind words such as "api_key =" or "Bearer", and passwords
    in addresses.
    """
    for secret in _known():
        text = text.replace(secret, HIDDEN)
    text = _LOOKS.sub(lambda token: f"{token['before'] or token['scheme'] or ''}{HIDDEN}", text)
    for shape in shapes():
        text = shape.sub(HIDDEN, text)
    return text


def _known() -> list[str]:
    """Values of variables, the longest first: one may hold another."""
    texts = {value for name, value in os.environ.items() if named(name) and len(value) >= _SHORTEST}
    return sorted(texts, key=len, reverse=True)
