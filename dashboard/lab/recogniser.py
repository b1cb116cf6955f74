"""What reads faces in participants' browsers: files that `make faces` laid out, or a model besides.

A model of one's own is an ONNX file that takes crops of faces, 1 x 3 x size x size, and gives a
score for each of its classes. A JSON file of the same name beside it can state what `OwnModel` has.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agents.core.parse import parse
from arena.core import files
from arena.record.readings import CLASSES
from games import BadInput

_HERE = Path(__file__).parent / "faces"
LAID = _HERE / "laid"
"""Where `make faces` lays the files."""

MISSING = (
    "Faces are not read: make faces lays out what it takes. Participants use buttons until then."
)
_DETECTOR = ("face-api.esm.js", "tiny_face_detector_model.bin", "face_expression_model.bin")
_RUNTIME = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")

Colours = tuple[float, float, float]
Spreads = tuple[
    Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]
]


class OwnModel(BaseModel):
    """How crops go into a model of one's own and what comes out, as EmotiEffLib's exports have it.

    Source: Savchenko (2022), "Video-based frame-level facial analysis of affective behavior on
    mobile devices using EfficientNets"; means and deviations are those of ImageNet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[str, ...] = (
        "anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise",
    )  # fmt: skip
    """Emotions by place of their score."""
    size: int = Field(224, ge=16, le=1024)
    """Width and height of a crop, in pixels."""
    mean: Colours = (0.485, 0.456, 0.406)
    """Of red, green and blue, subtracted from values from 0 to 1."""
    std: Spreads = (0.229, 0.224, 0.225)
    """By which the difference is divided."""

    @field_validator("classes")
    @classmethod
    def _whole(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        if lacking := [name for name in CLASSES if name not in classes]:
            raise ValueError(f"lacks {', '.join(lacking)}: it must hold {', '.join(CLASSES)}")
        return classes


@dataclass(frozen=True)
class Recogniser:
    """What reads faces.

    Args:
        name: as it goes on record.
        path: of a model of one's own; None for the one that is laid out.
        own: of it.
    """

    name: str
    path: Path | None = None
    own: OwnModel | None = None


def recogniser(path: Path | None = None, laid: Path = LAID) -> Recogniser | None:
    """What reads faces; None if it is not laid out.

    Args:
        path: of a model of one's own; None for the one that is laid out.
        laid: folder of what `make faces` lays out.

    Raises:
        BadInput: the model or its description cannot be read, or what runs it is not laid out.
    """
    there = all((laid / name).is_file() for name in _DETECTOR)
    wanted = json.loads((_HERE / "package.json").read_text())["dependencies"]
    name = f"face-api {wanted['@vladmandic/face-api']}"
    if path is None:
        return Recogniser(name) if there else None
    if not there or not all((laid / each).is_file() for each in _RUNTIME):
        raise BadInput(f"--face-model {path}: what runs it is not laid out: make faces does it")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"--face-model {path} cannot be read: {error.strerror}") from None
    if path.suffix != ".onnx" or not content:
        raise BadInput(f"--face-model {path} must be a model in an .onnx file")
    about = path.with_suffix(".json")
    own = _described(about) if about.exists() else OwnModel()
    key = hashlib.sha256(content).hexdigest()[:16]
    return Recogniser(f"{path.name} {key}, faces found by {name}", path, own)


def _described(path: Path) -> OwnModel:
    """The description of a model.

    Raises:
        BadInput: it is none.
    """
    try:
        stated = json.loads(files.read_text(path))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(stated, dict):
        raise BadInput(f"{path} must be a JSON object")
    return parse(OwnModel, stated, f"{path}")


def face_routes(reads: Recogniser | None) -> list[BaseRoute]:
    """Where browsers find it."""
    if reads is None:
        return []

    async def model(_request: Request) -> Response:
        assert reads.path is not None
        return FileResponse(reads.path)

    async def about(_request: Request) -> Response:
        assert reads.own is not None
        return JSONResponse(reads.own.model_dump(mode="json"))

    own = [Route("/faces/own.onnx", model), Route("/faces/own.json", about)]
    return [*(own if reads.own is not None else ()), Mount("/faces", StaticFiles(directory=LAID))]
