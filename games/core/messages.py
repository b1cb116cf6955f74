"""What players see of messages before a game: taken apart, or left out."""

from dataclasses import replace
from typing import Final

from games.core.exchanges import ADVISED, TALKED
from games.core.log import Log, folded
from games.core.types import Event, Observation, Player, Said

_FACTS: Final = ("talk_", "advice_")
"""How the names of facts begin that tell of messages."""


def heard(event: Event) -> dict[Player, Said]:
    """The messages that an event tells of, by seat; none where it is another kind of event."""
    if event.kind not in {TALKED, ADVISED}:
        return {}
    facts = event.facts
    speakers = [int(key.removeprefix("text_")) for key in facts if key.startswith("text_")]
    stated = {one: facts.get(f"states_{one}", "") for one in speakers}
    return {
        one: Said(str(facts[f"text_{one}"]), said if isinstance(said, int) else str(said) or None)
        for one, said in stated.items()
    }


def silent(seen: Observation) -> Observation:
    """An observation without what was said before the game, and without facts on messages."""
    for key in seen.facts:
        if key.startswith(_FACTS):
            break
    else:
        return seen
    facts = {key: fact for key, fact in seen.facts.items() if not key.startswith(_FACTS)}
    events = folded(seen.events, _unsaid, Log[Event](), _unsaid)
    return replace(seen, facts=facts, events=events)


def _unsaid(events: Log[Event], event: Event) -> Log[Event]:
    return events if event.kind in {TALKED, ADVISED} else events.plus(event)
