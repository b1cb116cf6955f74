"""`Weights`: the probabilities with which a model chooses among all options of a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from games.core.types import Action

IN_SITU: Final = "in situ"
WEIGHED: Final = "weighed"
How = Literal["in situ", "weighed"]
"""Source of the probabilities: read off a sampled reply, in the frame of that reply; or asked for,
all options in one stated frame."""


_PARTING = 0.01
"""Options part at a token if at least this share of the mass on shared tokens begins one option
only."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The probability of each option, given the text of the reply before the choice.

    Args:
        p: probability of each option, normalised over the options, at the temperature of the model.
            An option is missing if and only if no token that leads to it was on the provider's
            list.
        coverage: mass on tokens that begin an option, before all others are masked. It measures
            whether the model understands the form of the answer.
        missing: mass outside the provider's lists, averaged over the tokens of the option; 0 if the
            whole vocabulary was read.
        frame: text of the reply before the choice.
        how: one of `How`.
        passes: number of calls, or of evaluations of the embedded model; 0 in situ.
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
        """The weights as plain JSON. Actions may be numbers and are stored in pairs."""
        return {**asdict(self), "p": list(map(list, self.p.items()))}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The weights, read from the JSON of `plain`."""
        return cls(**{**plain, "p": dict(plain["p"])})


@dataclass(frozen=True, slots=True)
class Position:
    """One token of a reply, and its likeliest alternatives.

    Args:
        piece: bytes of the token, perhaps part of a character.
        listed: bytes and probability of each token on the provider's list, unmasked, at temperature
            1.
    """

    piece: bytes
    listed: tuple[tuple[bytes, float], ...]

    @property
    def unseen(self) -> float:
        """Mass outside the list."""
        return max(0.0, 1.0 - sum(p for _, p in self.listed))


def tempered(masses: Sequence[float], temperature: float) -> list[float]:
    """Masses of legal tokens at a temperature, normalised to 1.

    Args:
        masses: masses at temperature 1; not all 0.
        temperature: at 0 the largest mass takes all; the first of equal masses wins.
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
    """Probabilities of the options in a sampled reply, at the token that decided between them.

    Args:
        tokens: tokens of the reply, with any tokens before or after its text.
        text: text of the reply.
        replies: the same reply with each option in place of the chosen one.
        temperature: temperature of sampling.

    Returns:
        None if no token decided between all options: the drawn token begins several options, the
        tokens do not spell the text, or there is a single option.
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
    """The tokens listed at one position of a reply.

    Args:
        left: remaining text of each option at the position.
        listed: tokens and their probabilities.
    """

    def __init__(self, left: Mapping[Action, bytes], listed: Iterable[tuple[bytes, float]]) -> None:
        groups = [(begun(left, piece), p) for piece, p in listed]
        self._left = left
        self._sole = [(next(iter(options)), p) for options, p in groups if len(options) == 1]
        self._shared = sum(p for options, p in groups if len(options) > 1)

    @property
    def parts(self) -> bool:
        """Whether options part here: tokens that begin one option only have enough mass."""
        return sum(p for _, p in self._sole) > _PARTING * self._shared

    def weights(self, frame: str, unseen: float, temperature: float) -> Weights:
        """Probabilities of options, from the tokens that begin one option only.

        Mass on tokens that begin several options is as uninformative as unseen mass.
        """
        masses = [p for _, p in self._sole]
        shares: dict[Action, float] = {}
        for (action, _), share in zip(self._sole, tempered(masses, temperature), strict=True):
            shares[action] = shares.get(action, 0.0) + share
        p = {action: shares[action] for action in self._left if action in shares}
        coverage = sum(masses) + self._shared
        return Weights(p, coverage, min(1.0, unseen + self._shared), frame, IN_SITU)


def begun(left: Mapping[Action, bytes], piece: bytes) -> dict[Action, bytes]:
    """Options that a token can begin, each with its remaining text after the token."""
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
