"""`arena solve`: the solution of a game, to be read or to be processed."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from games import Game, identity
from games.core import closed_form
from games.core.closed_form import Equilibrium
from games.core.solution import Solution


def solution_lines(game: Game[Any], solution: Solution) -> Iterator[str]:
    """Value, exploitability and policy, one information set a line."""
    yield f"{game.name}, solved by {solution.method}"
    yield from game.remarks()
    yield f"Expected points: {_per_role(game, solution.values)}"
    # Rounded: what is left of an exact equilibrium is the error of floating-point arithmetic.
    yield f"Exploitability: {round(solution.exploitability, 12):.3g} points a player"
    for one in solution.equilibria:
        kind = "Pure" if one.pure else "Mixed"
        yield f"{kind} equilibrium: {_odds(game, one)}; points: {_per_role(game, one.points)}"
    if len(solution.equilibria) > 1:
        mixed = any(not one.pure for one in solution.equilibria)
        yield f"The policy is the {'mixed' if mixed else 'first'} one."
    for kind, found in _dominant(game, solution).items():
        yield f"{kind} dominant: {_odds(game, found) if found else 'neither pure equilibrium'}"
    yield "Policy:"
    width = max(map(len, solution.policy))
    for name, row in solution.policy.items():
        odds = "  ".join(f"{action} {probability:.4f}" for action, probability in row.items())
        yield f"  {name:<{width}}  {odds}"


def solution_json(game: Game[Any], solution: Solution) -> str:
    """The same as one JSON document; exact numbers are text where they are no whole numbers."""
    document = {
        "game": identity(game),
        "remarks": game.remarks(),
        "method": solution.method,
        "values": dict(zip(game.roles, map(_plain, solution.values), strict=True)),
        "exploitability": solution.exploitability,
        "equilibria": [
            {
                "first": _plain(e.first),
                "second": _plain(e.second),
                "points": [*map(_plain, e.points)],
            }
            for e in solution.equilibria
        ],
        "dominant": {
            kind.lower(): None if found is None else solution.equilibria.index(found)
            for kind, found in _dominant(game, solution).items()
        },
        "policy": solution.policy,
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def _dominant(game: Game[Any], solution: Solution) -> dict[str, Equilibrium | None]:
    """Which of two pure equilibria is payoff dominant, and which risk dominant."""
    known = [*solution.equilibria]
    if sum(each.pure for each in known) != 2:  # noqa: PLR2004 - there is nothing to select
        return {}
    return {
        "Payoff": closed_form.payoff_dominant(known),
        "Risk": closed_form.risk_dominant(game, known),
    }


def _per_role(game: Game[Any], values: tuple[Fraction | float, ...]) -> str:
    return ", ".join(f"{role} {_shown(v)}" for role, v in zip(game.roles, values, strict=True))


def _odds(game: Game[Any], one: Equilibrium) -> str:
    start = game.initial_state()
    firsts = [game.observe(start, seat).space for seat in (0, 1)]
    words = [str(getattr(space, "options", ("",))[0]) for space in firsts]
    both = zip(game.roles, words, (one.first, one.second), strict=True)
    return ", ".join(f"{role} plays {word} with {odds}" for role, word, odds in both)


def _shown(value: Fraction | float) -> str:
    return str(value) if isinstance(value, Fraction) else f"{value:.6f}"


def _plain(value: Fraction | float) -> int | float | str:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value
