"""Agents of TextArena in matches, in designs, and in a loop of their own."""

from pathlib import Path

import pytest

import arena
from arena.bridges.textarena import make, text_agent
from games import BadInput
from tests.arena.bridges.blocks import run_page


@text_agent
def defiant(observation: str) -> str:
    return "[defect]" if "cooperate" in observation else "?"


class Mumbling:
    """Answers at the second time of asking, once it is told why."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, observation: str) -> str:
        self.heard.append(observation)
        return "I will cooperate." if len(self.heard) % 2 == 0 else "hm"


def test_a_text_agent_plays_a_match_as_the_same_strategy_does() -> None:
    played = arena.match("prisoners_dilemma", [defiant, "tit_for_tat"], rounds=4)
    ours = arena.match("prisoners_dilemma", ["defector", "tit_for_tat"], rounds=4)
    assert [action for _, action in played.actions] == [action for _, action in ours.actions]
    assert played.payoffs == ours.payoffs
    assert played.match.seats == ("defiant", "tit_for_tat")


def test_a_text_agent_plays_a_design_that_is_recorded(tmp_path: Path) -> None:
    design = arena.Tournament(
        name="texts",
        games=[{"name": "prisoners_dilemma", "params": {"rounds": 3}}],
        contestants=[defiant, "cooperator"],
    )
    run = arena.run(design, tmp_path / "run", quiet=True)
    chosen = run.decisions(contestant="defiant")["action"]
    assert len(chosen) >= 3
    assert set(chosen) == {"defect"}


def test_an_unreadable_answer_is_asked_for_again_with_the_reason_and_then_void() -> None:
    agent = Mumbling()
    played = arena.match("prisoners_dilemma", [text_agent(agent), "cooperator"])
    assert [action for _, action in played.actions] == ["cooperate", "cooperate"]
    first, second = agent.heard
    assert second.startswith(first)
    assert len(second) > len(first)
    silent = text_agent(lambda _observation: "hm", reasks=0)
    void = arena.match("prisoners_dilemma", [silent, "cooperator"])
    assert void.payoffs is None


def test_the_loop_gives_what_a_match_of_the_same_seed_gives() -> None:
    def passive(observation: str) -> str:
        return "check" if "check, bet" in observation else "call"

    env, ends = make("kuhn_poker"), set()
    for seed in range(8):
        env.reset(num_players=2, seed=seed)
        done = False
        while not done:
            _, told = env.get_observation()
            done, about = env.step(passive(told))
            assert about == {"verdict": "legal", "action": "check"}
        rewards, info = env.close()
        match = arena.match("kuhn_poker", [text_agent(passive)] * 2, seed=seed)
        assert rewards == dict(enumerate(match.payoffs or ()))
        assert info == {}
        ends.add(match.payoffs)
    assert len(ends) == 2


def test_simultaneous_movers_do_not_read_each_others_moves() -> None:
    env = make("prisoners_dilemma", rounds=2)
    env.reset(seed=0)
    env.step("[defect]")
    player, told = env.get_observation()
    assert player == 1
    assert told.endswith(make("prisoners_dilemma", rounds=2).get_observation()[1][-80:])
    env.step("[cooperate]")
    assert "defect" in env.get_observation()[1].rpartition("What has happened so far")[2]


def test_a_play_is_void_after_too_many_unreadable_answers() -> None:
    env = make("kuhn_poker", reasks=1)
    assert env.step("raise") == (False, {"verdict": "missing", "action": None})
    assert env.close() == (None, {})
    assert env.step("")[0] is True
    assert env.close() == (None, {"void": "player 0: missing"})
    with pytest.raises(BadInput, match="kuhn_poker is over"):
        env.get_observation()


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="unknown language 'xx'"):
        make("kuhn_poker", language="xx")
    with pytest.raises(BadInput, match="has 2 seats, not 3"):
        make("kuhn_poker").reset(num_players=3)
    with pytest.raises(BadInput, match="no agent of TextArena"):
        text_agent("equilibrium")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="must answer with a text, not 1"):
        arena.match("kuhn_poker", [text_agent(lambda _told: 1), "equilibrium"])  # type: ignore[arg-type,return-value]


def test_other_languages_are_told_and_read() -> None:
    env = make("prisoners_dilemma", language="de")
    assert "Spiel" in env.get_observation()[1]


def test_the_page_runs() -> None:
    _, printed = run_page("textarena.md")
    first, last = printed.splitlines()
    assert first[0] == "("
    assert last == "{0: 0.0, 1: 15.0}"
