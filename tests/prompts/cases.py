"""Views to render: one decision of every game and role there is, and what prompts are made of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

import games
from games.core.types import CHANCE, Action, ActionSpace, Amount
from prompts import NEUTRAL, PLACEBO, VOCABULARY, Emotion, View, Voice, catalogue

MODES = ("absent", "hidden", "visible", "manipulative")
FURTHER = tuple(sorted(catalogue().emotions("en").keys() - {*VOCABULARY}))
"""Emotions that designs offer only where they say so."""
OFFERED = (*VOCABULARY, *FURTHER)
EMOTIONS = tuple(name for name in OFFERED if name != NEUTRAL)
INDUCED = (*EMOTIONS, PLACEBO)
CAUSES = ("simple", "coplayer", "external")
FRAMES = ("named", "neutral", "obfuscated")
FORMS = ("json", "text")
REPORTS = ("none", "before", "after", "neutral")
LANGUAGES = tuple(
    code for code in catalogue().languages if catalogue().find(code, "frame", "opening")
)
"""Those that prompts can be written in; of others, only replies are read."""
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "dictator_price": ("dictator", {"price": "1/3"}),
    "kuhn_poker_three": ("kuhn_poker", {"players": 3}),
    "minimum_effort_two": ("minimum_effort", {"players": 2, "shown": "all"}),
    "public_goods_by_name": ("public_goods", {"punishment": "1:3", "shown": "names"}),
    "public_goods_strategy_method": ("public_goods", {"strategy_method": True, "factor": 2}),
    "public_goods_two": ("public_goods", {"players": 2, "shown": "total", "mpcr": "3/4"}),
    "ultimatum_strategy_method": ("ultimatum", {"strategy_method": True}),
    "ultimatum_fixed_offer": ("ultimatum", {"fixed_offer": 20}),
    "third_party_punishment_fixed_transfer": ("third_party_punishment", {"fixed_transfer": 20}),
    "trust_all_or_nothing": ("trust", {"all_or_nothing": True}),
    "trust_strategy_method": ("trust", {"strategy_method": True}),
    "talk": ("prisoners_dilemma", {"talk": {"rounds": 2, "length": 80}}),
    "advice": ("ultimatum", {"advice": {"adviser": "responder", "length": 80}}),
}
"""Games whose prompts differ in more than numbers from those without parameters."""


def first_view(game: str, player: int, **params: object) -> View:
    """A player's first decision on a fixed deal, where the others play their first actions.

    Where these end the game before it, they play their last ones.
    """
    rules, rng = games.load(game, params), Random(1)
    state = rules.initial_state()
    while player not in (movers := rules.movers(state)):
        if movers == (CHANCE,):
            state = rules.apply(state, {CHANCE: rng.choice(list(rules.chance(state)))})
            continue
        spaces = {seat: rules.space(state, seat) for seat in movers}
        first, last = (
            rules.apply(state, {p: _bounds(space)[end] for p, space in spaces.items()})
            for end in (0, -1)
        )
        state = first if rules.movers(first) else last
    return View(rules.observe(state, player))


def _bounds(space: ActionSpace) -> tuple[Action, ...]:
    """The first and the last of what may be done."""
    return (space.low, space.high) if isinstance(space, Amount) else space.options


def texts_in(language: str) -> Iterator[str]:
    """Every sentence of a language that is said to a player."""
    return all_texts(catalogue().get(language))


def all_texts(found: Any) -> Iterator[str]:
    """The texts in a table or a list of texts, however deep."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for below in found:
            yield from all_texts(below)
    elif isinstance(found, dict):
        for key, below in found.items():
            if key not in {"reply", "forms", "plural"}:
                yield from all_texts(below)


def voice(
    mode: str = "absent", induced: str = "none", cause: str = "simple", **more: object
) -> Voice:
    emotion = {"mode": mode, "induced": induced, "cause": cause, **more}
    return Voice(emotion=Emotion.model_validate(emotion), vocabulary=OFFERED)


def conditions() -> Iterator[Voice]:
    """Every mode with every induction."""
    for mode in MODES:
        yield voice(mode)
        for induced, cause in product(INDUCED, CAUSES):
            yield voice(mode, induced, cause)


def pairwise(factors: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows in which any two values of any two factors meet at least once.

    Greedy: each row starts from a pair that has not met, and takes for every other factor, in a
    random order, the value that brings most new pairs.
    """
    rng = Random(0)
    left = {
        ((a, i), (b, j))
        for a, b in combinations(sorted(factors), 2)
        for i, j in product(range(len(factors[a])), range(len(factors[b])))
    }
    rows = []
    for pair in sorted(left):
        if pair not in left:
            continue
        row = dict(pair)
        for name in rng.sample(sorted(factors), len(factors)):
            if name not in row:
                row[name] = max(
                    rng.sample(range(len(factors[name])), len(factors[name])),
                    key=lambda at: sum(
                        tuple(sorted([(name, at), other])) in left for other in row.items()
                    ),
                )
        left -= set(combinations(sorted(row.items()), 2))
        rows.append({name: factors[name][at] for name, at in row.items()})
    return rows
