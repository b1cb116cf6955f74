"""Consistency of the participants' records, among themselves and with the matches."""

from collections import Counter
from collections.abc import Iterator

from arena.record.damage import unreadable
from arena.record.participants import LAST, STAGES, by_match, participants
from arena.record.readings import baselines, label, readings
from arena.record.run import Run
from prompts import OPENING

_NUMBERS = """
SELECT participant, count(*), max(number) FROM {} GROUP BY participant{}
HAVING max(number) + 1 != count(*)
"""
_STRANGERS = """
SELECT DISTINCT participant FROM {} WHERE participant NOT IN (SELECT id FROM participants)
"""
_TABLES = ("stages", "seatings", "answers", "readings", "externals", "tokens")
_SHOWN = "SELECT match, seat, turn, shown FROM decisions"
_SEATED = "SELECT match, seat, contestant FROM seats ORDER BY match, seat"


def people_problems(run: Run) -> Iterator[str]:
    """Inconsistencies of the participants' records.

    Raises:
        BadInput: a row is damaged.
    """
    if run.manifest.file is None or run.tournament.lab is None:
        return
    for table in _TABLES:
        for (key,) in run.rows(_STRANGERS.format(table)):
            yield f"table {table}: there is no participant {key}"
    for table, more in (("stages", ""), ("answers", ", page")):
        for key, count, last in run.rows(_NUMBERS.format(table, more)):
            yield f"participant {key}: {count} {table}, the last is number {last}"
    yield from _stages(run)
    yield from _seats(run)
    yield from _faces(run)


def _stages(run: Run) -> Iterator[str]:
    """Check that participants passed through the stages, and ended once."""
    played = Counter[str]()
    for each in by_match(run).values():
        played.update(seating.participant for seating in each if seating.participant is not None)
    for person in participants(run):
        stages = [step.stage for step in person.steps]
        with unreadable(f"participant {person.id}"):
            if stages[0] != "arrived" or not {*stages} <= {*STAGES}:
                yield f"participant {person.id}: its stages are {', '.join(stages)}"
            if any(stage in LAST for stage in stages[:-1]):
                yield f"participant {person.id}: something comes after its last stage"
        if stages.count("playing") != played[person.id]:
            yield (
                f"participant {person.id}: {stages.count('playing')} matches begun, "
                f"{played[person.id]} seats taken"
            )


def _seats(run: Run) -> Iterator[str]:
    """Check that each seat of a person is held, and that nobody holds two seats of a match."""
    held, people = by_match(run), run.tournament.people
    for match, each in held.items():
        names = [s.participant for s in each if s.participant is not None]
        if len(set(names)) < len(names):
            yield f"match {match}: a participant holds two seats"
        for seating in each:
            if (seating.participant is None) == (seating.contestant is None):
                yield f"match {match}: seat {seating.seat}: one participant or contestant holds it"
    for match, seat, name in run.rows(_SEATED):
        first = [s for s in held.get(match, ()) if (s.seat, s.turn) == (seat, OPENING)]
        if name in people and not (first and first[0].participant):
            yield f"match {match}: seat {seat}: no participant is on record"


def _faces(run: Run) -> Iterator[str]:
    """Whether each emotion that was read follows from its probabilities and was shown."""
    shown = {(match, seat, turn): name for match, seat, turn, name in run.rows(_SHOWN)}
    rest = dict(baselines(run))
    for each in readings(run):
        place = f"match {each.match}: seat {each.seat}, turn {each.turn}"
        said = each.measured
        read: tuple[str | None, int | None] = (None, None)
        if said.unread is None and said.mean is not None:
            read = label(said.mean, rest.get(each.participant))
        if read != (each.face, each.intensity):
            yield f"{place}: its reading is {each.face}, and its probabilities come to {read[0]}"
        at = (each.match, each.seat, each.turn)
        if each.display == "face" and each.face != shown.get(at, each.face):
            yield f"{place}: the face was read as {each.face}, and {shown[at]} was shown"
