"""`Voice`: settings of a design for the wording of prompts to a player."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from games.core.errors import Named, unknown
from games.core.types import ActionSpace, Speech
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import Wording

Mode = Literal["absent", "hidden", "visible", "manipulative"]
Cause = Literal["simple", "coplayer", "external"]
Intensity = Literal["mild", "strong"]
Coplayer = Literal["player", "colleague", "person", "opponent"]
Reasoning = Literal["none", "brief"]
Frame = Literal["named", "neutral", "obfuscated"]
LabelRule = Literal["named", "counterbalanced"]
Goal = Literal["none", "points"]
Report = Literal["none", "before", "after", "neutral"]

PLACEBO: Final = "placebo"
"""Control condition of the induction: a text of the same form that induces nothing."""

NEUTRAL: Final = "neutral"
"""Emotion word for the absence of emotion; it is never induced."""

VOCABULARY: Final = (
    "anger", "disgust", "fear", "happiness", NEUTRAL, "sadness", "surprise",
)  # fmt: skip
"""The emotion words offered by a design that states none: Ekman's six and neutral.

The words are part of the identity of every such design and therefore never change. A design names
further emotions to offer them.

Source: Ekman (1992), An argument for basic emotions, Cognition and Emotion 6, 169 to 200.
"""


def _reportable(words: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse words that cannot be reported, and repeated words."""
    known: Named[str] = Named()
    for told in map(catalogue().emotions, catalogue().languages):
        known.update(told)
        known.faults |= told.faults
    for at, word in enumerate(words):
        if word not in known:
            raise ValueError(str(unknown("emotion", word, known)))
        if word in words[:at]:
            raise ValueError(f"lists {word!r} twice")
    return words


Vocabulary = Annotated[tuple[str, ...], Field(min_length=2), AfterValidator(_reportable)]
"""Ids of the offered emotions, in the order from which other orders are drawn."""

Section = Literal["answer", "council"]
"""Parts of the texts that describe the keys of a reply."""

_SWITCHES = ("report", "shows", "chooses", "perceives")
_PRESETS: dict[str, tuple[Report, bool, bool, bool]] = {
    "absent": ("none", False, False, False),
    "hidden": ("before", False, False, True),
    "visible": ("before", True, False, True),
    "manipulative": ("before", True, True, True),
}
"""Settings of the report and of the three switches in each mode."""


class Emotion(BaseModel):
    """The two axes of emotion: the induced emotion, and the use of the reported emotion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "absent"
    """Preset of the report and of three switches; stated switches override it."""
    induced: str = "none"
    """Emotion that the opening instructions induce, none, or placebo."""
    cause: Cause = "simple"
    """Cause that the induction states: none, the co-player, or an unrelated event."""
    state: bool = True
    """Whether the induction names the felt emotion; otherwise it tells the event only."""
    intensity: Intensity | None = None
    """Stated strength of the induced emotion; None states none."""
    demand: bool = True
    """Whether the induction says that the emotion can affect the player's decisions."""
    report: Report = "none"
    """Report made with each move: none; an emotion, before or after the action; or a neutral report
    of the same form, before the action."""
    shows: bool = False
    """Whether the others see an emotion with each move."""
    chooses: bool = False
    """Whether the player chooses its display; otherwise its report is shown."""
    perceives: bool = False
    """Whether the player sees the displays of others."""
    told: bool = True
    """Whether the player knows that its report is shown."""
    opening: bool = False
    """Whether an emotion is also shown before the first move of the match."""
    shows_intensity: bool = False
    """Whether displays carry an intensity."""

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, data: Any) -> Any:  # noqa: ANN401 - whatever was written
        """Fill in the switches of the mode.

        Raises:
            ValueError: the removed field `feels` is given; `report` replaces it.
        """
        if isinstance(data, dict) and "feels" in data:
            report = "before" if data["feels"] is True else "none"
            raise ValueError(f'feels has been replaced by report: write report = "{report}"')
        mode = data.get("mode", "absent") if isinstance(data, dict) else None
        if not isinstance(mode, str) or mode not in _PRESETS:
            return data  # the field's own check says what is wrong
        return dict(zip(_SWITCHES, _PRESETS[mode], strict=True)) | data

    @field_validator("induced")
    @classmethod
    def _known(cls, induced: str) -> str:
        known = {"none"}.union(*map(catalogue().inductions, catalogue().languages))
        if induced not in known:
            raise ValueError(f"must be one of {', '.join(sorted(known))}")
        return induced

    @model_validator(mode="after")
    def _fits(self) -> "Emotion":
        for wrong, problem in (*self._unfit_inductions(), *self._unfit_displays()):
            if wrong:
                raise ValueError(problem)
        return self

    def _unfit_inductions(self) -> tuple[tuple[bool, str], ...]:
        """Invalid settings of an induction, each with its error message."""
        none = self.induced == "none"
        dosed = self.intensity is not None
        return (
            (
                none and self.cause != "simple",
                f"cause {self.cause!r} needs an induced emotion",
            ),
            (
                dosed and self.induced in {"none", PLACEBO},
                f"intensity {self.intensity!r} needs an induced emotion",
            ),
            (
                not self.state and self.cause == "simple",
                'state = false leaves the event alone: it needs cause = "coplayer" or "external"',
            ),
            (
                dosed and not self.state,
                f"intensity {self.intensity!r} needs state = true: it says how strong the state is",
            ),
            (
                none and not self.demand,
                "demand = false needs an induced emotion or placebo: it leaves out their sentence",
            ),
        )

    def _unfit_displays(self) -> tuple[tuple[bool, str], ...]:
        """Invalid settings of displays, each with its error message."""
        return (
            (
                self.shows and not self.reports,
                'shows = true needs report = "before" or "after": a display stands beside a report',
            ),
            (self.chooses and not self.shows, "chooses = true needs shows = true"),
            (
                not self.told and (self.chooses or not self.shows),
                "told = false belongs to mode visible, where the report itself is shown",
            ),
            (
                self.shows_intensity and not self.shows,
                "shows_intensity = true needs shows = true, as in visible and manipulative",
            ),
            (
                self.opening and not (self.shows and self.told),
                "opening = true needs shows = true and told = true: it asks for a display",
            ),
        )

    @property
    def reports(self) -> bool:
        """Whether an emotion is reported."""
        return self.report in {"before", "after"}

    @property
    def told_of_viewers(self) -> bool:
        """Whether the player is told that others see its emotion."""
        return self.shows and self.told

    def unseen(self) -> "Emotion":
        """The same settings without displays, for matches in which no player can act on them."""
        nothing = {"shows": False, "chooses": False, "shows_intensity": False, "opening": False}
        return self.model_copy(update={**nothing, "told": True}) if self.shows else self

    def by_face(self) -> "Emotion":
        """The same settings with displays read from the player's face, or reports."""
        if not self.shows or self.chooses:
            return self
        return ByFace.model_construct(**{**self.__dict__, "chooses": True})

    @property
    def given(self) -> frozenset[str]:
        """Keys of a reply that are filled in for the player."""
        return frozenset()

    def check_offered(self, vocabulary: Iterable[str]) -> None:
        """Refuse an induced emotion that cannot be reported.

        Raises:
            ValueError: the vocabulary lacks it.
        """
        if self.induced not in {"none", PLACEBO, *vocabulary}:
            words = ", ".join(f'"{word}"' for word in (*vocabulary, self.induced))
            raise ValueError(
                f"emotion.induced {self.induced!r} is not among the emotions that can be reported; "
                f"vocabulary = [{words}] would offer it"
            )

    @property
    def telling(self) -> str | None:
        """Key of the paragraph on the use of the report; None if there is no paragraph."""
        if self.report == "neutral":
            return "neutral"
        if not self.reports:
            return None
        if not self.shows:
            return "hidden"
        if self.chooses:
            return "manipulative"
        return "visible" if self.told else "visible_untold"

    @property
    def paragraph(self) -> tuple[tuple[str, ...], ...]:
        """The texts that tell the player what becomes of its report, as paths; one paragraph."""
        if self.telling is None:
            return ()
        texts: list[tuple[str, ...]] = [("mode", self.telling)]
        if self.shows_intensity and self.told:
            texts.append(("mode", "intensity", self.telling))
        if self.opening:
            texts.append(("mode", "opening", self.telling))
        return tuple(texts)

    @property
    def section(self) -> Section:
        """The part of the texts that describes the keys of a reply."""
        return "answer"

    @property
    def own_keys(self) -> tuple[str, ...]:
        """The keys of a reply where it is no player's; empty where a player replies."""
        return ()


class ByFace(Emotion):
    """An emotional condition in which the reply holds the emotion read from the player's face.

    A lab that reads faces derives it from mode visible. Designs cannot state it.
    """

    @property
    def telling(self) -> str | None:
        """Key of the paragraph on the use of the report and of the face."""
        return "face"

    @property
    def given(self) -> frozenset[str]:
        """Keys whose values are read from the face, or else copied from the report."""
        return frozenset({"shown", "shown_intensity"})


def beside_mode(emotion: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an emotional condition beside its mode, without switches at the mode's preset.

    Args:
        emotion: the fields of an `Emotion` in the form of records.
    """
    implied = dict(zip(_SWITCHES, _PRESETS[emotion["mode"]], strict=True))
    return {
        key: value
        for key, value in emotion.items()
        if key != "mode" and (key not in implied or value != implied[key])
    }


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
