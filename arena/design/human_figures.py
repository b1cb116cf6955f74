"""Hands figures of human studies to the agents that sample from them.

Agents know nothing of ratings, so the names in a tournament file become figures here, before play.
The figures are part of a match's identity: a corrected study is another opponent.
"""

from typing import Any, get_args

from agents import AgentSpec
from agents.core.spec import Signs
from prompts.core.rendering.emotion import Cause

Contestants = dict[str, tuple[str, AgentSpec]]


def with_baselines(contestants: Contestants) -> Contestants:
    """The contestants, with figures for those that sample from studies.

    Raises:
        BadInput: there is no such study, or two of one contestant hold the same measure.
    """
    return {
        name: (kind, _with_baselines(name, spec) if spec.missing_baselines() else spec)
        for name, (kind, spec) in contestants.items()
    }


def _with_baselines(name: str, spec: AgentSpec) -> AgentSpec:
    from games import BadInput  # noqa: PLC0415 - few designs need this, and it loads numpy
    from ratings.core.human.studies import baseline  # noqa: PLC0415

    draws: dict[str, Any] = {}
    for study in map(baseline, spec.missing_baselines()):
        held = {key: getattr(study, key) for key in ("cells", "points", "value")}
        if study.cells is None and (study.value is None) == (study.points is None):
            raise BadInput(f"contestant {name!r}: nothing can be drawn from {study.name}")
        if study.measure in draws:
            raise BadInput(f"contestant {name!r}: two baselines of {study.measure}; name one")
        draws[study.measure] = {key: value for key, value in held.items() if value is not None}
    return spec.with_baselines(draws, _signs())


def _signs() -> Signs:
    """Directions of effects on people by cause, emotion and measure, for all arms of a design.

    Only effects against neutral, in games that are here, are what an induction in a design does.
    """
    import games  # noqa: PLC0415 - as above
    from ratings.core.human.directions import NEUTRAL, induction_of, reference  # noqa: PLC0415

    known = [
        cell
        for cell in reference().cells
        if cell.scored and cell.comparator == NEUTRAL and cell.game in games.available()
    ]
    signs: Signs = {}
    for cause in get_args(Cause):
        for cell in known:
            if cell.induction == induction_of(cause):
                moved = signs.setdefault(cause, {}).setdefault(cell.emotion, {})
                moved[cell.outcome] = 1 if cell.sign == "+" else -1
    return signs
