"""Language models as agents see them: a request goes in, a completion or a failure comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agents.core.access.settings import check_address, check_extra, key_name
from agents.core.models.sampling import SETTINGS
from agents.core.models.weights import Position, Weights
from agents.core.responses.error_body import ErrorBody
from agents.core.responses.failures import Kind, classify
from agents.core.responses.storable import storable
from games.core.types import Action
from prompts import Form, Message


class ModelSpec(BaseModel):
    """Which model, reached how, sampled how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    """LiteLLM's name, `provider/model`; or `embedded/smollm2`, `embedded//path/to/model.gguf`."""
    form: Form | None = None
    """How answers are asked for: json or text; None asks LiteLLM what the model supports."""
    temperature: float | None = Field(None, ge=0)
    """Sampling temperature; None is 1, the model's own distribution, where it can be set."""
    top_p: float | None = Field(None, gt=0, le=1)
    """Share of probability sampled from; None is 1, all of it, where it can be set."""
    max_tokens: int = Field(1024, ge=1)
    """Bound on the tokens of one reply, reasoning included."""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    """How long the model reasons by itself, for providers that take it; None leaves it to them."""
    decide_by: Literal["sampling", "probabilities"] = "sampling"
    """Whether the model draws its choice, or the probabilities of all options are read from it, so
    that the match draws the choice and measures know how likely the others were."""
    max_unseen: float = Field(0.05, ge=0, le=1)
    """Probability that a provider may leave unseen; where it leaves more, options are not weighed,
    and probabilities that were read off a reply are not used."""
    seeded: bool = False
    """Whether each request carries a seed drawn for it, for providers that take one."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further arguments of LiteLLM; `agents.core.access.settings` lists those allowed."""
    api_base: str | None = None
    """Address of the provider, if not its usual one. Not part of a match's identity."""
    api_key_env: str | None = None
    """Name of the environment variable that holds the key, if not the provider's usual one."""
    timeout: float = Field(120, gt=0)
    """Seconds until a call is given up. Not part of a match's identity."""

    @field_validator("model")
    @classmethod
    def _no_address(cls, model: str) -> str:
        if "://" in model:  # some of LiteLLM's routes would call it, and send a key there
            raise ValueError("a model is provider/name; its address is api_base")
        return model

    @field_validator("extra")
    @classmethod
    def _known_arguments(cls, extra: dict[str, Any]) -> dict[str, Any]:
        check_extra(extra)
        return extra

    @model_validator(mode="after")
    def _weighed_whole(self) -> Self:
        """Options are weighed right after the question, and all of them."""
        if self.decide_by == "sampling":
            return self
        if self.reasoning_effort not in {None, "none"}:
            raise ValueError(
                f'decide_by = "probabilities" weighs options before any reasoning: leave out '
                f"reasoning_effort = {self.reasoning_effort!r}, or decide by sampling"
            )
        body = self.extra.get("extra_body") or {}
        truncating = {*self.extra, *body} & {*SETTINGS}
        if self.top_p not in {None, 1}:
            truncating.add("top_p")
        if truncating:
            raise ValueError(
                'decide_by = "probabilities" weighs all options, at a temperature alone: leave out '
                + ", ".join(sorted(truncating))
            )
        return self

    @field_validator("api_base")
    @classmethod
    def _plain_address(cls, address: str | None) -> str | None:
        if address is not None:
            check_address(address)
        return address

    @field_validator("api_key_env")
    @classmethod
    def _a_key(cls, name: str | None) -> str | None:
        if name is not None and not key_name(name):
            raise ValueError("it names a variable that holds a key: …_KEY or …_TOKEN")
        return name


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked.

    Args:
        messages: the conversation.
        schema: JSON schema that the reply must fit, or None for plain text.
        seed: seed for sampling, or None.
        longest: tokens of the reply at the most, where fewer will do than the model may use.
        tries: calls that have failed if this one meets a limit: itself and those before that asked
            the same, once enough have; 0 before, since the question is asked again.
        optional: whether its match can do without an answer.
        unset: neutral settings of sampling that the server refuses, see `sampling`.
        prefix: text that the reply begins with; then one token more is asked for, with the list of
            the likeliest ones.
        wanted: the schema of a reply, in whatever form it is asked for. It is never sent.
    """

    messages: tuple[Message, ...]
    schema: dict[str, Any] | None = None
    seed: int | None = None
    longest: int | None = None
    tries: int = 0
    optional: bool = False
    unset: frozenset[str] = frozenset()
    prefix: str | None = None
    wanted: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered.

    Args:
        text: the reply, possibly empty.
        stop: why it ended: stop, length, content_filter; or the provider's own word where that is
            known for none of these. Only stop says that the reply is whole.
        usage: the provider's raw usage figures, in tokens.
        cost: US dollars charged, reasoning included; None where the price is unknown.
        served_model: the model that answered, as the provider names it.
        seconds: from sending to the reply.
        reasoning: the model's reasoning, where the provider gives it.
        raw: the provider's message and its words for the ending as JSON; None where they hold
            nothing beyond the text, the reasoning and the ending above. It also holds the text of
            the tokens as they were drawn, where the server tells it and took something out.
        sampling: the settings that were sent, and those that were applied, see `on_record`.
        weights: the probabilities of the options of the decision, where they are known.
        tokens: of the reply, with the likeliest others; empty where the provider lists none. They
            are not kept.

    Half characters in any of them are replaced, since no file can hold them.
    """

    text: str
    stop: str
    usage: dict[str, Any]
    cost: float | None
    served_model: str
    seconds: float
    reasoning: str | None = None
    raw: str | None = None
    sampling: dict[str, Any] | None = None
    weights: Weights | None = None
    tokens: tuple[Position, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make all of it fit to be stored."""
        _make_storable(
            self, "text", "stop", "usage", "served_model", "reasoning", "raw", "sampling"
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no completion arrived. Failure is data: it is recorded, not raised.

    Args:
        message: the reason, in one line.
        status: HTTP status, or None where there was none.
        retry_after: seconds the provider asks to wait, or None.
        cost: US dollars it is reckoned at where nobody knows what was charged; None for nothing.
        kind: what went wrong; by default what the status and the message say.
        host: host that answered, or None.
    """

    message: str
    status: int | None = None
    retry_after: float | None = None
    cost: float | None = None
    kind: Kind | None = None
    host: str | None = None

    def __post_init__(self) -> None:
        """Find out the kind, which is a plain word on record; make the message fit to be stored."""
        _make_storable(self, "message")
        kind = self.kind or classify(self.status, ErrorBody(message=self.message))
        object.__setattr__(self, "kind", Kind(kind))

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed later."""
        return self.limited or self.kind in {Kind.SERVER, Kind.TRANSPORT}

    @property
    def limited(self) -> bool:
        """Whether the model was asked too often: waiting is all that helps, and it always does."""
        return self.kind in {Kind.BUSY, Kind.ALLOWANCE}

    @property
    def rejected(self) -> bool:
        """Whether the request was refused, perhaps together with every other one."""
        return self.kind in {Kind.SETTING, Kind.REJECTED}

    @property
    def hopeless(self) -> bool:
        """Whether every call to this model must fail: wrong key, no such model."""
        return self.kind is Kind.DENIED

    @property
    def unpaid(self) -> bool:
        """Whether calls to this model fail until somebody pays: its credit is used up."""
        return self.kind is Kind.UNPAID

    @property
    def unsure(self) -> bool:
        """Whether the provider may have answered, and charged, without our getting the answer."""
        return self.status is None or self.status == 408  # noqa: PLR2004

    @property
    def label(self) -> str:
        """Its kind, the status and the host that answered, where there are any."""
        status = "" if self.status is None else f" {self.status}"
        return f"{self.kind}{status}" + ("" if self.host is None else f" from {self.host}")


def _make_storable(record: Completion | Failure, *fields: str) -> None:
    for name in fields:
        object.__setattr__(record, name, storable(getattr(record, name)))


class Model(Protocol):
    """A model that can be asked.

    Attributes:
        form: how it is asked for an answer.
        continues: whether it goes on from the beginning of a reply, so that all options can be
            weighed; otherwise a sampled reply tells their probabilities, at one token.
    """

    form: Form
    continues: bool

    async def complete(self, request: Request) -> Completion | Failure:
        """The model's answer, or why none arrived. Asks once; retries are the caller's.

        Raises:
            BadInput: the model does not take a setting that is asked of it.
        """
        ...

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """The probabilities of replies to a question, by option.

        Args:
            request: the question.
            replies: the text of each; none is the beginning of another.

        Returns:
            A completion with weights and without text, since nothing is drawn; or why there is
            none.
        """
        ...


class Models(Protocol):
    """Whoever knows how to reach models: opens each once and bounds the calls in flight."""

    async def reach(self, spec: ModelSpec) -> Model:
        """The model that a specification names.

        Raises:
            BadInput: it cannot be reached with what is installed and configured here.
        """
        ...
