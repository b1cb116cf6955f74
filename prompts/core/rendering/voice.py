"""`Voice`: everything that a design may choose in how a player is spoken to."""

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
"""What stands where an induction would, and induces nothing."""

NEUTRAL: Final = "neutral"
"""The emotion word for feeling nothing in particular; it is never induced."""

VOCABULARY: Final = (
    "anger", "disgust", "fear", "happiness", NEUTRAL, "sadness", "surprise",
)  # fmt: skip
"""The emotion words offered by a design that states none: Ekman's six and neutral.

It is part of what every such design asks, so that it never changes: a further emotion is offered
where a design names it.

Source: Ekman (1992), An argument for basic emotions, Cognition and Emotion 6, 169 to 200.
"""


def _reportable(words: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what nobody can report, and a word given twice."""
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
"""Ids of emotions whose words are offered, in the order that others are drawn from."""

Section = Literal["answer", "council"]
"""Parts of the texts that describe the keys of a reply."""

_SWITCHES = ("report", "shows", "chooses", "perceives")
_PRESETS: dict[str, tuple[Report, bool, bool, bool]] = {
    "absent": ("none", False, False, False),
    "hidden": ("before", False, False, True),
    "visible": ("before", True, False, True),
    "manipulative": ("before", True, True, True),
}
"""What each mode says of the report and of the three switches."""


class Emotion(BaseModel):
    """The two axes of emotion: what is induced, and what becomes of what is felt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "absent"
    """A name for a report and three switches; each that is not stated is as the mode has it."""
    induced: str = "none"
    """The emotion that the opening instructions induce, none, or placebo."""
    cause: Cause = "simple"
    """What the induction gives as cause: nothing, the co-player, or an unrelated event."""
    state: bool = True
    """Whether the induction says what the player feels; otherwise the event stands alone."""
    intensity: Intensity | None = None
    """How strong the induced emotion is said to be; None says nothing of it."""
    demand: bool = True
    """Whether the induction says that it can affect the player's decisions."""
    report: Report = "none"
    """What is reported with each move: nothing; an emotion, asked for before the action or after
    it; or, before the action, something neutral in the same form."""
    shows: bool = False
    """Whether the others see an emotion with each move."""
    chooses: bool = False
    """Whether the player chooses what it shows; otherwise what it reports is shown."""
    perceives: bool = False
    """Whether the player is given what the others show."""
    told: bool = True
    """Whether the player knows that what it reports is shown."""
    opening: bool = False
    """Whether an emotion is also shown before the first move of the match."""
    shows_intensity: bool = False
    """Whether what is shown carries its intensity."""

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, data: Any) -> Any:  # noqa: ANN401 - whatever was written
        """Write out the switches that the mode stands for.

        Raises:
            ValueError: `feels` is written, which `report` has replaced.
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
        """What cannot be of an induction, each with the problem it is."""
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
        """What cannot be of displays, each with the problem it is."""
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
        """The same where nobody who sees what it shows can act on it: it is not asked to show."""
        nothing = {"shows": False, "chooses": False, "shows_intensity": False, "opening": False}
        return self.model_copy(update={**nothing, "told": True}) if self.shows else self

    def by_face(self) -> "Emotion":
        """The same where what is shown is read from the player's face, or is the report."""
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
            ValueError: the vocabulary does not hold it.
        """
        if self.induced not in {"none", PLACEBO, *vocabulary}:
            words = ", ".join(f'"{word}"' for word in (*vocabulary, self.induced))
            raise ValueError(
                f"emotion.induced {self.induced!r} is not among the emotions that can be reported; "
                f"vocabulary = [{words}] would offer it"
            )

    @property
    def telling(self) -> str | None:
        """Which paragraph tells the player what becomes of its report; None if none does."""
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
    """An emotional condition in which the reply holds what was read from the player's face.

    No design states it: a lab that reads faces makes it of mode visible.
    """

    @property
    def telling(self) -> str | None:
        """Which paragraph tells the player what becomes of its report and its face."""
        return "face"

    @property
    def given(self) -> frozenset[str]:
        """What is read, or else copied from the report."""
        return frozenset({"shown", "shown_intensity"})


def beside_mode(emotion: Mapping[str, Any]) -> dict[str, Any]:
    """An emotional condition beside its mode: switches that are as the mode has them are left out.

    Args:
        emotion: the fields of an `Emotion`, as records keep them.
    """
    implied = dict(zip(_SWITCHES, _PRESETS[emotion["mode"]], strict=True))
    return {
        key: value
        for key, value in emotion.items()
        if key != "mode" and (key not in implied or value != implied[key])
    }


class Voice(BaseModel):
    """How a player is spoken to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = "en"
    """Code of the language of all texts."""
    emotion: Emotion = Emotion()
    """The emotional condition."""
    goal: Goal = "none"
    """What the player is told to aim at: nothing, or as many points as it can earn."""
    coplayer: Coplayer = "player"
    """What else the others are said to be: nothing, colleagues, strangers, or opponents."""
    reasoning: Reasoning = "none"
    """Whether the reply holds the answer alone, or a brief reasoning before it."""
    persona: str = ""
    """A paragraph of the design's own, the same in treatment and control; none if left out."""
    frame: Frame = "named"
    """How the game is presented: by its name, without name and story, or in another story."""
    labels: LabelRule | None = None
    """Whether actions have their own names, in fixed order, or neutral labels and an order of
    options that are drawn; None leaves it to the frame: names where the game is named."""
    paraphrase: int | None = Field(None, ge=0)
    """Which wording of the rules; None takes the one that is drawn for the match."""
    vocabulary: Vocabulary = VOCABULARY
    """Emotions that can be reported and shown, in the order from which that of a block is drawn."""

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
        """What is induced can be reported, and the language has a word for all that can be."""
        self.emotion.check_offered(self.vocabulary)
        stated = self.vocabulary if "vocabulary" in self.model_fields_set else ()
        if lacking := [word for word in stated if word not in catalogue().emotions(self.language)]:
            raise ValueError(f"language {self.language!r} has no word for {', '.join(lacking)}")
        return self

    @model_validator(mode="after")
    def _shaped(self) -> "Voice":
        """A neutral report offers as many words as a report of an emotion would."""
        if self.emotion.report == "neutral" and len(self.shape_words) < len(self.vocabulary):
            raise ValueError(
                f'report = "neutral" has {len(self.shape_words)} shapes to offer, and vocabulary '
                f"{len(self.vocabulary)} emotions: leave some out"
            )
        return self

    @property
    def emotion_words(self) -> dict[str, str]:
        """Ids of the emotions that can be reported, in their usual order, each with its word."""
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
        """Keys of what a reply holds, in the order it is asked for.

        Args:
            move: whether a move is asked for; otherwise an opening display alone.
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

    def worded(self, drawn: Wording) -> Wording:
        """The wording drawn for a match, with what this voice has fixed."""
        return drawn if self.paraphrase is None else replace(drawn, paraphrase=self.paraphrase)
