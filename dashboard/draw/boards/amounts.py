"""An endowment and how it was divided: what was given, offered or sent, and what was kept."""

from dashboard.draw.boards.shapes import GROUND, MARK, PAPER, Board, box, document, now, words
from games.core.types import Observation

_GIVEN = {"gave": ("given", "amount"), "offered": ("offer",), "sent": ("sent",)}
"""Kinds of events in which an amount leaves an endowment, and the facts that can hold it."""
_AFTER = {"received": "received", "returned": "returned", "answer": "answer", "total": "in the pot"}
"""Facts that follow, each with its words."""
_WIDTH = 320


def draw(seen: Observation) -> Board | None:
    """The endowment as a bar; None for a game in which nothing is divided."""
    endowment = seen.facts.get("endowment")
    if not isinstance(endowment, int) or endowment <= 0:
        return None
    events = now(seen)
    made = [
        (event.facts.get("player"), event.kind, fact)
        for event in events
        for key in _GIVEN.get(event.kind, ())
        if isinstance(fact := event.facts.get(key), int)
    ]
    own = [each for each in made if each[0] == seen.player]  # in groups, each player gives
    after = [
        f"{name} {event.facts[key]}"
        for event in events
        for key, name in _AFTER.items()
        if key in event.facts
    ]
    parts = [words(20, 24, f"endowment {endowment}", anchor="start")]
    if not made:
        parts.append(box(20, 34, _WIDTH, 34, fill=GROUND))
        return document(_WIDTH + 40, 88, parts, f"endowment {endowment}, not yet divided")
    _, kind, amount = (own or made)[0]
    part = _WIDTH * min(amount, endowment) / endowment
    kept = endowment - amount
    parts += [
        box(20, 34, _WIDTH, 34, fill=PAPER),
        box(20, 34, part, 34, fill=MARK),
        words(26, 56, f"{kind} {amount}", bold=True, anchor="start"),
        words(_WIDTH + 14, 56, f"kept {kept}", anchor="end"),
        *([words(20, 90, ", ".join(after), anchor="start")] if after else []),
    ]
    said = ", ".join([f"endowment {endowment}", f"{kind} {amount}", f"kept {kept}", *after])
    return document(_WIDTH + 40, 106 if after else 88, parts, said)
