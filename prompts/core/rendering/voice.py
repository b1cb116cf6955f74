"""`Voice`: settings of a design for the wording of prompts to a player."""

from dataclasses import replace
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from games.core.types import ActionSpace, Speech
from prompts.core.rendering.emotion import VOCABULARY, Emotion, Vocabulary
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import Wording

Coplayer = Literal["player", "colleague", "person", "opponent"]
Reasoning = Literal["none", "brief"]
Frame = Literal["named", "neutral", "obfuscated"]
LabelRule = Literal["named", "counterbalanced"]
Goal = Literal["none", "points"]


class Voice(BaseModel):
    """Settings of the prompts to a player."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = "en"
    """Code of the language of all texts."""
    emotion: Emotion = Emotion()
    """The emotional condition."""
    goal: Goal = "none"
    """Goal stated to the player: none, or as many points as possible."""
    coplayer: Coplayer = "player"
    """Description of the other players: none, colleagues, strangers, or opponents."""
    reasoning: Reasoning = "none"
    """Whether the reply holds a brief reasoning before the answer."""
    persona: str = ""
    """A paragraph written by the design, the same in treatment and control; none by default."""
    frame: Frame = "named"
    """Presentation of the game: by its name, without name and story, or in another story."""
    labels: LabelRule | None = None
    """Labels of actions: their own names in fixed order, or drawn neutral labels with a drawn order
    of options. None follows the frame: names if the frame names the game."""
    paraphrase: int | None = Field(None, ge=0)
    """Number of the wording of the rules; None is the wording drawn for the match."""
    history: int | None = Field(None, ge=1)
    """Number of past rounds that each prompt of a repeated game tells again; of earlier rounds it
    tells the points alone. None tells all rounds again."""
    vocabulary: Vocabulary = VOCABULARY
    """Emotions that can be reported and shown. Each block draws an order of them, starting from
    this one."""

    @field_validator("language")
    @classmethod
    def _spoken(cls, language: str) -> str:
        if language not in catalogue().languages:
            raise ValueError(f"must be one of {', '.join(catalogue().languages)}")
        return language

    @field_validator("persona")
    @classmethod
    def _one_paragraph(cls, persona: str) -> str:
        if "\n\n" in persona.strip():
            raise ValueError("must be one paragraph, without empty lines")
        return persona.strip()

    @model_validator(mode="after")
    def _labelled(self) -> "Voice":
        if self.labels == "named" and self.frame != "named":
            raise ValueError(f"frame {self.frame!r} has no names for actions: leave labels out")
        return self

    @model_validator(mode="after")
    def _worded(self) -> "Voice":
        """Refuse unreportable induced emotions, and emotions without a word in the language."""
        self.emotion.check_offered(self.vocabulary)
        stated = self.vocabulary if "vocabulary" in self.model_fields_set else ()
        if lacking := [word for word in stated if word not in catalogue().emotions(self.language)]:
            raise ValueError(f"language {self.language!r} has no word for {', '.join(lacking)}")
        return self

    @model_validator(mode="after")
    def _shaped(self) -> "Voice":
        """Require as many words for a neutral report as for a report of an emotion."""
        if self.emotion.report == "neutral" and len(self.shape_words) < len(self.vocabulary):
            raise ValueError(
                f'report = "neutral" has {len(self.shape_words)} shapes to offer, and vocabulary '
                f"{len(self.vocabulary)} emotions: leave some out"
            )
        return self

    @property
    def emotion_words(self) -> dict[str, str]:
        """Ids of the reportable emotions in their usual order, each with its word."""
        return catalogue().offered(self.language, self.vocabulary)

    @property
    def draws_labels(self) -> bool:
        """Whether labels of actions and the order of options are drawn."""
        return self.frame != "named" if self.labels is None else self.labels == "counterbalanced"

    @property
    def shape_words(self) -> dict[str, str]:
        """Ids of the shapes of a neutral report, as many as emotions, each with its word."""
        return catalogue().shapes(self.language, len(self.vocabulary))

    def asked(self, *, move: bool) -> tuple[str, ...]:
        """Keys of a reply, in the order of the question.

        Args:
            move: whether a move is asked for; otherwise an opening display only.
        """
        feeling = self.emotion
        if feeling.own_keys:
            return feeling.own_keys
        report = {
            "felt": feeling.reports,
            "intensity": feeling.reports,
            "shape": feeling.report == "neutral",
            "size": feeling.report == "neutral",
            "shown": feeling.chooses,
            "shown_intensity": feeling.chooses and feeling.shows_intensity,
        }
        reported = [key for key, wanted in report.items() if wanted]
        action = ["action"] * move
        thought = ["reasoning"] * (self.reasoning == "brief")
        later = feeling.report == "after"
        return (*thought, *action, *reported) if later else (*thought, *reported, *action)

    def asked_for(self, space: ActionSpace | None) -> tuple[str, ...]:
        """Keys of what the reply to one question holds, in the order it is asked for.

        Args:
            space: what may be answered; None where an opening display alone is asked for.
        """
        keys = self.asked(move=space is not None)
        if not isinstance(space, Speech):
            return keys
        at = keys.index("action")
        said = (*["message"] * (space.length > 0), *["statement"] * (space.statement is not None))
        return (*keys[:at], *said, *keys[at + 1 :])

    def worded(self, drawn: Wording) -> Wording:
        """The wording drawn for a match, with the parts fixed by this voice."""
        return drawn if self.paraphrase is None else replace(drawn, paraphrase=self.paraphrase)
