from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import games
from games.core.types import Choice
from prompts import (
    Affect,
    Display,
    Emotion,
    Message,
    OwnMove,
    Reading,
    Verdict,
    View,
    Voice,
    catalogue,
    read_reply,
    render,
    render_again,
    reply_schema,
)
from prompts.core.answer import Unclear
from prompts.core.catalogue import TextError
from prompts.core.labels import Labels
from prompts.core.reply import read_action
from tests.prompts.cases import (
    CAUSES,
    EMOTIONS,
    MODES,
    VARIANTS,
    conditions,
    first_view,
    voice,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"


def text_of(messages: tuple[Message, ...]) -> str:
    return "".join(f"--- {m.role} ---\n{m.content}\n\n" for m in messages)


def text(*path: str, company: str = "other") -> str:
    """A text of the catalogue; of two forms, the one for this company."""
    found = catalogue().get("en", *path)
    return str(found[company] if isinstance(found, dict) else found)


def paragraphs(messages: tuple[Message, ...]) -> list[str]:
    return [part for m in messages for part in m.content.split("\n\n")]


@pytest.mark.parametrize("game", games.available())
def test_each_game_and_role_has_a_reviewed_prompt(
    game: str, golden: Callable[[Path, str], None]
) -> None:
    rules = games.load(game)
    for player in rules.deciders:
        for form in ("json", "text"):
            text = text_of(render(first_view(game, player), voice(), form))
            golden(SNAPSHOTS / f"{game}.{rules.roles[player]}.{form}.txt", text)


@pytest.mark.parametrize("title", VARIANTS)
def test_each_variant_has_a_reviewed_prompt(
    title: str, golden: Callable[[Path, str], None]
) -> None:
    game, params = VARIANTS[title]
    rules = games.load(game, params)
    for player in rules.deciders:
        text = text_of(render(first_view(game, player, **params), voice(), "json"))
        golden(SNAPSHOTS / f"{title}.{rules.roles[player]}.txt", text)


@pytest.mark.parametrize("game", games.available())
def test_every_role_has_a_text_also_where_it_never_decides(game: str) -> None:
    rules = games.load(game)
    for player, role in enumerate(rules.roles):
        seen = replace(rules.observe(rules.initial_state(), player), space=Choice(()))
        about = catalogue().get("en", "game", game, "roles", role)
        wanted = about["other"] if isinstance(about, dict) else about
        assert wanted in paragraphs(render(View(seen), voice(), "json"))


def test_each_mode_has_a_reviewed_prompt(golden: Callable[[Path, str], None]) -> None:
    view = first_view("prisoners_dilemma", 0, rounds=3)
    for mode in MODES:
        golden(SNAPSHOTS / f"mode.{mode}.txt", text_of(render(view, voice(mode), "json")))


def test_the_inductions_are_reviewed_side_by_side(golden: Callable[[Path, str], None]) -> None:
    lines = [
        f"{emotion}, {cause}: {text('emotion', emotion, 'induction', cause)}\n"
        for emotion, cause in product(EMOTIONS, CAUSES)
    ]
    golden(SNAPSHOTS / "inductions.txt", "".join(lines))


@pytest.mark.parametrize("game", games.available())
@pytest.mark.parametrize("mode", MODES)
def test_an_induction_adds_one_paragraph_and_changes_nothing_else(game: str, mode: str) -> None:
    view = first_view(game, 0)
    control = paragraphs(render(view, voice(mode), "json"))
    for emotion, cause in product(EMOTIONS, CAUSES):
        treated = paragraphs(render(view, voice(mode, emotion, cause), "json"))
        added = [part for part in treated if part not in control]
        assert added == [text("emotion", emotion, "induction", cause)]
        treated.remove(added[0])
        assert treated == control


@pytest.mark.parametrize("game", games.available())
def test_two_modes_differ_in_their_mode_paragraph_and_answer_fields_alone(game: str) -> None:
    view = first_view(game, 0)
    asked = {mode: render(view, voice(mode), "json") for mode in MODES}
    perceives = text("mode", "perceives")
    for mode in MODES[1:]:
        assert asked[mode][1] == asked["absent"][1]
        *plain, plain_answer = asked["absent"][0].content.split("\n\n")
        *parts, answer = asked[mode][0].content.split("\n\n")
        assert parts == [*plain, text("mode", mode), perceives]
        lines = [line for line in answer.split("\n") if line not in plain_answer.split("\n")]
        fields = ['- "felt"', '- "intensity"', '- "shown"'][: 3 if mode == "manipulative" else 2]
        assert [line.partition(":")[0] for line in lines] == fields


@pytest.mark.parametrize("game", games.available())
def test_absent_without_induction_has_no_emotional_word(game: str) -> None:
    for player in games.load(game).deciders:
        text = text_of(render(first_view(game, player), voice(), "json")).casefold()
        for word in [*catalogue().emotions("en").values(), "emotion", "feel", "angry", "afraid"]:
            assert word not in text


def test_every_condition_is_told_apart_by_its_prompt() -> None:
    view = first_view("kuhn_poker", 0)
    prompts = {text_of(render(view, condition, "json")) for condition in conditions()}
    assert len(prompts) == len(MODES) * (1 + len(EMOTIONS) * len(CAUSES))


def test_an_untold_display_is_not_mentioned() -> None:
    untold = voice("visible", told=False)
    text = text_of(render(first_view("kuhn_poker", 0), untold, "json"))
    assert "The other player sees the emotion" not in text
    assert "Nobody else sees this report" not in text
    assert '"felt"' in text


def test_the_payoffs_in_the_prompt_are_the_engines() -> None:
    view = first_view("prisoners_dilemma", 0, temptation=40, reward=30, punishment=20, sucker=10)
    rules = render(view, voice(), "json")[0].content
    assert (
        "You cooperate, the other player: defect. Points for you: 10; for the other player: 40."
        in rules
    )
    assert (
        "You defect, the other player: cooperate. Points for you: 40; for the other player: 10."
        in rules
    )


def test_the_question_depends_on_the_role_and_the_kind_of_answer() -> None:
    def asked(player: int, **params: object) -> str:
        return render(first_view("ultimatum", player, **params), voice(), "json")[1].content

    assert "How many points do you offer?" in asked(0)
    assert "Do you accept or reject the offer?" in asked(1)
    assert "What is the smallest offer that you accept?" in asked(1, strategy_method=True)


def test_options_that_a_design_names_are_shown_and_read_as_it_names_them() -> None:
    names = {"rows": ["Straße", "Détour 2"], "columns": ["left", "right"]}
    rules = games.load("matrix_game", names)
    view = View(rules.observe(rules.initial_state(), 0))
    messages = render(view, voice(), "json")
    assert "- You: Détour 2, the other player: left. Points for you: -1;" in messages[0].content
    assert messages[1].content.endswith("You can answer: Straße, Détour 2.")
    space = rules.space(rules.initial_state(), 0)
    assert read_reply('{"action": "détour 2"}', space, voice(), "matrix_game", "json") == Reading(
        Verdict.LEGAL, "Détour 2"
    )
    schema = reply_schema(space, voice(), "matrix_game")
    assert schema["properties"]["action"]["enum"] == names["rows"]


@pytest.mark.parametrize("game", [g for g in games.available() if g != "matrix_game"])
def test_no_other_game_shows_a_value_it_has_no_word_for(game: str) -> None:
    with pytest.raises(ValueError, match="no word for 'left'"):
        Labels.named("en", game).show("left")


def after_one_round() -> View:
    rules = games.load("prisoners_dilemma", {"rounds": 2})
    state = rules.apply(rules.initial_state(), {0: "cooperate", 1: "defect"})
    own = OwnMove(1, "cooperate", Affect("fear", 40, "happiness"))
    return View(rules.observe(state, 0), (Display(1, 1, "anger"),), (own,))


def test_displays_stand_with_the_move_they_accompany() -> None:
    lines = render(after_one_round(), voice("hidden"), "json")[1].content.splitlines()
    at = lines.index("- Your choice: cooperate. The other player's choice: defect.")
    assert lines[at + 2] == "- With this move the other player showed: anger."
    assert lines[at + 3] == "- Your points in this round: 0."


def test_displays_are_left_out_where_they_are_not_perceived() -> None:
    for deaf in (voice("absent"), voice("hidden", perceives=False)):
        assert "anger" not in render(after_one_round(), deaf, "json")[1].content
    assert (
        "showed: anger"
        in render(after_one_round(), voice("absent", perceives=True), "json")[1].content
    )


def test_own_reports_are_remembered_and_own_shows_only_where_chosen() -> None:
    remembered = "You reported feeling: fear, intensity 40 of 100."
    chosen = render(after_one_round(), voice("manipulative"), "json")[1].content
    copied = render(after_one_round(), voice("visible"), "json")[1].content
    assert f"{remembered} You showed: happiness." in chosen
    assert remembered in copied
    assert "You showed" not in copied


def test_with_several_others_a_line_says_who() -> None:
    seen = first_view("kuhn_poker", 2, players=3).observation
    view = View(seen, (Display(1, 2, "anger"),))
    lines = render(view, voice("hidden"), "json")[1].content.splitlines()
    assert "- Player 1: check." in lines
    at = lines.index("- Player 2: check.")
    assert lines[at + 1] == "- With this move player 2 showed: anger."


@pytest.mark.parametrize("name", ["kuhn_poker", "liars_dice"])
@pytest.mark.parametrize("mode", MODES)
def test_no_prompt_for_several_speaks_of_one_other_player(name: str, mode: str) -> None:
    for player, cause, form in product(range(3), CAUSES, ("json", "text")):
        view = first_view(name, player, players=3, rounds=2)
        asked = text_of(render(view, voice(mode, "anger", cause), form))  # type: ignore[arg-type]
        assert "the other player " not in asked.casefold()
        assert "one other player" not in asked
        assert "3 players" in asked
        assert f"You are player {player + 1}" in asked


def test_every_form_for_several_differs_from_the_one_for_two() -> None:
    def forms(texts: Any) -> Iterator[tuple[str, str]]:
        for value in texts.values() if isinstance(texts, dict) else ():
            if isinstance(value, dict) and {"other", "others"} <= set(value):
                yield value["other"], value["others"]
            yield from forms(value)

    found = list(forms(catalogue().get("en")))
    assert len(found) > 15
    assert all(other != others for other, others in found)


def test_asking_again_keeps_the_conversation_and_names_the_problem() -> None:
    asked = render(first_view("kuhn_poker", 0), voice(), "json")
    again = render_again(asked, "I fold", "illegal", Voice())
    assert again[:2] == asked
    assert again[2] == Message("assistant", "I fold")
    assert again[3] == Message("user", catalogue().get("en", "frame", "again", "illegal"))


def test_an_empty_reply_is_not_put_into_the_models_mouth() -> None:
    asked = render(first_view("kuhn_poker", 0), voice(), "json")
    again = render_again(asked, "  \n", "missing", Voice())
    assert [m.role for m in again] == ["system", "user"]
    assert again[1].content.startswith(asked[1].content)
    assert again[1].content.endswith(catalogue().get("en", "frame", "again", "missing"))


@pytest.mark.parametrize(
    ("emotion", "problem"),
    [
        ({"mode": "hiden"}, "mode"),
        ({"induced": "envy"}, "must be one of anger"),
        ({"cause": "coplayer"}, "needs an induced emotion"),
        ({"mode": "hidden", "told": False}, "told = false belongs to mode visible"),
    ],
)
def test_impossible_conditions_are_refused(emotion: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Emotion.model_validate(emotion)


# Families of words


def test_a_family_of_words_is_one_line_of_the_texts() -> None:
    labels = Labels({"{quantity}x{face}": "{quantity} dice of {face}", "liar": "liar"})
    space = Choice(("1x2", "12x3", "liar"))
    assert labels.options(space) == ("1 dice of 2", "12 dice of 3", "liar")
    assert read_action("12 DICE of 3", space, labels, "en") == "12x3"
    with pytest.raises(Unclear):
        read_action("3 dice of 12", space, labels, "en")


@pytest.mark.parametrize("word", ["1x", "x2", "1x2x3", "ax2", "1x2 ", "{quantity}x2"])
def test_a_word_outside_the_family_has_no_silent_substitute(word: str) -> None:
    with pytest.raises(TextError, match="no word for"):
        Labels({"{quantity}x{face}": "{quantity}x{face}"}).show(word)


@pytest.mark.parametrize("text", ["{quantity}", "a bid", "{quantity}x{face}x{more}"])
def test_the_word_of_a_family_must_mention_what_the_engine_says(text: str) -> None:
    with pytest.raises(TextError):
        Labels({"{quantity}x{face}": text}).show("1x2")


def test_options_that_share_a_word_are_refused() -> None:
    labels = Labels({"{a}x{b}": "{a}{b}"})
    with pytest.raises(TextError, match="two options share a word"):
        labels.options(Choice(("1x12", "11x2")))
