"""`Lab`: how people take part in a design: what they are told, asked and paid, and how they meet.

A match's identity holds those of its keys that change what a player is told or may do: `Lab.told`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

BRACED = re.compile(r"\{([^{}]*)\}")
"""The name of an id in the address to which participants return."""

LAB = "lab"
"""Its key in a design."""

EndingName = Literal[
    "completed",  # all matches, or all that could be had
    "waited out",  # nobody came to play with
    "partner left",  # no match was finished, and never by this participant's fault
    "timed out",  # no answer within the time for a decision
    "left",  # gone for longer than the time to come back
    "declined",  # no consent
    "screened out",  # the comprehension questions were not passed
    "room full",  # nothing was left to play
]
"""The endings of a participant's part."""

ENDINGS: tuple[EndingName, ...] = get_args(EndingName)

Display = Literal["buttons", "face", "both"]
"""What shows a person's emotion."""

Texts = str | dict[str, str]
"""A text in the only language of a lab, or by language."""


_TEXTS = ("consent", "welcome", "end", "camera")
_OF_FACES = ("display", "camera", "name_faces")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Table):
    """The table `[lab.check]`: questions on the rules, whose right answers the game computes."""

    questions: int = Field(2, ge=1, le=10)
    """Largest number of questions before the first match of each game."""
    tries: int = Field(3, ge=1)
    """Number of tries."""
    must_pass: bool = True
    """Whether a participant who has not passed at the last try is screened out."""


class LabQuestion(_Table):
    """A row of `[[lab.questions]]`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Its name in tables."""
    kind: Literal["scale", "choice", "number", "text", "grid"]
    """The form of the answer; a grid has valence and arousal."""
    label: Texts
    """The question, by language."""
    options: tuple[str, ...] | dict[str, tuple[str, ...]] = ()
    """Of a choice, what can be chosen; of a scale, the words for its ends."""
    low: int = 1
    """The least number of a scale, a number or a grid."""
    high: int = 7
    """The largest number."""
    required: bool = True
    """Whether an answer without it is refused."""
    when: Literal["end", "match"] = "end"
    """Whether it is asked at the end, or after each match."""

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        lists = self.options.values() if isinstance(self.options, dict) else [self.options]
        if self.kind == "choice" and not all(len(words) > 1 for words in [*lists] or [()]):
            raise ValueError("a choice needs two options or more")
        if self.kind in {"scale", "number", "grid"} and self.low >= self.high:
            raise ValueError(f"low must be below high, not {self.low} and {self.high}")
        return self

    def words(self, language: str) -> tuple[str, ...]:
        """Its options in a language."""
        return self.options if isinstance(self.options, tuple) else self.options[language]


class Payment(_Table):
    """The table `[lab.payment]`. Nobody is paid less than the show-up fee."""

    show_up: float = Field(0, ge=0)
    """The show-up fee of everybody who agreed to take part, in the currency."""
    point: float = Field(0, ge=0)
    """The value of a point, in the currency."""
    paid: Literal["all", "one"] = "all"
    """Which of the completed matches are paid: all, or one that the seed draws."""
    currency: str = Field("", pattern=r"^[^\s<>&]*$", max_length=8)
    """Its sign or code, such as EUR."""
    codes: dict[EndingName, str] = Field(default_factory=dict)
    """Completion codes, by ending; those that are left out are made from the design."""
    address: str = Field("", pattern=r"^$|^https?://[^\s]+$")
    """The address to which the last page leads; `cc` and their code are added to its query. In the
    query, the name of an id in braces stands for the participant's."""
    ids: tuple[str, ...] = ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID")
    """Names of the query that bring a recruiting service's ids; the first one is the person's."""

    @field_validator("codes")
    @classmethod
    def _filled(cls, codes: dict[EndingName, str]) -> dict[EndingName, str]:
        if empty := [name for name, code in codes.items() if not code.strip()]:
            raise ValueError(f"the code of {empty[0]!r} is empty")
        return codes

    @model_validator(mode="after")
    def _returning(self) -> Self:
        """The address asks for ids that participants come with, in its query alone."""
        query = urlsplit(self.address).query
        if BRACED.search(self.address.partition("?")[0]):
            raise ValueError("address can have names in braces after its question mark alone")
        for name in BRACED.findall(query):
            if name not in self.ids:
                raise ValueError(
                    f"address has {{{name}}}, which is none of ids: {', '.join(self.ids)}"
                )
        return self


class Lab(_Table):
    """The table `[lab]` of a tournament file. Times are in seconds."""

    consent: Texts
    """The text of consent, by language."""
    welcome: Texts = ""
    """The first text after consent."""
    end: Texts = ""
    """The debriefing, on the last page."""
    languages: tuple[str, ...] = Field(("en",), min_length=1)
    """Languages that participants choose from, or that their link names."""
    matches: int = Field(1, ge=1)
    """Largest number of matches of a participant."""
    matching: Literal["arrival", "strangers"] = "arrival"
    """Who meets whom: whoever is there, or only people who have not met before."""
    wait_seconds: float = Field(300, gt=0)
    """Longest wait for other participants."""
    fill: str = ""
    """The contestant who is seated where nobody came by then; if empty, the participant is paid and
    goes."""
    disclose: Literal["kind", "nothing"] = "nothing"
    """Disclosure: participants are told whether each of the others is a person, or nothing."""
    check: Check | None = None
    """Questions on the rules; none if left out."""
    decision_seconds: float = Field(180, gt=0)
    """Time limit of a person's decision."""
    late: Literal["void", "replace"] = "void"
    """What becomes of a match in which a player gives no answer: a person who takes too long or is
    gone, or a model that cannot be reached."""
    replacement: str = ""
    """The contestant who goes on for such a player."""
    reconnect_seconds: float = Field(60, gt=0)
    """Longest wait of a match for a person whose connection is lost."""
    away_seconds: float = Field(1800, gt=0)
    """Longest absence of a person outside a match; whoever is away for longer has left."""
    agent_seconds: float = Field(60, gt=0)
    """Longest wait of a match for a model's decision."""
    least_seconds: float = Field(0, ge=0)
    """Least duration of a decision, a person's and an agent's alike."""
    questions: tuple[LabQuestion, ...] = ()
    """Questions after each match and at the end."""
    payment: Payment = Payment()
    """Pay, and the way back to a recruiting service."""
    display: Display = "buttons"
    """What shows a person's emotion in mode visible: buttons, the word that is reported; face, what
    a machine reads of the face; both, whichever of the two the person chooses for a decision."""
    camera: Texts = ""
    """What is said of the camera above the question for consent, by language."""
    name_faces: int = Field(0, ge=0, le=21)
    """Number of drawn faces that participants name before the first match."""
    max_participants: int | None = Field(None, ge=1)
    """Largest number of participants; None for no limit."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.late == "replace" and not self.replacement:
            raise ValueError('late = "replace" needs replacement, the name of a contestant')
        if self.replacement and self.late != "replace":
            raise ValueError('replacement needs late = "replace"')
        for field, texts in self._by_language():
            if isinstance(texts, Mapping) and {*texts} != {*self.languages}:
                languages = ", ".join(self.languages)
                raise ValueError(f"{field} must have a text for each of {languages}, and no other")
            if not isinstance(texts, Mapping) and texts and len(self.languages) > 1:
                raise ValueError(f"{field} needs a table with a text for each of the languages")
        keys = [question.key for question in self.questions]
        if double := [key for key in keys if keys.count(key) > 1]:
            raise ValueError(f"two questions have the key {double[0]!r}")
        if not all(self.text("consent", language).strip() for language in self.languages):
            raise ValueError("consent is empty")
        return self

    def _by_language(self) -> Iterator[tuple[str, object]]:
        """Every field that is said by language, with its value."""
        yield from ((name, getattr(self, name)) for name in _TEXTS)
        for question in self.questions:
            yield f"label of question {question.key!r}", question.label
            yield f"options of question {question.key!r}", question.options

    @property
    def reads_faces(self) -> bool:
        """Whether faces are read of participants who agree to it."""
        return self.display != "buttons"

    def content(self) -> dict[str, Any]:
        """All keys as plain JSON, but those of faces only where they are stated.

        Labs without faces are on record without them.
        """
        fields = type(self).model_fields
        plain = {key for key in _OF_FACES if getattr(self, key) == fields[key].default}
        return self.model_dump(mode="json", exclude=plain)

    def text(self, field: Literal["consent", "welcome", "end", "camera"], language: str) -> str:
        """A text of the design in a language."""
        return in_language(getattr(self, field), language)

    def asked(self, when: Literal["end", "match"]) -> tuple[LabQuestion, ...]:
        """The questions of the end, or of each match."""
        return tuple(question for question in self.questions if question.when == when)

    def told(self) -> dict[str, Any]:
        """The keys that change what players are told or may do: a part of a person's identity."""
        late = {"replacement": self.replacement} if self.replacement else {}
        return {
            "disclose": self.disclose,
            "decision_seconds": self.decision_seconds,
            "late": self.late,
            **late,
            **({"display": self.display} if self.reads_faces else {}),
        }


def in_language(texts: Texts, language: str) -> str:
    """A text in a language."""
    return texts if isinstance(texts, str) else texts[language]
