"""`ReplyReader`: turns a provider's reply, as LiteLLM read it, into a completion or a failure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.core.models.failed import one_line_of
from agents.core.models.model import Completion, Failure
from agents.core.models.price import Price
from agents.core.models.said import Said, untranslated
from agents.core.models.sampling import Responses, on_record, verbatim
from agents.core.models.token_lists import positions
from agents.core.responses.endings import CUT, FAILED, FILTERED, UNTOLD
from agents.core.responses.failures import Kind


@dataclass(frozen=True, slots=True)
class ReplyReader:
    """Reads the replies of one model.

    Args:
        name: LiteLLM's name of the model.
        secret: the key sent, which errors repeat.
        local: whether the model runs on this machine and charges nothing.
        lists: whether the lists of likeliest tokens show the distribution of every reply.
        lane: way of the calls, see `Completion`; None if it is added later.
    """

    name: str
    secret: str
    local: bool
    lists: bool
    lane: str | None = None

    def completion(self, response: Any, seconds: float, *, lists: bool = False) -> Completion:  # noqa: ANN401
        """A reply as LiteLLM read it, its ending still unread.

        Args:
            response: LiteLLM's response.
            seconds: time since the question was sent.
            lists: whether this reply's lists of likeliest tokens are used.
        """
        usage = response.usage.model_dump(mode="json", exclude_none=True) if response.usage else {}
        served = str(response.model or "")
        cost = 0.0 if self.local else _cost(response)
        tokens = positions(response) if lists or self.lists else ()
        if not response.choices:
            return Completion("", "no choices", usage, cost, served, seconds)
        message = response.choices[0].message
        thought = getattr(message, "reasoning_content", None)
        text = message.content if isinstance(message.content, str) else ""
        return Completion(text, UNTOLD, usage, cost, served, seconds, thought, tokens=tokens)

    def judged(
        self, done: Completion, said: Said, sent: Mapping[str, Any], heard: Responses
    ) -> Completion | Failure:
        """A reply with its ending in the provider's own words; a failure if the reply broke off."""
        stop = said.ending
        if stop == FAILED:
            line = one_line_of(f"the provider broke the reply off: {said.why}", self.secret)
            return Failure(line, cost=done.cost)
        drawn = verbatim(heard)
        if drawn is not None and "grammar" in sent.get("extra_body", {}):
            # The grammar allows the answer alone, so text called reasoning is part of it.
            done = replace(done, text=drawn, reasoning=None)
        used = done.usage.get("completion_tokens")
        if stop != FILTERED and isinstance(used, int) and used >= sent["max_tokens"]:
            stop = CUT
        raw, sampling = said.raw(done, stop, drawn), on_record(sent, heard)
        return replace(done, stop=stop, raw=raw, sampling=sampling, lane=self.lane)

    def rescued(
        self, sent: Mapping[str, Any], heard: Responses, price: Price | None, seconds: float
    ) -> Completion | Failure | None:
        """A reply that LiteLLM rejects as invalid; None if no response holds a message."""
        found = untranslated((dict(each) for each in heard), price, seconds)
        return self.judged(*found, sent, heard) if found else None

    def failed(self, failure: Failure, seconds: float) -> Completion | Failure:
        """A failure; the refusal to read a question counts as an answer."""
        if failure.kind is not Kind.REFUSED:
            return failure
        return Completion("", FILTERED, {}, None, self.name, seconds)


def _cost(response: Any) -> float | None:  # noqa: ANN401 - LiteLLM is not typed
    """US dollars by LiteLLM's table; None if it lacks the price, for which LiteLLM says 0 too."""
    cost = getattr(response, "_hidden_params", {}).get("response_cost")
    return float(cost) if cost else None
