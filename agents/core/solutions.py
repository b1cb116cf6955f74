"""Solved games, kept in the user's cache folder."""

from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from games import Game
from games.core import solution_cache
from games.core.policy import Policy


def cache_folder() -> Path:
    """The folder for files that the program can compute again."""
    return user_cache_path("affect-arena")


def solved(game: Game[Any], iterations: int) -> Policy:
    """The policy of a game that can be solved, from the cache if it is there.

    Raises:
        BadInput: the game cannot be solved, or the cache folder cannot be used.
    """
    return solution_cache.solved(game, iterations, cache_folder())
