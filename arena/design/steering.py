"""Hands the hashes of steering vectors to the contestants that are steered.

The vectors are part of a match's identity. A design that states no hash gets that of the latest
vectors in the cache, and keeps it in its record. Without vectors it is read and planned, but not
played.
"""

from collections.abc import Mapping
from typing import NamedTuple

from agents import AgentSpec
from agents.core.model_agent import ModelAgent
from agents.core.models.steering import DIRECTIONS, VectorSet, making, require_embedded
from games import BadInput
from prompts.core.rendering.emotion import Emotion

Specs = Mapping[str, tuple[str, AgentSpec]]


class Steered(NamedTuple):
    """Contestants with the hashes of their vectors.

    Attributes:
        contestants: kind of agent and parameters, by name.
        hashes: by model, hash of its vectors.
        missing: for each model without vectors, why, and the command that makes them.
    """

    contestants: dict[str, tuple[str, AgentSpec]]
    hashes: dict[str, str]
    missing: tuple[str, ...]


def is_steered(spec: AgentSpec) -> bool:
    """Whether vectors move a contestant."""
    own = getattr(spec, "emotion", None)  # scripts have one too
    emotions = [voice.emotion for voice in spec.voices]
    return any(isinstance(each, Emotion) and each.means == "vector" for each in (own, *emotions))


def with_vectors(contestants: Specs, stated: Mapping[str, str]) -> Steered:
    """The contestants with the hashes of their vectors.

    Args:
        contestants: kind of agent and parameters, by name.
        stated: hashes in the design, by model.

    Raises:
        BadInput: a contestant cannot be steered.
    """
    steered = {
        name: _steerable(name, kind, spec)
        for name, (kind, spec) in contestants.items()
        if is_steered(spec)
    }
    hashes: dict[str, str] = {}
    missing = []
    for model in dict.fromkeys(spec.model for spec in steered.values()):
        own = {name: spec for name, spec in steered.items() if spec.model == model}
        try:
            # A record is read without the vectors.
            hashes[model] = stated.get(model) or _current(model, own)
        except BadInput as error:
            missing.append(str(error))
    made = dict(contestants)
    for name, spec in steered.items():
        emotion = spec.emotion.model_copy(update={"vectors": hashes.get(spec.model, "")})
        made[name] = contestants[name][0], spec.model_copy(update={"emotion": emotion})
    return Steered(made, hashes, tuple(missing))


def _steerable(name: str, kind: str, spec: AgentSpec) -> ModelAgent:
    """A contestant whose model can be steered.

    Raises:
        BadInput: it has none.
    """
    if not isinstance(spec, ModelAgent) or spec.steering is None:
        raise BadInput(
            f'contestant {name!r}: agent {kind!r} cannot be steered: means = "vector" moves '
            "the states of embedded language models"
        )
    try:
        require_embedded(spec.model)
    except BadInput as error:
        raise BadInput(f"contestant {name!r}: {error}") from None
    return spec


def _current(model: str, contestants: Mapping[str, ModelAgent]) -> str:
    """Hash of the latest vectors of a model.

    Raises:
        BadInput: there are none, or they lack one that a contestant needs.
    """
    directions = (spec.emotion.direction for spec in contestants.values())
    random = max(DIRECTIONS, *(at + 1 for at in directions if at is not None), 0)
    latest = VectorSet.current(model, random)
    for name, spec in contestants.items():
        try:
            latest.require(spec.emotion.doses)
        except BadInput as error:
            command = making(model, random)
            raise BadInput(f"contestant {name!r}: {error}: make it with {command}") from None
    return latest.hash
