"""Rows of a run's tables, from what happened in a match; and the results of matches from them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any, Protocol

from agents.core.models.weights import Weights
from agents.core.types import Opinion
from arena.core.types import Checked, Match, TurnRecord, action_of, canonical, payoff_of
from arena.record.damage import unreadable
from games.core.types import Action, Payoff
from prompts import Verdict

WEIGHTS = {
    "probabilities": "p", "coverage": "coverage", "unseen": "missing", "frame": "frame",
    "how": "how", "passes": "passes",
}  # fmt: skip
"""Columns of decisions that hold the probabilities of all options, each with the field of `Weights`
that it holds."""

_POINTS = "SELECT payoff FROM seats WHERE match = ? ORDER BY seat"


class Readable(Protocol):
    """A run on disk, open for reading or for writing."""

    def rows(self, query: str, *values: Any) -> Iterable[tuple[Any, ...]]:  # noqa: ANN401
        """What a query finds."""
        ...


def check_row(check: Checked) -> list[Any]:
    """A manipulation check, without its match."""
    report = check.answer.report
    said = (None,) * 3 if report is None else astuple(report)
    return [check.player, str(check.answer.verdict), *said]


def decision_row(played: TurnRecord) -> list[Any]:
    """A decision, without its match and number."""
    made, affect = played.decision, played.decision.affect
    report = astuple(affect) if affect else (None,) * 4
    action = None if made.action is None else canonical(made.action)
    neutral = astuple(made.neutral) if made.neutral else (None,) * 2
    beside = (each if each is None else int(each) for each in (played.told, played.seen))
    known = [played.player, played.turn, action, *report, *neutral, str(made.verdict), *beside]
    return [*known, *_weights_row(made.weights)]


def opinion_row(place: int, opinion: Opinion, *, texts: bool) -> list[Any]:
    """An opinion, without its match and the number of its decision.

    Args:
        place: among the opinions of the decision.
        opinion: of a part of a composite agent.
        texts: whether its reason is kept.
    """
    action = None if opinion.action is None else canonical(opinion.action)
    reason = (opinion.reason or None) if texts else None
    belief = None if opinion.belief is None else json.dumps(opinion.belief, ensure_ascii=False)
    known = [opinion.shown, opinion.shown_intensity, opinion.lot, belief]
    verdict = str(opinion.verdict)
    return [place, opinion.part, opinion.round, verdict, action, opinion.strength, reason, *known]


def opinion_of(row: Sequence[Any]) -> Opinion:
    """The opinion behind a row that `opinion_row` made."""
    _, part, at, verdict, action, strength, reason, shown, shown_intensity, lot, belief = row
    given = action_in(action), strength, reason or "", shown, shown_intensity, lot
    believed = None if belief is None else json.loads(belief)
    return Opinion(part, at, Verdict(verdict), *given, believed)


def _weights_row(weights: Weights | None) -> list[Any]:
    """The columns of `WEIGHTS`."""
    if weights is None:
        return [None] * len(WEIGHTS)
    plain = weights.plain()
    return [canonical(plain[field]) if field == "p" else plain[field] for field in WEIGHTS.values()]


def action_in(text: str | None) -> Action | None:
    """The action that a text of JSON holds; None if there is none."""
    return None if text is None else action_of(json.loads(text))


def weights_of(row: Sequence[Any]) -> Weights | None:
    """The weights behind the columns of `WEIGHTS`."""
    if row[0] is None:
        return None
    plain = dict(zip(WEIGHTS.values(), row, strict=True))
    return Weights.of({**plain, "p": json.loads(plain["p"])})


def results(run: Readable, matches: Iterable[Match]) -> dict[str, tuple[Payoff, ...] | None]:
    """Payoffs in seat order of those matches that are over, by id; None for void ones."""
    payoffs: dict[str, tuple[Payoff, ...] | None] = {}
    for match in matches:
        if points := [text for (text,) in run.rows(_POINTS, match.id)]:
            with unreadable(f"match {match.id}: a payoff"):
                payoffs[match.id] = None if None in points else tuple(map(payoff_of, points))
    return payoffs
