import pytest

from games.core.errors import BadInput
from prompts.core.texts.catalogue import Catalogue, TextError, catalogue, fill


def test_files_merge_into_one_tree_of_texts() -> None:
    texts = Catalogue({"a": {"en": {"x": {"one": "1"}}}, "b": {"en": {"x": {"two": "2"}}}})
    assert texts.get("en", "x") == {"one": "1", "two": "2"}


def test_a_key_given_twice_is_an_error_that_names_file_and_key() -> None:
    with pytest.raises(TextError, match=r"second\.toml repeats the key en\.x\.one"):
        Catalogue(
            {"first.toml": {"en": {"x": {"one": "1"}}}, "second.toml": {"en": {"x": {"one": "2"}}}}
        )


def test_a_text_cannot_hide_a_table_nor_a_table_a_text() -> None:
    with pytest.raises(TextError, match=r"repeats the key en\.x"):
        Catalogue({"a": {"en": {"x": {"one": "1"}}}, "b": {"en": {"x": "text"}}})


def test_a_new_language_is_one_file() -> None:
    texts = Catalogue({"en.toml": {"en": {"x": "yes"}}, "fr.toml": {"fr": {"x": "oui"}}})
    assert texts.languages == ("en", "fr")
    assert texts.get("fr", "x") == "oui"


def test_unknown_languages_and_missing_texts_are_named() -> None:
    with pytest.raises(BadInput, match="unknown language 'eng'; did you mean 'en'"):
        catalogue().get("eng", "frame")
    with pytest.raises(TextError, match=r"no text for en\.frame\.nothing"):
        catalogue().get("en", "frame", "nothing")


def test_the_fingerprint_follows_the_texts() -> None:
    one, same, other = (Catalogue({"f": {"en": {"x": text}}}) for text in ("a", "a", "b"))
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_filling_refuses_missing_and_unused_values() -> None:
    assert fill("{a} and {b}", {"a": "1", "b": "2"}) == "1 and 2"
    with pytest.raises(TextError, match=r"no value for \{b\}"):
        fill("{a} and {b}", {"a": "1"})
    with pytest.raises(TextError, match=r"must mention \{c\}"):
        fill("{a}", {"a": "1", "c": "3"})


def test_the_emotions_are_ekmans_six_and_neutral() -> None:
    six = {"anger", "disgust", "fear", "happiness", "sadness", "surprise"}
    assert set(catalogue().emotions("en")) == six | {"neutral"}
    assert set(catalogue().inductions("en")) == six | {"placebo"}
    causes = set(catalogue().inductions("en").values())
    assert causes == {("simple", "coplayer", "external")}
