"""Every game there is passes the kit, once and repeated both ways; a new file is covered as is."""

import json
from typing import Any

import pytest

from arena.testing.conformance import Check, flaws
from arena.testing.games import CHECKS, variants
from games import Game, available, identity, rules

GAMES = {label: game for name in available() for label, game in variants(rules(name)).items()}
every_game = pytest.mark.parametrize("game", GAMES.values(), ids=GAMES)


@every_game
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_game_is_as_every_game_must_be(check: Check[Game[Any]], game: Game[Any]) -> None:
    assert list(flaws(check, game)) == []


def test_games_that_differ_have_identities_that_differ() -> None:
    found = [json.dumps(identity(game), sort_keys=True) for game in GAMES.values()]
    assert len(set(found)) == len(GAMES)
