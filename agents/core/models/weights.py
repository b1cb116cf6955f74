"""`Weights`: the probabilities with which a model chooses among all options of a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from games.core.types import Action

IN_SITU: Final = "in situ"
WEIGHED: Final = "weighed"
How = Literal["in situ", "weighed"]
"""Read off a reply that was sampled anyway, in that reply's own frame; or asked for, all options in
one stated frame."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The probability of each option, given the text of the reply before the choice.

    Args:
        p: of each option, among the options alone, at the temperature of the model; it sums to 1.
            An option is missing just if no token that leads to it was on the provider's list.
        coverage: mass on tokens that begin an option, before all others are masked: a measure of
            whether the model understands the form of the answer.
        missing: mass that the provider's lists do not show, on average over the tokens of the
            option; 0 where the whole vocabulary was read.
        frame: the text of the reply before the choice.
        how: one of `How`.
        passes: calls, or evaluations of the embedded model, that it took; 0 in situ.
    """

    p: Mapping[Action, float]
    coverage: float
    missing: float
    frame: str
    how: How
    passes: int = 0

    def draw(self, point: float) -> Action:
        """The option at a point of the unit interval, in the order in which they are listed."""
        at = 0.0
        for action, p in self.p.items():
            at += p
            if point < at:
                return action
        return [action for action, p in self.p.items() if p > 0][-1]  # rounding

    def plain(self) -> dict[str, Any]:
        """As plain JSON; actions may be numbers, and stand in pairs."""
        return {**asdict(self), "p": list(map(list, self.p.items()))}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The weights behind `plain`."""
        return cls(**{**plain, "p": dict(plain["p"])})


@dataclass(frozen=True, slots=True)
class Position:
    """One token of a reply, and the likeliest tokens in its place.

    Args:
        piece: its bytes, perhaps half a character.
        listed: bytes and probability of each token on the provider's list, not masked, at
            temperature 1.
    """

    piece: bytes
    listed: tuple[tuple[bytes, float], ...]

    @property
    def unseen(self) -> float:
        """Mass that the list does not show."""
        return max(0.0, 1.0 - sum(p for _, p in self.listed))


def tempered(masses: Sequence[float], temperature: float) -> list[float]:
    """Masses of legal tokens as shares of one, at a temperature.

    Args:
        masses: at temperature 1; not all 0.
        temperature: at 0 the largest mass takes all, and of equal ones the first.
    """
    most = max(masses)
    if temperature == 0:
        first = masses.index(most)
        return [float(at == first) for at in range(len(masses))]
    powers: list[float] = [(mass / most) ** (1 / temperature) for mass in masses]
    total = sum(powers)
    return [power / total for power in powers]


def in_situ(
    tokens: Sequence[Position], text: str, replies: Mapping[Action, str], temperature: float
) -> Weights | None:
    """What a sampled reply tells of its options, at the token that decided between them.

    Args:
        tokens: of the reply, with whatever stands before or behind its text.
        text: the reply.
        replies: the same reply with each option in its place.
        temperature: at which it was sampled.

    Returns:
        None where no token decided: the one that was drawn begins several options, the tokens are
        not those of the text, or there is a single option.
    """
    options = {action: reply.encode() for action, reply in replies.items()}
    begin = -b"".join(token.piece for token in tokens).rfind(text.encode())
    if begin > 0 or len({*options.values()}) == 1:
        return None
    decided = shared_length(options.values())
    for token in tokens:
        end = begin + len(token.piece)
        if 0 <= begin <= decided < end:
            left = {action: option[begin:] for action, option in options.items()}
            return _at(token, text.encode()[:begin], left, temperature)
        begin = end
    return None


def _at(
    token: Position, frame: bytes, left: Mapping[Action, bytes], temperature: float
) -> Weights | None:
    """The weights at one token; what is left of each option begins there."""
    if len(begun(left, token.piece)) != 1:
        return None
    groups = [(begun(left, piece), p) for piece, p in token.listed]
    sole = [(next(iter(found)), p) for found, p in groups if len(found) == 1]
    shared = sum(p for found, p in groups if len(found) > 1)
    masses = [p for _, p in sole]
    p = dict.fromkeys(left, 0.0)
    for (action, _), share in zip(sole, tempered(masses, temperature), strict=True):
        p[action] += share
    listed = {action for action, _ in sole}
    seen = {action: share for action, share in p.items() if action in listed}
    frame_text = frame.decode(errors="replace")
    return Weights(seen, sum(masses), token.unseen + shared, frame_text, IN_SITU)


def begun(left: Mapping[Action, bytes], piece: bytes) -> dict[Action, bytes]:
    """The options that a token can begin, each with what is left of it behind the token."""
    return {
        action: option[len(piece) :]
        for action, option in left.items()
        if piece and option.startswith(piece)
    }


def shared_length(texts: Iterable[bytes]) -> int:
    """Number of bytes with which all texts begin."""
    known = list(texts)
    first, last = min(known), max(known)
    pairs = zip(first, last, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))
