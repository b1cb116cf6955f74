"""Exchanges of messages before a game: what a design states of them, and what comes of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from games.core.errors import BadInput, unknown
from games.core.outcomes import Due, Outcome
from games.core.types import Action, Amount, Choice, Player, Said, Speech

TALKED: Final = "talked"
"""Kind of the event of messages to all."""
ADVISED: Final = "advised"
"""Kind of the event of a recommendation."""
LONGEST = 2_000
"""Characters of a message, at most."""
_MOST = 20
"""Exchanges of messages before a game, at most."""

SPEAKS = Outcome("speaks")
STATES = Outcome("states an action")
KEEPS = Outcome("keeps its statement")
FOLLOWS = Outcome("follows advice")


@dataclass(frozen=True)
class Talk:
    """All who decide write to all others, at the same time.

    Args:
        rounds: how often, one message each time.
        length: characters of a message, at most.
        each_round: of a repeated game, whether before each round; otherwise before the first.

    Raises:
        BadInput: a value is out of range.
    """

    rounds: int = 1
    length: int = 200
    each_round: bool = True

    def __post_init__(self) -> None:
        """Check the values."""
        _whole("talk.rounds", self.rounds, 1, _MOST)
        _whole("talk.length", self.length, 1, LONGEST)
        _truth("talk.each_round", self.each_round)


@dataclass(frozen=True)
class Advice:
    """One player recommends an action to the other, beside a text.

    Args:
        adviser: role of the player who recommends.
        length: characters of the text, at most; with 0 there is none.
        each_round: of a repeated game, whether before each round; otherwise before the first.

    Raises:
        BadInput: a value is out of range.
    """

    adviser: str
    length: int = 200
    each_round: bool = True

    def __post_init__(self) -> None:
        """Check the values; the role is checked beside a game."""
        _whole("advice.length", self.length, 0, LONGEST)
        _truth("advice.each_round", self.each_round)


MESSAGES: Final[Mapping[str, type[Talk | Advice]]] = {"talk": Talk, "advice": Advice}
"""Parameters that any game takes, each with the table that it is."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Messages that are sent at the same time.

    Args:
        kind: of the event that tells of them.
        at: name of the situation, for outcomes.
        spaces: by speaker, what it may say.
        about: by speaker, whose action it can state.
    """

    kind: str
    at: str
    spaces: Mapping[Player, Speech]
    about: Mapping[Player, Player]


def due_in(exchange: Exchange, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
    """Of each speaker, whether it says anything, and whether it states an action."""
    for player, made in moves.items():
        said = made if isinstance(made, Said) else None
        stated = None if said is None else said.statement is not None
        spoken = None if said is None else float(bool(said.text) or bool(stated))
        yield Due(player, SPEAKS.name, spoken, exchange.at)
        if exchange.spaces[player].statement is not None:
            yield Due(player, STATES.name, None if stated is None else float(stated), exchange.at)


def of_each(outcome: Outcome, spaces: Sequence[Choice | Amount | None]) -> Iterator[str]:
    """The outcome by what was stated, where that is one of some words."""
    for space in spaces:
        if isinstance(space, Choice):
            yield from (of_statement(outcome, option) for option in space.options)


def of_statement(outcome: Outcome, statement: str) -> str:
    """Name of the outcome where this was stated."""
    return f"{outcome.name}: {statement}"


def table(kind: type[Any], where: str, given: object) -> Any:  # noqa: ANN401 - Talk or Advice
    """What a table of a design states.

    Args:
        kind: Talk or Advice.
        where: what the user would call the table, for errors.
        given: the table, or one that is made already.

    Raises:
        BadInput: a key is unknown or missing, or a value out of range.
    """
    known = [each.name for each in fields(kind)]
    if isinstance(given, kind):
        return given
    if not isinstance(given, Mapping):
        raise BadInput(f"{where} must be a table of {', '.join(known)}, not {given!r}")
    for key in given:
        if key not in known:
            raise unknown(f"key of {where}", key, known)
    if kind is Advice and "adviser" not in given:
        raise BadInput(f"{where} needs adviser = the role of the player who recommends")
    return kind(**given)


def _whole(key: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise BadInput(f"{key} must be a whole number from {low} to {high}, not {value!r}")


def _truth(key: str, value: object) -> None:
    if type(value) is not bool:
        raise BadInput(f"{key} must be true or false, not {value!r}")
