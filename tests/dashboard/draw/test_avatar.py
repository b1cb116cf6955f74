"""Drawn faces: told apart, the same each time, and with words for those who do not see them."""

import re
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from vl_convert import svg_to_png

from arena.lab.pages import Face
from arena.record.readings import CLASSES
from dashboard.draw.avatar import STYLE, drawing, figures
from games import BadInput
from prompts.core.texts.catalogue import Catalogue

INTENSITIES = (None, 0, 25, 50, 75, 100)
INNER = slice(25, 95)
"""Pixels of the face without its ring."""


def pixels(emotion: str, intensity: int | None = None, seat: int = 0) -> np.ndarray:
    """A face of 120 by 120 pixels, in grey."""
    picture = Image.open(BytesIO(svg_to_png(drawing(emotion, intensity, seat))))
    assert picture.size == (120, 120)
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    return np.asarray(page.convert("L"), dtype=float)


def test_all_emotions_are_told_apart_at_every_intensity() -> None:
    faces = {emotion: pixels(emotion)[INNER, INNER] for emotion in CLASSES}
    for one, other in combinations(CLASSES, 2):
        differing = np.abs(faces[one] - faces[other]) > 64
        assert differing.sum() > 60, (one, other)  # more than a stroke of eight pixels
    for emotion in CLASSES:
        drawn = {intensity: drawing(emotion, intensity) for intensity in INTENSITIES}
        assert len({*drawn.values()}) == len(INTENSITIES)
        same = [pixels(emotion, intensity)[INNER, INNER] for intensity in INTENSITIES]
        assert all(np.array_equal(same[0], each) for each in same)  # intensity is the ring alone


def test_a_ring_grows_with_the_intensity() -> None:
    blue = [(pixels("anger", each) < 100).sum() for each in INTENSITIES[1:]]
    assert blue == sorted(blue)
    assert np.diff(blue).min() > 100


def test_a_face_is_the_same_each_time_and_of_another_colour_in_another_seat() -> None:
    assert drawing("fear", 40) == drawing.__wrapped__("fear", 40)
    assert drawing("fear", seat=0) != drawing("fear", seat=1)
    assert "<script" not in drawing("fear", 40)
    assert not re.search(r"""(?:href|src)=["'](?!#)""", drawing("fear", 40))  # nothing is loaded


def test_who_shows_nothing_looks_neutral() -> None:
    assert drawing("") == drawing("neutral")
    assert drawing("nostalgia") == drawing("neutral")  # an emotion of a design, without a drawing


def test_a_figure_has_words_and_changes_only_where_something_changed() -> None:
    calm = Face(0, "The <other> player", "fear", 40, "fear, 40 of 100")
    moved = Face(1, "You", "anger", None, "anger", ("", None))
    one, two = (figures([each]) for each in (calm, moved))
    assert 'alt="fear, 40 of 100"' in one
    assert "The &lt;other&gt; player" in one
    assert 'class="was"' not in one
    assert 'class="was"' in two
    still = STYLE.read_text()
    assert still.count("animation:") == still[
        still.index("@media (prefers-reduced-motion: no-pre") :
    ].count("animation:")


def test_a_drawing_that_the_style_does_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "drawing", lambda *_: {"eyes": "angri"})
    with pytest.raises(BadInput, match=r"drawing of emotion 'x': eyes 'angri'.*angry"):
        drawing("x")
    monkeypatch.setattr(Catalogue, "drawing", lambda *_: {"hair": "long"})
    with pytest.raises(BadInput, match=r"part of the drawing of emotion 'y'"):
        drawing("y")
