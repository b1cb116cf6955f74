"""Forks: one thing is changed, the rest is recalled, and pairs share their seeds."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arena.engine.options import RunOptions
from arena.engine.verify import problems
from arena.forking.change import Change
from arena.forking.effects import fork_effects, paired_effect
from arena.forking.fork import Fork, forked
from arena.forking.playing import FOLDER, play_fork
from arena.forking.verify import fork_problems
from arena.record.place import FILE
from arena.record.run import Run
from games import BadInput
from tests.arena.designs import Silent, design, played
from tests.loopback import Loopback

HOW = RunOptions(preflight=False)
ROUNDS = 3


def _models(url: str, mode: str = "visible", **changes: Any) -> dict[str, Any]:
    """Two models that show emotions in a repeated dilemma."""
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url}
    seen = {**model, "emotion": {"mode": mode}}
    contestants = [{"name": "one", **seen}, {"name": "other", **seen}]
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    return design(repetitions=1, games=[game], contestants=contestants, **changes)


def _fork(run: Run, *changes: str, at: int = 2, times: int = 2) -> Fork:
    """A fork of the first match at a decision of its second round."""
    return Fork(run.ids()[0], at, changes, times)


def _shown(run: Run, at: int = 2) -> tuple[str, str]:
    """What is shown at a decision, and another emotion."""
    affect = run.match(run.ids()[0]).decisions[at].decision.affect
    assert affect is not None
    assert affect.shown is not None
    return affect.shown, "sadness" if affect.shown != "sadness" else "joy"


def _asked(run: Run) -> dict[tuple[str, int, int], Any]:
    return {
        (key, seat, turn): attempt.messages
        for key in run.ids()
        for seat, tried in run.recorded(run.match(key).match).items()
        for (turn, number), attempt in tried.items()
        if number == 0
    }


def test_only_what_comes_after_is_asked_and_differs_by_the_change(tmp_path: Path) -> None:
    with Loopback() as server:
        run = Run(played(_models(server.url), tmp_path / "run"))
        before, (was, other) = len(server.requests), _shown(run)
        fork = _fork(run, f"shown={other}")
        assert play_fork(run, fork, Silent(), HOW) is None
        forks = Run(run.folder / FOLDER)
        # Two arms, two pairs; one round of two players is left.
        assert len(server.requests) - before == 2 * 2 * 2 * (ROUNDS - 2)
        assert play_fork(run, fork, Silent(), HOW) is None
        assert len(server.requests) - before == 2 * 2 * 2 * (ROUNDS - 2)
    asked = _asked(forks)
    assert {turn for _, _, turn in asked} == {2}
    state = forked(run, fork)
    control, changed, *_ = fork.continuations(state.base.match)
    assert control.match.seed == changed.match.seed
    receiver = 1 - state.seat
    texts = [
        "\n".join(each.content for each in asked[one.match.id, receiver, 2])
        for one in (control, changed)
    ]
    lines = zip(*(text.splitlines() for text in texts), strict=True)
    differing = [(old, new) for old, new in lines if old != new]
    assert len(differing) == 1
    assert differing[0][0].replace(was, other) == differing[0][1]
    assert list(fork_problems(forks)) == []
    assert list(problems(run)) == []


def test_an_interrupted_fork_goes_on_and_a_larger_one_adds_pairs(tmp_path: Path) -> None:
    with Loopback() as server:
        run = Run(played(_models(server.url), tmp_path / "run"))
        before, (_, other) = len(server.requests), _shown(run)
        fork = _fork(run, f"shown={other}")
        play_fork(run, fork, Silent(), replace(HOW, limit=1))
        assert len(Run(run.folder / FOLDER).ids()) == 1
        play_fork(run, fork, Silent(), HOW)
        play_fork(run, replace(fork, times=3), Silent(), HOW)
        assert len(server.requests) - before == 3 * 2 * 2 * (ROUNDS - 2)
    forks = Run(run.folder / FOLDER)
    assert len(forks.ids()) == 3 * 2
    assert list(fork_problems(forks)) == []
    result = fork_effects(forks)
    assert set(result.table["pairs"]) == {3}
    assert "this position alone" in result.remarks[0]


def test_a_changed_record_of_a_fork_is_found(tmp_path: Path) -> None:
    run = _scripted(tmp_path)
    play_fork(run, _action_fork(run), Silent(), HOW)
    with closing(sqlite3.connect(run.folder / FOLDER / FILE)) as db, db:
        db.execute("UPDATE seats SET payoff = '99' WHERE seat = 0")
    assert any("payoffs" in line for line in fork_problems(Run(run.folder / FOLDER)))


def _scripted(folder: Path) -> Run:
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    pair: list[Mapping[str, Any]] = [{"agent": "tit_for_tat"}, {"agent": "uniform"}]
    return Run(played(design(repetitions=1, games=[game], contestants=pair), folder / "run"))


def _action_fork(run: Run, times: int = 5) -> Fork:
    """A fork in which the random player does the other thing in the first round."""
    base = run.match(run.ids()[0])
    at = next(
        n for n, each in enumerate(base.decisions) if base.match.seats[each.player] == "uniform"
    )
    other = {"cooperate": "defect", "defect": "cooperate"}[str(base.decisions[at].decision.action)]
    return Fork(base.match.id, at, (f"action={other}",), times)


def test_tit_for_tat_answers_a_changed_action_for_certain(tmp_path: Path) -> None:
    run = _scripted(tmp_path)
    fork = _action_fork(run)
    play_fork(run, fork, Silent(), HOW)
    table = fork_effects(Run(run.folder / FOLDER)).table.set_index("outcome")
    new = fork.changes[0].removeprefix("action=")
    old = {"cooperate": "defect", "defect": "cooperate"}[new]
    assert table.loc[f"next action {new}", "effect"] == 1
    assert table.loc[f"next action {old}", "effect"] == -1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("shown", "KEY=VALUE"),
        ("mood=anger", "mood"),
        ("action=fold", "fold"),
        ("shown=anger", "no emotion"),
        ("felt=anger", "no emotion"),
    ],
)
def test_what_cannot_be_changed_is_refused(tmp_path: Path, change: str, says: str) -> None:
    run = _scripted(tmp_path)
    with pytest.raises(BadInput, match=says):
        play_fork(run, _fork(run, change), Silent(), HOW)
    assert not (run.folder / FOLDER).exists()


def test_a_hidden_emotion_is_not_shown_and_nothing_is_no_change(tmp_path: Path) -> None:
    with Loopback() as server:
        run = Run(played(_models(server.url, "hidden"), tmp_path / "run"))
    with pytest.raises(BadInput, match="shows nothing in its mode"):
        forked(run, _fork(run, "shown=anger"))
    with pytest.raises(BadInput, match="0 to 100"):
        forked(run, _fork(run, "intensity=101"))
    affect = run.match(run.ids()[0]).decisions[2].decision.affect
    assert affect is not None
    with pytest.raises(BadInput, match="changes nothing"):
        forked(run, _fork(run, f"felt={affect.felt}"))
    assert str(Change.read("shown=anger")) == "shown=anger"


@pytest.mark.parametrize(("rate", "other"), [(0.3, 0.5), (0.4, 0.4)])
def test_intervals_of_drawn_pairs_hold_a_known_effect(rate: float, other: float) -> None:
    """2,000 experiments of 30 matches, 4 pairs each: drawn from known rates, not played."""
    rng, matches, pairs, held, widths = np.random.default_rng(5), 30, 4, 0, []
    cluster = [str(n) for n in np.repeat(np.arange(matches), pairs)]
    for _ in range(2_000):
        control, changed = (rng.random(matches * pairs) < p for p in (rate, other))
        mean = paired_effect(changed.astype(float) - control, cluster)
        low, high = mean.interval
        held += low <= other - rate <= high
        widths.append(high - low)
    known = 2 * 1.96 * np.sqrt((rate * (1 - rate) + other * (1 - other)) / (matches * pairs))
    assert 0.93 <= held / 2_000 <= 0.97
    assert np.mean(widths) <= 1.25 * known
