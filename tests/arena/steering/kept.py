"""Vectors of the tiny model in a cache of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.core.models import steering
from arena.steering.directions import Directions
from arena.steering.forward import Llama
from arena.steering.making import MakeRequest, _keep, make
from tests.arena.steering.tiny import BLOCKS, WIDTH, write


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


@contextmanager
def constructed(folder: Path) -> Iterator[Kept]:
    """A set whose anger, by construction, raises the logit of "c" over that of "d"."""
    path = write(folder / "tiny.gguf")
    embedding = Llama(path)._weights["token_embd.weight"]
    rng = np.random.default_rng(3)
    raw = {name: rng.standard_normal((BLOCKS, WIDTH)) for name in ("neutral", "placebo")}
    raw["anger"] = np.tile(embedding[ord("c")] - embedding[ord("d")], (BLOCKS, 1))
    unit = {name: (each / np.linalg.norm(each, axis=1)[:, None]) for name, each in raw.items()}
    about: dict[str, Any] = {"model_hash": steering.file_hash(path), "layers": [3, 3]}
    with cache(folder):
        yield Kept(path, _keep(path, Directions(unit), range(3, 4), 20, about))
