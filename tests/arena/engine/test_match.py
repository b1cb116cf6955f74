import asyncio
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest

import games
from agents.core.types import Agent, Decision
from agents.fixed import Fixed
from arena.core.types import Match, Transcript
from arena.engine import match
from arena.engine.match import draw, play
from games.core.types import CHANCE, Action
from prompts import Affect, Verdict, View
from tests.arena.designs import design, transcripts


class Puppet:
    """Does what it is told, showing what it is told, and keeps what it saw."""

    def __init__(self, *moves: tuple[Action | None, Affect | None]) -> None:
        self.moves = moves
        self.views: list[View] = []

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
        self.views.append(view)
        return Decision(*self.moves[len(self.views) - 1])


def run(game: str, agents: Sequence[Agent], **params: object) -> Transcript:
    one = Match("m", game, ("a", "b"), 0, 1)
    return asyncio.run(play(one, games.load(game, params), agents))


FEAR = Affect("fear", 50, "anger")


def test_a_display_reaches_the_other_with_the_move_it_accompanies() -> None:
    first, second = (
        Puppet(("check", FEAR), ("fold", None)),
        Puppet(("bet", Affect("anger", 9, "sadness"))),
    )
    run("kuhn_poker", [first, second])
    (seen,) = second.views
    assert [d.emotion for d in seen.displays] == ["anger"]
    assert seen.observation.events[seen.displays[0].at].facts == {"player": 0, "action": "check"}
    assert [d.emotion for d in first.views[1].displays] == ["sadness"]
    assert first.views[1].observation.events[first.views[1].displays[0].at].facts["action"] == "bet"


def test_simultaneous_displays_come_too_late_for_the_same_round() -> None:
    first, second = (Puppet(("cooperate", FEAR), ("defect", None)) for _ in range(2))
    run("prisoners_dilemma", [first, second], rounds=2)
    assert first.views[0].displays == second.views[0].displays == ()
    (display,) = first.views[1].displays
    assert (display.player, display.emotion) == (1, "anger")
    assert first.views[1].observation.events[display.at].kind == "played"


def test_what_is_felt_is_never_given_to_others() -> None:
    secret = Affect("disgust", 83, None)
    first, second = Puppet(("check", secret), ("fold", None)), Puppet(("bet", None))
    run("kuhn_poker", [first, second])
    assert "disgust" not in repr(second.views)
    assert first.views[1].own[0].affect == secret


def test_own_moves_are_remembered_in_place() -> None:
    first, second = Puppet(("check", FEAR), ("call", None)), Puppet(("bet", None))
    run("kuhn_poker", [first, second])
    (own,) = first.views[1].own
    assert first.views[1].observation.events[own.at].facts == {"player": 0, "action": own.action}


def test_a_decision_without_an_action_voids_the_match_and_invents_nothing() -> None:
    transcript = run("kuhn_poker", [Puppet(("check", None)), Puppet((None, None))])
    assert transcript.payoffs is None
    assert (transcript.ending.kind, transcript.ending.player) == ("void", 1)
    assert transcript.ending.verdict is Verdict.ILLEGAL
    assert [p.decision.action for p in transcript.decisions] == ["check", None]


def test_both_simultaneous_decisions_are_recorded_when_one_is_void() -> None:
    transcript = run("prisoners_dilemma", [Puppet((None, None)), Puppet(("defect", None))])
    assert [p.decision.action for p in transcript.decisions] == [None, "defect"]
    assert transcript.ending.player == 0


def test_mirrored_matches_share_their_deals() -> None:
    by_block: dict[tuple[str, int], list[Transcript]] = {}
    for transcript in transcripts(design()):
        by_block.setdefault((transcript.match.game, transcript.match.repetition), []).append(
            transcript
        )
    for block in by_block.values():
        assert len(block) == 6
        assert len({t.deals for t in block}) == 1


def test_the_same_seed_gives_the_same_transcripts() -> None:
    assert transcripts(design()) == transcripts(design())
    assert transcripts(design()) != transcripts(design(seed=8))


def test_payoffs_are_those_of_the_recorded_actions() -> None:
    for transcript in transcripts(design()):
        params = {} if transcript.match.game == "kuhn_poker" else {"continuation": 0.7}
        game, deals = games.load(transcript.match.game, params), iter(transcript.deals)
        decisions = iter(transcript.decisions)
        state = game.initial_state()
        while movers := game.movers(state):
            moves = {
                p: next(deals) if p == CHANCE else next(decisions).decision.action for p in movers
            }
            state = game.apply(state, moves)  # type: ignore[arg-type]
        assert game.payoffs(state) == transcript.payoffs


def test_chance_draws_by_its_stated_probabilities() -> None:
    chances: dict[Action, Fraction] = {
        "a": Fraction(1, 6),
        "b": Fraction(1, 3),
        "c": Fraction(1, 2),
    }
    rng = Random(1)
    found = Counter(draw(chances, rng) for _ in range(60_000))
    for action, probability in chances.items():
        expected = 60_000 * probability
        assert abs(found[action] - expected) < 5 * float(expected * (1 - probability)) ** 0.5


def test_scripts_are_asked_without_a_coroutine(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> Decision:
        raise AssertionError("a script was awaited")

    monkeypatch.setattr(match, "_decide", never)
    transcript = run("prisoners_dilemma", [Fixed(actions=("cooperate",))] * 2, rounds=3)
    assert [each.decision.action for each in transcript.decisions] == ["cooperate"] * 6


def test_a_script_that_overrides_decide_is_awaited() -> None:
    class Waits(Fixed):
        async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002
            await asyncio.sleep(0)
            return Decision("defect")

    seats = [Waits(actions=("cooperate",)), Fixed(actions=("cooperate",))]
    transcript = run("prisoners_dilemma", seats)
    assert [each.decision.action for each in transcript.decisions] == ["defect", "cooperate"]
