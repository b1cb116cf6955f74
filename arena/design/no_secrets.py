"""A design is on record, shown and exported, so it must hold no key and no password."""

from collections.abc import Mapping
from typing import Any

from agents.core.access.secrets import redacted
from agents.core.access.settings import texts
from games import BadInput

_NAMES = "api_key_env"
"""Holds the name of a variable, which may look like a key."""


def refuse_secrets(data: Mapping[str, Any], source: str) -> None:
    """Refuse a design that holds what looks like a secret.

    Args:
        data: the file's content.
        source: name of the file for error messages.

    Raises:
        BadInput: a text holds one; the field is named, and the text is not repeated.
    """
    names = {text: name for name, text in texts(data) if name != _NAMES}
    whole = "\n".join(names)
    if redacted(whole) == whole:  # far quicker than one by one
        return
    for text, name in names.items():
        if redacted(text) != text:
            raise BadInput(
                f"{source}: {name} holds what looks like a key or a password, which would go on "
                "record: put it into an environment variable that api_key_env names"
            )
