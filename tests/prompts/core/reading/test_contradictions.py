"""An answer that the words around it speak against is asked for again, in any game and language."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.core.types import Amount, Choice
from prompts import PLAIN, Voice, catalogue, read_reply
from prompts.core.rendering.labels import Labels

MARKS = {"en": "ACTION", "de": "ZUG", "ru": "ХОД"}
OPTIONS = {
    "kuhn_poker": (("check", "bet"), ("fold", "call")),
    "prisoners_dilemma": (("cooperate", "defect"),),
    "ultimatum": (("accept", "reject"),),
    "battle_of_the_sexes": (("bach", "stravinsky"),),
    "liars_dice": (("2x5", "liar"), ("2x5", "2x6")),
    "matrix_game": (("Left", "Right"), ("K", "L")),
}
CHANGES = {
    "en": (
        "{0}.", "I choose {0}.", "On second thought, {0}.", "No, {0}.", "My answer is {0}.",
        "{0} is better.", "So: {0}", "Wait: {0}", "The right choice is {0}.", "Maybe {0}?",
        "Let me change that to {0}.", "Nothing beats {0}.", "I'd rather choose {0}.",
        "Given all this, {0} it is.", "- Final: {0}", "**{0}**", "({0})", '"{0}"',
    ),
    "de": (
        "{0}.", "Ich wähle {0}.", "Nein, {0}.", "Meine Antwort ist {0}.", "{0} ist besser.",
        "Doch lieber {0}.", "Also: {0}", "Moment: {0}", "Die richtige Wahl ist {0}.",
        "Bei näherer Überlegung {0}.", "Vielleicht {0}?", "Korrektur: {0}", "**{0}**", "„{0}“",
    ),
    "ru": (
        "{0}.", "Я выбираю {0}.", "Нет, {0}.", "Мой ответ: {0}.", "{0} лучше.", "Хотя нет, {0}.",
        "Итак: {0}", "Стоп: {0}", "Правильный выбор: {0}.", "Поразмыслив, {0}.", "Может, {0}?",
        "Исправление: {0}", "**{0}**", "«{0}»",
    ),
}  # fmt: skip
EXAMPLES = {
    "en": ("Example:", "For instance:", "The format is:", "I could answer:", "Suppose I do this:"),
    "de": ("Beispiel:", "Zum Beispiel:", "Ich könnte antworten:", "Angenommen, ich will bluffen:"),
    "ru": ("Пример:", "Например:", "Я мог бы ответить:", "Допустим, я блефую:"),
}
KEPT = {
    "en": (
        "I keep {own} and give {other}.", "Me: {own}, other player: {other}", "I take {own}.",
        "The other player gets {other}.", "{own} for me, {other} for you.", "They receive {other}.",
        "My share is {own}.", "That leaves {other} for them.", "I'd like to have {own} points.",
        "I give {other} points to the other player.", "{own} points are mine.",
    ),
    "de": (
        "Ich behalte {own} und gebe {other}.", "Ich: {own}, anderer: {other}", "Ich nehme {own}.",
        "Der andere Spieler bekommt {other}.", "{own} für mich, {other} für dich.",
        "Mir bleiben {own}.", "Mein Anteil ist {own}.", "Ihm bleiben {other}.",
    ),
    "ru": (
        "Себе оставлю {own}, отдам {other}.", "Я: {own}, другой: {other}", "Я беру {own}.",
        "Другой игрок получит {other}.", "{own} мне, {other} тебе.", "Мне остаётся {own}.",
        "Моя доля {own}.", "Ему достанется {other}.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", MARKS)
@pytest.mark.parametrize("game", OPTIONS)
def test_another_option_behind_the_answer_makes_it_ambiguous(game: str, language: str) -> None:
    voice, mark = Voice(language=language), MARKS[language]
    for options in OPTIONS[game]:
        pairs = permutations(map(Labels.of(voice, game, PLAIN).show, options))
        for (chosen, other), change in product(pairs, CHANGES[language]):
            text = f"{mark}: {chosen}\n\n{change.format(other)}"
            assert read_reply(text, Choice(options), voice, game, "text").action is None, text


@pytest.mark.parametrize("language", MARKS)
@pytest.mark.parametrize("game", OPTIONS)
def test_an_example_is_no_answer(game: str, language: str) -> None:
    voice, mark = Voice(language=language), MARKS[language]
    for options in OPTIONS[game]:
        space, labels = Choice(options), Labels.of(voice, game, PLAIN)
        for shown, lead in ((labels.show(o), lead) for o in options for lead in EXAMPLES[language]):
            for text in (f"{lead}\n{mark}: {shown}", f'{lead} {{"action": "{shown}"}}'):
                assert read_reply(text, space, voice, game, "text").action is None, text


@given(st.sampled_from(sorted(KEPT)), st.sampled_from([60, 100, 200, 1000]), st.data())
def test_an_amount_is_read_where_it_is_given_and_not_where_it_is_kept(
    language: str, high: int, data: st.DataObject
) -> None:
    own = data.draw(st.integers(1, high - 1).filter(lambda n: n * 2 != high))
    said = data.draw(st.sampled_from(KEPT[language])).format(own=own, other=high - own)
    mark, space, voice = MARKS[language], Amount(0, high), Voice(language=language)
    for around in ("{said}\n{mark}: {amount}", "{mark}: {amount}\n\n{said}"):
        for game in ("dictator", "ultimatum"):
            kept = around.format(said=said, mark=mark, amount=own)
            assert read_reply(kept, space, voice, game, "text").action is None, kept
            given_away = around.format(said=said, mark=mark, amount=high - own)
            found = read_reply(given_away, space, voice, game, "text")
            assert found.action == high - own, given_away


def test_the_words_of_clauses_are_listed_for_every_language() -> None:
    for section in ("stance", "split"):
        lists = {code: set(catalogue().get(code, "reply", section)) for code in MARKS}
        assert lists["de"] == lists["ru"] == lists["en"]
