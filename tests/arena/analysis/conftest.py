"""What tests of models behind a server on this machine share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def key() -> Iterator[None]:
    """A key for the provider that the models pretend to have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        yield
