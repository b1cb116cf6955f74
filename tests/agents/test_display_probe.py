"""The display probe: a strategy with a face that means nothing."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest

import agents
import games
from agents.core.spec import Scripted
from agents.core.types import Decision
from games import BadInput
from games.core.types import CHANCE, Observation
from prompts import View


def seen(card: str) -> Observation:
    game = games.load("kuhn_poker")
    state = game.initial_state()
    for dealt in (card, "Q" if card != "Q" else "J"):
        state = game.apply(state, {CHANCE: dealt})
    return game.observe(state, 0)


def decide(seed: int, card: str = "K", **params: Any) -> Decision:
    spec = agents.load("display_probe", params).ready(games.load("kuhn_poker"))
    assert isinstance(spec, Scripted)
    return asyncio.run(spec.decide(View(seen(card)), Random(seed)))


def shown(decision: Decision) -> str:
    assert decision.affect is not None
    assert (decision.affect.felt, decision.affect.intensity) == ("neutral", 0)
    return str(decision.affect.shown)


def test_every_emotion_is_shown_about_equally_often() -> None:
    counts = Counter(shown(decide(seed)) for seed in range(1400))
    assert len(counts) == 7
    assert all(abs(count - 200) < 4 * 13.1 for count in counts.values())  # 4 standard deviations


def test_the_face_depends_on_neither_the_card_nor_the_strategy() -> None:
    for seed in range(20):
        faces = {shown(decide(seed, card)) for card in "JQK"}
        faces |= {shown(decide(seed, strategy="equilibrium", params={"alpha": 0}))}
        assert len(faces) == 1


def test_it_plays_its_strategy() -> None:
    moves = {
        decide(seed, "J", strategy="equilibrium", params={"alpha": 0}).action for seed in range(9)
    }
    assert moves == {"check"}
    assert {decide(seed, "K", strategy="maniac").action for seed in range(9)} == {"bet"}
    with pytest.raises(BadInput, match="maniac plays kuhn_poker"):
        agents.load("display_probe", {"strategy": "maniac"}).check(games.load("dictator"))


def test_its_identity_holds_all_defaults() -> None:
    content = agents.load("display_probe", {"strategy": "equilibrium"}).content()
    assert content["params"] == {"alpha": None, "iterations": 1000}
    assert len(content["emotions"]) == 7


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"strategy": "unifrm"}, "unknown agent 'unifrm'; did you mean 'uniform'"),
        ({"strategy": "llm", "params": {"model": "a/b"}}, "plays a scripted strategy, not llm"),
        ({"strategy": "display_probe"}, "plays a scripted strategy, not display_probe"),
        ({"strategy": "fixed"}, "agent fixed: actions: field required"),
        ({"emotions": ["joy", "fear"]}, "unknown emotion 'joy'"),
        ({"emotions": []}, "emotions"),
    ],
)
def test_what_it_cannot_be_is_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        agents.load("display_probe", params)
