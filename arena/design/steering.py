"""Hands the hashes of steering vectors to the contestants that are steered.

The vectors are part of a match's identity. A design that states no hash gets that of the latest
vectors in the cache, and keeps it in its record.
"""

from collections.abc import Mapping
from typing import Any

from agents import AgentSpec
from agents.core.model_agent import ModelAgent
from agents.core.models.steering import VectorSet
from games import BadInput
from prompts.core.rendering.emotion import Emotion


def is_steered(spec: AgentSpec) -> bool:
    """Whether vectors move a contestant."""
    own = getattr(spec, "emotion", None)  # scripts have one too
    emotions = [voice.emotion for voice in spec.voices]
    return any(isinstance(each, Emotion) and each.means == "vector" for each in (own, *emotions))


def with_vectors(
    contestants: Mapping[str, tuple[str, AgentSpec]],
    stated: Mapping[str, str],
    data: dict[str, Any],
) -> tuple[dict[str, tuple[str, AgentSpec]], dict[str, Any]]:
    """The contestants with the hashes of their vectors, and the file's content with all hashes.

    Args:
        contestants: kind of agent and parameters, by name.
        stated: hashes in the design, by model.
        data: content of the file.

    Raises:
        BadInput: a contestant cannot be steered.
    """
    sets: dict[str, VectorSet] = {}
    hashes: dict[str, str] = {}
    made = dict(contestants)
    for name, (kind, spec) in contestants.items():
        if not is_steered(spec):
            continue
        if not isinstance(spec, ModelAgent) or spec.steering is None:
            raise BadInput(
                f'contestant {name!r}: agent {kind!r} cannot be steered: means = "vector" moves '
                "the states of embedded language models"
            )
        if spec.model not in hashes and spec.model in stated:
            hashes[spec.model] = stated[spec.model]  # a record is read without the vectors
        if spec.model not in hashes or spec.model in sets:
            try:
                own = sets.setdefault(spec.model, VectorSet.current(spec.model))
                own.require(dict(spec.steering.doses))
            except BadInput as error:
                raise BadInput(f"contestant {name!r}: {error}") from None
            hashes[spec.model] = own.hash
        emotion = spec.emotion.model_copy(update={"vectors": hashes[spec.model]})
        made[name] = kind, spec.model_copy(update={"emotion": emotion})
    return made, {**data, "vectors": hashes} if hashes else data
