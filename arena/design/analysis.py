"""`Analysis`: what a design is to be tested for, stated before it is played."""

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from games.core.errors import BadInput, unknown

ANALYSIS = "analysis"
"""Its key in a design."""


class Analysis(BaseModel):
    """The table `[analysis]` of a tournament file.

    It is part of the design's hash, and changes no match.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcomes: tuple[str, ...] = Field(min_length=1)
    """Names of what is tested, such as "cooperation"."""
    games: tuple[str, ...] = ()
    """Ids of the games in which it is tested; none for all."""
    emotions: tuple[str, ...] = ()
    """Induced emotions that are tested; none for all."""
    reference: Literal["placebo", "none"] = "placebo"
    """What arms with an induced emotion are compared with."""
    steps: tuple[str, ...] = ()
    """Steps of the emotion mode that are tested, such as "showing"."""
    pool: tuple[Literal["cause", "intensity"], ...] = ()
    """Fields of an induction in which arms are not told apart."""
    margins: dict[str, float] = Field(default_factory=dict)
    """By outcome, how large an effect still counts as none, as a share of the outcome's range."""
    family: Literal["all", "game", "outcome"] = "all"
    """The tests over which p values are adjusted: all, or those of a game, or of an outcome."""
    void: Literal["bounds", "drop"] = "bounds"
    """What becomes of lost decisions: a claim has to hold whatever they had been, or they are left
    out, as if lost at random."""
    exclude: tuple[Literal["reasked"], ...] = ()
    """Decisions that are left out: those that were asked for again because of their form."""
    pilot: Literal["excluded", "included"] = "excluded"
    """Whether the blocks of a pilot are tested too."""
    max_cost: float | None = Field(None, gt=0)
    """Stop rule: play stops before it costs so many US dollars; otherwise when all is played."""

    def check(self, games: Collection[str], source: str) -> None:
        """Refuse what the design cannot have.

        Args:
            games: ids of the design's games.
            source: what the user would call the file.

        Raises:
            BadInput: a game is not the design's, or a margin is out of range or of no outcome.
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
