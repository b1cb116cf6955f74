"""An endowment and how it was divided: what was given, offered or sent, and what was kept."""

from fractions import Fraction

from dashboard.draw.boards.shapes import GROUND, MARK, PAPER, Board, box, document, now, words
from games.core.types import Fact, Observation

_GIVEN = {"given": "given", "amount": "given", "offer": "offered", "sent": "sent"}
"""Facts that hold an amount which leaves an endowment, each with its word."""
_AFTER = {
    "received": "received",
    "returned": "returned",
    "answer": "answer",
    "taken": "taken away",
    "total": "in the pot",
}
"""Facts that follow, each with its words."""
_WIDTH = 320


def draw(seen: Observation) -> Board | None:
    """The endowment as a bar; None for a game in which nothing is divided."""
    endowment = seen.facts.get("endowment")
    if not isinstance(endowment, int) or endowment <= 0:
        return None
    events = now(seen)
    made = [
        (event.facts.get("player"), word, fact)
        for event in events
        for key, word in _GIVEN.items()
        if isinstance(fact := event.facts.get(key), int)
    ]
    own = [each for each in made if each[0] == seen.player]  # in groups, each player gives
    after = [
        f"{name} {_number(event.facts[key])}"
        for event in events
        for key, name in _AFTER.items()
        if key in event.facts
    ]
    parts = [words(20, 24, f"endowment {endowment}", anchor="start")]
    if not made:
        parts.append(box(20, 34, _WIDTH, 34, fill=GROUND))
        return document(_WIDTH + 40, 88, parts, f"endowment {endowment}, not yet divided")
    _, word, amount = (own or made)[0]
    part = _WIDTH * min(amount, endowment) / endowment
    kept = endowment - amount
    parts += [
        box(20, 34, _WIDTH, 34, fill=PAPER),
        box(20, 34, part, 34, fill=MARK),
        words(26, 56, f"{word} {amount}", bold=True, anchor="start"),
        words(_WIDTH + 14, 56, f"kept {kept}", anchor="end"),
        *([words(20, 90, ", ".join(after), anchor="start")] if after else []),
    ]
    said = ", ".join([f"endowment {endowment}", f"{word} {amount}", f"kept {kept}", *after])
    return document(_WIDTH + 40, 106 if after else 88, parts, said)


def _number(fact: Fact) -> str:
    """A fact in words; parts of points as decimals."""
    return f"{float(fact):g}" if isinstance(fact, Fraction) else str(fact)
