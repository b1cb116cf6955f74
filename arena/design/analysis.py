"""`Analysis`: the planned tests of a design, stated before play."""

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from games.core.errors import BadInput, unknown

ANALYSIS = "analysis"
"""Its key in a design."""
QUESTION = "question"
"""Key of the design's question; left out where the file states none."""


class Analysis(BaseModel):
    """Table `[analysis]` of a tournament file.

    The table is part of the design's hash, and changes no match.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcomes: tuple[str, ...] = Field(min_length=1)
    """Names of the tested outcomes, such as "cooperation"."""
    games: tuple[str, ...] = ()
    """Ids of the games to test; all if empty."""
    emotions: tuple[str, ...] = ()
    """Induced emotions to test; all if empty."""
    reference: Literal["placebo", "none"] = "placebo"
    """Reference of the arms with an induced emotion."""
    steps: tuple[str, ...] = ()
    """Steps of the emotion mode to test, such as "showing"."""
    pool: tuple[Literal["cause", "intensity"], ...] = ()
    """Fields of an induction over which arms are pooled."""
    margins: dict[str, float] = Field(default_factory=dict)
    """By outcome, largest effect that counts as none, as a share of the outcome's range."""
    family: Literal["all", "game", "outcome"] = "all"
    """The tests over which p values are adjusted: all, or those of a game, or of an outcome."""
    void: Literal["bounds", "drop"] = "bounds"
    """Treatment of lost decisions: a claim has to hold for all their possible values, or they are
    left out, as if lost at random."""
    exclude: tuple[Literal["reasked"], ...] = ()
    """Exclusion of decisions that took a second question because of the form of the reply."""
    pilot: Literal["excluded", "included"] = "excluded"
    """Whether the blocks of a pilot are included in tests."""
    max_cost: float | None = Field(None, gt=0)
    """Stop rule: US dollars at which play stops; without it, play ends with the last match."""

    def check(self, games: Collection[str], source: str) -> None:
        """Refuse values that do not fit the design.

        Args:
            games: ids of the design's games.
            source: name of the file for error messages.

        Raises:
            BadInput: a game is not in the design, or a margin is out of range or of an unknown
                outcome.
        """
        for name in self.games:
            if name not in games:
                raise unknown(f"game in {source}: analysis.games", name, games)
        for outcome, margin in self.margins.items():
            if outcome not in self.outcomes:
                raise unknown(f"outcome in {source}: analysis.margins", outcome, self.outcomes)
            if not 0 < margin < 1:
                raise BadInput(
                    f"{source}: analysis.margins: {outcome} must be above 0 and below 1, as a "
                    f"share of the outcome's range, not {margin:g}"
                )
