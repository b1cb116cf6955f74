"""Traveller's dilemma: two claims, of which the lower one is paid to both, with a bonus for it.

Rules: both players claim whole points at the same time. If the claims are equal, both are paid the
claim. Otherwise both are paid the lower claim; who made it gets the reward on top, and the other
loses as much. To claim one point less than the other is better than to claim the same, so that the
lowest claim of both is the only equilibrium, and the only rationalisable play, if the reward is at
least 2.

Source: Basu (1994), The traveler's dilemma: paradoxes of rationality in game theory, American
Economic Review 84, 391 to 395.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.game import Game
from games.core.measures import Measure, Measured
from games.core.outcomes import Due, Outcome
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import Action, Amount, Event, Observation, Payoff, Player
from games.core.walk import key


@dataclass(frozen=True, slots=True)
class TravellersState:
    """Empty before the claims, afterwards both in seat order."""

    claims: tuple[int, ...] = ()


@dataclass(frozen=True)
class TravellersDilemma(Game[TravellersState]):
    """Claims are whole points from `lowest` to `highest`.

    Args:
        lowest: the lowest claim.
        highest: the highest claim.
        reward: points for the lower claim, taken from the higher one.

    Raises:
        BadInput: a parameter is no whole number, the claims leave no choice, or the reward is below
            2, with which undercutting by one point does not pay.
    """

    lowest: int = 2
    highest: int = 100
    reward: int = 2

    name = "travellers_dilemma"
    version = 1
    family = "depth of reasoning"
    roles = numbered(2)
    zero_sum = False
    measures = (Measure("claim"),)
    presets = MappingProxyType(
        {
            "basu": {"lowest": 2, "highest": 100, "reward": 2},
            # Capra, Goeree, Gomez and Holt (1999), in cents: the lowest and the highest reward.
            "capra_low": {"lowest": 80, "highest": 200, "reward": 5},
            "capra_10": {"lowest": 80, "highest": 200, "reward": 10},
            "capra_high": {"lowest": 80, "highest": 200, "reward": 80},
            # Goeree and Holt (2001), in cents: the treasure and its contradiction.
            "goeree_holt_low": {"lowest": 180, "highest": 300, "reward": 5},
            "goeree_holt_high": {"lowest": 180, "highest": 300, "reward": 180},
        }
    )

    def __post_init__(self) -> None:
        """Check range and reward."""
        for name, least in (("lowest", 0), ("highest", self.lowest), ("reward", 2)):
            value = getattr(self, name)
            fits = type(value) is int and (value > least if name == "highest" else value >= least)
            if not fits:
                bound = f"above lowest, {least}" if name == "highest" else f"from {least}"
                raise BadInput(
                    f"travellers_dilemma: {name} must be a whole number {bound}, not {value!r}"
                )

    def initial_state(self) -> TravellersState:
        """Nobody has claimed."""
        return TravellersState()

    def movers(self, state: TravellersState) -> tuple[Player, ...]:
        """Both at once, then nobody."""
        return () if state.claims else (0, 1)

    def space(self, state: TravellersState, player: Player) -> Amount:  # noqa: ARG002 - the same for all
        """The claims."""
        return Amount(self.lowest, self.highest)

    def chance(self, state: TravellersState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: TravellersState, player: Player) -> Observation:
        """The rules, and both claims once they are made."""
        facts = {"lowest": self.lowest, "highest": self.highest, "reward": self.reward}
        events: tuple[Event, ...] = ()
        if state.claims:
            own, other = state.claims[player], state.claims[1 - player]
            events = (Event("claimed", {"own": own, "other": other}),)
        space = None if state.claims else Amount(self.lowest, self.highest)
        return Observation(self.name, player, 2, self.roles[player], facts, events, space)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Claims as shares of the way from the lowest to the highest, 0 to 1."""
        for player, claims in made.items():
            for turn, claim in enumerate(claims):
                yield Measured(player, turn, "claim", self._share(claim) / 100)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The claim in per cent of the range, and whether it is the equilibrium's."""
        return Outcome("claim", 0, 100, yes_no=False, by_round=True), Outcome("lowest claim")

    def due(self, state: TravellersState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The claim of either player."""
        for player, claim in moves.items():
            yield Due(player, "claim", None if claim is None else self._share(claim))
            lowest = None if claim is None else float(claim == self.lowest)
            yield Due(player, "lowest claim", lowest)

    def equilibrium(self) -> Stated:
        """The lowest claim of both, the only equilibrium (Basu 1994)."""
        start, claims = self.initial_state(), range(self.lowest, self.highest + 1)
        row: dict[Action, float] = {claim: float(claim == self.lowest) for claim in claims}
        return Stated("closed form", {key(self.observe(start, s)): row for s in (0, 1)})

    def _share(self, claim: Action) -> float:
        return 100 * (int(claim) - self.lowest) / (self.highest - self.lowest)

    def _payoffs(self, state: TravellersState) -> tuple[Payoff, ...]:
        """The lower claim, with reward and penalty unless both are equal."""
        first, second = state.claims
        lower = min(first, second)
        gained = self.reward * ((first < second) - (first > second))
        return lower + gained, lower - gained

    def _next(self, state: TravellersState, moves: Mapping[Player, Action]) -> TravellersState:  # noqa: ARG002
        return TravellersState((int(moves[0]), int(moves[1])))


GAME = TravellersDilemma
