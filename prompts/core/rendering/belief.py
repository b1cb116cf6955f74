"""Questions for a belief about the other player's next decision, and the belief as told back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from games.core.types import Observation
from prompts.core.rendering.emotion import Emotion, Section
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import fill
from prompts.core.types import Wording

HUNDRED = 100
"""Sum of the probabilities of a belief, in per cent."""


class OfBelief(Emotion):
    """The emotional condition of a player who states a belief; made of its own, never stated."""

    @property
    def section(self) -> Section:
        """That of beliefs."""
        return "belief"

    @property
    def own_keys(self) -> tuple[str, ...]:
        """A probability for each possibility."""
        return ("p",)


def belief_voice(player: Voice) -> Voice:
    """Voice of the question for a belief: that of a move, with another form of the answer."""
    emotion = OfBelief.model_construct(**player.emotion.__dict__)
    return player.model_copy(update={"emotion": emotion})


def belief_keys(count: int) -> tuple[str, ...]:
    """Keys of a reply that states the probabilities of so many possibilities."""
    return tuple(f"p{number}" for number in range(1, count + 1))


def belief_schema(count: int) -> dict[str, Any]:
    """JSON schema of a reply that states so many probabilities."""
    share = {"type": "integer", "minimum": 0, "maximum": HUNDRED}
    keys = belief_keys(count)
    return {
        "type": "object",
        "properties": dict.fromkeys(keys, share),
        "required": list(keys),
        "additionalProperties": False,
    }


def even_shares(asked: Collection[str]) -> dict[str, int]:
    """Probabilities that are as equal as whole per cents can be; none if none were asked for.

    Args:
        asked: keys of a reply.
    """
    keys = [key for key in belief_keys(len(asked)) if key in asked]
    whole, left = divmod(HUNDRED, max(len(keys), 1))
    return {key: whole + (at < left) for at, key in enumerate(keys)}


def listed(options: Sequence[str], voice: Voice, game: str, wording: Wording) -> tuple[str, ...]:
    """Options of the other player in the order in which they are listed.

    Args:
        options: in the order of the rules.
        voice: of the player that is asked.
        game: name of the game, for its words.
        wording: drawn for the match.
    """
    return Labels.of(voice, game, wording).ordered(options)


def belief_question(
    seen: Observation, voice: Voice, wording: Wording, options: Sequence[str]
) -> str:
    """The question for a belief, with the possibilities and their keys.

    Args:
        seen: what the player sees.
        voice: as `belief_voice` gives it.
        wording: drawn for the match.
        options: in the order in which they are listed.
    """
    writer = Writer(seen, voice, wording)
    pairs = [
        f"{key}: {_word(writer, option)}"
        for key, option in zip(belief_keys(len(options)), options, strict=True)
    ]
    return fill(writer.text("belief", "ask"), {"options": ", ".join(pairs)})


def belief_text(
    seen: Observation, voice: Voice, wording: Wording, belief: Mapping[str, float]
) -> str:
    """Stated belief, as the player is told of it.

    Args:
        seen: what the player sees.
        voice: its own.
        wording: drawn for the match.
        belief: probability of each option.
    """
    writer = Writer(seen, voice, wording)
    line = writer.text("belief", "share")
    shares = [
        fill(line, {"option": _word(writer, option), "share": str(round(HUNDRED * p))})
        for option, p in belief.items()
    ]
    return fill(writer.text("belief", "said"), {"shares": ", ".join(shares)})


def _word(writer: Writer, option: str) -> str:
    return fill(writer.text("list", "word"), {"word": writer.labels.show(option)})
