"""Notes of calls that do not go past LiteLLM's own work."""

from agents.core.models.model import DIRECT, Failure
from agents.core.types import Attempt
from arena.engine.lanes import LaneNotes
from prompts import Verdict


def test_a_fall_back_is_noted_once_with_its_reason() -> None:
    noted: list[tuple[str, str]] = []
    lanes = LaneNotes(lambda kind, about: noted.append((kind, about)))
    for lane in (None, DIRECT, "acompletion: it changed", "acompletion: it changed"):
        failure = Failure("gone", 500, lane=lane)
        lanes.attempted(Attempt((), None, Verdict.PROVIDER_ERROR, failure), "openai/m")
    assert noted == [("lane", "openai/m: acompletion: it changed")]
