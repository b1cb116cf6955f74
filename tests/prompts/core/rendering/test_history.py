"""A prompt holds all rounds, or the last ones with the points of those before."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest

import games
from agents import load
from agents.core.models.weights import shared_length
from games.core.types import Observation, any_action
from prompts import (
    VOCABULARY,
    Affect,
    Display,
    OwnMove,
    PromptRenderer,
    View,
    Voice,
    Wording,
    render,
)
from tests.prompts.cases import FRAMES, LANGUAGES


def seen(
    rounds: int, length: int = 40, game: str = "prisoners_dilemma", seed: int | None = None
) -> Observation:
    """What the first player sees in a round of a repeated game; without a seed, each of its own."""
    rules, rng = games.load(game, {"rounds": length}), Random(rounds if seed is None else seed)
    state = rules.initial_state()
    while True:
        movers = rules.movers(state)
        if 0 in movers:
            view = rules.observe(state, 0)
            if sum(event.kind == "round" for event in view.events) == rounds:
                return view
        spaces = {player: rules.space(state, player) for player in movers}
        state = rules.apply(state, {p: any_action(space, rng) for p, space in spaces.items()})


def texts(view: View, **voice: Any) -> tuple[str, str]:
    system, user = render(view, Voice(**voice), "json")
    return system.content, user.content


def lines(user: str) -> list[str]:
    """The lines of the history."""
    return user.split("\n\n", maxsplit=1)[0].splitlines()[1:]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("game", ["prisoners_dilemma", "battle_of_the_sexes", "public_goods"])
def test_a_prefix_cache_can_reuse_most_of_ten_rounds(game: str, language: str) -> None:
    """What a prompt shares with the one before, from its beginning, in bytes of all ten."""
    views = (View(seen(at, 10, game, seed=1)) for at in range(1, 11))
    prompts = ["\n\n".join(texts(view, language=language)) for view in views]
    reused = sum(shared_length([one.encode() for one in both]) for both in pairwise(prompts))
    assert reused >= 0.7 * sum(len(text.encode()) for text in prompts)


@pytest.mark.parametrize("game", ["prisoners_dilemma", "ultimatum"])
@pytest.mark.parametrize("history", [1, 4])
def test_the_last_rounds_follow_the_points_of_those_before(game: str, history: int) -> None:
    now = seen(9, game=game)
    whole, short = texts(View(now))[1], texts(View(now), history=history)[1]
    first, *kept = lines(short)
    begins = lines(whole).index(f"Round {9 - history} begins.")
    assert kept == lines(whole)[begins:]
    assert short.split("\n\n")[1:] == whole.split("\n\n")[1:]
    earned = [e.facts["points"] for e in now.events if e.kind == "earned"][: 8 - history]
    assert first == (
        f"- Left out at the beginning: {8 - history} rounds. Your points in that time: "
        f"{sum(earned)}."  # type: ignore[arg-type]
    )


def test_nothing_is_left_out_before_there_is_more() -> None:
    for rounds in (1, 2, 4):
        now = View(seen(rounds))
        assert texts(now, history=3)[1] == texts(now)[1]
    assert texts(View(seen(5)), history=3)[1] != texts(View(seen(5)))[1]


def test_the_player_is_told() -> None:
    told = "Each question repeats the current round and at most 3 rounds before it."
    now = View(seen(5))
    assert told in texts(now, history=3)[0]
    assert told not in texts(now)[0]
    once = games.load("prisoners_dilemma")
    alone = View(once.observe(once.initial_state(), 0))
    assert texts(alone, history=3) == texts(alone)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_of_it_in_its_unit(language: str, frame: str) -> None:
    now, voice = View(seen(5)), {"language": language, "frame": frame}
    unit = {"en": "crowns", "de": "Kronen", "ru": "крон"}[language]
    for before, after in zip(texts(now, **voice), texts(now, history=1, **voice), strict=True):
        assert before != after
        added = set(after.splitlines()) - set(before.splitlines())
        assert len(added) == 1
        assert all((unit in line) == (frame == "obfuscated") for line in added)


def test_emotions_of_rounds_left_out_are_left_out() -> None:
    now = seen(5)
    felt, shown, *_ = VOCABULARY
    moves = [at for at, event in enumerate(now.events) if event.kind == "played"]
    own = tuple(OwnMove(at, "cooperate", Affect(felt, at, shown, None)) for at in moves)
    displays = (Display(1, 0, shown, opening=True), *(Display(1, at, shown, at) for at in moves))
    view = View(now, displays, own)
    short = texts(view, history=2, emotion={"mode": "manipulative"})[1]
    assert [f"intensity {at} of 100" in short for at in moves] == [False, False, True, True]
    assert "Before the first move" not in short
    assert "Before the first move" in texts(view, emotion={"mode": "manipulative"})[1]


def test_a_renderer_of_a_match_says_what_rendering_anew_says() -> None:
    voice = Voice(history=2)
    renderer = PromptRenderer(voice, Wording())
    for rounds in (1, 2, 5, 6, 3):
        now = View(seen(rounds))
        assert renderer.render(now, "json") == render(now, voice, "json")


def test_prompts_stop_growing() -> None:
    lengths = {len(texts(View(seen(n, 400)), history=20)[1].splitlines()) for n in (30, 100, 399)}
    assert len(lengths) == 1


def test_history_is_a_fact_of_the_arm_and_absent_without() -> None:
    params: dict[str, Any] = {"model": "openai/m"}
    plain, last = load("llm", params, "t"), load("llm", {**params, "history": 20}, "t")
    assert last.content() == {**plain.content(), "history": 20}
