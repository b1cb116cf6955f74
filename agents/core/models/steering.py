"""Steering vectors in the user's cache: which there are for a model, and whether they still fit.

A set of vectors is a folder with a widened model, an adapter per vector, and a manifest. The name
of the folder is the hash of the set, so that a set never changes. `arena vector make` writes it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from platformdirs import user_cache_path

from agents.core.models import embedded
from games import BadInput
from games.core.errors import unknown

MANIFEST: Final = "manifest.json"
WIDENED: Final = "widened.gguf"
_CURRENT: Final = "current.json"
"""By hash of a model's file, the hash of its latest set."""
DIRECTIONS: Final = 20
"""Random directions that are made if no other number is asked for."""


def folder() -> Path:
    """The folder of all sets."""
    return user_cache_path("affect-arena") / "vectors"


def file_hash(path: Path) -> str:
    """SHA-256 of a file; computed again if its size or time changed."""
    about = path.stat()
    return _file_hash(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=8)
def _file_hash(path: Path, _size: int, _time: int) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class VectorSet:
    """A set of vectors.

    Args:
        hash: of the model's file, the blocks and all vectors.
        folder: that holds its files.
        about: content of the manifest.
    """

    hash: str
    folder: Path
    about: Mapping[str, Any]

    @classmethod
    def current(cls, model: str, random: int = DIRECTIONS) -> Self:
        """The latest set of a model.

        Args:
            model: name of the model in a design.
            random: number of random directions that are needed.

        Raises:
            BadInput: the model is not embedded, its file cannot be used, or no set was made of it.
        """
        require_embedded(model)
        path = embedded.weights(model.removeprefix(embedded.PREFIX))
        known = latest().get(file_hash(path))
        if known is None:
            raise BadInput(
                f"there are no vectors of {model} as its file is now: make them with "
                f"{making(model, random)}"
            )
        return cls.read(known, model)

    @classmethod
    def read(cls, hashed: str, model: str) -> Self:
        """The set with a hash.

        Args:
            hashed: the hash.
            model: name of its model in a design.

        Raises:
            BadInput: it is not in the cache, or cannot be read.
        """
        path = folder() / hashed / MANIFEST
        try:
            about = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise BadInput(
                f"the vectors {hashed[:12]} of {model} in this design are not in the cache "
                f"{folder()}: make them on this machine with {making(model)}, and with the same "
                "options as before, or take vectors out of the design"
            ) from None
        except (OSError, ValueError) as error:
            raise BadInput(f"vectors {path} cannot be read: {error}") from None
        return cls(hashed, path.parent, about)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the vectors, in the order of the engine's adapters."""
        return tuple(self.about["vectors"])

    @property
    def model(self) -> Path:
        """The widened model."""
        return self.folder / WIDENED

    @property
    def adapters(self) -> tuple[Path, ...]:
        """Their files, in the same order."""
        return tuple(self.folder / f"{name}.gguf" for name in self.names)

    def check(self, model: str) -> None:
        """Refuse a model whose file is not the one that the vectors were made of, and changed sets.

        Raises:
            BadInput: the file of the model or of a vector is another one.
        """
        path = embedded.weights(model.removeprefix(embedded.PREFIX))
        if file_hash(path) != self.about["model_hash"]:
            raise BadInput(
                f"model file {path} has changed since the vectors {self.hash[:12]} were made of "
                f"it: make new ones with arena vector make {model}"
            )
        files = {WIDENED: self.about["widened_hash"]}
        files |= {f"{name}.gguf": hashed for name, hashed in self.about["vectors"].items()}
        for name, hashed in files.items():
            if not (self.folder / name).is_file() or file_hash(self.folder / name) != hashed:
                raise BadInput(
                    f"{self.folder / name} is missing or has changed: make the vectors again with "
                    f"arena vector make {model}"
                )

    def scales(self, doses: Mapping[str, float]) -> list[dict[str, float]]:
        """Doses by name in the form of a request to the engine.

        Every adapter is listed: after a steered request, the engine answers a request without a
        list, or with an empty one, from the steered states that it remembers.

        Raises:
            BadInput: there is no such vector.
        """
        self.require(doses)
        return [{"id": at, "scale": doses.get(name, 0.0)} for at, name in enumerate(self.names)]

    def require(self, doses: Mapping[str, float]) -> None:
        """Refuse doses of vectors that the set lacks.

        Raises:
            BadInput: there is no such vector.
        """
        for name in doses:
            if name not in self.names:
                raise unknown(f"vector of the set {self.hash[:12]}", name, self.names)


@dataclass(frozen=True, slots=True)
class Steering:
    """Vectors that are added to a model's states during a call.

    Args:
        vectors: hash of the set.
        doses: factor of each vector.
    """

    vectors: str
    doses: tuple[tuple[str, float], ...]


def making(model: str, random: int = DIRECTIONS) -> str:
    """The command that makes the vectors of a model, with so many random directions."""
    more = f" --random {random}" if random > DIRECTIONS else ""
    return f"arena vector make {model}{more}"


def require_embedded(model: str) -> None:
    """Refuse a model whose states nobody here can move.

    Raises:
        BadInput: the model is not embedded.
    """
    if not model.startswith(embedded.PREFIX):
        raise BadInput(
            f'model {model!r} cannot be steered: means = "vector" moves the states of '
            "embedded models of the llama architecture, such as embedded/smollm2"
        )


def latest() -> dict[str, str]:
    """By hash of a model's file, the hash of its latest set."""
    try:
        known: dict[str, str] = json.loads((folder() / _CURRENT).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"{folder() / _CURRENT} cannot be read: {error}") from None
    return known


def make_current(model_hash: str, hashed: str) -> None:
    """Note the latest set of a model."""
    known = latest() | {model_hash: hashed}
    part = folder() / f"{_CURRENT}.part"
    part.write_text(json.dumps(known, indent=1), "utf-8")
    part.replace(folder() / _CURRENT)
