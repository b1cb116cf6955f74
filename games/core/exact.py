"""Exact numbers from what a user wrote."""

import re
from fractions import Fraction

from games.core.errors import BadInput
from games.core.types import Payoff

# No exponents: "1e999999999" is short to write and long to compute.
_NUMBER = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?")


def exact(value: object, what: str) -> Payoff:
    """A whole number, or a fraction in lowest terms.

    Args:
        value: 3, 0.25 (a decimal means what is written, not the nearest binary number), "1/4" or a
            fraction.
        what: what the user would call it, for the error.

    Raises:
        BadInput: it is none of these.
    """
    number = isinstance(value, int | float | str | Fraction) and not isinstance(value, bool)
    try:
        written = str(value) if number else ""
        fraction = Fraction(written if _NUMBER.fullmatch(written) else "")
    except (ValueError, ZeroDivisionError):
        raise BadInput(
            f'{what} must be a whole number or a fraction such as "1/2", not {value!r}'
        ) from None
    return fraction.numerator if fraction.denominator == 1 else fraction
