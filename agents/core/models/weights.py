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


_PARTING = 0.01
"""Options part where so much mass, of that on tokens that begin several, begins one alone."""


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
        None where no token decided between all options: the one that was drawn begins several, the
        tokens are not those of the text, or there is a single option.
    """
    options = {action: reply.encode() for action, reply in replies.items()}
    begin = -b"".join(token.piece for token in tokens).rfind(text.encode())
    if begin > 0 or len({*options.values()}) <= 1:
        return None
    for token in tokens:
        if begin >= 0:
            left = {action: option[begin:] for action, option in options.items()}
            place = _Place(left, token.listed)
            drawn = begun(left, token.piece) if token.piece else left
            if len(drawn) == 1:
                frame = text.encode()[:begin].decode(errors="ignore")
                return place.weights(frame, token.unseen, temperature)
            if len(drawn) < len(left) or place.parts:
                return None
        begin += len(token.piece)
    return None


class _Place:
    """The tokens that are listed at one place of a reply.

    Args:
        left: what is left of each option there.
        listed: tokens and their probabilities.
    """

    def __init__(self, left: Mapping[Action, bytes], listed: Iterable[tuple[bytes, float]]) -> None:
        groups = [(begun(left, piece), p) for piece, p in listed]
        self._left = left
        self._sole = [(next(iter(options)), p) for options, p in groups if len(options) == 1]
        self._shared = sum(p for options, p in groups if len(options) > 1)

    @property
    def parts(self) -> bool:
        """Whether options part here: tokens that begin one alone have mass worth speaking of."""
        return sum(p for _, p in self._sole) > _PARTING * self._shared

    def weights(self, frame: str, unseen: float, temperature: float) -> Weights:
        """The probabilities of options by the tokens that begin one alone.

        Mass on tokens that begin several options tells them apart no better than unseen mass.
        """
        masses = [p for _, p in self._sole]
        shares: dict[Action, float] = {}
        for (action, _), share in zip(self._sole, tempered(masses, temperature), strict=True):
            shares[action] = shares.get(action, 0.0) + share
        p = {action: shares[action] for action in self._left if action in shares}
        coverage = sum(masses) + self._shared
        return Weights(p, coverage, min(1.0, unseen + self._shared), frame, IN_SITU)


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
