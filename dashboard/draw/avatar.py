"""Drawn faces: one drawing of an emotion for people and agents alike, with its intensity as a ring.

The parts of a face are those of DiceBear's style Moods, named in each emotion's file. An emotion
without a drawing has the neutral face, beside its word.

Source: DiceBear, "Moods", CC0 1.0.
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from math import pi
from pathlib import Path
from typing import Any

from dicebear import Avatar, Style

from arena.lab.pages import Face
from games import BadInput
from games.core.errors import unknown
from prompts import catalogue
from prompts.core.rendering.emotion import NEUTRAL

_SKINS = ("#fcd34d", "#7dd3fc", "#6ee7b9", "#c4b5fd", "#fdba74", "#e2e8f0")
"""Colours of faces by seat, without further meaning."""

_RING = "#0b5c94"
_TRACK = "#c9d1d9"
_GROUND = "#e9edf1"
_RADIUS = 57

STYLE = Path(__file__).with_suffix(".css")
"""Style sheet of the layout of faces, and of transitions between them."""


@cache
def drawing(emotion: str, intensity: int | None = None, seat: int = 0) -> str:
    """A face as an SVG document of 120 by 120; equal for equal arguments.

    Args:
        emotion: id of an emotion; empty if none is shown.
        intensity: from 0 to 100, drawn as a ring; None without a ring.
        seat: seat of the player.

    Raises:
        BadInput: the emotion's file names a part that the style lacks.
    """
    colours = {"faceColor": [_SKINS[seat % len(_SKINS)]], "backgroundColor": [_GROUND]}
    parts = {"faceVariant": ["circle"], **_parts(emotion)}
    svg = Avatar(_style(), {"seed": "face", "borderRadius": 50, **colours, **parts}).to_string()
    inner = svg.replace("<svg ", '<svg x="10" y="10" width="100" height="100" ', 1)
    ring = "" if intensity is None else _ring(intensity)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="120" height="120">'
        f"{ring}{inner}</svg>"
    )


def source(emotion: str, intensity: int | None = None, seat: int = 0) -> str:
    """Data address that contains the drawing, so that no request reveals it."""
    return data_address(drawing(emotion, intensity, seat))


def data_address(svg: str) -> str:
    """The address of a drawing that contains the drawing itself."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def figures(faces: Iterable[Face]) -> str:
    """Faces as HTML, each above its name and its word; requires `STYLE`."""
    drawn = (
        '<figure class="avatar"><span class="drawings">'
        f"{_was(face)}{_image(face.emotion, face.intensity, face.seat, face.said)}</span>"
        f"<figcaption><span>{escape(face.who)}</span><strong>{escape(face.said)}</strong></figcaption>"
        "</figure>"
        for face in faces
    )
    return f'<div class="avatars">{"".join(drawn)}</div>'


def _was(face: Face) -> str:
    if face.before is None:
        return ""
    emotion, intensity = face.before
    return _image(emotion, intensity, face.seat, "", "was")


def _image(emotion: str, intensity: int | None, seat: int, said: str, kind: str = "now") -> str:
    address = source(emotion, intensity, seat)
    return f'<img class="{kind}" src="{address}" alt="{escape(said)}" width="120" height="120">'


def _ring(intensity: int) -> str:
    common = f'cx="60" cy="60" r="{_RADIUS}" fill="none" stroke-width="5"'
    around = 2 * pi * _RADIUS
    dashes = f"{around * intensity / 100:.2f} {around:.2f}"
    return (
        f'<circle {common} stroke="{_TRACK}"/>'
        f'<circle {common} stroke="{_RING}" stroke-dasharray="{dashes}" '
        'transform="rotate(-90 60 60)"/>'
    )


def _parts(emotion: str) -> dict[str, list[str]]:
    """Options of the style for the face of an emotion.

    Raises:
        BadInput: the style lacks a part.
    """
    stated = catalogue().drawing(emotion) or catalogue().drawing(NEUTRAL) or {}
    components = _definition()["components"]
    for part, variant in stated.items():
        if part not in components:
            raise unknown(f"part of the drawing of emotion {emotion!r}", part, components)
        if variant not in (variants := components[part]["variants"]):
            raise unknown(
                f"variant of the drawing of emotion {emotion!r}: {part}", variant, variants
            )
    return {f"{part}Variant": [variant] for part, variant in stated.items()}


@cache
def _style() -> Style:
    return Style(_definition())


@cache
def _definition() -> dict[str, Any]:
    try:
        text = files("dicebear_styles").joinpath("moods.json").read_text()
    except (ModuleNotFoundError, FileNotFoundError):
        raise BadInput("the style of the drawn faces is missing: install dicebear-styles") from None
    definition: dict[str, Any] = json.loads(text)
    return definition
