"""What a tournament file states about models rather than about play: limits and prices.

Neither is part of a design: changing them changes when a call is made and what it is reckoned to
cost, never what is played.
"""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from agents.core.models.price import Price

Prices = Mapping[str, list[dict[str, float] | None]]
"""By model, every price that a run was played at; None where the file did not state it."""


class Limits(BaseModel):
    """How fast one model may be asked: `[limits."provider/model"]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: int | None = Field(None, ge=1)
    """Calls in flight at the same time; the tournament's number if left out."""
    requests_per_minute: int | None = Field(None, ge=1)
    """Calls begun in any minute; no bound if left out."""
    tokens_per_minute: int | None = Field(None, ge=1)
    """Tokens of prompts and completions in any minute; no bound if left out."""
    failing: float = Field(0.5, gt=0, le=1)
    """Share of its last 50 calls (20 at the least) whose failure pauses the model for this time."""
    longest_wait: float = Field(900, ge=0)
    """Seconds; a longer wait that the provider asks for pauses the model until the next command."""


def stated_prices(models: Iterable[str], prices: Mapping[str, Price]) -> Prices:
    """The prices of a file, as a run's manifest keeps them."""
    return {m: [prices[m].model_dump() if m in prices else None] for m in models}


def all_prices(*told: Prices) -> Prices:
    """Every price that any of these know: they may change from session to session."""
    merged: dict[str, list[dict[str, float] | None]] = {}
    for prices in told:
        for model, stated in prices.items():
            known = merged.setdefault(model, [])
            known += [price for price in stated if price not in known]
    return merged
