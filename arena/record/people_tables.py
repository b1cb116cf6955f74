"""Tables of people as they are exported: participants, and their ids at a recruiting service."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from arena.core.types import canonical, payoff_of
from arena.design.lab import LAB
from arena.record.columns import EXTERNAL_IDS, PARTICIPANTS
from arena.record.participants import LAST, FormAnswer, Participant, answers, participants
from arena.record.run import Run
from arena.record.tables import Row
from games import BadInput

if TYPE_CHECKING:
    import pandas as pd

PEOPLE_KINDS: dict[str, dict[str, type]] = {
    "participants": {name: column.kind for name, column in PARTICIPANTS.items()},
    "external_ids": {name: column.kind for name, column in EXTERNAL_IDS.items()},
}
"""Types of columns by table."""

_ARMS = """
SELECT DISTINCT s.contestant FROM seatings h JOIN seats s ON s.match = h.match AND s.seat = h.seat
WHERE h.participant = ? ORDER BY 1
"""
_EXTERNALS = "SELECT participant, name, value FROM externals WHERE participant = ? ORDER BY name"
_QUIZ = "quiz/"
FACES_PAGE = "faces"
"""The page on which drawn faces are named."""
_ASKED = ("match", "end")
"""Pages with the design's questions."""


def has_people(run: Run) -> bool:
    """Whether a run was played in a lab."""
    return run.manifest.file is not None and LAB in run.manifest.file


def people(run: Run) -> Iterator[Row]:
    """One row per participant, as they came; robots only where the run is opened with them.

    Raises:
        BadInput: a row is damaged.
    """
    for person in counted_participants(run):
        arms = " + ".join(name for (name,) in run.rows(_ARMS, person.id))
        yield _row(person, arms, list(answers(run, person.id)))


def external_ids(run: Run) -> Iterator[Row]:
    """One row per id that a recruiting service gave a participant."""
    for person in counted_participants(run):
        yield from run.rows(_EXTERNALS, person.id)


def pay_list(run: Run) -> "pd.DataFrame":
    """One row per participant who has left, for payment.

    Returns:
        Columns participant, each of the design's names of ids, ending, code, pay, currency.

    Raises:
        BadInput: a row is damaged, or the run was not played in a lab.
    """
    import pandas as pd  # noqa: PLC0415 - loading it takes a while

    if not has_people(run) or (lab := run.tournament.lab) is None:
        raise BadInput(f"{run.folder} was not played in a lab: nobody is to be paid")
    rows = []
    for person in counted_participants(run):
        if person.steps[-1].stage in LAST:
            ids = {name: value for _, name, value in run.rows(_EXTERNALS, person.id)}
            said = [str(person.known(key)) for key in ("ending", "code", "pay", "currency")]
            rows.append([person.id, *(ids.get(name, "") for name in lab.payment.ids), *said])
    columns = ["participant", *lab.payment.ids, "ending", "code", "pay", "currency"]
    return pd.DataFrame(rows, columns=columns)


def counted_participants(run: Run) -> Iterator[Participant]:
    """The participants that tables and measures are about."""
    return (person for person in participants(run) if run.robots or not person.robot)


def _row(person: Participant, arms: str, given: Sequence[FormAnswer]) -> Row:
    began = {step.stage: step.filed for step in reversed(person.steps)}  # the first of each
    playing = [step.about for step in person.steps if step.stage == "playing"]
    quiz = [each for each in given if each.page.startswith(_QUIZ)]
    tries = [{"page": each.page, "given": each.given, "wrong": each.wrong} for each in quiz]
    said = {each.page: each.given for each in given if each.page.partition("/")[0] in _ASKED}
    points, pay = person.known("points", ""), person.known("pay")
    paid = person.known("paid", "")
    return (
        person.id,
        arms,
        began["arrived"],
        began.get("consented"),
        began.get("playing"),
        next((began[stage] for stage in LAST if stage in began), None),
        person.steps[-1].stage,
        person.device,
        person.known("language"),
        person.known("consent") or None,
        person.known("version") or None,
        canonical({about["match"]: about.get("told", "") for about in playing}),
        len(quiz),
        canonical(tries),
        canonical(said),
        len(playing),
        None if points == "" else float(sum(map(payoff_of, points.values()))),
        None if paid == "" else canonical(paid),
        float(pay) if pay else None,
        person.known("currency") or None,
        person.known("ending") or None,
        person.known("code") or None,
        _share_named(given),
        person.robot,
    )


def _share_named(given: Sequence[FormAnswer]) -> float | None:
    """The share of drawn faces that were named rightly."""
    named = next((each for each in given if each.page == FACES_PAGE and each.given), None)
    if named is None:
        return None
    return (len(named.given) - len(named.wrong)) / len(named.given)
