"""Drift: changes of the served model, within a run or between runs.

A design names a model, and the provider names the model that answered in each reply. If that name
changes, decisions before and after come from different models.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from arena.record.run import Run

_SERVED = """
SELECT model, contestant, served_model, count(*), min(filed), match
FROM attempts JOIN seats USING (match, seat) JOIN counted ON counted.id = match
WHERE served_model != '' GROUP BY 1, 2, 3
"""
"""SQLite takes the match from the row with the minimum."""


@dataclass(frozen=True)
class Change:
    """A model of the design with several served models.

    Args:
        model: as the design names it.
        sentence: the contestants, the models that answered them, and the match of each change.
        match: match in which a second model first answered.
    """

    model: str
    sentence: str
    match: str


@dataclass
class _Served:
    """Replies of one served model.

    Args:
        since: index of the run, time and match of its first reply.
        replies: number of replies.
    """

    since: tuple[int, str, str]
    replies: int = 0


def drift(runs: Sequence[Run]) -> tuple[str, ...]:
    """A sentence for each model of the design with several served models; see `changes`."""
    return tuple(change.sentence for change in changes(runs))


def changes(runs: Sequence[Run]) -> tuple[Change, ...]:
    """Models of the design with several served models, in counted matches.

    Args:
        runs: one run, or several of one design.
    """
    served: dict[str, dict[str, _Served]] = defaultdict(dict)
    contestants: dict[str, set[str]] = defaultdict(set)
    for place, run in enumerate(runs):
        for model, contestant, name, replies, filed, match in run.rows(_SERVED):
            contestants[model].add(contestant)
            since = (place, filed, match)
            entry = served[model].setdefault(name, _Served(since))
            entry.since, entry.replies = min(entry.since, since), entry.replies + replies
    return tuple(
        Change(
            model,
            _sentence(model, sorted(contestants[model]), names, runs),
            sorted(each.since for each in names.values())[1][2],
        )
        for model, names in sorted(served.items())
        if len(names) > 1
    )


def _sentence(
    model: str, contestants: Sequence[str], served: dict[str, _Served], runs: Sequence[Run]
) -> str:
    """One line: the contestants, the models that answered them, and the match of each change."""
    parts: list[str] = []
    for name, each in sorted(served.items(), key=lambda item: item[1].since):
        place, _, match = each.since
        where = f" of {runs[place].folder}" if len(runs) > 1 else ""
        since = f" from match {match}{where} on" if parts else ""
        count = f"{each.replies} {'reply' if each.replies == 1 else 'replies'}"
        parts.append(f"{name}{since} ({count})")
    who = ", ".join(contestants)
    return f"The served model changed: {model} of {who} was {', then '.join(parts)}."
