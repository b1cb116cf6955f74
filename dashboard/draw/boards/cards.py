"""Cards and the pot of a poker game: the own card, the board, and what a showdown shows."""

from dashboard.draw.boards.shapes import GROUND, Board, box, document, now, words
from games.core.betting import paid
from games.core.types import Event, Observation

_WIDTH, _HEIGHT = 54, 76


def draw(seen: Observation) -> Board | None:
    """The table of a game in which cards are dealt and bets are made; None for another game."""
    if "deck" not in seen.facts or "ante" not in seen.facts:
        return None
    events = now(seen)
    places = [
        ("own card", _card(events, "dealt")),
        *([("board", _card(events, "board"))] if "copies" in seen.facts else []),
        *(_shown(events) or [("other's card", "")]),
    ]
    pot = _pot(seen, events)
    parts = [part for at, place in enumerate(places) for part in _placed(24 + 92 * at, *place)]
    chips = 24 + 92 * len(places)
    parts += [
        f'<circle cx="{chips + 27}" cy="62" r="27" fill="#2f6f9f" stroke="#1d4b6e"/>',
        words(chips + 27, 67, pot, size=16, bold=True, colour="#ffffff"),
        words(chips + 27, 124, "pot"),
    ]
    known = ", ".join(f"{name} {card}" for name, card in places if card)
    return document(chips + 78, 136, parts, f"{known or 'no card seen yet'}; pot {pot} points")


def _card(events: tuple[Event, ...], kind: str) -> str:
    """The card of an event; empty if it has not happened."""
    found = [str(event.facts["card"]) for event in events if event.kind == kind]
    return found[-1] if found else ""


def _shown(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    """The cards of a showdown, each with whose it is."""
    found = [event.facts for event in events if event.kind == "showdown"]
    return [
        (
            "other's card" if "player" not in facts else f"player {int(str(facts['player'])) + 1}",
            str(facts["card"]),
        )
        for facts in found
    ]


def _placed(x: float, name: str, card: str) -> tuple[str, ...]:
    face = words(x + _WIDTH / 2, 74, card, size=30, bold=True)
    back = box(x, 24, _WIDTH, _HEIGHT, fill=GROUND if not card else "#ffffff")
    return back, face, words(x + _WIDTH / 2, 124, name)


def _pot(seen: Observation, events: tuple[Event, ...]) -> int:
    """Points that all players have put in: antes, bets, raises and calls."""
    facts = seen.facts
    rounds: list[tuple[int, list[tuple[int, str]]]] = [
        (int(str(facts.get("bet", facts.get("small_bet")))), [])
    ]
    for event in events:
        if event.kind == "board":
            rounds.append((int(str(facts["big_bet"])), []))
        elif event.kind == "moved":
            rounds[-1][1].append((int(str(event.facts["player"])), str(event.facts["action"])))
    return sum(paid(int(str(facts["ante"])), seen.players, rounds))
