"""What participants earn, and the codes they leave with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from arena.core.types import digest, seed_of
from arena.design.lab import BRACED, EndingName
from arena.design.tournament import Tournament
from games.core.types import Payoff

_CENT = Decimal("0.01")
_UNPAID: frozenset[EndingName] = frozenset({"declined"})


@dataclass(frozen=True, slots=True)
class Pay:
    """What one participant earns.

    Args:
        amount: in the currency, with two decimals.
        paid: ids of the matches that are paid.
        drawn: number of the match that was drawn, from 1; None if all are paid, or none.
    """

    amount: str
    paid: tuple[str, ...]
    drawn: int | None = None


def pay(
    tournament: Tournament, participant: str, ending: EndingName, points: Mapping[str, Payoff]
) -> Pay:
    """The pay of the design's rule.

    Args:
        tournament: the design.
        participant: pseudonym.
        ending: how it ended.
        points: by completed match, in the order of play.
    """
    assert tournament.lab is not None
    rule = tournament.lab.payment
    if ending in _UNPAID:
        return Pay("0.00", ())
    paid, drawn = tuple(points), None
    if rule.paid == "one" and points:
        drawn = seed_of("paid match", tournament.seed, participant) % len(paid)
        paid = (paid[drawn],)
    earned = sum((Fraction(points[match]) for match in paid), Fraction())
    total = Fraction(str(rule.show_up)) + max(Fraction(), earned * Fraction(str(rule.point)))
    amount = Decimal(total.numerator) / Decimal(total.denominator)
    return Pay(
        str(amount.quantize(_CENT, ROUND_HALF_UP)), paid, None if drawn is None else drawn + 1
    )


def code(tournament: Tournament, ending: EndingName) -> str:
    """The completion code of an ending."""
    assert tournament.lab is not None
    stated = tournament.lab.payment.codes.get(ending)
    return stated or digest("code", tournament.name, tournament.seed, ending)[:8].upper()


def address(tournament: Tournament, code: str, external: Mapping[str, str]) -> str:
    """Where a participant goes from the last page; empty if nowhere.

    Args:
        tournament: the design.
        code: the participant's.
        external: ids that the participant came with, by name; those that are missing stay empty.
    """
    assert tournament.lab is not None
    if not (base := tournament.lab.payment.address):
        return ""
    parts = urlsplit(base)
    ids = {name: external.get(name, "") for name in tournament.lab.payment.ids}
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [
        (name, BRACED.sub(lambda at: ids[at[1]], value)) for name, value in pairs if name != "cc"
    ]
    return urlunsplit(parts._replace(query=urlencode([*query, ("cc", code)])))
