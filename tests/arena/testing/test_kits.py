"""Kits find what is wrong with a thing, and say in a sentence what it is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import agents
import games
import ratings
from agents.core.spec import Scripted
from arena.testing import (
    Nonconforming,
    check_agent,
    check_baseline,
    check_game,
    check_rating,
    check_texts,
)
from games import BadInput
from games.core.types import Action, Choice, Observation, Payoff
from games.kuhn_poker import KuhnPoker
from games.prisoners_dilemma import PrisonersDilemma
from prompts.core.texts.catalogue import catalogue
from ratings.core.tables import GameRecord, no_rounds
from tests import ROOT
from tests.ratings.study_text import STUDY


def flaws(check: Callable[[], None]) -> str:
    with pytest.raises(Nonconforming) as raised:
        check()
    return str(raised.value)


def test_what_is_right_passes() -> None:
    check_game(PrisonersDilemma)
    check_baseline(ROOT / "ratings" / "baselines" / "engel2011.toml")


# Games


@dataclass(frozen=True)
class Paying(PrisonersDilemma):
    """Pays what is no exact number."""

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        one, two = super().cell(first, second)
        return one + 0.5, two  # type: ignore[return-value] # that is what is wrong


@dataclass(frozen=True)
class Talking(KuhnPoker):
    """Tells everybody the cards."""

    def observe(self, state: Any, player: int) -> Observation:  # type: ignore[override] # uncached
        seen = super().observe(state, player)
        return replace(seen, facts={**seen.facts, "state": str(state)})


@dataclass(frozen=True)
class Summing(KuhnPoker):
    """Says wrongly that it is not zero-sum."""

    zero_sum = False


@dataclass(frozen=True)
class Crashing(PrisonersDilemma):
    """Has a mistake."""

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:  # noqa: ARG002
        raise KeyError("points")


@dataclass(frozen=True)
class Forgetful(PrisonersDilemma):
    """Its name is no parameter that makes it again."""

    seen: list[str] = field(default_factory=list, compare=False)

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:  # noqa: ARG002
        self.seen.append(first)
        return (len(self.seen), 0)


@pytest.mark.parametrize(
    ("game", "said"),
    [
        (Paying, "is neither a whole number nor a Fraction"),
        (Talking, "facts change in the course of a match"),
        (Summing, "kuhn_poker: zero_sum is False, and payoffs sum to 0"),
        (Crashing, "Payoffs are whole numbers or fractions, one per role: KeyError: 'points'"),
        (Forgetful, "moves in another order lead elsewhere"),
    ],
)
def test_a_broken_game_is_told(game: type[games.Game[Any]], said: str) -> None:
    assert said in flaws(lambda: check_game(game))


# Agents


class Illegal(Scripted):
    """Does what nobody may."""

    def act(self, seen: Observation, rng: Random) -> Action:  # noqa: ARG002
        return "?"


class Moody(Scripted):
    """Draws from a generator of its own, and counts."""

    count: ClassVar[list[int]] = []

    def act(self, seen: Observation, rng: Random) -> Action:  # noqa: ARG002
        self.count.append(1)
        assert isinstance(seen.space, Choice)
        return seen.space.options[len(self.count) % 7 % len(seen.space.options)]


class Nowhere(Scripted):
    """Plays nothing."""

    def check(self, game: games.Game[Any]) -> None:
        raise BadInput(f"not {game.name}")


class Changing(Scripted):
    """Leaves out of its content what makes it what it is."""

    threshold: int = 1
    unsaid: ClassVar[frozenset[str]] = frozenset()

    def content(self) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize(
    ("agent", "params", "said"),
    [
        (
            Illegal,
            {},
            "and no model is called: IllegalAction: '?' is not legal",
        ),
        (Moody, {}, "two matches of seed 0 differ: draw from the rng that it is handed alone"),
        (Moody, {}, "it decides otherwise after other matches"),
        (Nowhere, {}, "Nowhere: it plays none of dilemma"),
        (Changing, {"threshold": 3}, "Changing: its content makes another agent: "),
    ],
)
def test_a_broken_agent_is_told(agent: type[Scripted], params: dict[str, Any], said: str) -> None:
    on = {"dilemma": games.load("prisoners_dilemma", {"rounds": 3})}
    assert said in flaws(lambda: check_agent(agent, params, on))


def test_a_sound_agent_passes() -> None:
    on = {"dilemma": games.load("prisoners_dilemma", {"rounds": 3})}
    check_agent(agents.kind("uniform"), on=on)


# Rating methods

METHOD = ratings.load("mean_payoff")


def _changed(change: Callable[[pd.DataFrame, GameRecord], pd.DataFrame]) -> Any:
    def rate(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:
        return change(METHOD.rate(record, rounds, seed), record)

    return replace(METHOD, rate=rate)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table, _: table.iloc[1:], "rows are not the contestants"),
        (
            lambda table, _: table.assign(mean_payoff=np.arange(len(table), dtype=float) * 100),
            "lies outside its interval",
        ),
        (
            lambda table, _: table.assign(mean_payoff=np.random.default_rng().random(len(table))),
            "the same seed gives two tables",
        ),
        (
            lambda table, record: table.assign(
                mean_payoff=table["contestant"].map(
                    dict(zip(record.seats["contestant"], range(10_000), strict=False))
                )
            ),
            "where rows come in another order",
        ),
        (
            lambda table, _: table.assign(mean_payoff=table["contestant"].map(lambda n: ord(n[0]))),
            "where contestants have other names",
        ),
    ],
)
def test_a_broken_rating_method_is_told(
    change: Callable[[pd.DataFrame, GameRecord], pd.DataFrame], said: str
) -> None:
    assert said in flaws(lambda: check_rating(_changed(change)))


def test_a_rating_method_that_rates_without_decisions_is_told() -> None:
    said = flaws(lambda: check_rating(replace(METHOD, decisions=True, rounds=no_rounds)))
    assert "it reads decisions, and rates a record that has none" in said


# Studies


SOURCE = "Somebody, A study of dictators, A Journal 1, 1 to 2"


def test_a_study_without_a_source_is_told(tmp_path: Path) -> None:
    path = tmp_path / "made_up.toml"
    unsourced = STUDY.replace("A study.", "No sentence", 1).replace(" (2000)", "")
    path.write_text(unsourced, "utf-8")
    said = flaws(lambda: check_baseline(path)).splitlines()
    assert said == [
        "made_up: the first line of the file, 'No sentence', is no sentence in a comment",
        f"made_up: the citation '{SOURCE}' states no year in brackets",
    ]
    path.write_text(STUDY.replace("[1, 50, 6]", "[1, 50, 7]"), "utf-8")
    with pytest.raises(BadInput, match="the mass sums to 11"):
        check_baseline(path)


# Texts


@pytest.mark.parametrize(
    ("path", "value", "about", "said"),
    [
        ("de.game.dictator.ask", None, {"game": "dictator"}, "de: no text for game.dictator.ask"),
        ("ru.emotion.fear.word", None, {"emotion": "fear"}, "ru: no text for emotion.fear.word"),
        (
            "en.emotion.fear.state",
            "You are afraid.",
            {"emotion": "fear"},
            "en: the text emotion.fear.state must mention {degree}",
        ),
        (
            "en.emotion.fear.cause.external",
            ["It was a fear of today.", "You ran today", "You ran today"],
            {"emotion": "fear"},
            "en: the feeling 'fear' is named in 'It was a fear of today.'",
        ),
    ],
)
def test_texts_that_are_missing_or_wrong_are_told(
    path: str, value: Any, about: dict[str, str], said: str
) -> None:
    language, *inside, last = path.split(".")
    catalogue.cache_clear()  # the test changes a catalogue that no other test reads
    try:
        table = catalogue().get(language, *inside)
        if value is None:
            del table[last]
        else:
            table[last] = value
        assert said in flaws(lambda: check_texts(**about))
    finally:
        catalogue.cache_clear()


def test_texts_are_checked_of_one_thing() -> None:
    with pytest.raises(BadInput, match="exactly one of language, game and emotion"):
        check_texts(game="dictator", emotion="fear")
    check_texts(game="dictator")
    check_texts(emotion="fear")
