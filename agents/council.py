"""A council: members who each feel one emotion propose, and a rule makes one decision of it.

Source: InsideOut, ECAI 2024, doi 10.3233/FAIA241039: agents that each embody one basic emotion
answer with a confidence and a reason, and an aggregating agent decides. Here each proposes an
action in a game, and the aggregating agent is one of several rules.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.core.asking import Question
from agents.core.composite.player import CompositePlayer, all_of
from agents.core.composite.rules import decide, display, emotion_of, felt, named
from agents.core.composite.spec import CompositeAgent
from agents.core.ledger import Ledger
from agents.core.models.elsewhere import answer_reader
from agents.core.models.model import Model, Models, ModelSpec
from agents.core.types import Agent, Attempt, Decision, Opinion
from games.core.types import Action, ActionSpace
from prompts import (
    NEUTRAL,
    PLAIN,
    Advice,
    Affect,
    Emotion,
    Message,
    PromptRenderer,
    ProposalReading,
    ReplyReader,
    Verdict,
    View,
    Voice,
    Wording,
    advice_text,
    chair_voice,
    member_voice,
    propose_again,
    read_proposal,
)
from prompts.core.rendering.emotion import Cause, Intensity

CHAIR = "chair"
"""Name of the part that reads the proposals and decides."""

DEFAULT = ("anger", "disgust", "fear", "happiness", "sadness")
"""The emotions of InsideOut's members."""


def _or_its_emotion(schema: dict[str, Any]) -> None:
    """Let a word stand for a member in the schema of a file: its emotion."""
    table = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, table]


class Member(BaseModel):
    """A member of a council."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_or_its_emotion)

    emotion: str
    """The emotion that it is told to feel; "neutral" induces none."""
    cause: Cause = "simple"
    """The cause that the induction gives: none, the co-player, or an unrelated event."""
    intensity: Intensity | None = None
    """The strength of the emotion in words; None says nothing of it."""
    model: str | None = None
    """The model that it asks; None for the council's."""
    temperature: float | None = Field(None, ge=0)
    """Its sampling temperature; None for the council's."""

    @model_validator(mode="before")
    @classmethod
    def _by_emotion(cls, data: Any) -> Any:  # noqa: ANN401 - whatever was written
        return {"emotion": data} if isinstance(data, str) else data

    @property
    def condition(self) -> Emotion:
        """Its emotional condition."""
        if self.emotion == NEUTRAL:
            return Emotion()
        return Emotion(induced=self.emotion, cause=self.cause, intensity=self.intensity)

    @model_validator(mode="after")
    def _induced(self) -> Self:
        """The emotion can be induced, with this cause and in this intensity."""
        if self.emotion == NEUTRAL and (self.cause != "simple" or self.intensity is not None):
            raise ValueError("a neutral member is told nothing: leave cause and intensity out")
        _ = self.condition
        return self


class Alone(BaseModel):
    """The rule by which one member decides alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member: str
    """Name of the member: its emotion, with its number where several members have the emotion."""


class Council(CompositeAgent):
    """Members who each feel one emotion propose, and a rule makes one decision of it."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"decide_by", "max_unseen"})

    members: tuple[Member, ...] = Field(
        tuple(Member(emotion=emotion) for emotion in DEFAULT), min_length=2, max_length=9
    )
    """The members: emotions, or tables with an emotion and what else is the member's own."""
    rule: Literal["chair", "vote", "weighted", "random"] | Alone = "chair"
    """How proposals become the decision: a further call reads them and decides; most votes; most
    strength (of amounts, the median weighted by it); one member drawn by the seed; or { member =
    "anger" }, who decides alone."""
    rounds: int = Field(1, ge=1, le=5)
    """Rounds of proposals. From the second round on, members are given those of the one before."""
    quorum: float = Field(0.5, ge=0, le=1)
    """Share of members that must propose something; otherwise the match is void."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        emotion = self.emotion
        if emotion.induced != "none":
            raise ValueError("members have the emotions: leave emotion.induced out")
        if emotion.opening or not emotion.told or emotion.report in {"after", "neutral"}:
            raise ValueError(
                "a council's emotion is worked out from its members' proposals: leave out opening, "
                "told and report"
            )
        if emotion.reports:
            for member in self.members:
                emotion.model_copy(update={"induced": _felt_as(member)}).check_offered(
                    self.vocabulary
                )
            if NEUTRAL not in self.vocabulary:
                raise ValueError(f"vocabulary must hold {NEUTRAL!r}: no member may prevail")
        if isinstance(self.rule, Alone) and self.rule.member not in self.names:
            raise ValueError(
                f"rule: there is no member {self.rule.member!r}; there are {', '.join(self.names)}"
            )
        return self

    @cached_property
    def names(self) -> dict[str, Member]:
        """Members by name: the emotion, with a number where several have it."""
        several = Counter(member.emotion for member in self.members)
        count: Counter[str] = Counter()
        named = {}
        for member in self.members:
            count[member.emotion] += 1
            number = f" {count[member.emotion]}" if several[member.emotion] > 1 else ""
            named[f"{member.emotion}{number}"] = member
        return named

    @property
    def chaired(self) -> bool:
        """Whether a chair decides."""
        return self.rule == CHAIR

    @property
    def deciding(self) -> str:
        """The rule as `agents.core.composite.rules` takes it."""
        return self.rule.member if isinstance(self.rule, Alone) else self.rule

    def own(self, member: Member) -> Self:
        """The council with a member's own model and temperature in place of its own."""
        given = {"model": member.model, "temperature": member.temperature}
        return self.model_copy(update={k: v for k, v in given.items() if v is not None})

    def model_specs(self) -> tuple[ModelSpec, ...]:
        """Its own model if a chair or a member asks it, and those of its members."""
        asked = [self] if self.chaired else []
        every = [*asked, *(self.own(member) for member in self.members)]
        return tuple({(spec.model, spec.temperature): spec for spec in every}.values())

    def model_of(self, part: str) -> str:
        """Name of the model that a member, or the chair, asks."""
        return self.own(self.names[part]).model if part in self.names else self.model

    @property
    def voices(self) -> tuple[Voice, ...]:
        """Of the members, and of the chair."""
        members = [self.voice_of(member) for member in self.members]
        return (*members, chair_voice(self)) if self.chaired else tuple(members)

    def voice_of(self, member: Member) -> Voice:
        """How a member is spoken to."""
        return member_voice(self, member.condition, chaired=self.chaired)

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """A council for one match."""
        return _Council(models, ledger, ReplyReader(self, wording), wording, self)


def felt_with(first: Opinion | None) -> tuple[str, int]:
    """The emotion felt and its intensity: those of the proposal that prevails, or neutral."""
    return (NEUTRAL, 0) if first is None else (emotion_of(first.part), first.strength or 0)


def _felt_as(member: Member) -> str:
    """The emotion as an induced one: none for a neutral member."""
    return "none" if member.emotion == NEUTRAL else member.emotion


@dataclass
class _Council(CompositePlayer):
    """A council in a seat."""

    spec: Council

    def __post_init__(self) -> None:
        """Find words for each part once."""
        super().__post_init__()
        voices = {name: self.spec.voice_of(member) for name, member in self.spec.names.items()}
        voices[CHAIR] = chair_voice(self.spec)
        self._renderers = {name: PromptRenderer(v, self.wording) for name, v in voices.items()}

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask all members, once a round, and make one decision of their proposals."""
        space, view = view.space, _as_shown(view)
        assert space is not None
        streams = {name: Random(rng.getrandbits(64)) for name in (*self.spec.names, CHAIR)}
        lots = {name: rng.random() for name in self.spec.names}
        opinions: list[Opinion] = []
        last: list[Opinion] = []
        for number in range(self.spec.rounds):
            advice = last
            last = await all_of(
                [
                    self._propose(name, view, advice, number, lots[name], streams[name])
                    for name in self.spec.names
                ]
            )
            opinions += last
        speaking = sum(each.action is not None for each in last)
        action, affect = None, None
        if speaking and speaking >= self.spec.quorum * len(last):
            action, affect = await self._decided(view, last, streams[CHAIR], space)
        made = self.parts.attempts(view.turn)
        return Decision(action, affect, made, opinions=tuple(opinions))

    async def _propose(
        self,
        name: str,
        view: View,
        advice: Sequence[Opinion],
        number: int,
        lot: float,
        rng: Random,
    ) -> Opinion:
        """One member's proposal; without an action if it abstains."""
        own = self.spec.own(self.spec.names[name])
        reading, attempts = await self._put(name, own, view, advice, rng)
        if reading is None:
            return Opinion(name, number, attempts[-1].verdict, lot=lot)
        return Opinion(
            name,
            number,
            Verdict.LEGAL,
            reading.action,
            reading.strength,
            reading.reason,
            reading.shown,
            reading.shown_intensity,
            lot,
        )

    async def _decided(
        self, view: View, last: Sequence[Opinion], rng: Random, space: ActionSpace
    ) -> tuple[Action | None, Affect | None]:
        """The action by the council's rule, and the emotion with it."""
        rule, shown = self.spec.deciding, None
        if self.spec.chaired:
            reading, _ = await self._put(CHAIR, self.spec, view, last, rng)
            action = None if reading is None else reading.action
            if reading is not None and reading.shown is not None:
                shown = (reading.shown, reading.shown_intensity)
        else:
            action = decide(rule, last, space)
            shown = display(rule, last, self.spec.vocabulary)
        if action is None or not self.spec.emotion.reports:
            return action, None
        return action, self._affect(last, action, shown)

    def _affect(
        self, last: Sequence[Opinion], action: Action, chosen: tuple[str, int | None] | None
    ) -> Affect:
        """Felt is the emotion of the member that prevails; shown is this, or what was chosen."""
        emotion, own = self.spec.emotion, felt_with(felt(last, action))
        if not emotion.shows:
            return Affect(*own)
        shown, intensity = chosen if emotion.chooses and chosen is not None else own
        return Affect(*own, shown, intensity if emotion.shows_intensity else None)

    async def _put(
        self, part: str, spec: Council, view: View, given: Sequence[Opinion], rng: Random
    ) -> tuple[ProposalReading | None, tuple[Attempt, ...]]:
        """Ask a part, with the proposals that it is given."""
        model = await self.models.reach(spec)
        question = self._question(part, view, given, model)
        return await self.ask(part, spec, model, question, rng)

    def _question(
        self, part: str, view: View, given: Sequence[Opinion], model: Model
    ) -> Question[ProposalReading]:
        renderer, form, space = self._renderers[part], model.form, view.space
        voice, game = renderer.voice, view.observation.game
        reader = ReplyReader(voice, self.wording)
        wanted = reader.schema(view)
        schema = wanted if form == "json" else None
        assert space is not None

        def read(text: str, *, truncated: bool) -> ProposalReading:
            return read_proposal(text, space, voice, game, form, self.wording, truncated=truncated)

        def again(
            sent: tuple[Message, ...], said: str, reading: ProposalReading
        ) -> tuple[Message, ...]:
            return propose_again(sent, said, reading, voice)

        advice = self._advice(view, voice, given, before=part != CHAIR) if given else ""
        messages = renderer.render(view, form, advice)
        refused = ProposalReading(Verdict.REFUSED, problem=Verdict.REFUSED)
        reading = answer_reader(schema, refused, read)
        return Question(view.turn, messages, schema, reading, again, wanted=wanted)

    def _advice(self, view: View, voice: Voice, given: Sequence[Opinion], *, before: bool) -> str:
        known = [
            Advice(*named(each.part), each.action, each.strength, each.reason) for each in given
        ]
        return advice_text(view.observation, voice, self.wording, known, before=before)


def _as_shown(view: View) -> View:
    """A view in which the own past holds what was shown: nobody in the council reported it."""
    own = tuple(
        replace(each, affect=each.affect if each.affect and each.affect.shown else None)
        for each in view.own
    )
    return replace(view, own=own)


AGENT = Council
