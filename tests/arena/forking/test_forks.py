"""Forks: one thing is changed, the rest is recalled, and pairs share their seeds."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.alignment import align
from arena.analysis.effects import effects
from arena.analysis.rating import Request, rate
from arena.analysis.variance import variance
from arena.engine.options import RunOptions
from arena.engine.replay import retry
from arena.engine.verify import problems
from arena.forking.change import Change
from arena.forking.effects import ForkRequest, fork_effects
from arena.forking.fork import ASKED_AGAIN, CONTROL, Fork, forked
from arena.forking.playing import FOLDER, play_forks
from arena.forking.verify import fork_problems, replayed_forks
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.export import export
from games import BadInput
from tests.arena.designs import Silent, design, played
from tests.loopback import Loopback, Reply

HOW = RunOptions(preflight=False)
ROUNDS = 3
PLAYERS = 2


def _models(url: str, mode: str = "visible", **changes: Any) -> dict[str, Any]:
    """Two models that show emotions in a repeated dilemma."""
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url}
    seen = {**model, "emotion": {"mode": mode}}
    contestants = [{"name": "one", **seen}, {"name": "other", **seen}]
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    return design(repetitions=1, games=[game], contestants=contestants, **changes)


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture(scope="module")
def _recorded(server: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(_models(server.url), tmp_path_factory.mktemp("recorded") / "run")


@pytest.fixture
def run(_recorded: Path, tmp_path: Path) -> Run:
    """A copy of one recorded run."""
    return Run(Path(shutil.copytree(_recorded, tmp_path / "run")))


def _fork(run: Run, *changes: str, at: int = 2, times: int = 2) -> Fork:
    """A fork of the first match at a decision of its second round."""
    return Fork(run.ids()[0], at, changes, times)


def _shown(run: Run, at: int = 2) -> tuple[str, str]:
    """What is shown at a decision, and another emotion."""
    affect = run.match(run.ids()[0]).decisions[at].decision.affect
    assert affect is not None
    assert affect.shown is not None
    return affect.shown, "sadness" if affect.shown != "sadness" else "anger"


def _asked(run: Run, one: Any, seat: int, turn: int) -> list[str]:
    """The lines of all messages of a first question."""
    attempt = run.recorded(one.match)[seat][turn, 0]
    return [f"{m.role}: {line}" for m in attempt.messages for line in m.content.splitlines()]


def _difference(run: Run, pair: Any, seat: int, turn: int) -> list[tuple[str, str]]:
    old, new = (_asked(run, one, seat, turn) for one in pair)
    assert len(old) == len(new)
    return [both for both in zip(old, new, strict=True) if both[0] != both[1]]


def test_only_what_comes_after_is_asked_and_differs_by_the_change(
    run: Run, server: Loopback
) -> None:
    before, (was, other) = len(server.requests), _shown(run)
    fork = _fork(run, f"shown={other}")
    for _ in range(2):
        assert play_forks(run, [fork], Silent(), HOW) is None
        # Two arms, two pairs; one round of two players is left.
        assert len(server.requests) - before == 2 * 2 * PLAYERS * (ROUNDS - 2)
    forks, state = Run(run.folder / FOLDER), forked(run, fork)
    control, changed, *_ = state.continuations()
    assert control.match.seed == changed.match.seed
    receiver = 1 - state.seat
    assert {turn for turn, _ in forks.recorded(control.match)[receiver]} == {2}
    [(old, new)] = _difference(forks, (control, changed), receiver, 2)
    assert old.replace(was, other) == new
    # The player itself reports, and shows, what it reports: its own history is as it was.
    assert _difference(forks, (control, changed), state.seat, 2) == []
    assert [*fork_problems(forks), *problems(run)] == []


def test_a_felt_emotion_changes_the_own_history_alone(run: Run) -> None:
    affect = run.match(run.ids()[0]).decisions[2].decision.affect
    assert affect is not None
    other = "sadness" if affect.felt != "sadness" else "anger"
    fork = _fork(run, f"felt={other}", times=1)
    play_forks(run, [fork], Silent(), HOW)
    forks, state = Run(run.folder / FOLDER), forked(run, fork)
    pair = [*state.continuations()]
    [(old, new)] = _difference(forks, pair, state.seat, 2)
    assert old.replace(affect.felt, other) == new
    assert _difference(forks, pair, 1 - state.seat, 2) == []


@pytest.mark.parametrize(
    ("change", "lines"),
    [("persona=You are Kim.", 0), ("coplayer=opponent", 1), ("induced=anger", 0)],
)
def test_a_changed_contestant_decides_anew_beside_one_who_decides_anew(
    run: Run, change: str, lines: int
) -> None:
    fork = _fork(run, change, times=1)
    play_forks(run, [fork], Silent(), HOW)
    forks, state = Run(run.folder / FOLDER), forked(run, fork)
    pair = control, changed = [*state.continuations()]
    assert (control.arm, changed.arm) == (ASKED_AGAIN, change)
    assert changed.match.seats[state.seat] == f"{control.match.seats[state.seat]} | {change}"
    old, new = (_asked(forks, one, state.seat, 1) for one in pair)
    added = [line for line in new if line not in old]
    assert len(old) - len([line for line in old if line in new]) == lines
    assert added
    told = [forks.recorded(one.match) for one in pair]
    assert {turn for each in told for turn, _ in each[state.seat]} == {1, 2}
    # The other player's simultaneous decision stays, and its next prompt is no other.
    assert {turn for each in told for turn, _ in each[1 - state.seat]} == {2}
    assert [*fork_problems(forks)] == []


def test_a_changed_mode_temperature_and_contestant_share_a_run_of_forks(run: Run) -> None:
    first, second = run.match(run.ids()[0]).match.seats
    changes = (
        "mode=hidden", "temperature=0.5", f"contestant={second}", "language=de", "model=openai/n"
    )  # fmt: skip
    play_forks(run, [_fork(run, *changes[:2], times=1)], Silent(), HOW)
    play_forks(run, [_fork(run, *changes[2:], times=1)], Silent(), HOW)
    forks = Run(run.folder / FOLDER)
    assert len(forks.ids()) == 1 + len(changes)  # both forks have the same control arm
    assert forks.tournament.player(f"{first} | temperature=0.5").temperature == 0.5  # type: ignore[attr-defined]
    assert [*fork_problems(forks)] == []
    table = fork_effects(forks).table
    assert set(table["change"]) == set(changes)
    assert set(table["contestant"]) == {"one", "other"}


def test_an_interrupted_fork_goes_on_and_a_larger_one_adds_pairs(
    run: Run, server: Loopback
) -> None:
    before, (_, other) = len(server.requests), _shown(run)
    fork = _fork(run, f"shown={other}")
    play_forks(run, [fork], Silent(), replace(HOW, limit=1))
    assert len(Run(run.folder / FOLDER).ids()) == 1
    play_forks(run, [fork], Silent(), HOW)
    play_forks(run, [replace(fork, times=3)], Silent(), HOW)
    assert len(server.requests) - before == 3 * 2 * PLAYERS * (ROUNDS - 2)
    forks = Run(run.folder / FOLDER)
    assert len(forks.ids()) == 3 * 2
    assert [*replayed_forks(forks)] == []
    result = fork_effects(forks)
    assert set(result.table["pairs"]) == {3}
    assert "this position alone" in result.remarks[0]


def test_forks_at_several_decisions_of_a_match_are_not_pooled(run: Run) -> None:
    forks = [_fork(run, f"shown={_shown(run, at)[1]}", at=at) for at in (0, 2)]
    play_forks(run, forks, Silent(), HOW)
    recorded = Run(run.folder / FOLDER)
    table = fork_effects(recorded).table
    assert set(table["position"]) == {f"{run.ids()[0]}@{at}" for at in (0, 2)}
    assert set(table["pairs"]) == {2}
    [alone] = set(fork_effects(recorded, ForkRequest(only=forks[:1])).table["position"])
    assert alone.endswith("@0")


def test_a_cap_on_cost_bounds_forks(server: Loopback, tmp_path: Path) -> None:
    price = {"openai/m": {"prompt": 1.0, "completion": 1.0}}
    run = Run(played(_models(server.url, prices=price), tmp_path / "run"))
    fork = _fork(run, f"shown={_shown(run)[1]}")
    why = play_forks(run, [fork], Silent(), replace(HOW, max_cost=0.0))
    assert why is not None
    assert Run(run.folder / FOLDER).ids() == []


def test_forks_are_not_rated_retried_or_played_as_a_tournament(tmp_path: Path) -> None:
    run = _scripted(tmp_path)
    play_forks(run, [_action_fork(run)], Silent(), HOW)
    folder = run.folder / FOLDER
    forks = Run(folder)
    measures: tuple[Callable[[Run], object], ...] = (
        *(effects, align, variance),
        lambda one: rate([one], Request.checked(rounds=0)),
    )
    for measured in measures:
        with pytest.raises(BadInput, match=f"of a design: arena fork {run.folder} prints their"):
            measured(forks)
    exported = export(forks, run.folder / "tables", "csv")
    assert {path.stem for path in exported} >= {"matches", "decisions", "attempts"}
    assert "battles" not in {path.stem for path in exported}
    with pytest.raises(BadInput, match="forks"):
        retry(folder, "void", Silent(), HOW)
    with pytest.raises(BadInput, match="forks"):
        played(run.tournament.data, folder)


def test_a_changed_record_of_a_fork_is_found(tmp_path: Path) -> None:
    run = _scripted(tmp_path)
    play_forks(run, [_action_fork(run)], Silent(), HOW)
    with closing(sqlite3.connect(run.folder / FOLDER / FILE)) as db, db:
        db.execute("UPDATE seats SET payoff = '99' WHERE seat = 0")
    assert any("payoffs" in line for line in fork_problems(Run(run.folder / FOLDER)))


def test_a_councils_decision_is_changed_as_a_whole(tmp_path: Path) -> None:
    said = json.dumps({"reasoning": "So.", "action": "cooperate", "strength": 50})
    game = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    with Loopback(lambda _asked, _number: Reply(said)) as server:
        model = {"model": "openai/m", "form": "json", "api_base": server.url}
        council = {**model, "agent": "council", "members": ["anger", "fear"]}
        pair = [council, {"agent": "tit_for_tat"}]
        run = Run(played(design(repetitions=1, games=[game], contestants=pair), tmp_path / "run"))
        base, before = run.match(run.ids()[0]), len(server.requests)
        at = base.match.seats.index("council")
        fork = Fork(base.match.id, at, ("action=defect",), 2)
        play_forks(run, [fork], Silent(), HOW)
        # Of two arms, two pairs and one round that is left, two members and the chair.
        assert len(server.requests) - before == 2 * 2 * 3
    forks, opinions = Run(run.folder / FOLDER), base.decisions[at].decision.opinions
    for one in forked(run, fork).continuations():
        first = forks.transcript(one.match.id, texts=False).decisions[at].decision
        assert first.action == ("cooperate" if one.arm == CONTROL else "defect")
        assert [each.action for each in first.opinions] == [each.action for each in opinions]
        assert len(first.opinions) == 2
    assert [*fork_problems(forks)] == []


def _scripted(folder: Path, **params: Any) -> Run:
    game = {"name": "prisoners_dilemma", "params": params or {"rounds": ROUNDS}}
    pair = [{"agent": "tit_for_tat"}, {"agent": "uniform"}]
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
    play_forks(run, [fork], Silent(), HOW)
    table = fork_effects(Run(run.folder / FOLDER)).table
    other = table[table["player"] == "other"].set_index("outcome")
    new = fork.changes[0].removeprefix("action=")
    old = {"cooperate": "defect", "defect": "cooperate"}[new]
    assert other.loc[f"next action {new}", "effect"] == 1
    assert other.loc[f"next action {old}", "effect"] == -1


def test_a_changed_move_of_chance_is_the_next_one_and_no_other(
    tmp_path: Path, scripted: Run
) -> None:
    run = _scripted(tmp_path, continuation=0.5)
    match = run.match(run.ids()[0])
    fork = Fork(match.match.id, 1, ("chance=stop",), 4)
    state = forked(run, fork)
    assert state.beginnings["chance=stop"].forced == "stop"
    play_forks(run, [fork], Silent(), HOW)
    forks = Run(run.folder / FOLDER)
    made = {one.arm: forks.transcript(one.match.id, texts=False) for one in state.continuations()}
    assert made["chance=stop"].deals == ("stop",)
    assert len(made["chance=stop"].decisions) == PLAYERS
    assert [*fork_problems(forks)] == []
    with pytest.raises(BadInput, match="right after this decision"):
        forked(scripted, replace(_action_fork(scripted), changes=("chance=stop",)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("shown", "KEY=VALUE"),
        ("mood=anger", "mood"),
        ("action=fold", "fold"),
        ("shown=anger", "no emotion"),
        ("felt=anger", "no emotion"),
        ("mode=hidden", "has no mode"),
        ("contestant=nobody", "nobody"),
    ],
)
def test_what_cannot_be_changed_is_refused(scripted: Run, change: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        play_forks(scripted, [_fork(scripted, change)], Silent(), HOW)
    assert not (scripted.folder / FOLDER).exists()


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return _scripted(tmp_path_factory.mktemp("scripted"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (("temperature=warm",), "number"),
        (("mode=loud",), "mode"),
        (("language=xx",), "language"),
        (("mode=visible",), "changes nothing"),
        (("shown=anger", "mode=hidden"), "different control arms"),
        (("intensity=101",), "0 to 100"),
        (("shown_intensity=mild",), "0 to 100"),
        (("cause=weather",), "cause"),
        (("cause=coplayer",), "needs an induced emotion"),
        ((), "at least one change"),
    ],
)
def test_values_that_cannot_be_are_refused(run: Run, changes: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        forked(run, _fork(run, *changes))


def test_a_hidden_emotion_is_not_shown_and_nothing_is_no_change(
    server: Loopback, tmp_path: Path
) -> None:
    run = Run(played(_models(server.url, "hidden"), tmp_path / "run"))
    with pytest.raises(BadInput, match="shows nothing in its mode"):
        forked(run, _fork(run, "shown=anger"))
    affect = run.match(run.ids()[0]).decisions[2].decision.affect
    assert affect is not None
    with pytest.raises(BadInput, match="changes nothing"):
        forked(run, _fork(run, f"felt={affect.felt}"))
    assert str(Change.read("shown=anger")) == "shown=anger"
    assert forked(run, _fork(run, "mode=visible")).fork.control != CONTROL
