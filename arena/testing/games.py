"""`check_game`: errors in the rules of a game."""

from typing import Any

from arena.testing import rules, views
from arena.testing.conformance import flaws, require
from games import Game, play_by

CHECKS = rules.CHECKS + views.CHECKS
"""The duties of a game, played once and repeated both ways."""
_WAYS: tuple[dict[str, Any], ...] = ({}, {"rounds": 3}, {"continuation": 0.5})


def variants(game_class: type[Game[Any]], **params: Any) -> dict[str, Game[Any]]:  # noqa: ANN401
    """A game played once, three times and with an uncertain end, each with a name.

    Args:
        game_class: the rules.
        params: of the game.
    """
    return {
        "-".join([game_class.name, *(f"{key}={value}" for key, value in way.items())]): play_by(
            game_class, params | way
        )
        for way in _WAYS
    }


def check_game(game_class: type[Game[Any]], **params: Any) -> None:  # noqa: ANN401 - as the rules take
    """Check the rules of a game: once and repeated, with all plays of a small game.

    Args:
        game_class: the rules, a frozen dataclass.
        params: of the game; choose such as make few plays.

    Raises:
        Nonconforming: anything is not as every game must be; a line names each flaw.
        BadInput: the parameters are not right.
    """
    for label, game in variants(game_class, **params).items():
        require(label, (line for check in CHECKS for line in flaws(check, game)))
