"""Vectors of the tiny model in a cache of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.core.models import steering
from arena.steering.making import MakeRequest, make
from tests.arena.steering.tiny import write


@dataclass(frozen=True)
class Kept:
    """A model and its vectors."""

    path: Path
    vectors: steering.VectorSet

    @property
    def model(self) -> str:
        return f"embedded/{self.path}"


@contextmanager
def cache(folder: Path) -> Iterator[None]:
    """Vectors are kept in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield


@contextmanager
def kept(folder: Path, random: int = 3) -> Iterator[Kept]:
    """The tiny model with vectors, the cache being that folder."""
    path = write(folder / "tiny.gguf")
    with cache(folder):
        request = MakeRequest(f"embedded/{path}", ("anger", "fear"), random=random)
        yield Kept(path, make(request, lambda _done, _every: None))
