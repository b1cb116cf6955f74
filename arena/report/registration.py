"""Registrations: the document that is written before play."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from arena.analysis.due_decisions import REGISTERED
from arena.analysis.effects import EffectsRequest
from arena.core.files import make_folder, opened
from arena.design.analysis import Analysis
from arena.design.matches import planned
from arena.design.texts import reached
from arena.design.tournament import Tournament
from arena.planning.effect_answer import EffectQuestion
from arena.planning.effect_power import EffectPower, effect_power
from arena.record.pilot import read_pilot
from arena.record.registration import FILE, Registered, played, sealed
from arena.record.run import Run
from arena.report.effect_power import effect_power_text
from games import BadInput
from games.core.errors import unknown


def preregister(
    tournament: Tournament, folder: Path, question: EffectQuestion, now: datetime | None = None
) -> Path:
    """Write the registration of a design into the folder of its run.

    Args:
        tournament: the design, with its analysis.
        folder: of the run; where a pilot was played there, its variances count.
        question: question of the table of power; margins are the design's.
        now: the time; that of the clock if not given.

    Returns:
        The path of the document.

    Raises:
        BadInput: the design states no analysis, or names what it does not have; nothing can be said
            of its power; its vectors have not been made; or there is a registration already.
    """
    analysis = _stated(tournament)
    tournament.require_vectors()
    path = folder / FILE
    if path.exists():
        raise BadInput(f"{path} is there already: a registration is written once")
    pilot = Run(folder) if read_pilot(folder) is not None else None
    power = effect_power(tournament, question, EffectsRequest(), pilot)
    _check_named(analysis, power)
    held = Registered(
        date=(now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
        design_hash=tournament.hash,
        design=tournament.content,
        planned=planned(tournament),
        texts=reached(tournament),
        played=played(folder, tournament.games, pilot=analysis.pilot == "included"),
    )
    _write(path, sealed(_document(tournament, analysis, held, power), held))
    return path


def _stated(tournament: Tournament) -> Analysis:
    """The analysis that a design states.

    Raises:
        BadInput: it states none.
    """
    if tournament.analysis is None:
        raise BadInput(
            f"{tournament.name!r} does not say what is to be tested: add [analysis] with its "
            "outcomes, reference, margins, family, void rule, exclusions and stop rule"
        )
    return tournament.analysis


def _write(path: Path, text: str) -> None:
    """Make a new file of a run."""
    try:
        make_folder(path.parent, exist_ok=True)
        with opened(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None


def _check_named(analysis: Analysis, power: EffectPower) -> None:
    """Refuse an analysis with names that the table of effects will not contain."""
    rows = power.table
    for name in analysis.outcomes:
        if name not in set(rows["outcome"]):
            raise unknown("outcome in analysis.outcomes", name, sorted(set(rows["outcome"])))
    for name in analysis.emotions:
        if name not in set(rows["emotion"]) - {""}:
            raise unknown("emotion in analysis.emotions", name, sorted(set(rows["emotion"]) - {""}))
    for name in analysis.steps:
        if name not in set(rows["contrast"]):
            raise unknown("step in analysis.steps", name, sorted(set(rows["contrast"])))
    if not (rows["family"] == REGISTERED).any():
        raise BadInput(
            f"analysis: no row of the table of effects has its outcomes, emotions and reference "
            f"{analysis.reference!r}: does the design have an arm with this reference?"
        )


def _document(
    tournament: Tournament, analysis: Analysis, held: Registered, power: EffectPower
) -> str:
    """The part for people."""
    parts = [
        f"# Registration of {tournament.name}",
        _when(held),
        "## What is tested",
        "\n".join(f"- {line}" for line in _tests(analysis, power)),
        "## How",
        "\n".join(f"- {line}" for line in _rules(analysis)),
        "## What was known before",
        _known(held, power),
        "## Design",
        "\n".join(f"- {line}" for line in _design(tournament)),
        "## What it can tell",
        f"```text\n{_power(power)}```",
        "## To the letter",
    ]
    return "\n\n".join(parts) + "\n"


def _when(held: Registered) -> str:
    return (
        f"Written {held.date}, by the clock of the machine. Design {held.design_hash}, "
        f"{held.planned} matches. To prove the date, deposit this file where others can see when."
    )


def _tests(analysis: Analysis, power: EffectPower) -> Iterator[str]:
    """Every row that is named."""
    for row in power.table[power.table["family"] == REGISTERED].to_dict(orient="records"):
        margin = analysis.margins.get(row["outcome"])
        same = "" if margin is None else f"; counts as none within {margin:g} of its range"
        pair = f"{row['arm']} less {row['reference']} ({row['contrast']})"
        yield f"{row['game']}, {row['outcome']}, {row['contestant']}: {pair}{same}"


def _rules(analysis: Analysis) -> Iterator[str]:
    families = {
        "all": "all registered tests are one family",
        "game": "the tests of each game are a family",
        "outcome": "the tests of each outcome are a family",
    }
    yield f"p values are adjusted by Holm's method: {families[analysis.family]}."
    yield (
        "Lost decisions: an effect has to hold whatever they had been."
        if analysis.void == "bounds"
        else "Lost decisions are left out, as if they were lost at random."
    )
    yield (
        "Decisions that were asked for again because of their form are left out."
        if "reasked" in analysis.exclude
        else "No decision is left out for the way it was asked for."
    )
    yield f"The blocks of a pilot are {analysis.pilot}."
    yield (
        "Play stops when all matches are played."
        if analysis.max_cost is None
        else f"Play stops when all matches are played, or before it costs {analysis.max_cost:g} "
        "US dollars."
    )


def _known(held: Registered, power: EffectPower) -> str:
    blocks = ", ".join(f"{count} blocks of {game}" for game, count in power.left_out.items())
    pilot = f" A pilot of {blocks} was played, and is left out of the tests." if blocks else ""
    return f"{held.played} matches that are tested were on record.{pilot}"


def _design(tournament: Tournament) -> Iterator[str]:
    yield f"Seed {tournament.seed}; order of options {tournament.order}."
    for key, entry in tournament.entries.items():
        who = ", ".join(entry.contestants or ())
        kind = tournament.schedules[key].content()["kind"]
        yield f"{key}: {entry.repetitions} blocks, {kind}, of {who}."


def _power(power: EffectPower) -> str:
    own = power.table[power.table["family"] == REGISTERED]
    stream = StringIO()
    effect_power_text(power.of(own), stream)
    return stream.getvalue()
