"""The first answers of models, before any re-ask."""

from arena.record.rows import Readable
from prompts import OPENING, Verdict

_ANSWERS = """
SELECT seat, turn, verdict FROM attempts WHERE match = ? AND turn >= ? AND verdict != ?
ORDER BY seat, turn, number
"""


def first_answers(run: Readable, match: str) -> dict[tuple[int, int | None], Verdict]:
    """The verdict on the first answer to each question of a match; failed calls are no answers.

    Manipulation checks are left out: they come when all is decided.

    Args:
        run: open for reading.
        match: its id.

    Returns:
        Verdicts by seat and turn; empty without questions in words.
    """
    verdicts: dict[tuple[int, int | None], Verdict] = {}
    for seat, turn, verdict in run.rows(_ANSWERS, match, OPENING, str(Verdict.PROVIDER_ERROR)):
        verdicts.setdefault((seat, turn), Verdict(verdict))
    return verdicts
