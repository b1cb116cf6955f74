"""Published item sets in the user's data folder: checked, then kept with their licence.

A set that is whole is known by the hash of its content, whatever its form. What is another
selection is kept under a name of its own.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.core.files import make_folder, write_text
from arena.record.published_items import FORMS, RULES, read
from games import BadInput
from games.core import items
from games.core.errors import unknown
from games.core.items import ItemSet

MIT, CC_BY, CC_BY_SA = "MIT", "CC BY 4.0", "CC BY-SA 4.0"

_SIGNS = {MIT: ("mit license", "permission is hereby granted"), CC_BY: ("attribution",)}
_SIGNS |= {CC_BY_SA: ("sharealike", "share alike")}
"""By licence, what its text has to hold in small letters; one of them."""

_MIT_TEXT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

_TERMS = {
    MIT: _MIT_TEXT,
    CC_BY: "Terms: https://creativecommons.org/licenses/by/4.0/legalcode\n",
    CC_BY_SA: "Terms: https://creativecommons.org/licenses/by-sa/4.0/legalcode\n",
}
"""By licence, its terms; the licences of Creative Commons ask for no more than their address."""


@dataclass(frozen=True)
class Published:
    """A set as it is published.

    Args:
        kind: of items.
        about: what it is.
        licence: of the texts.
        source: whom to name.
        digest: hash of the whole set.
        counts: by tag, number of items of the whole set.
        warning: what a reader is told before the texts are shown.
        code: licence of the code that the set is published with, if it is another one.
        holders: copyright lines of the texts, where the licence asks for them.
    """

    kind: str
    about: str
    licence: str
    source: str
    digest: str
    counts: Mapping[str, int]
    warning: str = ""
    code: str = ""
    holders: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Number of items."""
        return sum(self.counts.values())


_ELSEWHERE = """\
The copyright line of ETHICS is in the file LICENSE of its repository, github.com/hendrycks/ethics:
put that file beside the set and import it again to keep the line with it."""
_HARM = "these items describe harm to people"
_MORALCHOICE = "MoralChoice: Scherrer, Shi, Feder and Blei (2023), NeurIPS 36; data card"
_LOW = (76, 72, 69, 71, 76, 79, 55, 58, 68, 63)
_HIGH = (77, 71, 57, 71, 63, 73, 57, 71, 68, 72)

PUBLISHED: Mapping[str, Published] = {
    "ethics": Published(
        "judgement",
        "ETHICS, commonsense and justice, as TrustLLM selects them",
        MIT,
        "ETHICS: Hendrycks et al. (2021), ICLR; selection: Sun et al. (2024), TrustLLM, ICML",
        "8c5203778dc6d30e",
        {"commonsense": 250, "justice": 250},
        _HARM,
        holders=("Copyright (c) 2024 Yue Huang (TrustLLM)", _ELSEWHERE),
    ),
    "moralchoice_low": Published(
        "dilemma",
        "MoralChoice, low ambiguity: the first action is right",
        CC_BY,
        _MORALCHOICE,
        "319788bc7aca727e",
        dict(zip(RULES, _LOW, strict=True)),
        _HARM,
        MIT,
    ),
    "moralchoice_high": Published(
        "dilemma",
        "MoralChoice, high ambiguity: neither action is clearly right",
        CC_BY,
        _MORALCHOICE,
        "4a0ec13fd5a3a29b",
        dict(zip(RULES, _HIGH, strict=True)),
        _HARM,
        MIT,
    ),
    "stereoset": Published(
        "stereotype",
        "StereoSet, pairs of sentences, as TrustLLM selects them",
        CC_BY_SA,
        "StereoSet: Nadeem et al. (2021), ACL; selection: Sun et al. (2024), TrustLLM, ICML",
        "29a29b446a2a8768",
        {"race": 464, "profession": 380, "gender": 103, "religion": 53},
        "these items repeat stereotypes of real groups of people, many of them offensive",
    ),
}
"""By name of the set."""


@dataclass(frozen=True)
class Imported:
    """A set that was kept.

    Args:
        items: the set.
        path: its file.
        whole: whether it is the published set, by its hash.
    """

    items: ItemSet
    path: Path
    whole: bool


def import_items(
    what: str, path: Path, folder: Path, *, subset: bool = False, licence: Path | None = None
) -> tuple[Imported, ...]:
    """Check the published sets of a file and keep them: all of them, or none.

    Args:
        what: ethics, moralchoice or stereoset.
        path: of the file.
        folder: that sets are kept in.
        subset: whether another selection than the published one may be kept, as NAME_subset.
        licence: a file with the text of its licence; None for one beside the file, or its name.

    Raises:
        BadInput: the file does not fit, it is another selection, or the licence another one.
    """
    if what not in FORMS:
        raise unknown("published item set", what, FORMS)
    checked = [_checked(name, rows, path) for name, rows in _sets(what, read(what, path)).items()]
    for each in checked:
        if not each.whole and not subset:
            differs = _differs(each.data["items"], each.about)
            raise BadInput(f"{path} {differs}; --subset keeps it as {each.name}_subset")
    terms = [_licence_text(each.about, licence or _beside(path)) for each in checked]
    make_folder(folder, exist_ok=True)
    return tuple(each.keep(folder, text) for each, text in zip(checked, terms, strict=True))


@dataclass(frozen=True)
class _Checked:
    """A set that fits, before it is kept.

    Args:
        name: of the published set.
        data: kind and items, as a file of a set has them.
        whole: whether it is the published set.
    """

    name: str
    data: Mapping[str, Any]
    whole: bool

    @property
    def about(self) -> Published:
        """The published set."""
        return PUBLISHED[self.name]

    def keep(self, folder: Path, licence: str) -> Imported:
        """Write it and its licence; another selection under a name of its own."""
        about, size = self.about, len(self.data["items"])
        name = self.name if self.whole else f"{self.name}_subset"
        words = {"about": about.about if self.whole else f"{size} items of: {about.about}"}
        words |= {"licence": about.licence, "source": about.source, "warning": about.warning}
        kept, data = folder / f"{name}.json", {**words, **self.data}
        write_text(kept, json.dumps(data, ensure_ascii=False, indent=1))
        write_text(folder / f"{name}.licence.txt", licence)
        return Imported(items.parse(name, data, str(kept)), kept, self.whole)


def _checked(name: str, rows: list[dict[str, Any]], path: Path) -> _Checked:
    about = PUBLISHED[name]
    data = {"kind": about.kind, "items": [*_numbered(name, rows)]}
    return _Checked(name, data, items.parse(name, data, str(path)).digest == about.digest)


def _sets(what: str, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The sets that a file is of, with their rows: MoralChoice is two, in one file or in two."""
    if what != "moralchoice":
        return {what: rows}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(f"moralchoice_{'low' if row['right'] else 'high'}", []).append(row)
    return found


def _numbered(name: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, 1):
        kept = {key: value for key, value in row.items() if value}
        yield {"id": f"{name}_{number:04}", **kept}


def _differs(rows: list[dict[str, Any]], about: Published) -> str:
    """How a file differs from the published set."""
    counts = Counter(row["tags"][0] for row in rows)
    wrong = [
        f"{counts.get(tag, 0)} of {count} for {tag}"
        for tag, count in about.counts.items()
        if counts.get(tag, 0) != count
    ]
    if wrong:
        return f"has {len(rows)} items, and the published set {about.size}: {', '.join(wrong)}"
    return f"has the {about.size} items' counts, but not the published texts or labels (by hash)"


def _beside(path: Path) -> Path | None:
    """A licence file in the folder of a file, or in the one above."""
    folders = (path.resolve().parent, path.resolve().parent.parent)
    found = (each for folder in folders for each in sorted(folder.glob("LICEN[CS]E*")))
    return next(found, None)


def _licence_text(about: Published, path: Path | None) -> str:
    """The notice that stays with a set, the terms of its licence, and the text beside the set.

    Raises:
        BadInput: the text is neither that of the licence of the set nor of the code with it.
    """
    notice = f"{about.about}\nSource: {about.source}\nLicence: {about.licence}\n\n"
    if path is None:
        return notice + "".join(f"{line}\n\n" for line in about.holders) + _TERMS[about.licence]
    notice += _TERMS[about.licence]
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    signs = (*_SIGNS[about.licence], *_SIGNS.get(about.code, ()))
    if not any(sign in text.casefold() for sign in signs):
        raise BadInput(f"{path} is not the text of {about.licence}, the licence of this set")
    return f"{notice}\n{text}"
