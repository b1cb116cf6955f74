"""Agreement of composite agents with single agents of the same model, in the same positions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents import AgentSpec
from agents.core.composite.spec import CompositeAgent
from agents.core.model_agent import ModelAgent
from agents.council import Council
from agents.llm import LLM
from arena.analysis.positions import Position, grouped, mean_of
from games.core.types import Action, ActionSpace, Amount
from prompts import Emotion
from ratings.core.statistics.cluster_mean import cluster_mean


class _Condition(NamedTuple):
    """The model and the induction of a part, or of a single agent."""

    model: str
    induced: str
    cause: str
    intensity: str | None


def _conditions(spec: CompositeAgent) -> set[_Condition]:
    """Conditions of single agents with which a composite agent is compared."""
    neutral = _Condition(spec.model, "none", "simple", None)
    if not isinstance(spec, Council):
        return {neutral, _condition(spec)}
    return {neutral, *(_condition(spec.own(m), m.condition) for m in spec.members)}


def _condition(spec: ModelAgent, emotion: Emotion | None = None) -> _Condition:
    emotion = emotion or spec.emotion
    return _Condition(spec.model, emotion.induced, emotion.cause, emotion.intensity)


def agreement(made: Sequence[Position], specs: Mapping[str, AgentSpec]) -> Iterator[dict[str, Any]]:
    """Rows of the table of agreement.

    Args:
        made: decisions of all agents who ask models.
        specs: of all contestants, by name.
    """
    decided = grouped(each for each in made if each.decision.action is not None)
    for (game, who), own in decided.items():
        spec = specs[who]
        if not isinstance(spec, CompositeAgent):
            continue
        for name, single in specs.items():
            if not isinstance(single, LLM) or _condition(single) not in _conditions(spec):
                continue
            if single.language == spec.language and single.emotion.mode == spec.emotion.mode:
                row = _paired(own, decided.get((game, name), []))
                about = {"game": game, "contestant": who, "single": name}
                yield about | {"induced": single.emotion.induced} | row


def _paired(own: Sequence[Position], others: Sequence[Position]) -> dict[str, Any]:
    """Agreement over all pairs of decisions in the same position."""
    there: dict[Any, list[Position]] = {}
    for each in others:
        there.setdefault(each.place, []).append(each)
    pairs = [(one, other) for one in own for other in there.get(one.place, ())]
    same = [one.decision.action == other.decision.action for one, other in pairs]
    mean = cluster_mean(same, [one.cluster for one, _ in pairs], (0, 1))
    low, high = mean.interval if pairs else (np.nan, np.nan)
    amounts = [
        abs(int(one.decision.action) - int(other.decision.action))  # type: ignore[arg-type]
        for one, other in pairs
        if isinstance(one.space, Amount)
    ]
    return {
        "pairs": len(pairs),
        "positions": len({one.place for one, _ in pairs}),
        "agreement": mean.value,
        "low": low,
        "high": high,
        "chance": _by_chance(pairs),
        "distance": mean_of(amounts),
    }


def _by_chance(pairs: Sequence[tuple[Position, Position]]) -> float:
    """Share of equal actions if each side drew at random from its own, of the same options."""
    by_space: dict[ActionSpace, list[tuple[Action | None, Action | None]]] = {}
    for one, other in pairs:
        actions = one.decision.action, other.decision.action
        by_space.setdefault(one.space, []).append(actions)
    return mean_of(share for alike in by_space.values() for share in _shares(alike))


def _shares(alike: Sequence[tuple[Action | None, Action | None]]) -> Iterator[float]:
    """For each pair, the share of the other side that does the same."""
    often = Counter(action for _, action in alike)
    return (often[action] / len(alike) for action, _ in alike)
