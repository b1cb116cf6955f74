"""The order in which things are offered: the same wherever they are listed, and balanced."""

from collections import Counter
from itertools import combinations, product
from typing import Any

import pytest

from games.core.types import Choice
from prompts import (
    Message,
    View,
    Voice,
    Wording,
    ask_check,
    catalogue,
    check_schema,
    render,
    reply_schema,
)
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import fill
from prompts.core.texts.order import ORDERS, in_order
from tests.prompts.cases import FRAMES, LANGUAGES, first_view

SIMULTANEOUS = (
    "prisoners_dilemma", "battle_of_the_sexes", "stag_hunt", "chicken", "dyadic_game",
)  # fmt: skip
SENTENCES: dict[str, dict[str, Any]] = {
    "ultimatum": {},
    "kuhn_poker": {},
    "leduc_poker": {},
    "el_farol": {},
    "centipede": {},
    "trust": {"all_or_nothing": True},
}
"""Games whose rules have sentences on each option, with parameters."""
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
in_every_frame = pytest.mark.parametrize("frame", FRAMES)


def _rows(rules: str) -> list[str]:
    """The table of payoffs."""
    listed = [line for line in rules.splitlines() if line.startswith("- ")]
    return [line for line in listed if '"action"' not in line]


def ordered(order: int) -> Wording:
    return Wording(order=order)


@pytest.mark.parametrize("count", range(1, 8))
def test_each_thing_comes_first_twice_in_a_round_of_orders(count: int) -> None:
    things = "abcdefg"[:count]
    assert in_order(things, 0) == tuple(things)
    for start in (0, 2, 10, ORDERS):
        orders = [in_order(things, start + k) for k in range(2 * count)]
        assert all(sorted(one) == list(things) for one in orders)
        assert set(Counter(one[0] for one in orders).values()) == {2}
        for one, two in combinations(things, 2):
            ahead = sum(each.index(one) < each.index(two) for each in orders)
            assert ahead == count


def test_numbers_beyond_the_last_name_the_same_orders() -> None:
    for count in range(1, 11):
        things = range(count)
        assert all(in_order(things, k) == in_order(things, k + ORDERS) for k in range(2 * count))


@in_every_language
@in_every_frame
@pytest.mark.parametrize("game", SIMULTANEOUS)
def test_the_order_is_the_same_wherever_options_are_listed(
    game: str, frame: Any, language: str
) -> None:
    voice, view = Voice(language=language, frame=frame), first_view(game, 0)
    space, quoted = view.observation.space, str(catalogue().get(language, "list", "word"))
    assert isinstance(space, Choice)
    seen = set()
    for order in range(4):
        wording = ordered(order)
        words = Labels.of(voice, game, wording).options(space)
        rules, asked = (message.content for message in render(view, voice, "json", wording))
        table = _rows(rules)
        assert len(table) == 4
        rows = [[line.index(word) for word in words if word in line] for line in table]
        assert [len(row) for row in rows] == [1, 2, 2, 1]
        assert words[0] in table[0]
        assert words[1] in table[-1]
        assert asked.rstrip(".").endswith(f"{words[0]}, {words[1]}")
        schema = reply_schema(space, voice, game, wording)
        assert tuple(schema["properties"]["action"]["enum"]) == words
        first, second = (fill(quoted, {"word": word}) for word in words)
        sentence = rules.partition("\n- ")[0]
        assert sentence.index(first) < sentence.index(second)
        seen.add(words)
    assert len(seen) == 2


@in_every_language
@in_every_frame
@pytest.mark.parametrize("game", SENTENCES)
def test_sentences_on_what_options_do_follow_too(game: str, frame: Any, language: str) -> None:
    voice, seen = (
        Voice(language=language, frame=frame),
        first_view(game, 0, **SENTENCES[game]).observation,
    )
    quoted = str(catalogue().get(language, "list", "word"))
    firsts, options = set[str](), set[str]()
    for order in range(4):
        writer = Writer(seen, voice, ordered(order))
        rules = next(writer.rules())
        groups = [group for group in writer.slots()[0] if len(group) > 1]
        for group in groups:
            said = {}
            for wording, *_ in group:
                option, _, after = wording.partition("{@")[2].partition("}")
                word = fill(quoted, {"word": writer.labels.show(option)})
                said[option] = rules.index(word + after.partition("{")[0])
            places = [said[option] for option in writer.labels.ordered(said)]
            assert places == sorted(places)
            firsts.add(writer.labels.ordered(said)[0])
            options |= said.keys()
        assert groups
    assert firsts == options


@in_every_language
@in_every_frame
@pytest.mark.parametrize("game", SENTENCES)
def test_question_and_schema_list_options_in_the_same_order(
    game: str, frame: Any, language: str
) -> None:
    voice, seen = Voice(language=language, frame=frame), set()
    view = _of_options(game)
    for order in range(4):
        wording = ordered(order)
        words = Labels.of(voice, game, wording).options(view.observation.space)  # type: ignore[arg-type]
        asked = render(view, voice, "json", wording)[-1].content.rstrip(".")
        assert asked.endswith(", ".join(words))
        schema = reply_schema(view.observation.space, voice, game, wording)
        assert tuple(schema["properties"]["action"]["enum"]) == words
        seen.add(words[0])
    assert len(seen) == 2


def _of_options(game: str) -> View:
    """The first decision in a game that is one between options."""
    views = (first_view(game, player, **SENTENCES[game]) for player in range(2))
    return next(view for view in views if isinstance(view.observation.space, Choice))


@in_every_frame
def test_options_that_a_design_names_are_ordered_too(frame: Any) -> None:
    table = tuple(tuple((10 * row + at, 5) for at in range(2)) for row in range(3))
    view = first_view("matrix_game", 0, table=table, rows=("up", "middle", "down"))
    firsts = Counter[str]()
    for order in range(6):
        words = in_order(("up", "middle", "down"), order)
        rules, asked = (m.content for m in render(view, Voice(frame=frame), "json", ordered(order)))
        assert f"{', '.join(words)}." in asked
        assert [next(w for w in words if w in line) for line in _rows(rules)[::2]] == list(words)
        firsts[words[0]] += 1
    assert set(firsts.values()) == {2}


def test_bids_keep_their_order_and_move_as_one() -> None:
    view = first_view("liars_dice", 1)
    assert view.observation.space is not None
    sides = set()
    for order in range(4):
        labels = Labels.of(Voice(frame="obfuscated"), "liars_dice", ordered(order))
        offered = labels.options(view.observation.space)
        bids = [word for word in offered if ":" in word]
        assert bids == [f"{q}:{f}" for q, f in product((1, 2), range(1, 7))][1:]
        sides.add(":" in offered[0])
    assert sides == {False, True}


@in_every_language
def test_words_for_emotions_and_shapes_follow(language: str) -> None:
    voice = Voice.model_validate({"language": language, "emotion": {"mode": "manipulative"}})
    words = tuple(voice.emotion_words.values())
    view = first_view("kuhn_poker", 0)
    firsts = Counter[str]()
    for order in range(2 * len(words)):
        offered, wording = in_order(words, order), ordered(order)
        schema = reply_schema(view.observation.space, voice, "kuhn_poker", wording)["properties"]
        assert schema["felt"]["enum"] == schema["shown"]["enum"] == list(offered)
        assert ", ".join(offered) in render(view, voice, "text", wording)[0].content
        check = ask_check((Message("user", "?"),), "", voice, "text", wording)[-1].content
        assert ", ".join(offered) in check
        emotions = check_schema(voice, wording)["properties"]["emotion"]["enum"]
        assert emotions == list(offered)
        firsts[offered[0]] += 1
    assert set(firsts.values()) == {2}
    neutral = Voice.model_validate({"language": language, "emotion": {"report": "neutral"}})
    shapes = in_order(neutral.shape_words.values(), 3)
    schema = reply_schema(view.observation.space, neutral, "kuhn_poker", ordered(3))
    assert schema["properties"]["shape"]["enum"] == list(shapes)
    assert ", ".join(shapes) in render(view, neutral, "json", ordered(3))[0].content


def test_a_person_is_offered_the_same_order() -> None:
    voice, view = Voice(), first_view("prisoners_dilemma", 0)
    for order in range(4):
        asked = render(view, voice, "fields", ordered(order))[-1].content
        model = render(view, voice, "json", ordered(order))[-1].content
        assert asked == model
