from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

import games
from games.core.seats import part_of
from games.core.types import Choice
from prompts import (
    PLAIN,
    Affect,
    Asking,
    Display,
    Emotion,
    Message,
    NeutralReport,
    OwnMove,
    Reading,
    Verdict,
    View,
    Voice,
    Wording,
    catalogue,
    read_reply,
    render,
    render_again,
    reply_schema,
)
from prompts.core.reading.answer import Unclear
from prompts.core.reading.reply import read_action
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import TextError
from tests import ROOT
from tests.prompts.cases import (
    CAUSES,
    EMOTIONS,
    FRAMES,
    FURTHER,
    INDUCED,
    LANGUAGES,
    MODES,
    OFFERED,
    REPORTS,
    VARIANTS,
    conditions,
    first_view,
    voice,
)

EVENTS = 3
"""Of each emotion and cause."""
SNAPSHOTS = ROOT / "tests" / "prompts" / "snapshots"


MOVE = OwnMove(1, "cooperate", Affect("fear", 40, "happiness"))
REPORTED: dict[str, tuple[Affect | None, NeutralReport | None]] = {
    "none": (None, None),
    "before": (Affect("fear", 40), None),
    "after": (Affect("fear", 40), None),
    "neutral": (None, NeutralReport("circle", 40)),
}


def text_of(messages: tuple[Message, ...]) -> str:
    return "".join(f"--- {m.role} ---\n{m.content}\n\n" for m in messages)


def text(*path: str, company: str = "other") -> str:
    """A text of the catalogue; of two forms, the one for this company."""
    found = catalogue().get("en", *path)
    return str(found[company] if isinstance(found, dict) else found)


def paragraphs(messages: tuple[Message, ...]) -> list[str]:
    return [part for m in messages for part in m.content.split("\n\n")]


def framed(view: View, language: str) -> str:
    """The prompt in the named frame, and below it what the other frames say instead."""
    said = text_of(render(view, Voice(language=language), "json"))
    for frame in FRAMES[1:]:
        messages = render(view, Voice(language=language, frame=frame), "json", Wording(1, 1))
        own = [part for part in paragraphs(messages) if part not in said]
        said += f"--- {frame} ---\n" + "\n\n".join(own) + "\n\n"
    return said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("game", games.available())
def test_each_game_and_role_has_a_reviewed_prompt(
    game: str, language: str, golden: Callable[[Path, str], None]
) -> None:
    rules = games.load(game)
    parts = {part_of(rules.roles[player]): player for player in reversed(rules.deciders)}
    for part, player in parts.items():
        path = SNAPSHOTS / language / f"{game}.{part}.txt"
        golden(path, framed(first_view(game, player), language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", VARIANTS)
def test_each_variant_has_a_reviewed_prompt(
    title: str, language: str, golden: Callable[[Path, str], None]
) -> None:
    game, params = VARIANTS[title]
    rules = games.load(game, params)
    player = rules.deciders[-1]
    said = framed(first_view(game, player, **params), language)
    golden(SNAPSHOTS / language / f"{title}.{part_of(rules.roles[player])}.txt", said)


@pytest.mark.parametrize("game", games.available())
def test_every_role_has_a_text_also_where_it_never_decides(game: str) -> None:
    rules = games.load(game)
    for player, role in enumerate(rules.roles):
        seen = replace(rules.observe(rules.initial_state(), player), space=Choice(()))
        about = catalogue().get("en", "game", game, "roles", part_of(role))
        wanted = about["other"] if isinstance(about, dict) else about
        wanted = wanted.replace("{number}", str(player + 1))
        assert wanted in paragraphs(render(View(seen), voice(), "json"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mode_has_a_reviewed_prompt(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    view = first_view("prisoners_dilemma", 0, rounds=3)
    for mode in MODES:
        told = Voice.model_validate({"language": language, "emotion": {"mode": mode}})
        golden(SNAPSHOTS / language / f"mode.{mode}.txt", text_of(render(view, told, "text")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_added_to_a_mode_is_reviewed(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    more = {"mode": "manipulative", "opening": True, "shows_intensity": True}
    told = Voice.model_validate({"language": language, "emotion": more, "reasoning": "brief"})
    after = after_one_round(OwnMove(-1, None, Affect("sadness", 7, "fear", 70)))
    asked = [View(after.observation, opening=True), after]
    said = "".join(text_of(render(view, told, "json")) for view in asked)
    golden(SNAPSHOTS / language / "mode.manipulative.more.txt", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_inductions_are_reviewed_side_by_side(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    usual = [emotion for emotion in INDUCED if emotion not in FURTHER]
    golden(SNAPSHOTS / language / "inductions.txt", "".join(inductions(language, usual)))
    for emotion in FURTHER:
        path = SNAPSHOTS / language / f"inductions.{emotion}.txt"
        golden(path, "".join(inductions(language, [emotion])))


def inductions(language: str, emotions: list[str]) -> Iterator[str]:
    for emotion, cause, dose in product(emotions, CAUSES, (None, "mild", "strong")):
        if dose is None or (cause == "simple" and emotion != "placebo"):
            events = range(1 if cause == "simple" else EVENTS)
            for said in (induction(language, emotion, cause, dose, event) for event in events):
                yield f"{emotion}, {cause}, {dose}: {said}\n"


def induction(
    language: str, emotion: str, cause: str, dose: str | None = None, event: int = 0
) -> str:
    feeling = {"induced": emotion, "cause": cause, "intensity": dose}
    told = Voice.model_validate({"language": language, "emotion": feeling, "vocabulary": OFFERED})
    seen = first_view("kuhn_poker", 0).observation
    return Writer(seen, told, Wording(event=event)).induction()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_reported_is_reviewed_side_by_side(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    said = ""
    for report, form in product(REPORTS, get_args(Asking)):
        emotion = {"mode": "absent", "report": report}
        told = Voice.model_validate({"language": language, "emotion": emotion})
        own = OwnMove(1, "cooperate", *REPORTED[report])
        system, user = render(after_one_round(move=own), told, form)
        parts = [part for part in system.content.split("\n\n")[2:] if part]
        said += f"--- {report}, {form} ---\n" + "\n\n".join(parts) + f"\n\n{user.content}\n\n"
    golden(SNAPSHOTS / language / "reports.txt", said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", CAUSES)
def test_a_placebo_is_as_long_as_an_induction(language: str, cause: str) -> None:
    lengths = [len(induction(language, emotion, cause)) for emotion in EMOTIONS]
    assert min(lengths) * 0.8 <= len(induction(language, "placebo", cause)) <= max(lengths) * 1.2


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_induction_is_as_strong_whatever_its_cause(language: str) -> None:
    for emotion, dose in product(EMOTIONS, (None, "mild", "strong")):
        begins = {induction(language, emotion, cause, dose).split(".")[0] for cause in CAUSES}
        assert len(begins) == 1


def test_every_condition_is_told_apart_by_its_prompt() -> None:
    view = first_view("kuhn_poker", 0)
    prompts = {text_of(render(view, condition, "json")) for condition in conditions()}
    assert len(prompts) == len(MODES) * (1 + len(INDUCED) * len(CAUSES))


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
        "You: cooperate, the other player: defect. Points for you: 10; for the other player: 40."
        in rules
    )
    assert (
        "You: defect, the other player: cooperate. Points for you: 40; for the other player: 10."
        in rules
    )


def test_the_question_depends_on_the_role_and_the_kind_of_answer() -> None:
    def asked(player: int, **params: object) -> str:
        return render(first_view("ultimatum", player, **params), voice(), "json")[1].content

    assert "How many points do you offer?" in asked(0)
    assert "How do you answer the offer?" in asked(1)
    assert "What is the smallest offer you would take?" in asked(1, strategy_method=True)


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
        Labels.of(Voice(), game, PLAIN).show("left")


def after_one_round(*before: OwnMove, move: OwnMove = MOVE) -> View:
    rules = games.load("prisoners_dilemma", {"rounds": 2})
    state = rules.apply(rules.initial_state(), {0: "cooperate", 1: "defect"})
    return View(rules.observe(state, 0), (Display(1, 1, "anger"),), (*before, move))


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
            if (
                isinstance(value, dict)
                and {"other", "others"} <= set(value)
                and "alone" not in value
            ):
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
        ({"mode": "manipulative", "told": False}, "told = false belongs to mode visible"),
        ({"intensity": "mild"}, "intensity 'mild' needs an induced emotion"),
        ({"induced": "placebo", "intensity": "mild"}, "intensity 'mild' needs an induced emotion"),
        ({"induced": "neutral"}, "'neutral' needs means = \"vector\""),
        ({"mode": "hidden", "chooses": True}, "chooses = true needs shows = true"),
        ({"mode": "visible", "report": "none"}, 'shows = true needs report = "before" or "after"'),
        ({"mode": "visible", "report": "neutral"}, 'shows = true needs report = "before"'),
        ({"report": "later"}, "report"),
        ({"feels": True}, 'feels has been replaced by report: write report = "before"'),
        ({"feels": False}, 'feels has been replaced by report: write report = "none"'),
        ({"state": False}, 'state = false leaves the event alone: it needs cause = "coplayer"'),
        ({"induced": "anger", "state": False}, "state = false leaves the event alone"),
        (
            {"induced": "anger", "cause": "external", "state": False, "intensity": "mild"},
            "intensity 'mild' needs state = true",
        ),
        ({"demand": False}, "demand = false needs an induced emotion or placebo"),
        ({"mode": "hidden", "opening": True}, "opening = true needs shows = true"),
        ({"mode": "visible", "told": False, "opening": True}, "opening = true needs .* told"),
        ({"mode": "hidden", "shows_intensity": True}, "shows_intensity = true needs shows"),
    ],
)
def test_impossible_conditions_are_refused(emotion: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Emotion.model_validate(emotion)


def test_a_mode_is_a_name_for_a_report_and_three_switches() -> None:
    def switches(**emotion: object) -> tuple[object, ...]:
        made = Emotion.model_validate(emotion)
        return made.report, made.shows, made.chooses, made.perceives

    assert switches() == switches(mode="absent") == ("none", False, False, False)
    assert switches(mode="hidden") == ("before", False, False, True)
    assert switches(mode="visible") == ("before", True, False, True)
    assert switches(mode="manipulative") == ("before", True, True, True)
    assert switches(mode="manipulative", perceives=False) == ("before", True, True, False)
    assert switches(mode="absent", perceives=True) == ("none", False, False, True)
    assert switches(mode="visible", shows=False) == switches(mode="hidden")
    assert switches(mode="hidden", shows=True) == switches(mode="visible")


@pytest.mark.parametrize("other", MODES)
def test_what_is_said_depends_on_the_switches_not_on_their_name(other: str) -> None:
    for mode in MODES:
        named = voice(mode)
        keys = ("report", "shows", "chooses", "perceives")
        spelled = voice(other, **{key: getattr(named.emotion, key) for key in keys})
        view = first_view("kuhn_poker", 0)
        assert render(view, spelled, "json") == render(view, named, "json")


def test_a_dose_changes_one_word_or_adds_one() -> None:
    view = first_view("kuhn_poker", 0)
    for emotion, cause in product(EMOTIONS, CAUSES):
        plain, mild, strong = (
            text_of(render(view, voice("hidden", emotion, cause, intensity=dose), "json")).split()
            for dose in (None, "mild", "strong")
        )
        assert len(mild) == len(strong) == len(plain) + 1
        assert sum(a != b for a, b in zip(mild, strong, strict=True)) == 1


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
