"""What a text in Russian must not do, whatever is put into it."""

import re

from tests.prompts.cases import texts_in


def test_no_verb_agrees_with_a_number() -> None:
    # Where a number is the subject the verb is in the neuter singular, right with all of them.
    agreeing = re.compile(r"\b\w+(?:ятся|ются|ут|ют|ат|ят) \{(?!players|\w+:\w+_each)\w+:")
    assert sum(1 for _ in texts_in("ru")) > 300
    for text in texts_in("ru"):
        assert not agreeing.search(text.replace("делят {", "")), text


def test_an_action_stands_where_it_need_not_be_inflected() -> None:
    # After a colon, a dash, a bare noun or a verb that takes a name; never after a preposition.
    prepositions = re.compile(
        r"\b(?:в|на|с|со|к|о|об|от|из|за|при|без|до|по|у)\s+\{@", re.IGNORECASE
    )
    for text in texts_in("ru"):
        assert not prepositions.search(text), text


def test_nobodys_sex_is_assumed() -> None:
    # A verb in the past is plural beside «вы»; a short adjective too.
    singular = re.compile(r"\bвы (?:не |уже )?\w+(?:[аяеиоу]л|ла|лся|лась|ен|на)\b", re.IGNORECASE)
    for text in texts_in("ru"):
        assert not singular.search(text), text
