"""Tests, in the same rooms as the code that they test."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""The folder that holds `pyproject.toml`."""
