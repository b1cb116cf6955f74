"""Groups of many: known shares of types found again, duplicate ratings, facets with intervals."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena.analysis.effects import EffectsRequest, effects, payoff_steps
from arena.analysis.groups import EVERYBODY, groups
from arena.analysis.rating import Request, rate
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.record.run import Run
from arena.record.selection import Selection
from arena.report.groups import groups_report
from arena.report.transcript import transcript_lines
from games import BadInput
from ratings.bradley_terry import resampled
from ratings.core.comparisons.scoring import IN_GROUPS
from ratings.core.human.studies import baseline
from tests.arena.analysis.stub_models import contestant, model
from tests.arena.analysis.stub_models import played as stubbed
from tests.arena.designs import design, played

KINDS: list[dict[str, Any]] = [
    {"agent": "free_rider"},
    {"agent": "full_contributor"},
    {"agent": "conditional_contributor"},
    {"agent": "human_mix"},
]
TYPES = {
    "free_rider": "free rider",
    "full_contributor": "cooperator",
    "conditional_contributor": "conditional cooperator",
}
KIND_BY_FIRST = ("free rider", "conditional cooperator", "cooperator")
HUMAN = {"conditional cooperator": 63 / 96, "free rider": 20 / 96, "cooperator": 13 / 96}


def goods(**params: Any) -> dict[str, Any]:
    return {"name": "public_goods", "params": params}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Repeated, and by the strategy method."""
    games = [
        {**goods(rounds=8, players=5), "id": "repeated"},
        {**goods(strategy_method=True), "id": "stated"},
    ]
    data = design(games=games, contestants=KINDS, repetitions=12)
    return Run(played(data, tmp_path_factory.mktemp("groups") / "run"))


@pytest.fixture(scope="module")
def table(run: Run) -> pd.DataFrame:
    return groups(run).table


def shares(table: pd.DataFrame, game: str, rule: str, who: str) -> dict[str, float]:
    wanted = (table["game"] == game) & (table["measure"] == rule) & (table["contestant"] == who)
    rows = table[wanted]
    return dict(zip(rows["level"], rows["value"], strict=True))


RULES = [
    ("stated", "type by schedule"),
    ("repeated", "type by shares"),
    ("repeated", "type by profile"),
]


@pytest.mark.parametrize(("game", "rule"), RULES)
@pytest.mark.parametrize("who", TYPES)
def test_players_of_known_type_are_classified_back(
    table: pd.DataFrame, game: str, rule: str, who: str
) -> None:
    found = shares(table, game, rule, who)
    assert sum(found.values()) == pytest.approx(1)
    if rule == "type by shares" and who == "conditional_contributor":
        # Among free riders alone, or cooperators alone, it does as they do.
        assert found[TYPES[who]] > 0.5
    else:
        assert found[TYPES[who]] >= 0.95


@pytest.mark.parametrize(("game", "rule"), [RULES[0], RULES[2]])
def test_known_shares_of_a_mix_are_found_within_five_points(
    run: Run, table: pd.DataFrame, game: str, rule: str
) -> None:
    """The kinds that were drawn show in first contributions."""
    kinds: Counter[str] = Counter()
    for transcript in run.matches(Selection((game,))):
        for made in transcript.decisions:
            if made.turn == 0 and transcript.match.seats[made.player] == "human_mix":
                first = int(made.decision.action or 0)
                kinds[KIND_BY_FIRST[(first > 4) + (first > 17)]] += 1
    found = shares(table, game, rule, "human_mix")
    for kind, number in kinds.items():
        assert abs(found[kind] - number / kinds.total()) <= 0.05, (found, kinds)
        if game == "stated":
            assert abs(found[kind] - HUMAN[kind]) <= 0.1


def test_shares_of_types_stand_beside_those_of_people(table: pd.DataFrame) -> None:
    names = {
        "type by schedule": "andreozzi2020_types",
        "type by profile": "kurzban_houser2005_types",
        "type by shares": "",
    }
    for rule, name in names.items():
        rows = table[(table["measure"] == rule) & (table["contestant"] == "human_mix")]
        assert set(rows["study"]) == {name}
        people = dict(zip(rows["level"], rows["people"], strict=True))
        shares = baseline(name).shares if name else None
        if shares is None:
            assert rows["people"].isna().all()
        else:
            assert people == {kind: shares.get(kind, 0) for kind in people}
            assert sum(people.values()) == pytest.approx(1, abs=0.001)
    assert table.loc[table["measure"] == "contribution", "people"].isna().all()


def test_conditional_contributors_answer_and_follow_the_others(table: pd.DataFrame) -> None:
    stated = shares(table, "stated", "contribution for others' average", "conditional_contributor")
    assert stated == {str(k): pytest.approx(k / 20) for k in range(21)}
    repeated = shares(
        table, "repeated", "contribution after others' average", "conditional_contributor"
    )
    places = [repeated[f"{low} to {low + 20} %"] for low in range(20, 80, 20)]
    assert places == sorted(places)
    free = shares(table, "repeated", "contribution after others' average", "free_rider")
    assert max(free.values()) < 0.2


def test_matches_of_groups_are_played_again_to_the_same_end(tmp_path: Path) -> None:
    games = [goods(players=5, rounds=2), {**goods(strategy_method=True), "id": "stated"}]
    data = design(games=games, contestants=KINDS[1:3], repetitions=1)
    run = Run(played(data, tmp_path / "run"))
    sizes = Counter(len(transcript.match.seats) for transcript in run.matches())
    assert set(sizes) == {4, 5}
    assert list(replay(run)) == []
    assert list(problems(run)) == []


def test_a_transcript_names_all_seats_and_every_contribution(run: Run) -> None:
    transcript = next(run.matches(Selection(("repeated",))))
    lines = list(transcript_lines(transcript, run.game("repeated")))
    said = "\n".join(lines)
    for seat, name in enumerate(transcript.match.seats):
        assert f"  seat {seat}: {name} (player {seat + 1})" in lines
    assert len(transcript.decisions) == 8 * 5
    for made in transcript.decisions:
        name, action = transcript.match.seats[made.player], made.decision.action
        at = lines.index(f"\n{name} (seat {made.player}), turn {made.turn + 1}")
        until = next(n for n, line in enumerate(lines[at + 1 :], at + 1) if line.startswith("\n"))
        assert any(line.split()[-1:] == [str(action)] for line in lines[at:until]), lines[at:until]
    assert "Completed. Payoffs:" in said


def test_free_riders_earn_most_among_the_same_others(run: Run) -> None:
    rated = rate([run], Request(games=("repeated",)))
    assert rated.records["repeated"].rule == IN_GROUPS
    table = rated.tables["repeated"]
    assert table["contestant"].iloc[0] == "free_rider"
    assert table["contestant"].iloc[-1] == "full_contributor"


def test_of_two_copies_of_one_agent_neither_is_better(tmp_path: Path) -> None:
    twins = [
        {"name": "one", "agent": "human_mix"},
        {"name": "two", "agent": "human_mix"},
        {"agent": "free_rider"},
    ]
    data = design(games=[goods(rounds=4)], contestants=twins, repetitions=30)
    rated = rate([Run(played(data, tmp_path / "run"))], Request())
    sample = resampled(rated.records["public_goods"], 1000, 0)
    at = [list(sample.contestants).index(name) for name in ("one", "two")]
    difference = sample.draws[:, at[0]] - sample.draws[:, at[1]]
    low, high = np.quantile(difference, [0.025, 0.975])
    assert low < 0 < high


def test_where_seats_are_alike_it_makes_no_difference_who_sits_where(run: Run) -> None:
    seats = rate([run], Request(games=("stated",))).records["stated"].seats
    assert set(seats["seat"]) == {0}
    table = rate([run], Request(games=("stated",))).records["stated"].comparisons
    pairs = Counter(
        tuple(sorted(pair)) for pair in zip(table["first"], table["second"], strict=True)
    )
    assert len(pairs) == 6
    assert len(set(pairs.values())) == 1


def test_attendance_is_of_the_group_and_lies_near_capacity(tmp_path: Path) -> None:
    bar = {"name": "el_farol", "params": {"players": 20, "capacity": 12, "rounds": 20}}
    predictors = [{"agent": "bar_predictor"}, {"name": "b", "agent": "bar_predictor", "salt": 7}]
    data = design(games=[bar], contestants=predictors, repetitions=3)
    table = groups(Run(played(data, tmp_path / "run"))).table
    crowd = table[table["contestant"] == EVERYBODY].set_index("measure")
    means = crowd["value"].to_dict()
    assert abs(means["attendance less capacity"]) < 2
    assert 0 < means["efficiency"] <= 1
    level = crowd.loc["attendance"]
    assert len(level) == 20
    assert (level["clusters"] == 3).all()


def test_equilibrium_players_vary_as_a_binomial_does_and_do_not_sort(tmp_path: Path) -> None:
    bar = {"name": "el_farol", "params": {"players": 10, "capacity": 6, "rounds": 25}}
    both = [{"agent": "equilibrium"}, {"name": "same", "agent": "equilibrium"}]
    data = design(games=[bar], contestants=both, repetitions=12)
    table = groups(Run(played(data, tmp_path / "run"))).table
    crowd = table[table["contestant"] == EVERYBODY].set_index("measure")
    for measure, truth in (("variance against binomial", 1.0), ("sorting", 0.0)):
        row = crowd.loc[measure]
        assert row["low"] < truth < row["high"]


def test_levels_of_reasoning_of_a_mixed_group_are_found(tmp_path: Path) -> None:
    guess = {"name": "guess_two_thirds", "params": {"players": 6}}
    thinkers = [
        {"name": f"level {k}", "agent": "level_k", "level": k, "noise": 0.5} for k in (1, 2, 3)
    ]
    data = design(games=[guess], contestants=thinkers, repetitions=10)
    run = Run(played(data, tmp_path / "run"))
    found = groups(run).table
    for k in (1, 2, 3):
        assert shares(found, "guess_two_thirds", "level of reasoning", f"level {k}")[str(k)] > 0.95


def angry_gives_less(instructions: str, _said: str, chance: Random) -> str:
    """It contributes 12 of 20 points, give or take two; angry, 6."""
    level = 6 if "angry" in instructions else 12
    return str(level + chance.randint(-2, 2))


@pytest.mark.usefixtures("key")
def test_an_effect_in_groups_is_found_wherever_the_arms_sit(tmp_path: Path) -> None:
    emotions: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]
    script = {"name": "c", "agent": "conditional_contributor"}

    def among_three(url: str) -> dict[str, Any]:
        panel = {"kind": "panel", "panel": ["c", "c", "c"]}
        rows = [contestant(url, emotions), script]
        return design(
            games=[goods(rounds=2)], contestants=rows, schedule=panel, repetitions=10,
            concurrency=16,
        )  # fmt: skip

    run = stubbed(tmp_path / "run", model(angry_gives_less), among_three)
    table = effects(run, EffectsRequest(outcomes=["contribution", "payoff"])).table
    row = table[table["outcome"] == "contribution"].iloc[0]
    assert row["effect"] == pytest.approx(-0.3, abs=0.05)
    assert row["low"] < -0.3 < row["high"]
    assert row["units"] == row["n"] == 20
    assert row["clusters"] == 10
    assert table[table["outcome"] == "payoff"].iloc[0]["effect"] > 0


@pytest.mark.usefixtures("key")
def test_an_effect_is_found_where_both_arms_sit_in_one_group(tmp_path: Path) -> None:
    """Some groups hold angry and calm players, who see the same contributions."""
    emotions: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]

    def mixed(url: str) -> dict[str, Any]:
        return design(
            games=[goods(players=3)], contestants=[contestant(url, emotions)],
            schedule={"kind": "groups", "mixes": "one"}, repetitions=12, concurrency=16,
        )  # fmt: skip

    run = stubbed(tmp_path / "run", model(angry_gives_less), mixed)
    seated = [set(transcript.match.seats) for transcript in run.matches()]
    assert sum(len(seats) == 2 for seats in seated) >= len(seated) / 3
    table = effects(run, EffectsRequest(outcomes=["contribution"])).table
    (row,) = table[table["outcome"] == "contribution"].to_dict("records")
    assert row["low"] < -0.3 < row["high"]
    assert row["high"] < -0.2
    assert row["clusters"] == 12


def test_games_without_groups_are_refused(tmp_path: Path) -> None:
    kuhn = Run(played(design(repetitions=1), tmp_path / "run"))
    with pytest.raises(BadInput, match="no game that is described by groups"):
        groups(kuhn)
    assert payoff_steps(kuhn).empty


def test_the_report_says_everything_once(run: Run, tmp_path: Path) -> None:
    report = groups_report(groups(run, ["stated"]))
    with (tmp_path / "out").open("w+") as stream:
        report.text(stream)
        stream.seek(0)
        said = stream.read()
    assert said.count("human_mix · stated") == 1
    assert "conditional cooperator" in said
    assert "People: andreozzi2020_types (data); see `arena baseline`." in " ".join(said.split())
    assert '"groups"' in report.json()
    assert "tabular" in report.latex()
