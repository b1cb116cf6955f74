"""Paraphrases, frames and labels: the same thing said in other words."""

import re
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import games
from games.core.types import Choice
from prompts import Reading, Verdict, View, Voice, Wording, catalogue, read_reply, render
from prompts.core.audit.gaps import FEWEST, counted, counts
from prompts.core.audit.observations import kinds
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import TextError
from prompts.core.texts.slots import flatten, say, wordings
from tests.prompts.cases import FRAMES, LANGUAGES, first_view

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
of_every_game = pytest.mark.parametrize("game", games.available())

# Sentence slots


def nothing(fact: str) -> Any:
    raise AssertionError(fact)


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True), max_size=5)
)
def test_every_wording_has_a_number(slots: list[list[str]]) -> None:
    groups = [[slot] for slot in slots]
    said = {say(groups, number) for number in range(wordings(groups))}
    assert len(said) == wordings(groups)
    assert {say(groups, number + wordings(groups)) for number in range(wordings(groups))} == said


def test_a_slot_can_begin_a_line() -> None:
    assert say([[["a."]], [["\nb."]], [["c."]]], 0) == "a.\nb. c."


def test_the_slots_of_a_group_turn_with_the_order_and_keep_their_wordings() -> None:
    groups = flatten([["a"], [["b", "B"], ["c", "C"]], ["d"]], nothing)
    assert wordings(groups) == 4
    assert [say(groups, number) for number in range(4)] == [
        "a b c d",
        "a B c d",
        "a b C d",
        "a B C d",
    ]
    assert say(groups, 1, order=1) == "a c B d"


def test_a_case_stands_for_the_slots_of_its_value() -> None:
    cases = {"wild": [["x", "y"], ["z"]]}
    assert flatten([["a"], {"case": "wild"}], cases.__getitem__) == [[["a"]], [["x", "y"]], [["z"]]]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ([["{a}", "{b}"]], "differ in their placeholders"),
        ([["{a}", "a"]], "differ in their placeholders"),
        ([[]], "no list of slots"),
        (["a"], "no list of slots"),
        ("a", "no list of slots"),
        ([{"cases": "a"}], "no list of slots"),
        ([[1]], "no list of slots"),
        ([[["a"], []]], "no list of slots"),
        ([[["a"], [["b"]]]], "no list of slots"),
        ([[["{a}", "b"], ["c"]]], "differ in their placeholders"),
    ],
)
def test_slots_that_cannot_be_said_are_refused(texts: Any, problem: str) -> None:
    with pytest.raises(TextError, match=problem):
        flatten(texts, nothing)


# Paraphrases


@in_every_language
@of_every_game
@pytest.mark.parametrize("frame", FRAMES)
def test_a_game_is_explained_in_at_least_thirty_ways(language: str, game: str, frame: Any) -> None:
    assert counted(language, game, frame) >= FEWEST >= 30
    seen = kinds(game)[0]
    voice = Voice(language=language, frame=frame)
    said = {next(Writer(seen, voice, Wording(number)).rules()) for number in range(FEWEST)}
    assert len(said) == FEWEST


@of_every_game
def test_a_paraphrase_is_drawn_for_the_match_or_fixed(game: str) -> None:
    view = first_view(game, games.load(game).deciders[0])
    drawn = {render(view, Voice(), "json", Wording(number)) for number in range(30)}
    fixed = {render(view, Voice(paraphrase=3), "json", Wording(number)) for number in range(30)}
    assert len(drawn) == 30
    assert fixed == {render(view, Voice(), "json", Wording(3))}


@in_every_language
def test_counts_are_listed_by_game(language: str) -> None:
    assert [line.split(":")[0] for line in counts(language)] == [
        f"{language}  {game}" for game in games.available()
    ]


# Frames


def named_words(language: str, game: str) -> set[str]:
    """What names a game: its title, its actions and its cards."""
    texts = catalogue().get(language, "game", game)
    words = {texts["title"], *texts.get("actions", {}).values(), *texts["words"].values()}
    return {word for word in words if len(word) > 1 and "{" not in word}


@in_every_language
@of_every_game
@pytest.mark.parametrize("frame", FRAMES[1:])
def test_other_frames_hold_no_word_that_names_the_game(
    language: str, game: str, frame: Any
) -> None:
    words = named_words(language, game)
    voice = Voice(language=language, frame=frame)
    for seen, number in product(kinds(game), range(0, 60, 7)):
        view = View(seen, opening=seen.space is None)
        texts = "\n".join(m.content for m in render(view, voice, "json", Wording(number, number)))
        for word in words:
            assert not re.search(rf"\b{re.escape(word)}\b", texts, re.IGNORECASE), word


@in_every_language
@of_every_game
def test_frames_differ(language: str, game: str) -> None:
    seen = kinds(game)[0]
    rules = {
        next(Writer(seen, Voice(language=language, frame=frame), Wording()).rules())
        for frame in FRAMES
    }
    assert len(rules) == 3


@pytest.mark.parametrize(
    ("language", "point", "crown"),
    [("de", "punkt", "kron"), ("en", "point", "crown"), ("ru", "очк", "крон")],
)
def test_another_story_counts_in_another_unit(language: str, point: str, crown: str) -> None:
    voice = Voice(language=language, frame="obfuscated")
    for game in games.available():
        for seen in kinds(game):
            view = View(seen, opening=seen.space is None)
            texts = "".join(m.content for m in render(view, voice, "json")).casefold()
            assert not re.search(rf"\b{point}", texts)
            assert crown in texts


@pytest.mark.parametrize("language", ["de", "en"])  # elsewhere the name is inflected
def test_the_named_frame_names_the_game(language: str) -> None:
    for game in games.available():
        title = catalogue().get(language, "game", game, "title")
        for number in range(30):
            voice = Voice(language=language)
            rules = next(Writer(kinds(game)[0], voice, Wording(number)).rules())
            assert title.casefold().replace(" ", "-") in rules.casefold().replace(" ", "-")


# Labels and the order of options

NEUTRAL = Voice(frame="neutral")
ACTIONS = {
    "kuhn_poker": ("check", "bet", "fold", "call"),
    "prisoners_dilemma": ("cooperate", "defect"),
}


def test_every_label_means_every_action_equally_often() -> None:
    seeds = range(2000)
    pool = catalogue().get("en", "frame", "labels")
    for game, actions in ACTIONS.items():
        for action in actions:
            counts = Counter(Labels.of(NEUTRAL, game, Wording(0, s)).show(action) for s in seeds)
            assert set(counts) == set(pool)
            expected = len(seeds) / len(pool)
            assert all(abs(n - expected) < 5 * expected**0.5 for n in counts.values())


def test_what_a_label_means_says_nothing_of_where_it_stands() -> None:
    space = Choice(("cooperate", "defect"))
    for seed in range(50):
        labels = Labels.of(NEUTRAL, "prisoners_dilemma", Wording(0, seed))
        assert labels.options(space)[0] == labels.show("cooperate")


def test_cards_are_listed_in_their_order_whatever_is_drawn() -> None:
    view = first_view("kuhn_poker", 0)
    for number in range(10):
        rules = render(view, NEUTRAL, "json", Wording(0, number, 0, number))[0].content
        assert "\n- 3\n- 4\n- 5\n" in rules


@in_every_language
@of_every_game
@pytest.mark.parametrize("frame", FRAMES)
def test_every_option_can_be_read_back_as_it_was_offered(
    language: str, game: str, frame: Any
) -> None:
    voice = Voice(language=language, frame=frame)
    for seen, seed in product(kinds(game), range(3)):
        if not isinstance(seen.space, Choice):
            continue
        wording = Wording(0, seed)
        labels = Labels.of(voice, game, wording)
        for option in seen.space.options:
            said = f'{{"action": "{labels.show(option)}"}}'
            found = read_reply(said, seen.space, voice, game, "json", wording)
            assert found == Reading(Verdict.LEGAL, option)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"frame": "plain"}, "frame"),
        ({"frame": "neutral", "labels": "named"}, "frame 'neutral' has no names for actions"),
        ({"coplayer": "friend"}, "coplayer"),
        ({"reasoning": "long"}, "reasoning"),
        ({"paraphrase": -1}, "paraphrase"),
        ({"persona": "one\n\ntwo"}, "must be one paragraph"),
    ],
)
def test_voices_that_cannot_be_are_refused(params: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Voice.model_validate(params)
