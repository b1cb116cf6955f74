"""`arena rate`, `arena power` and `Run.ratings` on recorded runs."""

import csv
import json
import sqlite3
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

import ratings
from agents.equilibrium import kuhn
from agents.fixed import Fixed
from arena import api
from arena.analysis.rating import BY, Request, labelled, rate
from arena.analysis.treatments import step_arms
from arena.analysis.tree_paths import plays
from arena.design.tournament import Tournament
from arena.planning.plan import plan
from arena.planning.power import Question, needs
from arena.planning.share import NOTHING, Range
from arena.record.run import Run
from arena.report.leaderboard import leaderboard, method_report
from arena.report.leaderboard_data import rating_csv, rating_json
from arena.report.power import power_report
from games import BadInput
from games.core.policy import Policy
from games.core.solve import expected_payoffs
from games.core.tree import Tree, build
from games.kuhn_poker import KuhnPoker
from tests.arena.designs import KUHN, PLAYERS, arena, design, played, toml

LLM = {
    "agent": "llm", "model": "p/m", "language": "en",
    "emotion": {"mode": "absent", "induced": "none", "cause": "simple"},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(design(repetitions=6), tmp_path_factory.mktemp("rated") / "run")


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A run in which the bold one gave no legal action in some of its matches."""
    run = played(design(repetitions=6), tmp_path / "spoilt")
    with sqlite3.connect(run / "run.sqlite") as db:
        lost = db.execute(
            "SELECT match, seat FROM seats JOIN matches ON match = id"
            " WHERE contestant = 'bold' AND repetition < 2"
        ).fetchall()
        for match, seat in lost:
            db.execute("UPDATE seats SET payoff = NULL WHERE match = ?", (match,))
            db.execute(
                "UPDATE matches SET ending = 'void', ended_by = ?, verdict = 'illegal'"
                " WHERE id = ?",
                (seat, match),
            )
    return run


def emotional(**emotion: Any) -> dict[str, Any]:
    return {**LLM, "emotion": {**LLM["emotion"], **emotion}}  # type: ignore[dict-item]


def test_where_no_group_is_the_largest_there_is_no_overall_rating(tmp_path: Path) -> None:
    dilemma = {"name": "prisoners_dilemma", "contestants": ["tit for tat", "grim", "defector"]}
    games = [{**KUHN, "contestants": ["equilibrium", "uniform", "maniac"]}, dilemma]
    machines = [{"agent": "grim"}, {"agent": "defector"}, {"agent": "maniac"}]
    data = design(games=games, contestants=[*PLAYERS[:3], *machines])
    run = Run(played(data, tmp_path / "run"))
    rated, stream = rate([run], Request()), StringIO()
    leaderboard(rated, stream)
    assert "Nobody is rated: no largest group" in stream.getvalue()
    assert json.loads(rating_json(rated))["overall"] == []
    assert len(list(csv.DictReader(StringIO(rating_csv(rated))))) == 6
    assert set(api.Run(run.folder).ratings()["game"]) == {"kuhn_poker", "prisoners_dilemma"}
    run.close()


@pytest.mark.parametrize("method", ratings.available())
def test_every_method_is_a_call_away(method: str, folder: Path) -> None:
    table = api.Run(folder).ratings(method.replace("_", "-"), games=["kuhn_poker"], rounds=50)
    assert list(table.columns) == ["game", *ratings.load(method).columns]
    assert sorted(table["contestant"]) == ["bold", "equilibrium", "uniform"]
    assert set(table["game"]) == {"kuhn_poker"}


def test_ratings_are_those_of_the_command_line(folder: Path) -> None:
    table = api.Run(folder).ratings("bradley-terry", seed=3)
    printed = arena("rate", folder, "--method", "bradley-terry", "--seed", 3, "--csv").stdout
    rows = list(csv.DictReader(StringIO(printed)))
    low = [float(row["low"] or "nan") for row in rows]
    assert low == pytest.approx(table["low"].tolist(), nan_ok=True)
    assert not np.isnan(low).all()
    assert [row["contestant"] for row in rows] == table["contestant"].tolist()


def test_the_json_document_says_what_it_rests_on(folder: Path) -> None:
    document = json.loads(arena("rate", folder, "--json", "--void", "forfeit").stdout)
    assert document["settings"] == {
        "voids": "forfeit", "by": None, "rounds": 1000, "seed": 0, "interval": 0.95,
    }  # fmt: skip
    poker = document["games"]["kuhn_poker"]
    assert (poker["matches"], poker["comparisons"], poker["clusters"]) == (36, 18, 6)
    assert any("only 6 clusters" in remark for remark in poker["remarks"])
    assert 0 < poker["transitivity"]["p"] <= 1
    best = poker["contestants"][0]
    assert best["low"] < best["rating"] < best["high"]


def test_a_method_is_printed_with_what_its_columns_mean(folder: Path) -> None:
    stream = StringIO()
    asked = Request.checked("rationality", ["kuhn_poker"])
    method_report(rate([Run(folder)], asked), stream)
    out = stream.getvalue()
    assert "lambda, per point, at the greatest likelihood" in " ".join(out.split())
    assert "first: dealt J" in out
    assert max(map(len, out.splitlines())) <= 100


def test_payoffs_are_corrected_for_luck_against_scripted_opponents(folder: Path) -> None:
    table = api.Run(folder).ratings("control-variates", games=["kuhn_poker"])
    assert (table["corrected"] == table["paid"]).all()
    tree = build(KuhnPoker())
    bold = Fixed(actions=("bet", "call")).policy_in(tree)
    assert bold is not None
    policies = {"equilibrium": kuhn(1 / 3), "uniform": tree.table(tree.uniform()), "bold": bold}
    luck = {"corrected": 0.0, "plain": 0.0}
    for _, row in table.iterrows():
        own = policies[row["contestant"]]
        others = [policy for policy in policies.values() if policy is not own]
        exact = sum(
            float(expected_payoffs(tree, seated(tree, seat, own, other))[seat]) / 4
            for other in others
            for seat in (0, 1)
        )
        for way in luck:
            luck[way] += abs(row[f"{way}_payoff"] - exact)
    assert luck["corrected"] < luck["plain"] / 2


def seated(tree: Tree, seat: int, own: Policy, other: Policy) -> Any:
    return np.where(tree.spread(tree.owner) == seat, tree.array(own), tree.array(other))


def test_the_rule_of_correction_is_printed_and_where_it_does_not_apply(folder: Path) -> None:
    stream = StringIO()
    method_report(rate([Run(folder)], Request.checked("control-variates")), stream)
    out = stream.getvalue()
    assert max(map(len, out.splitlines())) <= 100
    assert all(f" {name} " in out for name in ("equilibrium", "tit for tat"))
    told = " ".join(out.split())
    assert "Rule: a match against opponents whose every probability is known counts" in told
    reason = "prisoners_dilemma is no game of private deals and open play, once"
    assert f"Nothing is corrected: {reason}." in told


def test_a_policy_that_its_owner_did_not_play_is_not_used(folder: Path) -> None:
    run = Run(folder)
    run.manifest.design["contestants"]["bold"]["actions"] = ["check", "fold", "bet", "call"]
    assert set(plays([run], "kuhn_poker", run.game("kuhn_poker")).policies) == {
        "equilibrium", "uniform",
    }  # fmt: skip


def test_the_report_fits_a_terminal_of_100_columns(folder: Path) -> None:
    stream = StringIO()
    leaderboard(rate([Run(folder)], Request()), stream)
    assert max(map(len, stream.getvalue().splitlines())) <= 100


def test_two_runs_of_one_design_share_clusters_and_not_matches(
    folder: Path, tmp_path: Path
) -> None:
    again = played(design(repetitions=6), tmp_path / "again")
    one, two = (
        rate(runs, Request()).records["kuhn_poker"]
        for runs in ([Run(folder)], [Run(folder), Run(again)])
    )
    assert two.matches == 2 * one.matches
    assert len(two.comparisons) == 2 * len(one.comparisons)
    assert two.clusters == one.clusters == 6  # the same chance seeds


def test_a_cluster_is_a_seed_with_its_paraphrase(folder: Path) -> None:
    run = Run(folder)
    seats = run.seats()
    conditions = {m.match.id: (m.match.seed, m.match.wording) for m in run.matches()}
    blocks = seats.assign(condition=seats["match"].map(conditions), one=1)
    pairs = blocks.groupby(["game", "cluster", "condition"])["one"].count()
    assert len(pairs) == blocks["cluster"].nunique() == blocks["condition"].nunique() == 2 * 6
    assert len({wording.paraphrase for _, wording in conditions.values()}) > 1


def test_a_method_may_be_spelled_either_way(folder: Path) -> None:
    one, two = (api.Run(folder).ratings(name) for name in ("bradley-terry", "bradley_terry"))
    assert one.equals(two)


@pytest.mark.parametrize(("by", "rated"), [("model", {"p/m", "p/n"}), ("language", {"en", "de"})])
def test_contestants_are_rated_by_what_they_have_in_common(
    by: str, rated: set[str], tmp_path: Path
) -> None:
    """Of scripted players that pass for models: no reply is needed to know who is who."""
    run = api.Run(played(design(repetitions=2, games=[KUHN]), tmp_path / "run"))
    models = [("p/m", "en"), ("p/m", "de"), ("p/n", "de")]
    contestants = run.record.manifest.design["contestants"]
    for name, (model, language) in zip(KUHN["contestants"], models, strict=True):
        contestants[name] |= {"model": model, "language": language}
    table = run.ratings(by=by)
    assert set(table["contestant"]) == rated
    # Each label is compared in what its contestants were compared in with those of the other.
    assert set(table["comparisons"]) == {4}


def test_runs_that_mean_different_things_by_a_name_are_not_mixed(
    folder: Path, tmp_path: Path
) -> None:
    other = [{"agent": "uniform"}, {"name": "bold", "agent": "fixed", "actions": ["bet", "fold"]}]
    small = design(games=[{**KUHN, "contestants": ["uniform", "bold"]}], contestants=other)
    second = played(small, tmp_path / "other")
    done = arena("rate", folder, second)
    assert done.returncode == 2
    assert "contestant 'bold' of" in done.stderr
    assert "rate them apart" in done.stderr


def test_void_matches_stand_on_the_leaderboard_with_bounds(spoilt: Path) -> None:
    stream = StringIO()
    leaderboard(rate([Run(spoilt)], Request()), stream)
    out = " ".join(stream.getvalue().split())
    assert "Drop: a void match takes with it all matches of its players" in out
    assert "Bounds, if void matches had ended as badly or as well as possible (by the rules" in out
    assert "The three void rules" in out


def test_the_void_rules_give_what_they_say(spoilt: Path) -> None:
    tables = {
        voids: api.Run(spoilt).ratings("mean-payoff", games=["kuhn_poker"], voids=voids)
        .set_index("contestant")["mean_payoff"]
        for voids in ("drop", "impute")
    }  # fmt: skip
    assert tables["impute"]["bold"] < tables["drop"]["bold"]
    bold = api.Run(spoilt).ratings("bradley-terry", games=["kuhn_poker"], voids="forfeit")
    row = bold.set_index("contestant").loc["bold"]
    assert row["worst_case"] == row["rating"] == row["best_case"]  # nothing is left undecided


def test_a_run_is_rated_by_what_contestants_have_in_common(folder: Path) -> None:
    table = api.Run(folder).ratings("bradley-terry", by="agent", games=["kuhn_poker"])
    assert sorted(table["contestant"]) == ["equilibrium", "fixed", "uniform"]


def test_every_property_is_found_in_an_identity() -> None:
    found = {
        by: labelled({"x": emotional(induced="fear"), "tft": {"agent": "tit_for_tat"}}, by)
        for by in BY
    }
    assert found == {
        "model": {"x": "p/m", "tft": "tft"},
        "mode": {"x": "absent", "tft": "tft"},
        "language": {"x": "en", "tft": "tft"},
        "emotion": {"x": "fear", "tft": "tft"},
        "cause": {"x": "simple", "tft": "tft"},
        "agent": {"x": "llm", "tft": "tit_for_tat"},
    }


def identities(**emotions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Models under these emotional conditions, as a record has them: with every switch."""
    models = [
        {"agent": "llm", "name": name, "model": "openai/x", "emotion": emotion}
        for name, emotion in emotions.items()
    ]
    data = design(games=[{"name": "kuhn_poker"}], contestants=[*models, {"agent": "uniform"}])
    found: dict[str, dict[str, Any]] = Tournament(data).content["contestants"]
    return found


def test_arms_differ_in_their_mode_alone() -> None:
    found = identities(
        a={},
        h={"mode": "hidden"},
        fa={"induced": "fear"},
        fh={"induced": "fear", "mode": "hidden"},
        v={"mode": "visible"},
        untold={"mode": "visible", "told": False},
        watching={"mode": "absent", "perceives": True},
        m={"mode": "manipulative"},
    )
    found["german"] = {**found["m"], "language": "de"}
    arms = step_arms(found)
    assert {name: arm.arm for name, arm in arms.items()} == {
        "a": "absent",
        "watching": "absent + perceives",
        "h": "hidden",
        "v": "visible",
        "untold": "visible, not told",
        "m": "manipulative",
        "fa": "absent",
        "fh": "hidden",
    }
    shared = {name: arm.contestant for name, arm in arms.items()}
    assert shared["fa"] == shared["fh"] != shared["a"]
    assert len({shared[name] for name in ("a", "watching", "h", "v", "untold", "m")}) == 1


def test_the_steps_of_the_mode_stand_first_in_the_report(tmp_path: Path) -> None:
    """Of scripted players that pass for models in three arms."""
    run = Run(played(design(repetitions=6, games=[KUHN]), tmp_path / "run"))
    models = identities(a={}, p={"perceives": True}, h={"mode": "hidden"})
    for name, model in zip(KUHN["contestants"], "aph", strict=True):
        run.manifest.design["contestants"][name] = models[model]
    rated = rate([run], Request())
    assert set(rated.effects["contrast"]) == {"perceiving", "reporting"}
    assert set(rated.effects["outcome"]) == {"payoff"}
    stream = StringIO()
    leaderboard(rated, stream)
    out = stream.getvalue()
    assert (
        0 < out.index("Steps of the emotion mode") < out.index("perceiving") < out.index(" rank ")
    )
    assert json.loads(rating_json(rated))["effects"][0]["outcome"] == "payoff"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"method": "ello"}, "unknown rating method 'ello'; did you mean 'elo'"),
        ({"by": "mod"}, "unknown property to rate by 'mod'; did you mean 'mode'"),
        ({"voids": "keep"}, r"unknown void rule 'keep' \(known: drop, forfeit, impute\)"),
        ({"games": ["poker"]}, "unknown game of this run 'poker'"),
        ({"rounds": -1}, "rounds must be a whole number from 0, not -1"),
    ],
)
def test_mistakes_are_named(asked: dict[str, Any], words: str, folder: Path) -> None:
    with pytest.raises(BadInput, match=words):
        rate([Run(folder)], Request.checked(**asked))


def test_one_form_at_a_time(folder: Path) -> None:
    done = arena("rate", folder, "--json", "--csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--json and --csv exclude each other" in done.stderr


def test_outcomes_alone_hold_no_decisions(tmp_path: Path) -> None:
    run = Run(played(design(repetitions=2, record="outcomes"), tmp_path / "outcomes"))
    assert len(api.Run(run.folder).ratings("elo")) > 0
    with pytest.raises(BadInput, match="keeps outcomes only"):
        api.Run(run.folder).ratings("regret", games=["kuhn_poker"])


def test_power_says_what_a_design_needs(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(design()))
    command = ("power", tmp_path / "t.toml", "--effect", 0.1, "--price", 0.001)
    document = json.loads(arena(*command, "--json").stdout)
    poker = [need for need in document["needs"] if need["game"] == "kuhn_poker"]
    assert [need["scheme"] for need in poker] == [
        "independent matches", "mirrored, on the same deals", "mirrored, with control variates",
    ]  # fmt: skip
    alone, mirrored, calm = (need["matches"] for need in poker)
    # Standard deviations of 1.4 for single hands: n = (1.96 + .84)^2 x 2 x 1.4^2 / .1^2.
    assert alone == pytest.approx(7.85 * 2 * 1.39**2 / 0.01, rel=0.15)
    assert calm < mirrored / 2 < alone / 4
    assert poker[0]["both"]["cost"]["expected"] == pytest.approx(2 * poker[0]["decisions"] * 0.001)
    printed = arena(*command, "--unit", "elo", "--game", "kuhn_poker").stdout
    assert "To tell two contestants 0.1 points of Elo apart" in printed
    assert "control variates" not in printed


def test_the_cost_of_power_is_what_a_plan_comes_to() -> None:
    names = ("openai/gpt-4o-mini", "openai/own")
    models: list[dict[str, Any]] = [{"agent": "llm", "name": n, "model": n} for n in names]
    poker = {"name": "kuhn_poker"}
    data = design(games=[poker], contestants=[*models, {"agent": "equilibrium"}], repetitions=2)
    asked = Question(0.5)
    answer, share = needs(Tournament(data), asked), plan(Tournament(data)).contestants
    one, other = share["openai/gpt-4o-mini"], share["openai/own"]
    assert one.cost is not None
    for need in answer.needs:
        assert need.decisions is not None
        both = need.both
        assert both is not None
        assert both.cost is not None
        per = 2 * need.decisions
        assert both.decisions.expected == per
        assert both.cost.expected == pytest.approx(per * one.cost.expected / one.decisions.expected)
        assert both.cost.low < both.cost.expected < both.cost.high
        each = [who.prompt.expected / who.decisions.expected for who in (one, other)]
        assert both.prompt.expected == pytest.approx(per * fmean(each))
        assert both.calls.expected == pytest.approx(per * 1.1)  # a tenth is asked for again
    assert answer.unpriced == ("openai/own",)
    stream = StringIO()
    power_report(answer, asked, stream)
    assert max(map(len, stream.getvalue().splitlines())) <= 100
    assert "Price unknown, and left out: openai/own." in " ".join(stream.getvalue().split())


def test_the_cost_of_power_may_be_unknown_stated_or_nothing() -> None:
    own = {"agent": "llm", "name": "own", "model": "openai/own"}
    base = {"games": [{"name": "kuhn_poker"}], "repetitions": 2}

    def costs(*players: dict[str, Any], price: float | None = None) -> set[Range | None]:
        data = design(**base, contestants=[*players, {"agent": "equilibrium"}])
        found = needs(Tournament(data), Question(0.5, price=price)).needs
        return {need.both.cost for need in found if need.both is not None}

    assert costs(own) == {None}
    assert costs(own, price=0) == {NOTHING}
    assert costs({"agent": "uniform"}) == {NOTHING}
    assert costs(own, {"agent": "llm", "model": "embedded/smollm2"}) == {NOTHING}
    printed = StringIO()
    data = design(**base, contestants=[own, {"agent": "equilibrium"}])
    power_report(needs(Tournament(data), Question(0.5)), Question(0.5), printed)
    assert "unknown" in printed.getvalue().split()


@pytest.mark.parametrize(
    ("question", "games", "words"),
    [
        (Question(0), (), "effect must be above 0, not 0"),
        (Question(1, power=1), (), "power must be between 0 and 1, not 1"),
        (Question(1, unit="chip"), (), "unknown unit 'chip'"),
        (Question(1), ("chess",), "unknown game of this design 'chess'"),
    ],
)
def test_power_refuses_what_cannot_be_asked(
    question: Question, games: tuple[str, ...], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        needs(Tournament(design()), question, games)


def test_half_played_pairs_are_left_out_and_counted(tmp_path: Path) -> None:
    poker = {"name": "kuhn_poker"}
    players = [{"agent": "equilibrium"}, {"agent": "uniform"}]
    cut = played(design(games=[poker], contestants=players), tmp_path, limit=5)
    (found,) = rate([Run(cut)], Request.checked(None)).records.values()
    assert (found.matches, len(found.comparisons), found.unfinished) == (5, 2, 1)
    printed = arena("rate", cut).stdout
    assert "1 comparison(s) left out: not all of their mirrored matches are played yet" in printed
