"""`Emotion`: the emotional condition of a player: what is induced, reported and shown."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from games.core.errors import Named, unknown
from prompts.core.texts.catalogue import catalogue

Mode = Literal["absent", "hidden", "visible", "manipulative"]
Cause = Literal["simple", "coplayer", "external"]
Intensity = Literal["mild", "strong"]
Report = Literal["none", "before", "after", "neutral"]
Means = Literal["prompt", "vector"]

PLACEBO: Final = "placebo"
"""Control condition of the induction: a text of the same form that induces nothing."""

NEUTRAL: Final = "neutral"
"""Emotion word for the absence of emotion; it is never induced."""

RANDOM: Final = "random"
"""Control condition of steering: a random direction of the length of the emotions' directions."""

MIXTURE: Final = "mixture"
"""Name of what several directions at the same time induce."""

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

Displayed = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_reportable)]
"""Ids of the emotions that somebody shows."""

Section = Literal["answer", "council", "belief"]
"""Parts of the texts that describe the keys of a reply."""

_SWITCHES = ("report", "shows", "chooses", "perceives")
_PRESETS: dict[str, tuple[Report, bool, bool, bool]] = {
    "absent": ("none", False, False, False),
    "hidden": ("before", False, False, True),
    "visible": ("before", True, False, True),
    "manipulative": ("before", True, True, True),
}
"""Settings of the report and of the three switches in each mode."""


_PROMPT_ALONE: Final = {"cause": "simple", "intensity": None, "state": True, "demand": True}
"""Fields that only words can carry, with their values without words."""
_VECTOR_ALONE: Final[dict[str, Any]] = {
    "means": "prompt", "dose": None, "mixture": {}, "direction": None, "vectors": "",
}  # fmt: skip
"""Fields of steering with their values without it, at which records leave them out."""
_HASH: Final = r"^([0-9a-f]{64})?$"


def inducible() -> tuple[str, ...]:
    """Values of `induced` that texts can induce in some language, in alphabetical order."""
    return tuple(sorted({"none"}.union(*map(catalogue().inductions, catalogue().languages))))


class Emotion(BaseModel):
    """The two axes of emotion: the induced emotion, and the use of the reported emotion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "absent"
    """Preset of the report and of three switches; stated switches override it."""
    induced: str = "none"
    """Induced emotion, none, or placebo; with means "vector" also neutral or random."""
    means: Means = "prompt"
    """Means of induction: the opening instructions, or a vector added to the model's states."""
    dose: float | None = Field(None, ge=0, le=100, allow_inf_nan=False)
    """Factor of the vector; with means "vector" alone."""
    mixture: dict[str, Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]] = Field(
        default_factory=dict
    )
    """Doses of several emotions at the same time, in place of induced and dose."""
    direction: int | None = Field(None, ge=0)
    """Number of the random direction, from 0; with induced "random" alone."""
    vectors: str = Field("", pattern=_HASH)
    """Hash of the vectors. The program fills it in; a design states it per model."""
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

    def __hash__(self) -> int:
        """The hash of all fields; a mixture is a dictionary, which has none of its own."""
        plain = (value for key, value in self.__dict__.items() if key != "mixture")
        return hash((*plain, *self.mixture.items()))

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
        if isinstance(data, dict) and data.get("mixture"):
            data = {"induced": MIXTURE} | data
        mode = data.get("mode", "absent") if isinstance(data, dict) else None
        if not isinstance(mode, str) or mode not in _PRESETS:
            return data  # the field's own check says what is wrong
        return dict(zip(_SWITCHES, _PRESETS[mode], strict=True)) | data

    @field_validator("induced")
    @classmethod
    def _known(cls, induced: str) -> str:
        known = inducible()
        if induced not in {*known, NEUTRAL, RANDOM, MIXTURE}:
            raise ValueError(f"must be one of {', '.join(known)}")
        return induced

    @model_validator(mode="after")
    def _fits(self) -> "Emotion":
        means = self._unfit_vectors() if self.means == "vector" else self._unfit_prompts()
        for wrong, problem in (*means, *self._unfit_inductions(), *self._unfit_displays()):
            if wrong:
                raise ValueError(problem)
        return self

    @model_serializer(mode="wrap")
    def _as_recorded(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The fields, without those of steering where they say nothing."""
        fields: dict[str, Any] = serialise(self)
        unsaid = {key for key, usual in _VECTOR_ALONE.items() if getattr(self, key) == usual}
        return {key: value for key, value in fields.items() if key not in unsaid}

    def _unfit_prompts(self) -> tuple[tuple[bool, str], ...]:
        """Settings that need a vector, each with its error message."""
        stated = [key for key, usual in _VECTOR_ALONE.items() if getattr(self, key) != usual]
        only = self.induced in {NEUTRAL, RANDOM, MIXTURE}
        return (
            (bool(stated), f'{", ".join(stated)} needs means = "vector"'),
            (only, f'induced {self.induced!r} needs means = "vector"'),
        )

    def _unfit_vectors(self) -> tuple[tuple[bool, str], ...]:
        """Invalid settings of steering, each with its error message."""
        words = [key for key, usual in _PROMPT_ALONE.items() if getattr(self, key) != usual]
        mixed, random = self.induced == MIXTURE, self.induced == RANDOM
        return (
            (bool(words), f'{", ".join(words)} needs means = "prompt": a vector has no words'),
            (
                self.induced == "none",
                'means = "vector" needs an induced emotion or a mixture',
            ),
            (
                mixed != bool(self.mixture),
                "mixture stands in place of induced, such as mixture = { anger = 0.1, fear = 0.1 }",
            ),
            (
                mixed != (self.dose is None),
                "a mixture states its own doses: leave dose out"
                if mixed
                else 'means = "vector" needs dose, such as dose = 0.3',
            ),
            (
                random != (self.direction is not None),
                f'direction belongs to induced = "{RANDOM}", which needs it, such as direction = 0',
            ),
        )

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
    def in_words(self) -> bool:
        """Whether the opening instructions induce anything."""
        return self.means == "prompt" and self.induced != "none"

    @property
    def doses(self) -> dict[str, float]:
        """Factor of each vector that is added; empty without steering."""
        if self.dose is None:
            return dict(self.mixture)
        return {self.induced if self.direction is None else f"{RANDOM}-{self.direction}": self.dose}

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
        for induced in self.mixture or (self.induced,):
            if induced not in {"none", PLACEBO, NEUTRAL, RANDOM, *vocabulary}:
                words = ", ".join(f'"{word}"' for word in (*vocabulary, induced))
                raise ValueError(
                    f"emotion.induced {induced!r} is not among the emotions that can be reported; "
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
