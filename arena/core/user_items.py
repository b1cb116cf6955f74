"""The folder of item sets that a user has imported, outside the repository and of every run."""

from pathlib import Path

from platformdirs import user_data_path

from games.core import items


def folder() -> Path:
    """Where they are kept; it may not be there yet."""
    return user_data_path("affect-arena") / "items"


items.look_in(folder)
