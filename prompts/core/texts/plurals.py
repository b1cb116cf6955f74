"""Counted nouns: the form of a noun for a number, by Unicode's plural categories.

A template contains `{endowment:points}`. The texts of its language give the form of the noun for
each plural category, as `plural.points.one`, `plural.points.other` and so on. An inflected noun has
one such table for each case that the texts use.

Source: Unicode Technical Standard 35, Locale Data Markup Language, part 3, Language Plural Rules,
as Babel carries them.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from string import Formatter
from typing import Self

from prompts.core.texts.catalogue import TextError, catalogue

FRACTION = "fraction"
"""Our own form for numbers without a decimal representation, such as 1/3; `other` if not given."""
_OTHER = "other"
"""The category that every language has."""


class Count(str):
    """A number in the writing of its language. Formatted with a unit, the number with its noun.

    Args:
        shown: the number in writing.
        number: value of the number.
        language: code of the language.
    """

    __slots__ = ("language", "number")
    language: str
    number: int | Fraction

    def __new__(cls, shown: str, number: int | Fraction, language: str) -> Self:
        """A text with the value and the language of its number."""
        count = super().__new__(cls, shown)
        count.number, count.language = number, language
        return count

    def __format__(self, unit: str) -> str:
        """The number alone, or with its noun.

        Raises:
            TextError: the texts lack the unit, or its form for this number.
        """
        if not unit:
            return str(self)
        forms = catalogue().get(self.language, "plural", unit)
        wanted = category(self.language, self.number)
        if wanted == FRACTION and FRACTION not in forms:
            wanted = _OTHER
        if wanted not in forms:
            raise TextError(f"no form {wanted!r} of {self.language}.plural.{unit} for {self}")
        return str(forms[wanted]).format(n=str(self))


def categories(language: str) -> frozenset[str]:
    """The plural categories of a language.

    Raises:
        TextError: the language is unknown to Unicode.
    """
    return frozenset({*_rule(language)[1], _OTHER})


@lru_cache(maxsize=4096)  # prompts of one tournament tell few numbers again and again
def category(language: str, number: int | Fraction) -> str:
    """The plural category of a number, or `FRACTION`.

    Raises:
        TextError: the language is unknown to Unicode.
    """
    decimal = Decimal(number.numerator) / number.denominator
    return _rule(language)[0](decimal) if Fraction(decimal) == number else FRACTION


@cache
def units(template: str) -> frozenset[str]:
    """Names of the counted nouns of a template."""
    return frozenset(unit for _, _, unit, _ in Formatter().parse(template) if unit)


@cache
def _rule(language: str) -> tuple[Callable[[Decimal], str], frozenset[str]]:
    """Function from a number to its category, and the possible categories except `other`."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - most commands count nothing

    try:
        rule = Locale.parse(language).plural_form
    except (UnknownLocaleError, ValueError):
        raise TextError(
            f"no plural rules for language {language!r}: it must be a code that Unicode knows"
        ) from None
    return rule, rule.tags
