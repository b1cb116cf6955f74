"""A key of a provider on this machine."""

import pytest


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the provider on this machine."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
