"""Dice and bids of Liar's Dice."""

from dashboard.draw.boards.shapes import INK, MARK, PAPER, Board, box, document, now, words
from games.core.types import Observation

_SIDE = 48
_PIPS = {
    1: ((0, 0),),
    2: ((-1, -1), (1, 1)),
    3: ((-1, -1), (0, 0), (1, 1)),
    4: ((-1, -1), (1, -1), (-1, 1), (1, 1)),
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}
"""Places of the pips of a face, in steps from its middle."""


def draw(seen: Observation) -> Board | None:
    """The dice that a player knows, and the last bid; None for another game."""
    if "dice" not in seen.facts or "faces" not in seen.facts:
        return None
    events = now(seen)
    own = [int(str(event.facts["face"])) for event in events if event.kind == "rolled"]
    shown = [int(str(event.facts["face"])) for event in events if event.kind == "shown"]
    moves = [str(event.facts["action"]) for event in events if event.kind == "moved"]
    bids = [move for move in moves if move != "liar"]
    bid, called = bids[-1] if bids else "none", bool(moves) and moves[-1] == "liar"
    parts = [words(20, 22, "own dice", anchor="start"), *_row(own, 30, PAPER)]
    width = max(240, 40 + 58 * max(len(own), len(shown)))
    height = 128
    if shown:
        parts += [words(20, 100, "dice shown", anchor="start"), *_row(shown, 108, MARK)]
        height += 78
    last = f"last bid {bid}" + (", called a lie" if called else "")
    parts.append(words(20, height - 22, last, bold=True, anchor="start"))
    said = [f"own dice {', '.join(map(str, own))}"] if own else []
    said += [f"dice shown {', '.join(map(str, shown))}"] if shown else []
    return document(width, height, parts, "; ".join([*said, last]))


def _row(faces: list[int], y: float, fill: str) -> list[str]:
    return [part for at, face in enumerate(faces) for part in _die(20 + 58 * at, y, face, fill)]


def _die(x: float, y: float, face: int, fill: str) -> list[str]:
    middle = (x + _SIDE / 2, y + _SIDE / 2)
    if face not in _PIPS:
        number = words(middle[0], middle[1] + 7, face, size=20, bold=True)
        return [box(x, y, _SIDE, _SIDE, fill=fill), number]
    pips = (
        f'<circle cx="{middle[0] + 13 * right:g}" cy="{middle[1] + 13 * down:g}" r="4.5" '
        f'fill="{INK}"/>'
        for right, down in _PIPS[face]
    )
    return [box(x, y, _SIDE, _SIDE, fill=fill), *pips]
