"""Clusters where people play: participants and wordings that decisions share."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import arena
from arena.analysis.alignment import align
from arena.analysis.due_decisions import DueDecisions
from arena.analysis.human_measures import measured
from arena.analysis.people_clusters import PeopleClusters, joined_names, matching_groups
from arena.analysis.rating import Request, rate
from arena.record.participants import seatings
from arena.record.run import Run
from ratings.core.statistics.cluster_difference import cluster_difference
from tests.arena.designs import design as agents_design
from tests.arena.designs import played as agents_played
from tests.arena.lab.visitors import Visitor, all_of, design, lab

PAIRS = 12
GAME = design()["games"][0]


def people_played(folder: Path, *, matches: int = 1, rounds: int = 3) -> Path:
    """Pairs of people who cooperate in every other pair."""

    async def whole() -> None:
        data = design(
            repetitions=PAIRS * matches,
            games=[{**GAME, "params": {"rounds": rounds} if rounds > 1 else {}}],
            lab={"matches": matches, "wait_seconds": 0.5, "late": "replace", "replacement": "tft"},
        )
        async with lab(data, folder) as desk, asyncio.timeout(20):
            people = []
            for number in range(2 * PAIRS):
                action = ("cooperate", "defect")[number // 2 % 2]
                people.append(Visitor(desk, lambda _, action=action: {"action": action}))  # type: ignore[misc]
            await all_of(*people)

    asyncio.run(whole())
    return folder


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody plays one match."""
    return people_played(tmp_path_factory.mktemp("once") / "run", matches=1)


@pytest.fixture
def run(once: Path) -> Iterator[Run]:
    with closing(Run(once)) as opened:
        yield opened


def test_a_matching_group_is_all_who_met(run: Run, tmp_path: Path) -> None:
    groups = matching_groups(run, "prisoners_dilemma")
    assert len(groups) == len(set(groups.values())) == PAIRS
    with closing(Run(people_played(tmp_path / "often", matches=2))) as often:
        groups = matching_groups(often, "prisoners_dilemma")
        met = [(each.match, each.participant) for each in seatings(often)]
        assert len(groups) > PAIRS
        for one in met:  # nobody is in two groups
            assert len({groups[match] for match, who in met if who == one[1]}) == 1


def test_decisions_that_share_a_person_or_a_wording_are_one_cluster(run: Run) -> None:
    table = measured(run)
    assert len(table) == PAIRS * 2 * 3
    game, who = run.game("prisoners_dilemma"), run.manifest.design["contestants"]
    clusters = PeopleClusters(run, "prisoners_dilemma", game, who)
    plain = super(PeopleClusters, clusters).of
    cluster = {
        t.match.id: (clusters.of(t.match, "people"), plain(t.match, "people"))
        for t in run.matches()
    }
    for one, wording in cluster.values():
        for other, its in cluster.values():
            assert one == other or wording != its
    assert table.groupby("match")["cluster"].nunique().eq(1).all()
    due = DueDecisions(run, "prisoners_dilemma", ["people"]).table
    assert set(due["cluster"]) == set(table["cluster"])


def test_ratings_resample_groups_and_blocks_together(tmp_path: Path) -> None:
    with closing(Run(people_played(tmp_path / "often", matches=2))) as often:
        (record,) = rate([often], Request.checked(None, None, None, "drop", 10, 0)).records.values()
        groups = matching_groups(often, "prisoners_dilemma")
        seats = record.seats.assign(match=record.seats["match"].str.partition(":")[2])
        own = seats.groupby(seats["match"].map(groups))["cluster"]
        assert own.nunique().eq(1).all()


def test_the_people_of_a_lab_are_a_baseline(tmp_path: Path) -> None:
    people = people_played(tmp_path / "run", rounds=1)
    data = agents_design(
        games=[{"name": "prisoners_dilemma"}],
        contestants=[{"agent": "tit_for_tat"}, {"agent": "defector"}],
    )
    run = arena.Run(agents_played(data, tmp_path / "agents"))
    found = align(run.record, human=people)
    (own,) = (study for name, study in found.studies.items() if name.startswith("run_"))
    assert own.sample.people == PAIRS  # a pair that met is one
    (defector,) = (
        each
        for each in found.comparisons
        if (each.baseline, each.contestant) == (own.name, "defector")
    )
    assert (defector.human, defector.mean, defector.distance) == (0.5, 0.0, 0.5)
    run.close()


def test_a_repeated_dilemma_of_a_lab_is_a_baseline_by_round_and_outcome(
    run: Run, tmp_path: Path
) -> None:
    data = agents_design(
        games=[{"name": "prisoners_dilemma", "params": {"rounds": 3}}],
        contestants=[{"agent": "tit_for_tat"}, {"agent": "defector"}],
    )
    agents = arena.Run(agents_played(data, tmp_path / "agents"))
    found = align(agents.record, human=run.folder)
    own = {
        study.measure: study
        for study in found.studies.values()
        if study.game and "run" in study.name
    }
    # Both members of a pair cooperate throughout, or both defect.
    assert own["first_cooperation"].value == own["overall_cooperation"].value == 0.5
    assert own["cooperation_by_round"].points == ((1, 0.5), (2, 0.5), (3, 0.5))
    assert own["cooperation_after"].points == (("CC", 1.0), ("DD", 0.0))
    assert "cooperation" not in own  # of games that are played once
    by_round = {
        each.contestant: each.mean
        for each in found.comparisons
        if each.baseline == own["cooperation_by_round"].name
    }
    assert by_round["defector"] == 0
    agents.close()


def simulated_interval(
    rng: np.random.Generator, wordings: int, effect: float, *, crossed: bool
) -> tuple[bool, float, float]:
    """Thirty groups of participants, each told two wordings; both change what a treatment does.

    Returns:
        Whether groups alone are the clusters, and the interval less the true effect: that in all
        wordings there could be, or in those that everybody is told.
    """
    group = np.repeat(np.arange(30), 16)
    told = rng.integers(0, wordings, (30, 2))[group, np.arange(len(group)) % 2]
    arm = np.arange(len(group)) // 2 % 2
    person, wording = rng.normal(0, 0.5, (2, 30)), rng.normal(0, 0.5, (2, wordings))
    slope = effect + person[1][group] + wording[1][told]
    value = person[0][group] + wording[0][told] + arm * slope + rng.normal(size=len(group))
    names, alone = joined_names([f"g{each}" for each in group], [f"w{each}" for each in told])
    clusters = group if alone else np.asarray(names)
    low, high = cluster_difference(value, arm, told, clusters, (-np.inf, np.inf)).interval
    truth = effect + wording[1][told].mean() if crossed else effect
    return alone, low - truth, high - truth


@pytest.mark.soak
@pytest.mark.parametrize("effect", [0.0, 0.7])
@pytest.mark.parametrize("crossed", [True, False])
def test_intervals_hold_the_truth_where_people_and_wordings_cross(
    effect: float,
    crossed: bool,  # noqa: FBT001
) -> None:
    rng, rounds, held, asked = np.random.default_rng(6), 1500, 0, 0
    for _ in range(rounds):
        alone, low, high = simulated_interval(rng, 3 if crossed else 300, effect, crossed=crossed)
        asked += alone is crossed
        held += alone is crossed and low <= 0 <= high
    assert asked > 0.95 * rounds
    assert 0.93 <= held / asked <= 0.97
