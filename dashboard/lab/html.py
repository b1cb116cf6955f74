"""Pages as HTML: one template for every kind of page, so that a new kind is data alone."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from arena.lab.pages import Camera, Face, Field, Page, Progress
from dashboard.draw.avatar import figures, source
from dashboard.lab.recogniser import Recogniser
from prompts import catalogue
from prompts.core.texts.catalogue import fill

_WIDEST = 11
"""Numbers of a scale that stand beside each other; a longer scale is a field for a number."""

LONGEST = 2000
"""Characters of a text, as far as the browser counts."""


@dataclass(frozen=True)
class Words:
    """The application's own texts in one language.

    Args:
        language: its code.
    """

    language: str

    def __getitem__(self, key: str) -> str:
        """A text without placeholders."""
        return str(catalogue().get(self.language, "lab", "web", key))

    def progress(self, at: Progress) -> str:
        """How far a participant has come."""
        said = [self._filled("match", match=at.match, matches=at.matches)]
        if at.rounds:
            said.append(self._filled("rounds", round=at.round, rounds=at.rounds))
        elif at.round:
            said.append(self._filled("round", round=at.round))
        return ", ".join(said)

    def _filled(self, key: str, **values: int) -> str:
        return fill(self[key], {name: str(value) for name, value in values.items()})


def page_html(page: Page) -> str:
    """What is inside the main part of a participant's page."""
    return _rendered("page.html", page=page, words=Words(page.language))


def waiting_html(language: str) -> str:
    """What stands in the main part before the first page has come."""
    return _rendered("connecting.html", words=Words(language))


def shell_html(language: str, socket: str, recogniser: Recogniser | None = None) -> str:
    """The document around a participant's pages.

    Args:
        language: of its own texts, until the first page has come.
        socket: path of the WebSocket.
        recogniser: what reads faces in the browser; None where nothing does.
    """
    words = Words(language)
    return _rendered(
        "seat.html", words=words, socket=socket, recogniser=recogniser, title=words["connecting"]
    )


def door_html(language: str, hidden: dict[str, str]) -> str:
    """The page that a link opens: one button lets in. Programs that look at links press none."""
    words = Words(language)
    return _rendered("door.html", words=words, hidden=hidden, title=words["join"])


def told_html(language: str, text: str) -> str:
    """A page that says one thing."""
    words = Words(language)
    return _rendered("told.html", words=words, text=text, title=words["join"])


def room_html(language: str, waiting: int) -> str:
    """The page that says how many wait."""
    words = Words(language)
    return _rendered("room.html", words=words, waiting=waiting, title=words["room"])


def best_language(accepted: str, languages: tuple[str, ...]) -> str:
    """The first language that a browser accepts and the design has; else the design's first."""
    for part in accepted.split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in languages:
            return code
    return languages[0]


def _rendered(name: str, **values: object) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    """Templates in which every value is escaped, and none may be missing."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(longest=LONGEST)
    made.filters.update(numbers=_numbers, web=_web, figures=_figures, face=_face, about=_about)
    made.tests["row"] = _is_row
    return made


def _numbers(field: Field) -> range:
    """All numbers from low to high."""
    return range(field.low, field.high + 1)


def _figures(faces: Iterable[Face]) -> Markup:
    """Drawn faces, each with its name."""
    return Markup(figures(faces))  # noqa: S704 - its texts are escaped


def _face(emotion: str) -> Markup:
    """A drawn face without a ring, as the address of an image."""
    return Markup(source(emotion))  # noqa: S704 - base64


def _about(camera: Camera) -> str:
    """What the browser does with the camera, as JSON."""
    return json.dumps(asdict(camera), ensure_ascii=False)


def _is_row(field: Field) -> bool:
    """Whether the numbers of a field stand beside each other."""
    return field.kind in {"scale", "grid"} and field.high - field.low < _WIDEST


def _web(address: str) -> str:
    """An address of the web; empty if it is anything else, such as a script."""
    return address if urlsplit(address).scheme in {"http", "https"} else ""
