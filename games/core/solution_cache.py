"""Solved policies, kept on disk so that each game is solved once."""

import hashlib
import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from games import BadInput, Game, identity
from games.core.policy import Policy
from games.core.solution import VERSION, solve


@lru_cache(maxsize=16)
def solved(game: Game[Any], iterations: int, cache: Path) -> Policy:
    """The policy that `games.core.solution.solve` finds, from disk if it was found before.

    An equilibrium that the game states is taken as it is, however large the tree.

    Args:
        game: the game.
        iterations: of CFR+, in games that are solved by it.
        cache: folder in which solutions are kept.

    Raises:
        BadInput: the game cannot be solved, or the folder cannot be used.
    """
    if (stated := game.equilibrium()) is not None:
        return stated.policy
    path = _path(game, iterations, cache)
    try:
        if (kept := _kept(path)) is not None:
            return kept
        policy = solve(game, iterations).policy
        _replace(path, _to_json(policy))
    except OSError as error:
        raise BadInput(
            f"solutions cannot be kept in {path.parent}: {error.strerror} (see XDG_CACHE_HOME)"
        ) from None
    return policy


def _kept(path: Path) -> Policy | None:
    """The policy in a file; None if it is missing or damaged, for it can be computed again."""
    try:
        return _from_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return None


def _path(game: Game[Any], iterations: int, cache: Path) -> Path:
    content = json.dumps([identity(game), iterations], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return cache / f"solutions-v{VERSION}" / f"{game.name}-{digest}.json"


def _replace(path: Path, text: str) -> None:
    """Write a file at once or not at all: two that solve the same game both leave a whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
    ) as file:
        file.write(text)
    Path(file.name).replace(path)


def _to_json(policy: Policy) -> str:
    """Actions stay what they are: as keys of an object, amounts would become words."""
    return json.dumps({name: list(row.items()) for name, row in policy.items()})


def _from_json(text: str) -> Policy:
    return {name: dict(map(tuple, row)) for name, row in json.loads(text).items()}
