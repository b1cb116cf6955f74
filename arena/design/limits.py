"""Settings of models in a tournament file that do not affect play: limits and prices.

Neither is part of a design. Changes affect the time and the assumed cost of calls, never the
matches.
"""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from agents.core.models.price import Price

Prices = Mapping[str, list[dict[str, float] | None]]
"""By model, all prices during a run; None if the file stated none."""


class Limits(BaseModel):
    """Rate limits of one model: `[limits."provider/model"]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: int | None = Field(None, ge=1)
    """Calls in flight at the same time; the tournament's number if left out."""
    requests_per_minute: int | None = Field(None, ge=1)
    """Calls begun in any minute; no bound if left out."""
    tokens_per_minute: int | None = Field(None, ge=1)
    """Tokens of prompts and completions in any minute; no bound if left out."""
    failing: float = Field(0.5, gt=0, le=1)
    """Share of failures among the last 50 calls (at least 20) that pauses the model."""
    longest_wait: float = Field(900, ge=0)
    """Longest accepted wait in seconds. A longer one pauses the model until the next command."""


def stated_prices(models: Iterable[str], prices: Mapping[str, Price]) -> Prices:
    """Prices of a file, in the form of a run's manifest."""
    return {m: [prices[m].model_dump() if m in prices else None] for m in models}


def all_prices(*told: Prices) -> Prices:
    """All prices in any of these; prices may change from session to session."""
    merged: dict[str, list[dict[str, float] | None]] = {}
    for prices in told:
        for model, stated in prices.items():
            known = merged.setdefault(model, [])
            known += [price for price in stated if price not in known]
    return merged
