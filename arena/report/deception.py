"""Measures of deception of a run, as tables in words or as JSON."""

from typing import TextIO

from arena.analysis.deception import tables
from arena.analysis.remarks import remarks
from arena.core.console import console
from arena.record.run import Run
from arena.report.as_json import as_json
from arena.report.drawing import Part, draw
from arena.report.grid import say
from ratings.core.emotion import deception

_BITS = {
    "bits": "{:+.3f}",
    "chance": "{:.3f}",
    "entropy": "{:.3f}",
    "p": "{:.3f}",
    "part": "{:.0%}",
}
_PARTS: dict[str, Part] = {
    "mismatches": Part(
        "How often the emotion shown is not the one reported as felt",
        "Share of displays, those before the first move among them.",
        {"share": "{:.0%}"},
        "share",
    ),
    "agreements": Part(
        "How often felt, face and shown are the same emotion",
        "Felt is a self-report, face what a machine read, shown what the others saw; of decisions "
        "with a face that was read. Kappa is the agreement beyond chance; people are clusters.",
        {"pair": "{}", "share": "{:.0%}", "kappa": "{:.2f}"},
        "share",
    ),
    "leaks": Part(
        "What a display gives away of the private card or dice",
        "Bits beyond chance, given what is public and the move it goes with; entropy is the most "
        "there is to know, part the share of it given away; p is by permutation of deals.",
        _BITS,
        "bits",
    ),
    "predictions": Part(
        "How well a display predicts the contestant's next action",
        "Bits beyond chance, given the move it goes with and what is public when the next is due; "
        "entropy is the uncertainty of that action, part the share of it that goes.",
        _BITS,
        "bits",
    ),
    "bluffs": Part(
        "How often a bluff is believed",
        "n counts claims (bets, bids); a bluff is one that the own card or dice do not back. The "
        "interval is of the bluffs believed; honest is the same share of claims that are backed.",
        {"bluffs": "{}", "believed": "{:.0%}", "honest": "{:.0%}"},
        "believed",
    ),
    "responses": Part(
        "How much a contestant's action depends on the display shown to it",
        "Bits beyond chance, where displays are drawn at random (display_probe): an effect of the "
        "display. Entropy is the uncertainty of the action, part the share of it that goes.",
        _BITS,
        "bits",
    ),
    "effects": Part(
        "What each display drawn at random does",
        "Share of each action (or mean points) after the display, and its difference to other "
        "displays in the same situation, with its interval; none with fewer than "
        f"{deception.FEWEST} comparisons.",
        {"display": "{}", "outcome": "{}", "mean": "{:.2f}", "effect": "{:+.2f}"},
        "effect",
    ),
    "promises": Part(
        "How often what is stated before a game is done",
        "stated is the share of messages that state an action, kept that of statements whose "
        "speaker then did as stated, with its interval; gap is kept with this display less kept "
        "with others.",
        {"display": "{}", "stated": "{:.0%}", "kept": "{:.0%}", "gap": "{:+.0%}"},
        "kept",
    ),
    "compliance": Part(
        "How often advice is followed",
        "By adviser, its kind and what it showed: followed is the share of recommendations that "
        "the other player took, with its interval; gap is followed with this display less followed "
        "with others.",
        {"kind": "{}", "advised": "{}", "display": "{}", "stated": "{:.0%}", "followed": "{:.0%}"}
        | {"gap": "{:+.0%}"},
        "followed",
    ),
}
_INTERVALS = (
    "Intervals are of 95 %; matches under the same seed (a block) are no independent observations. "
    "The formulas are in docs/deception.md."
)


def deception_text(run: Run, stream: TextIO, game: str | None = None) -> None:
    """Write the tables, each with an explanation.

    Raises:
        BadInput: as `tables`.
    """
    by_part = tables(run, game)
    to = console(stream)
    for line in remarks([run]):
        say(to, line)
    for name, part in _PARTS.items():
        draw(to, part, by_part[name])
    to.print(f"\n{_INTERVALS}")


def deception_json(run: Run, game: str | None = None) -> str:
    """The tables as one JSON document; missing numbers are null.

    Raises:
        BadInput: as `tables`.
    """
    about = {"name": run.manifest.name, "design_hash": run.manifest.design_hash}
    return as_json({**about, "remarks": remarks([run]), **tables(run, game)})
