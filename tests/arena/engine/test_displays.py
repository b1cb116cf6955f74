"""What players learn of one another in a match: displays, and nothing that they should not."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.model import Completion, ModelSpec, Request
from agents.core.types import Agent, Attempt, Decision
from arena.core.types import Match, Transcript, TurnRecord
from arena.design.tournament import Tournament
from arena.engine.match import play
from arena.engine.runner import run as run_tournament
from arena.record.run import Run
from arena.record.store import Store
from arena.report.transcript import transcript_lines
from arena.testing.plays import random_play
from games.core.types import CHANCE
from prompts import OPENING, Affect, Message, Verdict, View, Voice, Wording, render
from tests.arena.designs import Silent
from tests.games.drawn import DRAWN

SAID = Wording(5, 6)


class Opening:
    """Shows something before its first move, then does what it is told."""

    opens = True

    def __init__(self, before: Affect | None, *moves: str) -> None:
        self.before = before
        self.moves = moves
        self.views: list[View] = []

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
        self.views.append(view)
        if view.opening:
            return Decision(None, self.before)
        return Decision(self.moves[view.turn], Affect("neutral", 0, "neutral"))


class Plain:
    """Cannot open."""

    def __init__(self, *moves: str) -> None:
        self.moves = moves
        self.views: list[View] = []

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
        self.views.append(view)
        return Decision(self.moves[view.turn])


def played(
    game: str, seats: Sequence[Agent], wording: Wording = SAID, **params: object
) -> Transcript:
    match = Match("m", game, tuple(f"p{n}" for n in range(len(seats))), 0, 1, wording)
    return asyncio.run(play(match, games.load(game, params), seats))


# Opening displays

BEFORE = Affect("fear", 80, "happiness", 20)


def test_an_opening_display_reaches_the_others_before_their_first_decision() -> None:
    first, second = Opening(BEFORE, "check", "fold"), Plain("bet")
    transcript = played("kuhn_poker", [first, second])
    (seen,) = second.views
    shown = seen.displays[0]
    assert (shown.player, shown.emotion, shown.intensity, shown.opening) == (
        0,
        "happiness",
        20,
        True,
    )
    assert shown.at == 0
    assert seen.observation.events[shown.at].kind == "dealt"
    assert not [d for d in seen.displays[1:] if d.opening]
    assert transcript.decisions[0] == TurnRecord(0, OPENING, Decision(None, BEFORE))
    assert [p.turn for p in transcript.decisions] == [OPENING, 0, 0, 1]
    assert transcript.payoffs is not None


def test_simultaneous_games_can_carry_signals_once() -> None:
    first, second = (Opening(BEFORE, "cooperate", "defect") for _ in range(2))
    played("prisoners_dilemma", [first, second], rounds=2)
    for agent, other in ((first, 1), (second, 0)):
        asked, one, two = agent.views
        assert (asked.opening, asked.turn, asked.displays) == (True, OPENING, ())
        assert [(d.player, d.opening, d.at) for d in one.displays] == [(other, True, 0)]
        assert [d.opening for d in two.displays] == [True, False]
        assert [own.action for own in two.own] == [None, "cooperate"]
        assert (one.turn, two.turn) == (0, 1)


def test_who_never_moves_can_open_too() -> None:
    giver, receiver = Plain("40"), Opening(BEFORE)
    giver.moves = (40,)  # type: ignore[assignment]
    played("dictator", [giver, receiver])
    assert [d.emotion for d in giver.views[0].displays] == ["happiness"]


def test_an_opening_that_cannot_be_read_voids_the_match() -> None:
    transcript = played("kuhn_poker", [Plain("check"), Opening(None)])
    assert transcript.payoffs is None
    assert (transcript.ending.kind, transcript.ending.player) == ("void", 1)
    assert [p.turn for p in transcript.decisions] == [OPENING]
    lines = "\n".join(transcript_lines(transcript, games.load("kuhn_poker")))
    assert "opening display" in lines
    assert "Void: p1" in lines


def test_an_opening_is_told_before_all_events_and_after_the_deal() -> None:
    first, second = Opening(BEFORE, "check", "fold"), Plain("bet")
    played("kuhn_poker", [first, second])
    told = Voice.model_validate({"emotion": {"mode": "manipulative", "shows_intensity": True}})
    mine = render(first.views[1], told, "json")[1].content.splitlines()
    assert mine[2].startswith("- Before the first move you reported feeling: fear, intensity 80")
    assert mine[2].endswith("You showed: happiness, intensity 20 of 100.")
    theirs = render(second.views[0], told, "json")[1].content.splitlines()
    assert theirs[2] == (
        "- Before the first move the other player showed: happiness, intensity 20 of 100."
    )
    dilemma = Opening(BEFORE, "defect")
    played("prisoners_dilemma", [dilemma, Opening(BEFORE, "defect")])
    lines = render(dilemma.views[1], told, "json")[1].content.splitlines()
    assert lines[1].startswith("- Before the first move you reported feeling: fear")
    assert lines[2].startswith("- Before the first move the other player showed: happiness")


def test_openings_wording_and_intensities_are_kept(tmp_path: Path) -> None:
    transcript = played("kuhn_poker", [Opening(BEFORE, "check", "fold"), Plain("bet")])
    design = {
        "name": "kept",
        "games": [{"name": "kuhn_poker"}],
        "contestants": [{"agent": "uniform"}, {"agent": "equilibrium"}],
    }
    run_tournament(Tournament(design), tmp_path, Silent(), None)
    manifest = Run(tmp_path).manifest
    with Store(tmp_path, manifest) as store:
        store.finish(transcript)
    kept = Run(tmp_path).match("m")
    assert kept == transcript
    assert kept.match.wording == SAID
    shown = "\n".join(transcript_lines(kept, games.load("kuhn_poker")))
    assert "wording: paraphrase 5, labels 6" in shown
    assert "p0 (seat 0), opening display\n  felt    fear (intensity 80 of 100)" in shown
    assert "showed  happiness (intensity 20 of 100)" in shown


# No leaks: models that answer at random, by the schema that they are given


@dataclass
class Scribe:
    """A model whose every reply is legal and drawn, with a word of its own as its reasoning."""

    name: str
    feelings: int = 0
    form: str = "json"
    asked: list[tuple[Message, ...]] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request.messages)
        number = len(self.asked)
        moves, heart = Random(f"{self.name} {number}"), Random(f"{self.feelings} {number}")
        assert request.schema is not None
        reply: dict[str, Any] = {}
        for key, schema in request.schema["properties"].items():
            rng = heart if key in {"felt", "intensity"} else moves
            if "enum" in schema:
                reply[key] = rng.choice(schema["enum"])
            elif schema["type"] == "integer":
                reply[key] = rng.randint(schema["minimum"], schema["maximum"])
            else:
                reply[key] = f"secret-{self.name}-{number}"
        return Completion(
            json.dumps(reply), "stop", {}, 0.0, self.name, 0.0, f"thought-{self.name}"
        )


@dataclass
class Reach:
    model: Scribe

    async def reach(self, spec: ModelSpec) -> Any:  # noqa: ARG002
        return self.model


PLAYED: list[tuple[str, dict[str, Any]]] = [
    ("kuhn_poker", {"rounds": 3}),
    ("kuhn_poker", {"players": 3}),
    ("liars_dice", {"players": 3}),
    ("prisoners_dilemma", {"rounds": 3}),
    ("ultimatum", {"rounds": 2}),
    ("public_goods", {"players": 3, "rounds": 2, "punishment": "1:3"}),
]


def told(
    case: tuple[str, dict[str, Any]], mode: str, seed: int, feelings: Sequence[int]
) -> list[list[tuple[Message, ...]]]:
    """What each seat is sent in a match of models that answer at random."""
    name, params = case
    game = games.load(name, params)
    scribes = [Scribe(f"{seed}{letter}", n) for letter, n in zip("abc", feelings, strict=True)]
    scribes = scribes[: len(game.roles)]
    emotion = {"mode": mode, "opening": mode != "hidden"}
    spec = agents.load("llm", {"model": "x/y", "reasoning": "brief", "emotion": emotion})
    seats = [spec.seat(Reach(scribe), Ledger(), Wording(seed, seed)) for scribe in scribes]
    match = Match("m", name, ("a", "b", "c")[: len(seats)], 0, seed)
    assert asyncio.run(play(match, game, seats)).payoffs is not None
    return [scribe.asked for scribe in scribes]


def text(asked: Sequence[tuple[Message, ...]]) -> str:
    return "\n".join(message.content for messages in asked for message in messages)


@DRAWN
@given(
    st.sampled_from(PLAYED),
    st.sampled_from(["hidden", "visible", "manipulative"]),
    st.integers(0, 999),
)
def test_nobody_is_told_anybodys_reasoning(
    case: tuple[str, dict[str, Any]], mode: str, seed: int
) -> None:
    for asked in told(case, mode, seed, (1, 2, 3)):
        assert "secret-" not in text(asked)
        assert "thought-" not in text(asked)


@DRAWN
@given(st.sampled_from(PLAYED), st.sampled_from(["hidden", "manipulative"]), st.integers(0, 999))
def test_what_one_feels_changes_nothing_that_the_others_are_told(
    case: tuple[str, dict[str, Any]], mode: str, seed: int
) -> None:
    one, other = told(case, mode, seed, (1, 2, 3)), told(case, mode, seed, (9, 2, 3))
    assert one[1:] == other[1:]


def test_the_same_test_would_see_what_is_shown() -> None:
    found = [told(PLAYED[0], "visible", seed, (n, 2, 3)) for seed in range(3) for n in (1, 9)]
    assert any(one[1:] != other[1:] for one, other in zip(found[::2], found[1::2], strict=True))


HIDDEN = {"kuhn_poker": "cards", "liars_dice": "hands"}


@DRAWN
@given(
    st.sampled_from([c for c in PLAYED if "players" in c[1] and c[0] in HIDDEN]),
    st.sampled_from(["named", "neutral", "obfuscated"]),
    st.integers(0, 9999),
    st.integers(0, 9999),
)
def test_nobody_is_told_anybodys_card_or_die(
    case: tuple[str, dict[str, Any]], frame: str, seed: int, redeal: int
) -> None:
    game: Any = games.load(*case)
    voice, rng = Voice.model_validate({"frame": frame}), Random(redeal)
    key = HIDDEN[game.name]
    for state in random_play(game, seed).states:
        for player in game.movers(state):
            if player == CHANCE:
                continue
            other = game.initial_state()
            while game.movers(other) == (CHANCE,):
                outcomes = list(game.chance(other))
                other = game.apply(other, {CHANCE: rng.choice(outcomes)})
            if getattr(other, key)[player] == getattr(state, key)[player]:
                views = [View(game.observe(s, player)) for s in (state, game.redealt(state, other))]
                assert render(views[0], voice, "json") == render(views[1], voice, "json")


def test_an_opening_display_of_a_model_is_asked_for_without_a_move() -> None:
    first, _ = told(PLAYED[3], "manipulative", 1, (1, 2, 3))
    assert 'without the key "action"' in first[0][1].content
    assert "Before the first move you reported feeling" in first[1][1].content


@pytest.mark.parametrize("reasks", [0, 2])
def test_an_unreadable_opening_is_asked_for_again_and_then_void(reasks: int) -> None:
    class Mute(Scribe):
        async def complete(self, request: Request) -> Completion:
            self.asked.append(request.messages)
            return Completion('{"felt": "envy"}', "stop", {}, 0.0, "m", 0.0)

    filed: list[tuple[int, int]] = []

    def file(turn: int, number: int, attempt: Attempt) -> None:  # noqa: ARG001
        filed.append((turn, number))

    emotion = {"mode": "visible", "opening": True}
    spec = agents.load("llm", {"model": "x/y", "emotion": emotion, "reasks": reasks})
    model = Mute("m")
    seat = spec.seat(Reach(model), Ledger(file))
    transcript = played("kuhn_poker", [seat, Plain("bet")])
    assert transcript.ending.verdict is Verdict.AFFECT
    assert filed == [(OPENING, n) for n in range(reasks + 1)]
    assert len(model.asked) == reasks + 1
