"""`Voice`: everything in which two prompts for the same decision may differ."""

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from prompts.core.catalogue import catalogue

Mode = Literal["absent", "hidden", "visible", "manipulative"]
Cause = Literal["simple", "coplayer", "external"]


class _Switches(NamedTuple):
    """What an emotion mode stands for."""

    feels: bool
    shows: bool
    chooses: bool
    perceives: bool


_PRESETS: dict[Mode, _Switches] = {
    "absent": _Switches(feels=False, shows=False, chooses=False, perceives=False),
    "hidden": _Switches(feels=True, shows=False, chooses=False, perceives=True),
    "visible": _Switches(feels=True, shows=True, chooses=False, perceives=True),
    "manipulative": _Switches(feels=True, shows=True, chooses=True, perceives=True),
}


class Emotion(BaseModel):
    """The two axes of emotion: what is induced, and what becomes of what is felt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "absent"
    """Whether an emotion is reported, shown and chosen, and whether displays are perceived."""
    induced: str = "none"
    """The emotion that the opening instructions induce, or none."""
    cause: Cause = "simple"
    """What the induction gives as cause: nothing, the co-player, or an unrelated event."""
    perceives: bool | None = None
    """Whether the co-players' displays are seen; None leaves it to the mode."""
    told: bool = True
    """In mode visible: whether the player knows that its report is shown."""

    @field_validator("induced")
    @classmethod
    def _known(cls, induced: str) -> str:
        known = {"none"}.union(*map(catalogue().inductions, catalogue().languages))
        if induced not in known:
            raise ValueError(f"must be one of {', '.join(sorted(known))}")
        return induced

    @model_validator(mode="after")
    def _fits(self) -> "Emotion":
        if self.induced == "none" and self.cause != "simple":
            raise ValueError(f"cause {self.cause!r} needs an induced emotion")
        if not self.told and self.mode != "visible":
            raise ValueError("told = false belongs to mode visible")
        return self

    @property
    def feels(self) -> bool:
        """Whether an emotion is reported before each move."""
        return _PRESETS[self.mode].feels

    @property
    def shows(self) -> bool:
        """Whether the others see an emotion with each move."""
        return _PRESETS[self.mode].shows

    @property
    def chooses(self) -> bool:
        """Whether the player chooses what it shows."""
        return _PRESETS[self.mode].chooses

    @property
    def sees_displays(self) -> bool:
        """Whether the player is given what the others show."""
        return _PRESETS[self.mode].perceives if self.perceives is None else self.perceives


class Voice(BaseModel):
    """How a player is spoken to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = "en"
    """Code of the language of all texts."""
    emotion: Emotion = Emotion()
    """The emotional condition."""

    @field_validator("language")
    @classmethod
    def _spoken(cls, language: str) -> str:
        if language not in catalogue().languages:
            raise ValueError(f"must be one of {', '.join(catalogue().languages)}")
        return language
