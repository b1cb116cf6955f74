"""What a number counts stands in the form that goes with the number, in every language."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

import games
from prompts import View, Voice, Wording, catalogue, render
from prompts.core.texts.catalogue import TextError, fill
from prompts.core.texts.plurals import Count, category
from tests.prompts.cases import FRAMES, LANGUAGES, all_texts

NUMBERS = (1, 2, 5, 21, 100)
COUNTED = ("endowment", "price", "ante", "bet", "stake", "dice", "rounds")
"""Facts of games that count something and could be any whole number."""
BRACKETED = re.compile(r"\w\([^\W\d]{1,3}\)")
"""Two forms in one word, such as point(s), Punkt(e), очк(а)."""
WRONG = {
    "de": r"\b1 (?:Punkte|Kronen|Chips|Runden|Zahlen)\b"
    r"|\b(?:2|5|21|100) (?:Punkt|Krone|Chip|Runde|Zahl)\b",
    "en": r"\b1 (?:points|crowns|chips|rounds|dice|numbers|barrels)\b"
    r"|\b(?:2|5|21|100) (?:point|crown|chip|round|die|number|barrel)\b",
    "ru": r"\b(?:1|21) (?:очка|очков|кроны|крон|фишек|раунда|раундов|кости|костей|числа|чисел)\b"
    r"|\b2 (?:очко|очков|крона|крон|крону|фишка|фишку|фишек|раунд|раундов|кость|костей|число)\b"
    r"|\b(?:5|100) (?:очко|очка|крона|крону|кроны|фишку|фишки|раунд|раунда|кость|кости|число)\b",
}
"""Forms that do not go with their number."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_holds_two_forms(language: str) -> None:
    for text in all_texts({**catalogue().get(language), "plural": None}):
        assert not BRACKETED.search(text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("game", games.available())
def test_a_game_counts_its_units_right(game: str, language: str) -> None:
    rules = games.load(game, {"rounds": 2})
    plain = rules.observe(rules.initial_state(), rules.deciders[0])
    counted = [fact for fact in COUNTED if fact in plain.facts]
    for number, frame, drawn in product(NUMBERS, FRAMES, (0, 12345)):
        seen = replace(plain, facts={**plain.facts, **dict.fromkeys(counted, number)})
        view = View(seen, opening=seen.space is None)
        voice = Voice(language=language, frame=frame)
        said = render(view, voice, "json", Wording(drawn))[0].content
        assert not BRACKETED.search(said), said
        assert not (wrong := re.search(WRONG[language], said)), wrong
        assert len(re.findall(rf"\b{number} [^\W\d]+", said)) >= len(counted)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 point"),
        ("en", 21, "21 points"),
        ("en", Fraction(1, 4), "0.25 points"),
        ("en", Fraction(1, 3), "1/3 of a point"),
        ("de", 1, "1 Punkt"),
        ("de", Fraction(1, 3), "1/3 eines Punktes"),
        ("ru", 1, "1 очко"),
        ("ru", 2, "2 очка"),
        ("ru", 5, "5 очков"),
        ("ru", 11, "11 очков"),
        ("ru", 21, "21 очко"),
        ("ru", Fraction(1, 4), "0.25 очка"),
        ("ru", Fraction(1, 3), "1/3 очка"),
    ],
)
def test_a_number_brings_its_noun(language: str, number: int | Fraction, said: str) -> None:
    shown = {Fraction(1, 4): "0.25", Fraction(1, 3): "1/3"}.get(Fraction(number), str(number))
    assert fill("{n:points}", {"n": Count(shown, number, language)}) == said
    assert fill("{n}", {"n": Count(shown, number, language)}) == shown


def test_a_language_that_unicode_does_not_know_is_told() -> None:
    with pytest.raises(TextError, match="no plural rules for language 'qqq'"):
        category("qqq", 1)


def test_a_noun_that_is_missing_is_told() -> None:
    with pytest.raises(TextError, match=r"no text for en\.plural\.pints"):
        fill("{n:pints}", {"n": Count("1", 1, "en")})
