"""Rules by which the proposals of a council become one decision.

Proposals of members who abstain do not count. Ties are broken by the order of the game: of its
options, or of amounts from the lowest.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar, get_args

from agents.core.types import Opinion
from games.core.types import Action, ActionSpace, Amount, Choice

Voting = Literal["vote", "weighted", "random"]
"""Rules that need no further call and name no member."""
VOTING: tuple[Voting, ...] = get_args(Voting)

BELIEF = "belief"
"""Name of the question for a belief, whose answer is no proposal."""

T = TypeVar("T", bound=Action)


def decide(rule: str, opinions: Sequence[Opinion], space: ActionSpace) -> Action | None:
    """The action of a council.

    Args:
        rule: one of VOTING, or the name of the member that decides alone.
        opinions: of the members in the last round of a decision.
        space: what the council may do.

    Returns:
        The action; None if nobody speaks, or the member that decides abstains.
    """
    speaking = [each for each in opinions if each.action is not None]
    weights = [(each.action, each.strength or 0) for each in speaking if each.action is not None]
    if (chosen := followed(rule, speaking)) is not None:
        return chosen.action
    if not speaking or rule not in VOTING:
        return None
    if rule == "vote":
        return most_votes(weights, place_in(space))
    if isinstance(space, Amount):
        return weighted_median([(value, weight) for value, weight in weights if type(value) is int])
    return most_weight(weights, place_in(space))


def display(
    rule: str, opinions: Sequence[Opinion], vocabulary: Sequence[str]
) -> tuple[str, int | None] | None:
    """The emotion that a council shows by the same rule, and its intensity.

    The intensity is the weighted median of those with which the emotion was proposed.

    Args:
        rule: as `decide` takes it.
        opinions: of the members in the last round of a decision.
        vocabulary: the emotions in the order that breaks ties.

    Returns:
        None if nobody speaks, or the member that decides abstains.
    """
    speaking = [each for each in opinions if each.shown is not None]
    if (chosen := followed(rule, speaking)) is not None:
        return None if chosen.shown is None else (chosen.shown, chosen.shown_intensity)
    if not speaking or rule not in VOTING:
        return None
    choose = most_votes if rule == "vote" else most_weight
    weights = [(each.shown, each.strength or 0) for each in speaking if each.shown is not None]
    shown = choose(weights, vocabulary.index)
    intensities = [
        (each.shown_intensity, each.strength or 0)
        for each in speaking
        if each.shown == shown and each.shown_intensity is not None
    ]
    return shown, weighted_median(intensities) if intensities else None


def followed(rule: str, speaking: Sequence[Opinion]) -> Opinion | None:
    """The one opinion that a rule follows; None of a rule that counts several."""
    if rule == "random":
        return max(speaking, key=lambda each: each.lot or 0.0, default=None)
    return next((each for each in speaking if each.part == rule), None)


def most_votes(weights: Sequence[tuple[T, int]], order: Callable[[T], int]) -> T:
    """The value with the most votes; of several, that with the most weight.

    >>> most_votes([("bet", 10), ("fold", 90), ("bet", 20)], ["bet", "fold"].index)
    'bet'
    """
    votes = Counter(value for value, _ in weights)
    return _most(votes, _sums(weights), order)


def most_weight(weights: Sequence[tuple[T, int]], order: Callable[[T], int]) -> T:
    """The value with the most weight; of several, that with the most votes.

    >>> most_weight([("bet", 10), ("fold", 90), ("bet", 20)], ["bet", "fold"].index)
    'fold'
    """
    votes = Counter(value for value, _ in weights)
    return _most(_sums(weights), votes, order)


def weighted_median(weights: Sequence[tuple[int, int]]) -> int:
    """The lowest value up to which there is at least half of the weight.

    Where nothing has weight, all values count alike.

    >>> weighted_median([(0, 10), (50, 30), (100, 25)])
    50
    """
    total = sum(weight for _, weight in weights)
    counted = sorted((value, weight if total else 1) for value, weight in weights)
    half, reached = (total or len(counted)) / 2, 0
    for value, weight in counted:
        reached += weight
        if reached >= half:
            return value
    raise ValueError("there is no value")


def commonest(values: Sequence[T], order: Callable[[T], int]) -> T:
    """The most frequent value; of several, the first one in order.

    >>> commonest(["fold", "bet", "fold", "bet"], ["bet", "fold"].index)
    'bet'
    """
    return most_votes([(value, 0) for value in values], order)


def median(values: Sequence[int]) -> int:
    """The median; the lower one of two.

    >>> median([10, 50, 30, 100])
    30
    """
    return weighted_median([(value, 0) for value in values])


def named(part: str) -> tuple[str, int]:
    """The emotion of a member and its number by its name; 0 where only one has the emotion.

    >>> named("anger 2"), named("fear")
    (('anger', 2), ('fear', 0))
    """
    emotion, _, number = part.rpartition(" ")
    return (emotion, int(number)) if number.isdecimal() else (part, 0)


def emotion_of(part: str) -> str:
    """The emotion of a member by its name."""
    return named(part)[0]


def last_round(opinions: Sequence[Opinion]) -> list[Opinion]:
    """The proposals of the last round of a decision; beliefs are none."""
    proposals = [each for each in opinions if each.part != BELIEF]
    last = max((each.round for each in proposals), default=0)
    return [each for each in proposals if each.round == last]


def prevailing(opinions: Sequence[Opinion], action: Action | None) -> Opinion | None:
    """The proposal that prevails in a decision of a council; None of all other decisions.

    Args:
        opinions: of all rounds of a decision.
        action: that was played.
    """
    last = last_round(opinions)
    if action is None or all(each.lot is None for each in last):
        return None
    return felt(last, action)


def felt(opinions: Sequence[Opinion], action: Action) -> Opinion | None:
    """The opinion whose emotion prevails: most strength in sum for the action that was played.

    Of the members with this emotion who proposed the action it is the strongest one.

    Args:
        opinions: of the members in the last round of a decision.
        action: that was played.

    Returns:
        None if no member proposed the action.
    """
    agreeing = [each for each in opinions if each.action == action]
    sums: Counter[str] = Counter()
    for each in agreeing:
        sums[emotion_of(each.part)] += each.strength or 0
    if not sums:
        return None
    most = max(sums, key=lambda emotion: sums[emotion])
    own = (each for each in agreeing if emotion_of(each.part) == most)
    return max(own, key=lambda each: each.strength or 0)


def place_in(space: ActionSpace) -> Callable[[Action], int]:
    """The place of an action in the order of the game."""
    if isinstance(space, Choice):
        return lambda action: space.options.index(str(action))
    return int


def _sums(weights: Sequence[tuple[T, int]]) -> Counter[T]:
    sums: Counter[T] = Counter()
    for value, weight in weights:
        sums[value] += weight
    return sums


def _most(first: Counter[T], second: Counter[T], order: Callable[[T], int]) -> T:
    return min(first, key=lambda value: (-first[value], -second[value], order(value)))
