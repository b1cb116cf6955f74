"""`Price`: of the tokens of a model."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

MILLION = 1_000_000

BATCHED = 0.5
"""Price of a call in a batch as a share of the price of the same call by itself.
Source: OpenAI, Batch API guide, and Anthropic, Message Batches guide: both charge half."""


class Price(BaseModel):
    """A model's price, stated where LiteLLM's table lacks it: `[prices."provider/model"]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0)
    """US dollars per million tokens of prompts."""
    completion: float = Field(ge=0)
    """US dollars per million tokens of completions, reasoning included."""

    @classmethod
    def per_token(cls, prompt: float | None, completion: float | None) -> Self | None:
        """A price from US dollars per token; None if one of the two is not known.

        LiteLLM's table has zeros where it lacks both.
        """
        if prompt is None or completion is None or not (prompt or completion):
            return None
        return cls(prompt=prompt * MILLION, completion=completion * MILLION)

    def of(self, prompt: float, completion: float) -> float:
        """US dollars for given numbers of prompt and completion tokens."""
        return (prompt * self.prompt + completion * self.completion) / MILLION

    def batched(self) -> Self:
        """The price in batches."""
        return type(self)(prompt=BATCHED * self.prompt, completion=BATCHED * self.completion)


FREE = Price(prompt=0, completion=0)
"""The price of a model on this machine."""
