"""`Meter`: a model's properties as LiteLLM's tables list them, without a call."""

import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from agents.core.access.providers import is_own
from agents.core.models.continuing import LISTED, continues, lists_nothing
from agents.core.models.lite import count_tokens, form_of, loaded, provider_of, takes, where
from agents.core.models.model import ModelSpec
from agents.core.models.price import FREE, MILLION, Price
from games import BadInput
from prompts import Message


class Meter:
    """A model's form of answer, token counts and price, from LiteLLM's tables, without a call.

    Args:
        spec: which model.
        local: whether the model runs on this machine, accepts JSON schemas and charges nothing.
    """

    def __init__(self, spec: ModelSpec, *, local: bool) -> None:
        self._litellm = loaded()
        self._litellm.disable_hf_tokenizer_download = True  # no token is worth a download
        self._spec, self._model, self._local = spec, spec.model, local
        self.form = form_of(spec, local=local)

    @cached_property
    def continues(self) -> bool:
        """Whether the model can continue from the beginning of a reply.

        Raises:
            BadInput: options are to be weighed, and the provider lists no token probabilities.
        """
        if self._local:
            return True
        provider = provider_of(self._model)
        if not takes(self._model, self._spec, "top_logprobs", LISTED):
            raise BadInput(lists_nothing(self._model))
        return continues(provider, own=is_own(where(self._spec).host, provider))

    def tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of a conversation, as LiteLLM counts them."""
        said = [{"role": m.role, "content": m.content} for m in messages]
        return count_tokens(self._model, messages=said)

    def length(self, text: str) -> int:
        """Tokens of a text, as LiteLLM counts them."""
        return count_tokens(self._model, text=text)

    @property
    def reasons(self) -> bool:
        """Whether the model is known to think before it answers, in tokens that are charged."""
        return bool(self._listed.get("supports_reasoning"))

    @property
    def price(self) -> Price | None:
        """The model's price; None if LiteLLM's table lacks it."""
        if self._local:
            return FREE
        return Price.per_token(
            *(self._listed.get(f"{part}_cost_per_token") for part in ("input", "output"))
        )

    @property
    def cached_price(self) -> float | None:
        """US dollars per million prompt tokens that the provider reads from its cache, if known."""
        each = self._listed.get("cache_read_input_token_cost")
        return None if each is None else each * MILLION

    @cached_property
    def _listed(self) -> Mapping[str, Any]:
        """Properties of the model in LiteLLM's table; empty if the table lacks the model."""
        if self._local:
            return {}
        with warnings.catch_warnings():  # it loads a provider's module here, and some complain
            warnings.simplefilter("ignore")
            try:
                info: Mapping[str, Any] = self._litellm.get_model_info(model=self._model)
            except self._litellm.exceptions.ModelNotMappedError:
                return {}
        return info
