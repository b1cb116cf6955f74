"""Views to render: one decision of every game and role there is, and what prompts are made of."""

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import games
from games.core.types import CHANCE, Amount
from prompts import Emotion, View, Voice

MODES = ("absent", "hidden", "visible", "manipulative")
EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
CAUSES = ("simple", "coplayer", "external")
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "dictator_price": ("dictator", {"price": "1/3"}),
    "ultimatum_strategy_method": ("ultimatum", {"strategy_method": True}),
    "ultimatum_fixed_offer": ("ultimatum", {"fixed_offer": 20}),
}
"""Games whose prompts differ in more than numbers from those without parameters."""


def first_view(game: str, player: int, **params: object) -> View:
    """A player's first decision on a fixed deal, where the others play their first actions."""
    rules, rng = games.load(game, params), Random(1)
    state = rules.initial_state()
    while player not in (movers := rules.movers(state)):
        if movers == (CHANCE,):
            state = rules.apply(state, {CHANCE: rng.choice(list(rules.chance(state)))})
            continue
        spaces = {seat: rules.space(state, seat) for seat in movers}
        first = {p: s.low if isinstance(s, Amount) else s.options[0] for p, s in spaces.items()}
        state = rules.apply(state, first)
    return View(rules.observe(state, player))


def voice(
    mode: str = "absent", induced: str = "none", cause: str = "simple", **more: object
) -> Voice:
    emotion = {"mode": mode, "induced": induced, "cause": cause, **more}
    return Voice(emotion=Emotion.model_validate(emotion))


def conditions() -> Iterator[Voice]:
    """Every mode with every induction."""
    for mode in MODES:
        yield voice(mode)
        for induced, cause in product(EMOTIONS, CAUSES):
            yield voice(mode, induced, cause)
