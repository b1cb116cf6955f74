"""A game of OpenSpiel, which Affect Arena plays by OpenSpiel's own rules.

Source: Lanctot et al. (2019), OpenSpiel: a framework for reinforcement learning in games, arXiv
1908.09453.
"""

from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class of games, as the entry points name it
    from affect_arena_open_spiel.bridge import rules  # noqa: PLC0415 - it loads OpenSpiel
    from affect_arena_open_spiel.catalogue import playable  # noqa: PLC0415

    if name not in playable():
        raise AttributeError(name)
    return rules(name)
