"""`arena report`: one self-contained page about a run, for readers without the run."""

import html
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from arena.analysis.alignment import align
from arena.analysis.doubts import doubts
from arena.analysis.effects import EffectsRequest, effects
from arena.analysis.rating import Request, rate
from arena.core.files import write_text
from arena.core.terminal import visible
from arena.record.judgements import warning
from arena.record.registration import FILE as REGISTRATION
from arena.record.registration import standing
from arena.record.run import Run
from arena.report.alignment import sheets as alignment_sheets
from arena.report.charts import all_effects, as_figure, people
from arena.report.charts import leaderboard as ranking
from arena.report.doctor import browser
from arena.report.effects import sheets as effect_sheets
from arena.report.leaderboard import board
from arena.report.notable import notable
from arena.report.run_summary import log_lines
from arena.report.tables import Sheet, as_html
from arena.report.transcript import transcript_lines
from games import BadInput

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1c1c; background: #fff }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: left;
  vertical-align: top }
pre { font-size: 12px; white-space: pre-wrap; background: #f6f6f6; padding: .8rem }
figure { margin: 1rem 0 } figcaption { font-weight: 600 } figure p { color: #555; font-size: 13px }
.chart { break-inside: avoid; padding-left: 3rem }
svg { max-width: 100%; height: auto; overflow: visible }
@media print { details > pre { break-inside: auto } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PRINTING = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
_SOUND = "Nothing was found that casts doubt on the numbers."
_PATIENCE = 120
"""Seconds that a browser may take to print."""


def run_page(run: Run, *, rounds: int = 1000) -> str:
    """The page, as HTML that loads nothing.

    Args:
        run: the run.
        rounds: of the bootstrap behind ratings.
    """
    parts = (
        ("To know first", [_paragraphs([each.sentence for each in doubts(run)] or [_SOUND])]),
        ("Design", _design(run)),
        ("Registration", _registered(run)),
        ("Leaderboard", _leaderboard(run, rounds)),
        ("Effects of emotions", _effects(run)),
        ("Beside people", _people(run)),
        ("Health of the run", [_pre(log_lines(run))]),
        ("Matches to read", _matches(run)),
    )
    name = html.escape(run.manifest.name)
    body = "\n".join(
        f'<section id="{number}">\n<h2>{title}</h2>\n{"".join(part)}\n</section>'
        for number, (title, part) in enumerate(parts, start=1)
    )
    links = " · ".join(f'<a href="#{n}">{title}</a>' for n, (title, _) in enumerate(parts, start=1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{name}</h1>\n<p>{links}</p>\n{body}\n</body>\n</html>\n"
    )


def write_page(text: str, path: Path) -> None:
    """Write the page.

    Raises:
        BadInput: the file cannot be written.
    """
    try:
        write_text(path, text)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None


def print_page(page: Path, out: Path) -> None:
    """Print a page as PDF.

    Args:
        page: of HTML.
        out: the PDF.

    Raises:
        BadInput: there is no Chromium, or it prints nothing.
    """
    if (chromium := browser()) is None:
        raise BadInput("a PDF needs Chromium, which is not there (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium, *_PRINTING, f"--user-data-dir={profile}", f"--print-to-pdf={out}"]
        try:
            subprocess.run(  # noqa: S603 - our own page
                [*command, page.resolve().as_uri()],
                capture_output=True,
                check=True,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise BadInput(f"{out} could not be printed: {error}") from None
    if not out.is_file():
        raise BadInput(f"{out} could not be printed: Chromium wrote nothing")


def _design(run: Run) -> Iterator[str]:
    about = run.manifest
    known = {
        "design": about.design_hash,
        "seed": about.design.get("seed", "–"),
        "matches": f"{sum(run.counts.values())} of {run.planned}",
        "program": ", ".join(f"{name} {version}" for name, version in about.versions.items()),
        "revision": about.revision or "–",
    }
    yield _table("design", "What was played", [{"": key, "is": known[key]} for key in known])
    yield _table("games", "Games", _rows(about.design["games"], "game"))
    yield _table("contestants", "Contestants", _rows(about.design["contestants"], "contestant"))


def _rows(content: dict[str, dict[str, object]], key: str) -> list[dict[str, object]]:
    """The stated parameters of each, in one cell."""
    return [
        {key: name, "stated": ", ".join(f"{k} {_flat(v)}" for k, v in each.items() if v)}
        for name, each in content.items()
    ]


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return (
            "(" + ", ".join(k if v is True else f"{k} {_flat(v)}" for k, v in value.items()) + ")"
        )
    return str(value)


def _registered(run: Run) -> Iterator[str]:
    state = standing(run)
    yield _paragraphs([f"This run is {state.words}.", *state.differences])
    path = run.folder / REGISTRATION
    if path.is_file():
        yield _details("The registration", path.read_text(encoding="utf-8").splitlines())


def _leaderboard(run: Run, rounds: int) -> Iterator[str]:
    try:
        rated = rate([run], Request.checked(None, None, None, "drop", rounds, 0))
    except BadInput as error:
        yield _paragraphs([_sentence(error)])
        return
    if len(rated.rated) > 1 and len(rated.overall):
        yield from map(as_figure, filter(None, [ranking(rated.overall, "all games")]))
        yield as_html(Sheet("overall", "All games", board(rated.overall), rated.overall_remarks))
    for game, table in rated.tables.items():
        rule = f"{rated.records[game].rule}; void matches: {rated.records[game].voids}"
        notes = (f"{rule[0].upper()}{rule[1:]}.", *rated.remarks(game))
        yield from map(as_figure, filter(None, [ranking(table, game)]))
        yield as_html(Sheet(game, game, board(table), tuple(notes)))


def _effects(run: Run) -> Iterator[str]:
    try:
        estimated = effects(run, EffectsRequest())
    except BadInput as error:
        yield _paragraphs([_sentence(error)])
        return
    texts = estimated.texts
    nothing = texts.notes if texts is not None and texts.table.empty else ()
    yield _paragraphs(filter(None, [estimated.silent, *nothing]))
    yield from map(as_figure, all_effects(estimated.table, estimated.name))
    yield from map(as_html, effect_sheets(estimated))


def _people(run: Run) -> Iterator[str]:
    try:
        alignment = align(run)
    except BadInput as error:
        yield _paragraphs([_sentence(error)])
        return
    yield from map(as_figure, people(alignment))
    yield from map(as_html, alignment_sheets(alignment))
    yield _paragraphs(f"{game}: {why}." for game, why in alignment.silent.items())


def _matches(run: Run) -> Iterator[str]:
    for why, key in notable(run):
        transcript = run.match(key)
        lines = transcript_lines(transcript, run.game(transcript.match.game), prompts=True)
        before = warning(run.game(transcript.match.game))
        yield _details(f"{why}: {key}{f' ({before})' if before else ''}", lines)


def _table(name: str, title: str, rows: list[dict[str, object]]) -> str:
    return as_html(Sheet(name, title, pd.DataFrame(rows)))


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(visible(line))}</p>\n" for line in lines)


def _details(title: str, lines: Iterable[str]) -> str:
    summary = html.escape(visible(title))
    return f"<details>\n<summary>{summary}</summary>\n{_pre(lines)}\n</details>\n"


def _pre(lines: Iterable[str]) -> str:
    return f"<pre>{html.escape(visible(chr(10).join(lines)))}</pre>"


def _sentence(error: BadInput) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."
