"""Tests, in the same rooms as the code that they test."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""The folder that holds `pyproject.toml`."""
PACKAGES = ("agents", "arena", "dashboard", "games", "prompts", "ratings")
"""The top-level folders that are packages."""
