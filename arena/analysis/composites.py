"""Agents of several parts: councils, repeated and reflective agents, and how they decide.

Proposals are on record, so every rule without a chair is computed from one run. The positions are
those that the rule of the run led to: where play goes on, another rule might have led elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log2
from statistics import pstdev
from typing import Any

import numpy as np
import pandas as pd

from agents import AgentSpec
from agents.core.composite.rules import VOTING, decide, last_round, prevailing
from agents.core.composite.spec import CompositeAgent
from agents.core.model_agent import ModelAgent
from agents.core.types import Opinion
from agents.council import CHAIR, Council
from agents.llm import LLM
from arena.analysis.beliefs import belief_of, beliefs
from arena.analysis.paired_agreement import agreement
from arena.analysis.positions import Position, grouped, mean_of, positions
from arena.record.run import Run
from games import BadInput
from games.core.types import Action, Amount

Row = dict[str, Any]

_WHO = {"game": "id of the game", "contestant": "who decided"}
_INTERVAL = {
    "low": "lower end of the 95 % interval over clusters (chance seeds)",
    "high": "upper end",
}

COLUMNS: dict[str, dict[str, str]] = {
    "disagreement": {
        **_WHO,
        "n": "decisions with proposals, or answers, of several parts",
        "abstained": "share of the parts that proposed nothing",
        "unanimous": "share of decisions in which all who proposed something proposed the same",
        "entropy": "of proposed options, in bits, averaged over decisions; NaN without options",
        "spread": "standard deviation of proposed amounts, averaged; NaN without amounts",
    },
    "members": {
        **_WHO,
        "member": "its emotion, with its number where several have the emotion",
        "n": "decisions for which it was asked and somebody decided",
        "proposed": "share in which it proposed something",
        "strength": "mean strength of its proposals, from 0 to 100",
        "followed": "share in which its proposal was played",
        "prevailed": "share in which its emotion had most strength for what was played, and it the "
        "most of this emotion",
        "pivotal": "share in which the rule decides otherwise without it; NaN under a chair",
    },
    "rules": {
        **_WHO,
        "rule": "chair, vote, weighted, random, or the member that decides alone",
        "own": "whether the run was played by this rule",
        "n": "decisions of the council for which it gives an action",
        "same": "share of them in which it gives what was played",
        "amount": "mean amount by this rule; NaN without amounts",
        "first": "share of the first option by this rule; NaN without options",
    },
    "agreement": {
        **_WHO,
        "single": "a single agent of the same model in a condition of one of the parts, or none",
        "induced": "emotion that is induced in it",
        "pairs": "pairs of decisions in the same position of the same block",
        "positions": "different positions among them",
        "agreement": "share of pairs with the same action",
        **_INTERVAL,
        "chance": "the share to be expected if neither depended on the position",
        "distance": "mean distance of two amounts; NaN for options",
    },
    "costs": {
        **_WHO,
        "agent": "kind of agent",
        "decisions": "that it made",
        "calls": "to models per decision, failed ones and re-asks among them",
        "cost": "US dollars per decision; NaN if not known of every call",
        "times_calls": "calls as a multiple of those of single agents of the same model",
        "times_cost": "cost as a multiple of theirs",
    },
    "beliefs": {
        **_WHO,
        "stated": "beliefs about what the other will do next",
        "n": "of these, followed by such a decision of the other in the same round",
        "brier": "mean sum of squared differences to what the other did, from 0 (certain and "
        "right) to 2",
        **_INTERVAL,
        "even": "the same of equal probabilities",
        "base": "the same of how often the other did each, known afterwards",
    },
}
"""Tables with the meaning of their columns."""


def composites(run: Run, games: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """All tables by name; those of kinds of agents that did not play are empty.

    Args:
        run: the run.
        games: ids; none for all.

    Raises:
        BadInput: a game is unknown, only outcomes were recorded, or no composite agent has decided.
    """
    specs = {name: run.tournament.player(name) for name in run.tournament.contestants}
    made = [
        each for each in positions(run, games) if isinstance(specs[each.contestant], ModelAgent)
    ]
    own = {name for name, spec in specs.items() if isinstance(spec, CompositeAgent)}
    mine = [each for each in made if each.contestant in own]
    if not mine:
        raise BadInput(
            f"{run.folder}: no agent of several parts has decided yet: there is no council, "
            "repeated or reflective agent to measure"
        )
    several = [each for each in mine if _last(each)]
    councils = {name: spec for name, spec in specs.items() if isinstance(spec, Council)}
    told = [
        each for each in several if each.contestant in councils and each.decision.action is not None
    ]
    shared = {each.game for each in mine}  # in the others single agents may also send messages
    rows: dict[str, Iterable[Row]] = {
        "disagreement": _by(several, _disagreement),
        "members": _members(told, councils),
        "rules": _rules(told, councils),
        "agreement": agreement(made, specs),
        "costs": _costs(run, [each for each in made if each.game in shared], specs),
        "beliefs": _by([each for each in mine if belief_of(each) is not None], beliefs),
    }
    return {name: pd.DataFrame([*rows[name]], columns=[*COLUMNS[name]]) for name in COLUMNS}


def _by(made: Iterable[Position], measure: Callable[[Sequence[Position]], Row]) -> Iterator[Row]:
    """A measure of each contestant in each game."""
    for (game, who), own in grouped(made).items():
        yield {"game": game, "contestant": who} | measure(own)


def _last(position: Position) -> list[Opinion]:
    """The proposals, or answers, on which a decision rests."""
    return last_round(position.decision.opinions)


def _proposals(position: Position) -> list[Action]:
    return [each.action for each in _last(position) if each.action is not None]


def _disagreement(made: Sequence[Position]) -> Row:
    speaking = [(each.space, own) for each in made if (own := _proposals(each))]
    amounts = [own for space, own in speaking if isinstance(space, Amount)]
    options = [own for space, own in speaking if not isinstance(space, Amount)]
    return {
        "n": len(made),
        "abstained": mean_of(one.action is None for each in made for one in _last(each)),
        "unanimous": mean_of(len({*own}) == 1 for _, own in speaking),
        "entropy": mean_of(map(entropy, options)),
        "spread": mean_of(pstdev(map(int, own)) for own in amounts),
    }


def entropy(values: Sequence[Action]) -> float:
    """Entropy of how often each value occurs, in bits.

    >>> entropy(["bet", "fold", "bet", "fold"])
    1.0
    """
    shares = [values.count(value) / len(values) for value in dict.fromkeys(values)]
    return sum(p * log2(1 / p) for p in shares)


def _members(made: Sequence[Position], councils: Mapping[str, Council]) -> Iterator[Row]:
    for (game, who), own in grouped(made).items():
        council = councils[who]
        for member in council.names:
            asked = [(each, _of(each, member)) for each in own]
            given = [opinion for _, opinion in asked if opinion.action is not None]
            yield {
                "game": game,
                "contestant": who,
                "member": member,
                "n": len(asked),
                "proposed": mean_of(opinion.action is not None for _, opinion in asked),
                "strength": mean_of(float(opinion.strength or 0) for opinion in given),
                "followed": mean_of(o.action == each.decision.action for each, o in asked),
                "prevailed": mean_of(_prevailing(each) == member for each, _ in asked),
                "pivotal": np.nan
                if council.chaired
                else mean_of(_is_pivotal(each, member, council.deciding) for each, _ in asked),
            }


def _of(position: Position, member: str) -> Opinion:
    return next(each for each in _last(position) if each.part == member)


def _prevailing(position: Position) -> str | None:
    own = prevailing(position.decision.opinions, position.decision.action)
    return None if own is None else own.part


def _is_pivotal(position: Position, member: str, rule: str) -> bool:
    """Whether the rule decides otherwise, or not at all, without a member."""
    others = [each for each in _last(position) if each.part != member]
    return decide(rule, others, position.space) != position.decision.action


def _rules(made: Sequence[Position], councils: Mapping[str, Council]) -> Iterator[Row]:
    for (game, who), own in grouped(made).items():
        council = councils[who]
        for rule in (CHAIR, *VOTING, *council.names):
            if rule == CHAIR and not council.chaired:
                continue
            given = [(each, action) for each in own if (action := _by_rule(rule, each)) is not None]
            yield {
                "game": game,
                "contestant": who,
                "rule": rule,
                "own": rule == council.deciding,
                "n": len(given),
                "same": mean_of(action == each.decision.action for each, action in given),
                "amount": mean_of(int(a) for each, a in given if isinstance(each.space, Amount)),
                "first": mean_of(
                    a == each.space.options[0]
                    for each, a in given
                    if not isinstance(each.space, Amount)
                ),
            }


def _by_rule(rule: str, position: Position) -> Action | None:
    """The action by a rule, computed from the proposals; under a chair, the recorded action."""
    if rule == CHAIR:
        return position.decision.action
    return decide(rule, _last(position), position.space)


_BILLS = """
SELECT game, s.contestant, count(*), sum(p), count(p) FROM (
    SELECT match, seat, coalesce(cost, json_extract(failure, '$.cost')) AS p FROM attempts
    WHERE turn >= 0) a
JOIN seats s USING (match, seat) JOIN counted ON id = match GROUP BY game, s.contestant
"""


def _costs(run: Run, made: Sequence[Position], specs: Mapping[str, AgentSpec]) -> Iterator[Row]:
    bills = {(game, who): rest for game, who, *rest in run.rows(_BILLS)}
    kinds = run.manifest.design["contestants"]
    rows: dict[tuple[str, str], tuple[float, float, int]] = {}
    for (game, who), own in grouped(made).items():
        calls, cost, known = bills.get((game, who), (0, None, 0))
        paid = cost / len(own) if cost is not None and known == calls else np.nan
        rows[game, who] = calls / len(own), paid, len(own)
    for (game, who), (calls, paid, count) in rows.items():
        spec = specs[who]
        assert isinstance(spec, ModelAgent)
        single = [
            row
            for (where, name), row in rows.items()
            if where == game and isinstance(other := specs[name], LLM) and other.model == spec.model
        ]
        yield {
            "game": game,
            "contestant": who,
            "agent": kinds[who]["agent"],
            "decisions": count,
            "calls": calls,
            "cost": paid,
            "times_calls": _ratio(calls, mean_of(row[0] for row in single)),
            "times_cost": _ratio(paid, mean_of(row[1] for row in single)),
        }


def _ratio(own: float, single: float) -> float:
    return own / single if single else np.nan
