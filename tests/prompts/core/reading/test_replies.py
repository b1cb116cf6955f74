"""What models answer: every reply of the corpus is read as a careful person says it must be."""

import json
import signal
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from games.core.types import Action, ActionSpace, Amount, Choice
from prompts import (
    PLAIN,
    Emotion,
    Form,
    Reading,
    Verdict,
    Voice,
    catalogue,
    read_leniently,
    read_reply,
    render_again,
)
from prompts.core.reading.fields import shown_again
from prompts.core.rendering.emotion import Mode
from prompts.core.rendering.labels import Labels
from tests import ROOT
from tests.prompts.cases import MODES

CORPUS = ROOT / "tests" / "prompts" / "replies"
KINDS = ("choice", "amount", "bid", "emotion", "shares", "minds", "remarks", "talk")
BET: ActionSpace = Choice(("check", "bet"))
SPLIT: ActionSpace = Amount(0, 200)
NEGATIONS = {
    "en": ("not", "don't", "I will not", "never", "no"),
    "ru": ("не", "нет", "я не буду", "никогда не"),
    "de": ("nicht", "nein", "kein", "niemals", "auf keinen Fall: nicht"),
}


@dataclass(frozen=True)
class Case:
    """One reply: what was asked, what came, what it means and what must come of it."""

    scene: str
    space: ActionSpace
    voice: Voice
    game: str
    form: Form
    text: str
    meaning: Any
    verdict: Verdict
    truncated: bool


def cases(kind: str) -> Iterator[Case]:
    for scene, about in tomllib.loads((CORPUS / f"{kind}.toml").read_text()).items():
        options, amount = about.get("options"), about.get("amount")
        space = Choice(tuple(options)) if options else Amount(*amount)
        voice = Voice(language=about["language"], emotion=Emotion(mode=about.get("mode", "absent")))
        for meaning, *verdict, text in about["replies"]:
            yield Case(
                scene,
                space,
                voice,
                about["game"],
                about["form"],
                text,
                None if meaning == "" else meaning,
                Verdict(verdict[0] if verdict else "legal"),
                about.get("truncated", False),
            )


ALL = {kind: list(cases(kind)) for kind in KINDS}


def meaning_of(case: Case) -> tuple[Verdict, Any]:
    """What the strict reader makes of a reply, in the corpus's terms."""
    reading = read_reply(
        case.text, case.space, case.voice, case.game, case.form, truncated=case.truncated
    )
    if reading.affect is None:
        return reading.verdict, reading.action
    affect = reading.affect
    shown = [affect.shown] if case.voice.emotion.chooses else []
    return reading.verdict, [affect.felt, affect.intensity, *shown, reading.action]


@pytest.mark.parametrize("kind", KINDS)
def test_every_reply_is_read_as_a_person_says(kind: str) -> None:
    wrong = []
    for case in ALL[kind]:
        expected = case.meaning if case.verdict is Verdict.LEGAL else None
        if (found := meaning_of(case)) != (case.verdict, expected):
            wrong.append(f"{case.scene}: {case.text!r}: {found}, not {case.verdict, expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_no_reply_is_read_as_another_action_than_it_means(kind: str) -> None:
    for case in ALL[kind]:
        verdict, found = meaning_of(case)
        assert found is None or (verdict, found) == (Verdict.LEGAL, case.meaning), case.text


@pytest.mark.parametrize("kind", KINDS)
def test_few_clear_replies_are_asked_for_again(kind: str) -> None:
    clear = [case for case in ALL[kind] if case.meaning is not None]
    needless = [case for case in clear if meaning_of(case)[0] is not Verdict.LEGAL]
    assert len(needless) <= len(clear) / 10


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_is_large_and_speaks_three_languages(kind: str) -> None:
    assert len(ALL[kind]) >= 150
    assert {case.voice.language for case in ALL[kind]} == {"de", "en", "ru"}
    assert len({(case.scene, case.text) for case in ALL[kind]}) == len(ALL[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_the_lenient_reading_agrees_wherever_the_strict_one_reads(kind: str) -> None:
    for case in ALL[kind]:
        asked = (case.text, case.space, case.voice, case.game, case.form)
        guess = read_leniently(*asked)
        strict = read_reply(*asked)
        assert guess is None or guess in case.space
        assert strict.action in {None, guess}, case.text


LENIENT: list[tuple[str, ActionSpace, Action | None]] = [
    ("I would go for a bet here, all things considered, as I hold the King.", BET, "bet"),
    ("ACTION: definitely a bet", BET, "bet"),
    ("ACTION: not check, bet", BET, "bet"),
    ("ACTION: do not bet", BET, None),
    ("ACTION: check or bet", BET, None),
    ("<think>bet</think>", BET, None),
    ("<think>I shall bet", BET, None),
    ("ACTION: fold", BET, None),
    ("", BET, None),
    ("ACTION: 30%", SPLIT, 60),
    ("ACTION: half", SPLIT, 100),
    ("ACTION: all of it", SPLIT, 200),
    ("ACTION: nothing", SPLIT, 0),
    ("ACTION: about thirty", SPLIT, 30),
    ("ACTION: between 20 and 30", SPLIT, None),
    ("ACTION: 300", SPLIT, None),
    ("ACTION: 33.3%", SPLIT, None),
]


@pytest.mark.parametrize(("text", "space", "action"), LENIENT)
def test_the_lenient_reading_takes_the_one_answer_named(
    text: str, space: ActionSpace, action: Action | None
) -> None:
    game = "kuhn_poker" if space == BET else "dictator"
    assert read_leniently(text, space, Voice(), game, "text") == action


@pytest.mark.parametrize(
    ("text", "space", "problem"),
    [
        ("ACTION: fold", BET, "illegal"),
        ("ACTION: do not bet", BET, "negated"),
        ("ACTION: 30%", SPLIT, "percent"),
        ("ACTION: half", SPLIT, "number"),
        ("ACTION: 201", SPLIT, "bounds"),
        ("ACTION: -1", SPLIT, "bounds"),
        ("ACTION: 20-30", SPLIT, "ambiguous"),
        ("", SPLIT, "missing"),
        ("I cannot answer.", SPLIT, "refused"),
    ],
)
@pytest.mark.parametrize("language", catalogue().languages)
def test_the_reason_for_asking_again_is_in_the_texts(
    text: str, space: ActionSpace, problem: str, language: str
) -> None:
    game = "kuhn_poker" if space == BET else "dictator"
    voice = Voice(language=language)
    reading = read_reply(text, space, voice, game, "text")
    assert reading.problem == problem
    again = render_again((), text or "x", reading.problem, voice, reading.values)[-1].content
    assert "{" not in again
    assert ("200" in again) == (problem == "bounds")


# Any reply

SPACES: dict[str, tuple[ActionSpace, ...]] = {
    "kuhn_poker": (BET, Choice(("fold", "call"))),
    "ultimatum": (Choice(("accept", "reject")), Amount(0, 1000)),
    "prisoners_dilemma": (Choice(("cooperate", "defect")),),
    "battle_of_the_sexes": (Choice(("bach", "stravinsky")),),
    "dictator": (SPLIT, Amount(0, 7)),
    "liars_dice": (Choice(("1x6", "2x1", "2x5", "12x3", "liar")),),
    "matrix_game": (Choice(("A", "B")), Choice(("Left Up", "Left", "Don't", "not now"))),
}
DECORATIONS = (
    "{}", "**{}**", "`{}`", '"{}"', "«{}»", "„{}“", "[{}]", "({})", "<{}>", "{}.", "{}!", "  {}  ",
    "{} ✅", "$\\boxed{{{}}}$", "<b>{}</b>", "{}, {}",
)  # fmt: skip
AROUND = (
    "{mark}: {value}", "**{mark}:** {value}", "**{mark}: {value}**", "- {mark}: {value}",
    "Let me think.\n\n{mark}: {value}\n\nThat is all.", "<think>{mark}: 1x1</think>{mark}: {value}",
    "```\n{mark}: {value}\n```", "{mark}:\n{value}", "{mark} = {value}", "{value}",
)  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, ActionSpace, Voice]:
    game = draw(st.sampled_from(sorted(SPACES)))
    language = draw(st.sampled_from(catalogue().languages))
    return game, draw(st.sampled_from(SPACES[game])), Voice(language=language)


def action_in(space: ActionSpace) -> st.SearchStrategy[str | int]:
    if isinstance(space, Amount):
        return st.integers(space.low, space.high)
    return st.sampled_from(space.options)


@given(asked(), st.data(), st.sampled_from(DECORATIONS), st.sampled_from(AROUND))
def test_any_legal_action_is_read_back_from_any_decoration(
    about: tuple[str, ActionSpace, Voice], data: st.DataObject, decoration: str, around: str
) -> None:
    game, space, voice = about
    action = data.draw(action_in(space))
    shown = Labels.of(voice, game, PLAIN).show(action)
    mark = str(catalogue().get(voice.language, "answer", "keys", "action")).upper()
    text = around.format(mark=mark, value=decoration.format(shown, shown))
    assert read_reply(text, space, voice, game, "text") == Reading(Verdict.LEGAL, action)
    whole = f"```json\n{json.dumps({'action': shown}, ensure_ascii=data.draw(st.booleans()))}\n```"
    assert read_reply(whole, space, voice, game, "json") == Reading(Verdict.LEGAL, action)
    assert read_leniently(text, space, voice, game, "text") == action


PIECES = [
    *"{}[]():,.?!%-–+*/_`'\"<>|=~0123456789 \n", "ACTION:", "ХОД:", "ZUG:", '"action"', "<think>",
    "</think>", "```json", "bet", "check", "accept", "принять", "annehmen", "not", "не", "nicht",
    "or", "2x5", "fives", "zwei", "тридцать", "hundred", "30", "1,000", "A", "liar", "FELT:",
    "fear", "INTENSITY:", "half", "because", "wait", "points", "\\boxed{", "½", "²", "٣",
]  # fmt: skip


@given(
    asked(),
    st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)),
    st.sampled_from(["json", "text"]),
    st.sampled_from(MODES),
    st.data(),
)
def test_no_text_yields_an_action_outside_the_space(
    about: tuple[str, ActionSpace, Voice], text: str, form: Form, mode: Mode, data: st.DataObject
) -> None:
    game, space, voice = about
    voice = Voice(language=voice.language, emotion=Emotion(mode=mode))
    reading = read_reply(text, space, voice, game, form, truncated=data.draw(st.booleans()))
    assert (reading.action is not None) == (reading.verdict is Verdict.LEGAL)
    assert (reading.affect is not None) == (
        reading.verdict is Verdict.LEGAL and voice.emotion.reports
    )
    for action in (reading.action, read_leniently(text, space, voice, game, form)):
        assert action is None or action in space


@given(asked(), st.data())
def test_no_negated_option_and_no_thought_is_an_answer(
    about: tuple[str, ActionSpace, Voice], data: st.DataObject
) -> None:
    game, space, voice = about
    shown = Labels.of(voice, game, PLAIN).show(data.draw(action_in(space)))
    negation = data.draw(
        st.sampled_from([w for spoken in ("en", "ru", "de") for w in NEGATIONS[spoken]])
    )
    assume(negation not in shown.casefold())  # said twice, an option called "Don't" is that option
    mark = str(catalogue().get(voice.language, "answer", "keys", "action"))
    for text in (
        f"{mark}: {negation} {shown}",
        f"{mark}: {shown}, {negation}",
        f"<think>{mark}: {shown}</think>",
        f"<thinking>\n{mark}: {shown}\n",
        f"[THINK]{mark}: {shown}[/THINK]",
    ):
        assert read_reply(text, space, voice, game, "text").action is None


HUGE = [
    "{", "{}", '{"a":', '{"action": "bet"} ', '{"', "<think>", "</think>", "ACTION: bet\n",
    "ACTION:\n", " ", ",", "1 ", ",000", "one and ", "2 5s ", "-", "<", "%", "\\boxed{", "not ",
    '"reasoning": "', "REASONING: ", "\nbet. I keep 3, ",
    "принять не ", "The player may bet or check. ",
]  # fmt: skip


HUGE_SHARES = [", ", "(", "70/30 ", '{"keep": 60} ', "I keep 3 they get 5 ", "а б в "]


@contextmanager
def in_passing(size: int) -> Iterator[None]:
    """What takes a time that grows with the square takes minutes here: the alarm ends the test.

    It counts processor time, so that a busy machine makes no difference.
    """
    seconds = size / 5_000

    def alarm(*_: object) -> None:
        raise TimeoutError(f"took {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, alarm)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


sizes = pytest.mark.parametrize(
    "size", [30_000, pytest.param(100_000, marks=pytest.mark.soak)], ids="{:,} characters".format
)


@sizes
@pytest.mark.parametrize("piece", HUGE)
def test_a_huge_reply_is_read_in_passing(piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    with in_passing(size):
        for game, space in (("kuhn_poker", BET), ("liars_dice", SPACES["liars_dice"][0])):
            read_reply(text, space, Voice(), game, "json")
            for begin in ("ACTION: ", "ACTION: bet "):
                read_reply(begin + text, space, Voice(), game, "text")
        shown_again(text)


@sizes
@pytest.mark.parametrize("piece", HUGE_SHARES)
def test_a_huge_reply_about_shares_is_read_in_passing(piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    with in_passing(size):
        read_reply(f"ACTION: 30\n{text}", SPLIT, Voice(), "dictator", "text")
