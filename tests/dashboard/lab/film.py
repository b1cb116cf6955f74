"""A film that Chromium takes for a camera: an empty room, or a face that smiles, while it runs.

The face is a still in the public domain (NASA's portrait of Eileen Collins, in scikit-image), moved
and scaled a little from picture to picture.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from PIL import Image
from skimage import data

from dashboard.lab.recogniser import recogniser
from tests.dashboard.browser import CHROMIUM

Scene = Literal["room", "face", "night"]

_SIZE = (320, 240)
_COUNT = 10
"""Pictures, shown again and again."""
_WALL = (126, 124, 120)
_HEAD = b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420jpeg\n"

READY = CHROMIUM is not None and recogniser() is not None
REQUIRED = os.environ.get("FACES") == "required"
"""Continuous integration, where a test of faces that is skipped has failed."""
needed = pytest.mark.skipif(
    not READY and not REQUIRED, reason="faces need Chromium, and what make faces lays out"
)


class Film:
    """Pictures in a file that is read as it is shown, so that the scene can be changed.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path, scene: Scene = "room") -> None:
        self.path = path
        path.write_bytes(_film(scene))

    def show(self, scene: Scene) -> None:
        """Change what is in front of the camera."""
        with self.path.open("r+b") as file:
            file.write(_film(scene))

    @property
    def flags(self) -> tuple[str, ...]:
        """Of a browser with this camera."""
        fake = "--use-fake-device-for-media-stream"
        return (fake, f"--use-file-for-fake-video-capture={self.path}")


def _film(scene: Scene) -> bytes:
    return _HEAD + b"".join(b"FRAME\n" + _yuv(picture) for picture in _pictures(scene))


def _pictures(scene: Scene) -> Sequence[Image.Image]:
    rng = Random(scene)
    if scene != "face":
        shade = {"room": _WALL, "night": (6, 6, 6)}[scene]
        return [Image.new("RGB", _SIZE, shade) for _ in range(_COUNT)]
    still = Image.fromarray(data.astronaut()).crop((100, 0, 420, 240))
    return [_moved(still, rng) for _ in range(_COUNT)]


def _moved(still: Image.Image, rng: Random) -> Image.Image:
    scale = rng.uniform(0.97, 1.08)
    large = still.resize((int(_SIZE[0] * scale), int(_SIZE[1] * scale)))
    picture = Image.new("RGB", _SIZE, _WALL)
    picture.paste(large, (rng.randint(-6, 6), rng.randint(-4, 4)))
    return picture


def _yuv(picture: Image.Image) -> bytes:
    bright, blue, red = picture.convert("YCbCr").split()
    half = (_SIZE[0] // 2, _SIZE[1] // 2)
    return bright.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
