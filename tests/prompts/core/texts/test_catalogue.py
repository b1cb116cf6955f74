import pytest

from games.core.errors import BadInput
from prompts import NEUTRAL, PLACEBO
from prompts.core.texts.catalogue import Catalogue, TextError, catalogue, fill


def test_files_merge_into_one_tree_of_texts() -> None:
    texts = Catalogue({"a": {"en": {"x": {"one": "1"}}}, "b": {"en": {"x": {"two": "2"}}}})
    assert texts.get("en", "x") == {"one": "1", "two": "2"}


def test_a_key_given_twice_is_an_error_that_names_file_and_key() -> None:
    texts = Catalogue(
        {
            "first.toml": {"en": {"x": {"one": {"a": "1"}, "two": "2"}}},
            "second.toml": {"en": {"x": {"one": {"a": "2"}}}},
        }
    )
    said = "second.toml repeats the key en.x.one.a of first.toml"
    assert texts.faults == (said,)
    with pytest.raises(BadInput, match=said):
        texts.get("en", "x", "one", "a")
    assert texts.get("en", "x", "two") == "2"


def test_a_text_cannot_hide_a_table_nor_a_table_a_text() -> None:
    for first, second in (({"one": "1"}, "text"), ("text", {"one": "1"})):
        texts = Catalogue({"a": {"en": {"x": first}}, "b": {"en": {"x": second}}})
        with pytest.raises(BadInput, match=r"b repeats the key en\.x of a"):
            texts.get("en", "x", "one")


def test_no_file_of_ours_repeats_another() -> None:
    assert catalogue().faults == ()


def test_a_new_language_is_one_file() -> None:
    texts = Catalogue({"en.toml": {"en": {"x": "yes"}}, "fr.toml": {"fr": {"x": "oui"}}})
    assert texts.languages == ("en", "fr")
    assert texts.get("fr", "x") == "oui"


def test_unknown_languages_and_missing_texts_are_named() -> None:
    with pytest.raises(BadInput, match="unknown language 'eng'; did you mean 'en'"):
        catalogue().get("eng", "frame")
    with pytest.raises(TextError, match=r"no text for en\.frame\.nothing"):
        catalogue().get("en", "frame", "nothing")


def test_filling_refuses_missing_and_unused_values() -> None:
    assert fill("{a} and {b}", {"a": "1", "b": "2"}) == "1 and 2"
    with pytest.raises(TextError, match=r"no value for \{b\}"):
        fill("{a} and {b}", {"a": "1"})
    with pytest.raises(TextError, match=r"must mention \{c\}"):
        fill("{a}", {"a": "1", "c": "3"})


def test_every_emotion_that_can_be_shown_has_a_face_and_a_word_in_every_language() -> None:
    for emotion, word in catalogue().emotions("en").items():
        assert word
        assert catalogue().face(emotion)
        assert all(emotion in catalogue().emotions(code) for code in catalogue().languages)
    assert catalogue().face("joy") is None


def test_what_can_be_induced_can_be_reported_and_has_every_cause() -> None:
    found = catalogue().inductions("en")
    assert found.keys() - {PLACEBO} == catalogue().emotions("en").keys() - {NEUTRAL}
    assert set(found.values()) == {("simple", "coplayer", "external")}


def test_a_vocabulary_is_offered_in_its_own_order() -> None:
    assert list(catalogue().offered("de", ("fear", "anger")).items()) == [
        ("fear", "Angst"),
        ("anger", "Wut"),
    ]
    with pytest.raises(TextError, match=r"no text for de\.emotion\.joy\.word"):
        catalogue().offered("de", ("joy",))
