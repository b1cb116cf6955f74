"""Which share of the decisions that were due was lost, in the measures of human studies."""

from collections.abc import Mapping

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.measured_outcomes import is_part, measure_of
from arena.record.run import Run
from prompts import Verdict
from ratings.core.human.distances import Lost

_LOSING = """
SELECT DISTINCT game FROM counted WHERE ending != 'completed' OR id IN (
    SELECT match FROM attempts WHERE number = 0 AND verdict = ?)
"""


def lost_shares(run: Run, due: Mapping[str, DueDecisions]) -> Lost:
    """Share of the decisions due that was lost, by contestant, game and measure.

    A decision is lost if it was never made, in void matches, or was made only after a first answer
    that refused to play. Where nothing was lost there may be no entry.

    Args:
        run: the record, decisions included.
        due: the decisions of `compared_decisions`.
    """
    lost: dict[tuple[str, str, str], float] = {}
    losing = [game for (game,) in run.rows(_LOSING, str(Verdict.REFUSED)).fetchall()]
    for game in (each for each in losing if each in due):
        table = due[game].table
        table = table.assign(lost=table["lost"] != "")
        whole = {measure_of(outcome) for outcome in due[game].scales if not is_part(outcome)}
        shares = table.groupby(["contestant", "outcome"], as_index=False)["lost"].mean()
        for contestant, outcome, share in shares.itertuples(index=False):
            measure = measure_of(outcome)
            # A part stands for its measure where the game has nothing else of it.
            if measure is not None and not (is_part(outcome) and measure in whole):
                lost[contestant, game, measure] = share
    return lost
