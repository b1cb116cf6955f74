"""Keys and passwords: recognised in texts, so that they reach no record, no log and no page."""

import os
import re

HIDDEN = "[redacted]"

_SHORTEST = 8
"""Characters from which on the value of an environment variable is taken for a secret."""

_NAMED = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_LOOKS = re.compile(
    r"(?P<before>\b(?:bearer|basic)\s+"
    r"|\b\w*(?:api[_-]?key|token|secret|passw(?:or)?d)\w*[\"']?\s*[:=]\s*[\"']?)"
    r"(?=[^\s\"',;}\]]*[0-9])[^\s\"',;}\]]{8,}"
    r"|(?P<scheme>://[^/\s:@]*:)[^/\s@]+(?=@)"
    r"|\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|glpat|AIza)[-_]?[A-Za-z0-9_\-]{16,}\b",
    re.IGNORECASE,
)


def named(key: str) -> bool:
    """Whether a field or variable is named like one that holds a secret."""
    return _NAMED.search(key) is not None


def redacted(text: str) -> str:
    """A text without secrets.

    Secrets are the values of environment variables named like keys, what looks like a provider's
    key, what stands behind words such as "api_key =", and passwords in addresses.
    """
    for secret in _known():
        text = text.replace(secret, HIDDEN)
    return _LOOKS.sub(lambda found: f"{found['before'] or found['scheme'] or ''}{HIDDEN}", text)


def _known() -> list[str]:
    """Values of variables, the longest first: one may hold another."""
    found = {value for name, value in os.environ.items() if named(name) and len(value) >= _SHORTEST}
    return sorted(found, key=len, reverse=True)
