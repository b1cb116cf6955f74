"""Language models as agents see them: a request goes in, a completion or a failure comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agents.core.access.settings import check_address, check_extra, key_name
from agents.core.models.sampling import SETTINGS
from agents.core.models.steering import Steering
from agents.core.models.weights import Position, Weights
from agents.core.responses.error_body import ErrorBody
from agents.core.responses.failures import Kind, classify
from agents.core.responses.storable import storable
from games.core.types import Action
from prompts import Form, Message

DIRECT: Final = "direct"
"""The lane in which LiteLLM's configurations write and read, and aiohttp carries."""


class ModelSpec(BaseModel):
    """Configuration of a model call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    """LiteLLM's name, `provider/model`; or `embedded/smollm2`, `embedded//path/to/model.gguf`."""
    form: Form | None = None
    """Form of answers: json or text; None asks LiteLLM what the model supports."""
    temperature: float | None = Field(None, ge=0)
    """Sampling temperature; None is 1, the model's own distribution, where it can be set."""
    top_p: float | None = Field(None, gt=0, le=1)
    """Share of probability sampled from; None is 1, all of it, where it can be set."""
    max_tokens: int = Field(1024, ge=1)
    """Bound on the tokens of one reply, reasoning included."""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    """Effort of the model's own reasoning, for providers that accept it; None is the provider's
    default."""
    decide_by: Literal["sampling", "probabilities"] = "sampling"
    """Source of the choice: the model samples it, or the probabilities of all options are read from
    the model and the match draws the choice. Measures then use the probabilities."""
    max_unseen: float = Field(0.05, ge=0, le=1)
    """Largest probability mass that a provider's lists may leave out. Above it, options are not
    weighed, and probabilities read off a reply are not used."""
    seeded: bool = False
    """Whether each request carries a drawn seed, for providers that accept one."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further arguments of LiteLLM; `agents.core.access.settings` lists those allowed."""
    api_base: str | None = None
    """Address of the provider, if it is not the usual one. Not part of a match's identity."""
    api_key_env: str | None = None
    """Environment variable that holds the key, if it is not the provider's usual variable."""
    timeout: float = Field(120, gt=0)
    """Timeout of a call, in seconds. Not part of a match's identity."""

    @property
    def steering(self) -> Steering | None:
        """Vectors that are added to the model's states; none unless a kind of agent has them."""
        return None

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
    """Request to a model.

    Args:
        messages: the conversation.
        schema: JSON schema of the reply, or None for plain text.
        seed: seed of sampling, or None.
        longest: bound on the tokens of the reply, if it is below the bound of the model.
        tries: number of calls counted as failed if this one meets a limit: this call and the
            earlier calls of the same question once retries are used up; 0 before.
        optional: whether the match can continue without an answer.
        unset: neutral settings of sampling that the server refuses, see `sampling`.
        prefix: text that the reply begins with; then one token more is asked for, with the list of
            the likeliest ones.
        wanted: the schema of a reply, in whatever form it is asked for. It is never sent.
        attempt: name of the attempt in its run; empty for a question of no match.
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
    attempt: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """Reply of a model.

    Args:
        text: the reply, possibly empty.
        stop: reason for the ending: stop, length, content_filter; or the provider's own word if
            none of these applies. Only stop means that the reply is complete.
        usage: the provider's raw usage figures, in tokens.
        cost: US dollars charged, reasoning included; None if the price is unknown.
        served_model: the model that answered, in the provider's naming.
        seconds: time from sending to the reply.
        reasoning: the model's reasoning, if the provider returns it.
        raw: the provider's message and words for the ending, as JSON; None if they add nothing to
            the text, the reasoning and the ending above. Includes the text of the tokens drawn, if
            the server returns it and has removed part of it from the reply.
        sampling: settings that were sent, and settings that were applied, see `on_record`; and the
            name of the batch, if the question was asked in one.
        weights: probabilities of the options of the decision, if they are known.
        tokens: tokens of the reply, each with its likeliest alternatives; empty if the provider
            lists none. Not stored.
        lane: way of the call: DIRECT, or `acompletion` with the reason; None if it is not known.

    Lone surrogates in any field are replaced, since no file can hold them.
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
    lane: str | None = None

    def __post_init__(self) -> None:
        """Make all fields storable."""
        _make_storable(
            self, "text", "stop", "usage", "served_model", "reasoning", "raw", "sampling"
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Reason that no completion arrived. A failure is recorded, not raised.

    Args:
        message: the reason, in one line.
        status: HTTP status, or None where there was none.
        retry_after: seconds that the provider asks to wait, or None.
        cost: assumed cost in US dollars if the charge is unknown; None for nothing.
        kind: kind of the failure; derived from the status and the message by default.
        host: host that answered, or None.
        lane: see `Completion`.
    """

    message: str
    status: int | None = None
    retry_after: float | None = None
    cost: float | None = None
    kind: Kind | None = None
    host: str | None = None
    lane: str | None = None

    def __post_init__(self) -> None:
        """Derive the kind, which is recorded as a plain word; make the message storable."""
        _make_storable(self, "message")
        kind = self.kind or classify(self.status, ErrorBody(message=self.message))
        object.__setattr__(self, "kind", Kind(kind))

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed later."""
        return self.limited or self.kind in {Kind.SERVER, Kind.TRANSPORT}

    @property
    def limited(self) -> bool:
        """Whether a rate limit was met. A later call succeeds."""
        return self.kind in {Kind.BUSY, Kind.ALLOWANCE}

    @property
    def rejected(self) -> bool:
        """Whether the request was refused, perhaps together with every other request."""
        return self.kind in {Kind.SETTING, Kind.REJECTED}

    @property
    def hopeless(self) -> bool:
        """Whether every call to this model must fail: wrong key, no such model."""
        return self.kind is Kind.DENIED

    @property
    def unpaid(self) -> bool:
        """Whether calls to this model fail until its credit is paid up."""
        return self.kind is Kind.UNPAID

    @property
    def unsure(self) -> bool:
        """Whether the provider may have answered and charged although no answer arrived."""
        return self.status is None or self.status == 408  # noqa: PLR2004

    @property
    def label(self) -> str:
        """The kind, and the status and host of the answer if there are any."""
        status = "" if self.status is None else f" {self.status}"
        return f"{self.kind}{status}" + ("" if self.host is None else f" from {self.host}")


def _make_storable(record: Completion | Failure, *fields: str) -> None:
    for name in fields:
        value = getattr(record, name)
        if value and not (isinstance(value, str) and value.isascii()):
            object.__setattr__(record, name, storable(value))


class Model(Protocol):
    """A model that can be asked.

    Attributes:
        form: form in which the model is asked for an answer.
        continues: whether the model can continue from the beginning of a reply, so that all options
            can be weighed. Otherwise the probabilities are read off a sampled reply, at one token.
    """

    form: Form
    continues: bool

    async def complete(self, request: Request) -> Completion | Failure:
        """Completion of the request, or the failure. Calls once; the caller retries.

        Raises:
            BadInput: the model refuses a setting of the request.
        """
        ...

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """The probabilities of replies to a question, by option.

        Args:
            request: the question.
            replies: reply text of each option; no text is a prefix of another.

        Returns:
            A completion with weights and without text, since nothing is drawn; or the failure.
        """
        ...


class Models(Protocol):
    """Opens each model once, and bounds the calls in flight."""

    async def reach(self, spec: ModelSpec) -> Model:
        """The model that a specification names.

        Raises:
            BadInput: the model cannot be reached with the packages and settings of this machine.
        """
        ...
