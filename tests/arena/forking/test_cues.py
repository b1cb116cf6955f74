"""Effects on models that react to displays on cue, so that every figure is known."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

import arena
from arena.forking.effects import ForkRequest, fork_effects
from arena.forking.fork import Fork, forked
from arena.forking.playing import FOLDER, play_forks
from arena.record.run import Run
from ratings.core.statistics.least_squares import holm
from tests.arena.designs import Silent
from tests.arena.forking.cues import HOW, ROUNDS, fork_of, recorded, reply
from tests.loopback import Loopback

TIMES = 2


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(reply) as server:
        yield server


@pytest.fixture(scope="module")
def run(server: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return recorded(tmp_path_factory.mktemp("cued"), server.url)


@pytest.fixture(scope="module")
def forks(run: Run) -> list[Fork]:
    """The probe's first display to each of the two, as one design; played."""
    found = [fork_of(run, "probe", by="cues", other=name) for name in ("first", "second")]
    play_forks(run, found, Silent(), HOW)
    return found


def test_python_forks_and_says_what_the_parts_give(
    run: Run, forks: list[Fork], tmp_path: Path
) -> None:
    copy = Run(Path(shutil.copytree(run.folder, tmp_path / "run")))
    shutil.rmtree(copy.folder / FOLDER)
    fork = Fork(forks[0].match, forks[0].at, forks[0].changes, TIMES)
    table = arena.open(copy.folder).fork(
        fork.match, fork.at, fork.changes, TIMES, preflight=False, quiet=True
    )
    play_forks(run, [fork], Silent(), HOW)  # its continuations are on record
    parts = fork_effects(Run(run.folder / FOLDER), ForkRequest(only=[fork])).table
    assert len(table)
    assert_frame_equal(table, parts)
    assert_frame_equal(arena.open(copy.folder).forks(), parts)


def test_seeds_of_an_arm_differ_and_pairs_share_theirs(run: Run, forks: list[Fork]) -> None:
    played = Run(run.folder / FOLDER)
    for fork in forks:
        state, arms = forked(run, fork), dict[str, list[int]]()
        for one in state.continuations():
            arms.setdefault(one.arm, []).append(
                played.transcript(one.match.id, texts=False).match.seed
            )
        control, changed = arms.values()
        assert control == changed
        assert len({*control, state.base.match.seed}) == TIMES + 1


def test_what_receivers_feel_show_and_do_next_and_later(run: Run) -> None:
    fork = fork_of(run, "first", by="", other="second", change="shown=anger", times=TIMES)
    play_forks(run, [fork], Silent(), HOW)
    table = fork_effects(Run(run.folder / FOLDER), ForkRequest(only=[fork])).table
    effects = table[table["player"] == "other"].set_index("outcome")["effect"]
    cues = [(1, ("felt fear", "shown sadness", "action{} defect"))]
    cues += [(-1, ("felt surprise", "shown disgust", "action{} cooperate"))]
    for sign, cue in cues:
        for what in cue:
            assert effects[f"next {what.format('')}"] == sign
            # No later display is of anger, in either arm.
            assert effects[f"later {what.format('s')}"] == pytest.approx(sign / (ROUNDS - 1))


def test_p_values_are_adjusted_over_the_rows_of_a_family(run: Run, forks: list[Fork]) -> None:
    alone = [Fork(fork.match, fork.at, fork.changes, TIMES) for fork in forks]
    play_forks(run, alone, Silent(), HOW)
    table = fork_effects(Run(run.folder / FOLDER)).table
    families = table.groupby(["design", "position"])
    assert len(families) >= len(forks)
    for _, rows in families:
        assert len(rows) > 1
        np.testing.assert_array_equal(rows["adjusted_p"], holm(rows["p"]))
    assert (table["adjusted_p"] > table["p"]).any()


def test_contestants_of_one_model_are_pooled_on_request(run: Run, forks: list[Fork]) -> None:
    played = Run(run.folder / FOLDER)
    each = fork_effects(played, ForkRequest(only=forks)).table
    pooled = fork_effects(played, ForkRequest(by="model", only=forks)).table
    assert set(each[each["player"] == "other"]["contestant"]) == {"first", "second"}
    assert set(pooled[pooled["player"] == "other"]["contestant"]) == {"openai/m"}
    assert set(pooled[pooled["player"] == "own"]["contestant"]) == {"probe"}
    assert len({fork.changes for fork in forks}) == 1
    columns = ["outcome", "control", "effect"]
    others = [one[one["player"] == "other"] for one in (each, pooled)]
    means = others[0].groupby("outcome", as_index=False)[["control", "effect"]].mean()
    assert_frame_equal(means, others[1][columns].reset_index(drop=True))
    assert set(others[1]["pairs"]) == {2 * TIMES}
    assert set(others[1]["matches"]) == {2}


def test_ratings_of_the_run_are_as_before(run: Run, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run.folder, tmp_path / "run"))
    shutil.rmtree(copy / FOLDER, ignore_errors=True)

    before, one = arena.open(copy).ratings(rounds=0), Run(copy)
    play_forks(one, [fork_of(one, "probe", by="", other="first")], Silent(), HOW)
    assert Run(copy / FOLDER).counts == {"completed": 2 * TIMES}
    assert_frame_equal(before, arena.open(copy).ratings(rounds=0))


def test_another_contestant_is_met_with_the_same_first_prompt(run: Run) -> None:
    """Both models reply alike, so that the other player sees nothing new."""
    fork = fork_of(run, "first", by="seat", other="second", change="contestant=second", times=1)
    play_forks(run, [fork], Silent(), HOW)
    played, state = Run(run.folder / FOLDER), forked(run, fork)
    control, changed = state.continuations()
    assert changed.match.seats == ("second", "second")
    told = [played.recorded(one.match)[1 - state.seat] for one in (control, changed)]
    first, other = (each[min(each)].messages for each in told)
    assert first == other
    assert "Round 2 begins" in first[-1].content
