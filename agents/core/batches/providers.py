"""Providers with batches, and the interface to those of each."""

from typing import TYPE_CHECKING

from agents.core.batches.service import BatchService
from agents.core.models.embedded import PREFIX
from games import BadInput

if TYPE_CHECKING:  # it takes a while
    from agents.core.models.lite import LiteModel

BATCHED = ("openai", "anthropic")
"""Providers whose batches can be used, as LiteLLM names them."""


def has_batches(model: str) -> bool:
    """Whether the provider of a model has batches that can be used.

    Raises:
        BadInput: the name has no provider.
    """
    from agents.core.models.lite import provider_of  # noqa: PLC0415 - LiteLLM takes a while

    return not model.startswith(PREFIX) and provider_of(model) in BATCHED


def service(model: "LiteModel") -> BatchService:
    """The interface to the batches of a model's provider.

    Raises:
        BadInput: the design states headers, which no line of a batch can have.
    """
    from agents.core.batches.anthropic_batches import AnthropicBatches  # noqa: PLC0415 - likewise
    from agents.core.batches.openai_batches import OpenAIBatches  # noqa: PLC0415 - likewise
    from agents.core.models.lite import provider_of  # noqa: PLC0415 - likewise

    if model.spec.extra.get("extra_headers"):
        raise BadInput(
            f"model {model.name!r} has extra_headers, and no question in a batch can have headers: "
            "leave them out, or run without --batch"
        )
    if provider_of(model.name) == "anthropic":
        return AnthropicBatches(model)
    return OpenAIBatches(model.wire["api_base"], model.wire["api_key"])
