"""`LaneNotes`: says once per model why its calls do not go past LiteLLM's own work."""

from collections.abc import Callable

from agents.core.models.model import DIRECT
from agents.core.types import Attempt


class LaneNotes:
    """Takes notes of lanes.

    Args:
        note: records a note, given its kind and its text.
    """

    def __init__(self, note: Callable[[str, str], None]) -> None:
        self._note = note
        self._told: set[tuple[str, str]] = set()

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Note the lane of a call, unless it is the direct one or was noted before."""
        outcome = attempt.completion or attempt.failure
        lane = None if outcome is None else outcome.lane
        if lane not in {None, DIRECT} and (model, lane) not in self._told:
            self._told.add((model, str(lane)))
            self._note("lane", f"{model}: {lane}")
