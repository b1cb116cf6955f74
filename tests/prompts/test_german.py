"""What a text in German must not do, whatever is put into it."""

import re
from typing import Any

from prompts import catalogue
from tests.prompts.cases import all_texts, texts_in


def test_no_verb_agrees_with_a_number() -> None:
    # A number that is the subject follows a colon, or a verb that does not change with it.
    plural = re.compile(r"\b(?:sind|werden|gehören|liegen|bleiben|gehen) \{", re.IGNORECASE)
    for text in texts_in("de"):  # players are always several
        assert not plural.search(text.replace("sind {players:players}", "")), text


def test_a_sentence_about_others_does_not_begin_like_one_about_the_player() -> None:
    # Among the rules, a sentence with "Sie" names the game that is played.
    spoken = re.compile(r"(?:^|[.:!?\n] )Sie (?!spielen )")
    games = catalogue().get("de", "game")
    rules = [text for game in games.values() for text in all_texts(said(game))]
    assert len(rules) > 300
    for text in rules:
        assert not spoken.search(text), text


def said(game: dict[str, Any]) -> list[Any]:
    """The rules of a game in all frames, with their cases."""
    frames = (game, game["neutral"], game["obfuscated"])
    slots = [frame[key] for frame in frames for key in ("rules", "cases") if key in frame]
    return [slot for slot in slots if slot]


def test_an_action_stands_where_it_need_not_be_inflected() -> None:
    # In quotation marks after a noun, a verb or a colon; after a preposition only as a name.
    prepositions = re.compile(
        r"\b(?:auf|aus|bei|durch|für|gegen|in|ohne|um|von|zu|zwischen) \{@", re.IGNORECASE
    )
    for text in texts_in("de"):
        assert not prepositions.search(text), text
