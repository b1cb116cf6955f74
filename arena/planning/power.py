"""`arena power`: number of matches needed to detect a difference between two contestants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import ceil

from arena.analysis.treatments import has_arms
from arena.design.tournament import Tournament
from arena.planning.paired_samples import Pool, Scheme, pool
from arena.planning.plan import per_decision
from arena.planning.share import Range, Share, anybody
from games import BadInput
from games.core.errors import unknown
from ratings.core.statistics.power import needed, wins

UNITS = ("points", "elo")


@dataclass(frozen=True)
class Need:
    """Resources required by one way to compare two contestants.

    Args:
        game: id of the game.
        scheme: the way to compare.
        blocks: number of blocks; None if no tried number is sufficient.
        matches: matches of each of the two contestants.
        decisions: expected decisions of each of them.
        both: resources of the decisions of both.
        planned: blocks in the design.
    """

    game: str
    scheme: str
    blocks: int | None
    matches: int | None
    decisions: int | None
    both: Share | None
    planned: int


@dataclass(frozen=True)
class Answer:
    """Resources required by a design.

    Args:
        needs: requirements by game and way to compare.
        standins: stand-ins for contestants, by game.
        unpriced: models with an unknown price.
    """

    needs: tuple[Need, ...]
    standins: dict[str, str]
    unpriced: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """Power question about two contestants.

    Args:
        effect: the difference, in points per match or in points of Elo.
        unit: points or elo.
        power: required power for the difference.
        rationality: lambda of the stand-ins.
        price: US dollars per decision; None takes the plan's estimate.
        seed: seed of all simulations.
    """

    effect: float
    unit: str = "points"
    power: float = 0.8
    rationality: float = 2.0
    price: float | None = None
    seed: int = 0

    def check(self) -> None:
        """Refuse invalid values.

        Raises:
            BadInput: a number is out of range, or the unit is unknown.
        """
        if self.unit not in UNITS:
            raise unknown("unit", self.unit, UNITS)
        if not self.effect > 0:
            raise BadInput(f"effect must be above 0, not {self.effect:g}")
        if not 0 < self.power < 1:
            raise BadInput(f"power must be between 0 and 1, not {self.power:g}")


def alone(tournament: Tournament) -> bool:
    """Whether a design has contests, and no arms with effects."""
    return bool(_contests(tournament)) and not has_arms(tournament.content["contestants"])


def _contests(tournament: Tournament) -> list[str]:
    """Ids of the games with several deciders."""
    return [key for key, game in tournament.games.items() if len(game.deciders) > 1]


def needs(tournament: Tournament, question: Question, games: Sequence[str] = ()) -> Answer:
    """Resources that each game of a design requires, by every way to compare.

    Raises:
        BadInput: the question is invalid, a game is not in the design, or there is no contest.
    """
    question.check()
    for key in games:
        if key not in tournament.games:
            raise unknown("game of this design", key, tournament.games)
    contests = [key for key in _contests(tournament) if not games or key in games]
    if not contests:
        of = f"{', '.join(games)} of {tournament.name!r}" if games else repr(tournament.name)
        raise BadInput(
            f"in no game of {of} more than one player decides: there is no contest in which two "
            "contestants could be told apart"
        )
    required: list[Need] = []
    about: dict[str, str] = {}
    takes = per_decision(tournament)
    for key in contests:
        blocks = pool(tournament.games[key], question.rationality, question.seed)
        about[key] = blocks.about
        planned = tournament.entries[key].repetitions or 1
        required += [
            _need(key, scheme, blocks, question, planned, _each(question, takes[key].values()))
            for scheme in blocks.schemes
            if question.unit == "points" or scheme.ties is not None
        ]
    unpriced = {
        need.model
        for key in about
        for name, share in takes[key].items()
        if share.cost is None
        for need in tournament.contestants[name][1].model_specs()
    }
    return Answer(tuple(required), about, tuple(sorted(unpriced)))


def _each(question: Question, shares: Collection[Share]) -> Share:
    """Resources of a decision by any of the models; empty without a model."""
    taken = anybody(list(shares)) if shares else Share()
    if question.price is not None:
        return replace(taken, cost=Range(*(question.price,) * 3))
    if shares and all(share.cost is None for share in shares):
        return replace(taken, cost=None)
    return taken


def _need(
    game: str,
    scheme: Scheme,
    blocks: Pool,
    question: Question,
    planned: int,
    each: Share,
) -> Need:
    if question.unit == "elo":
        assert scheme.ties is not None
        scores, chances = wins(scheme.ties, question.effect)
        gap, per = float(chances @ scores), scheme.compared
        count = needed(scores, gap, question.power, question.seed, chances)
    else:
        count, per = needed(scheme.points, question.effect, question.power, question.seed), 0
    if count is None:
        return Need(game, scheme.name, None, None, None, None, planned)
    matches = count * (per or scheme.matches)
    decisions = ceil(matches * blocks.decisions)
    total = ceil(matches / scheme.matches)
    both = each.times(2 * decisions)
    return Need(game, scheme.name, total, matches, decisions, both, planned)
