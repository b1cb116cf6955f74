"""The table of effects of real runs, of models of which the truth is known."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import games
from arena.analysis.due_decisions import DueDecisions
from arena.analysis.effects import COLUMNS, NOBODY, EffectsRequest, effects
from arena.record.run import Run
from games import BadInput
from games.core.solve import exploitability
from games.core.tree import build
from ratings.core.emotion.effects import LEVELS
from tests.arena.analysis.stub_models import attrit, contestant, dilemma, model, played, react
from tests.arena.designs import MODES, design
from tests.arena.designs import played as scripted

ANGRY: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]
pytestmark = pytest.mark.usefixtures("key")


def attrition(folder: Path, seed: int) -> Run:
    return played(
        folder, model(attrit, seed), lambda url: dilemma(url, ANGRY, repetitions=40, seed=seed)
    )


def refuses_to_rise(run: Run) -> None:
    """Who would defect refuses, so that its cooperation seems to rise."""
    table = effects(run, EffectsRequest(outcomes=["cooperation"])).table
    assert len(table) == 1
    found = table.iloc[0]
    assert found["effect"] > 0
    assert found["arrow"] == ""
    # Within four standard errors of 80 decisions. Asked twice more, it refuses all three times in
    # .6 ** 3 of all cases.
    assert found["bound_low"] == pytest.approx(-0.4, abs=0.28)
    assert found["bound_high"] == pytest.approx(0.2, abs=0.28)
    assert found["fault"] == pytest.approx(0.6**3, abs=0.19)
    assert found["fault"] + found["refused"] == pytest.approx(0.6, abs=0.22)
    assert found["legal"] == pytest.approx(0.4, abs=0.22)
    assert found["reference_legal"] == 1


@pytest.fixture(scope="module")
def lossy(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return attrition(tmp_path_factory.mktemp("attrit") / "run", 0)


def test_refusals_are_no_rise(lossy: Run) -> None:
    refuses_to_rise(lossy)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 20))
def test_refusals_are_no_rise_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    refuses_to_rise(attrition(tmp_path / "run", seed))


def decisions(run: Run, outcome: str = "cooperation") -> pd.DataFrame:
    (key,) = run.manifest.design["games"]
    table = DueDecisions(run, key, {"m none", "m anger"}).table
    return table[table["outcome"] == outcome]


def test_every_decision_that_was_made_keeps_its_partner(lossy: Run) -> None:
    table = decisions(lossy)
    places = {
        name: set(map(tuple, rows[["cluster", "unit"]].to_numpy()))
        for name, rows in table[table["value"].notna()].groupby("contestant")
    }
    assert 0 < len(places["m anger"]) < len(places["m none"])
    assert places["m anger"] <= places["m none"]
    assert (table["value"].isna() == table["lost"].isin(["fault", "void"])).all()


def test_interruption_and_growth_change_no_name(tmp_path: Path) -> None:
    def grown(repetitions: int) -> Callable[[str], dict[str, Any]]:
        return lambda url: dilemma(url, ANGRY, repetitions=repetitions)

    # The same answer to the same words, so that runs can be compared decision by decision.
    def choose(instructions: str, said: str, _chance: Random) -> str | None:
        return ("cooperate", "defect", None)[Random(instructions + said).randrange(3)]

    runs = [
        played(tmp_path / name, model(choose), grown(repetitions), limit)
        for name, repetitions, limit in (("cut", 12, 30), ("whole", 12, None), ("grown", 20, None))
    ]
    cut, whole, more = (set(map(tuple, decisions(run).astype(str).to_numpy())) for run in runs)
    assert 0 < len(cut) < len(whole) <= len(more)
    assert cut <= whole <= more


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def design_of(url: str) -> dict[str, Any]:
        probe = {"name": "probe", "agent": "display_probe", "strategy": "tit_for_tat"}
        return dilemma(
            url, MODES, repetitions=12, schedule={"kind": "panel", "panel": ["probe"]},
            contestants=[contestant(url, MODES), probe],
            games=[{"name": "prisoners_dilemma", "params": {"rounds": 4}}],
        )  # fmt: skip

    return played(tmp_path_factory.mktemp("react") / "run", model(react), design_of)


def test_reacting_to_what_is_shown_is_perceiving(shown: Run) -> None:
    table = effects(shown, EffectsRequest(outcomes=["cooperation"])).table
    by_name = table.set_index("contrast")
    assert [*by_name.index] == ["perceiving", "reporting", "showing", "choosing", "told"]
    assert [*by_name["effect"]] == [0.75, 0, 0, 0, 0]
    assert [*by_name["arrow"]] == ["+", "", "", "", ""]
    others = by_name.iloc[1:]
    assert ((others["low"] < 0) & (others["high"] > 0)).all()
    assert set(by_name["emotion"]) == {""}
    assert [*by_name["note"]] == ["", "", NOBODY, NOBODY, NOBODY]  # the probe perceives nothing


def believes(instructions: str, _said: str, _chance: Random) -> str:
    """It cooperates if it is told that the other player sees its emotion."""
    return "cooperate" if "other player sees" in instructions else "defect"


def test_steps_about_displays_rest_on_matches_with_somebody_who_sees(tmp_path: Path) -> None:
    def design_of(url: str) -> dict[str, Any]:
        watcher = contestant(url, [{"mode": "hidden"}], name="watcher")
        return dilemma(
            url, MODES, repetitions=10,
            schedule={"kind": "panel", "panel": ["watcher", "cooperator"]},
            contestants=[contestant(url, MODES), watcher, {"agent": "cooperator"}],
            games=[{"name": "prisoners_dilemma", "params": {"rounds": 2}}],
        )  # fmt: skip

    run = played(tmp_path / "run", model(believes), design_of)
    table = effects(run, EffectsRequest(outcomes=["cooperation"])).table.set_index("contrast")
    assert table["effect"].to_dict() == {
        "perceiving": 0, "reporting": 0, "showing": 1, "choosing": 0, "told": 1,
    }  # fmt: skip
    assert table["arrow"].to_dict() == {
        "perceiving": "", "reporting": "", "showing": "+", "choosing": "", "told": "+",
    }  # fmt: skip
    assert set(table["note"]) == {""}
    assert table["n"]["showing"] == table["n"]["perceiving"] / 2


def test_families_are_apart(shown: Run) -> None:
    table = effects(shown).table
    assert list(table.columns) == list(COLUMNS)
    assert set(table["family"]) == {"choices", "details", "reports"}
    alone = effects(shown, EffectsRequest(outcomes=["cooperation", "payoff"])).table
    choices = table[table["family"] == "choices"]
    assert [*choices["holm"]] == [*alone["holm"]]
    assert {"cooperation after DC", "cooperation, first round"} <= set(
        table["outcome"][table["family"] == "details"]
    )
    reports = table[table["family"] == "reports"]
    assert set(reports["outcome"]) == {"felt neutral", "felt intensity"}
    assert (reports["effect"] == 0).all()


def test_levels_hold_each_arm_once(shown: Run) -> None:
    found = effects(shown, EffectsRequest(outcomes=["cooperation"]))
    assert len(found.levels) == len(MODES)
    assert set(found.levels.columns) > set(LEVELS)
    assert found.levels.set_index("arm")["level"].to_dict()["absent"] == 0


def told_anything(instructions: str, _said: str, _chance: Random) -> str:
    """It cooperates once its instructions speak of a state that can affect its decisions."""
    return "cooperate" if "can affect" in instructions else "defect"


def test_what_a_placebo_does_too_is_no_effect_of_an_emotion(tmp_path: Path) -> None:
    arms = [*ANGRY, {"induced": "placebo"}]
    run = played(
        tmp_path / "run", model(told_anything), lambda url: dilemma(url, arms, repetitions=12)
    )
    table = effects(run, EffectsRequest(outcomes=["cooperation"])).table
    found = table.set_index(["arm", "reference"])["arrow"].to_dict()
    assert found == {("anger", "none"): "+", ("anger", "placebo"): "", ("placebo", "none"): "+"}
    assert [*table["contrast"]] == ["against none", "against placebo", "against none"]


def maniac(instructions: str, said: str, _chance: Random) -> str:
    """Angry, it bets and calls; otherwise it checks and folds."""
    free = "check" in said.rsplit("You can answer", 1)[-1]
    if "angry" in instructions:
        return "bet" if free else "call"
    return "check" if free else "fold"


@pytest.fixture(scope="module")
def poker(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def design_of(url: str) -> dict[str, Any]:
        return dilemma(
            url, ANGRY, repetitions=24, games=[{"name": "kuhn_poker"}],
            schedule={"kind": "panel", "panel": ["uniform"]},
            contestants=[contestant(url, ANGRY), {"agent": "uniform"}],
        )  # fmt: skip

    return played(tmp_path_factory.mktemp("poker") / "run", model(maniac), design_of)


def test_anger_at_the_poker_table(poker: Run) -> None:
    table = effects(poker).table.set_index("outcome")
    assert table.loc[["bet", "bluff", "call"], "effect"].tolist() == [1, 1, 1]
    assert table.loc["bet", "arrow"] == "+"
    assert {"payoff", "regret", "call of a bluff"} <= set(table.index)
    sets = [f"bet with {card} {when}" for card in "JQK" for when in ("first", "after check")]
    sets += [f"call with {card} after bet" for card in "JQK"]
    assert set(sets) <= set(table.index)
    assert table.loc["bet with K first", "effect"] == 1
    # To call with the jack loses a point more than to fold; to fold the king loses three.
    costs = table.loc["regret"]
    assert costs["reference_level"] > 0
    assert costs["level"] > 0


def test_what_the_best_opponent_wins_is_an_outcome_of_a_policy(tmp_path: Path) -> None:
    def design_of(url: str) -> dict[str, Any]:
        return dilemma(
            url, ANGRY, repetitions=8, games=[{"name": "kuhn_poker"}],
            schedule={"kind": "elicitation"}, contestants=[contestant(url, ANGRY)],
        )  # fmt: skip

    run = played(tmp_path / "run", model(maniac), design_of)
    found = effects(run, EffectsRequest(outcomes=["exploitability"])).table.iloc[0]
    tree = build(games.load("kuhn_poker"))
    taken = {
        name: np.concatenate([[option in actions for option in row] for row in tree.actions])
        for name, actions in {"angry": ("bet", "call"), "calm": ("check", "fold")}.items()
    }
    truth = {name: exploitability(tree, policy.astype(float)) for name, policy in taken.items()}
    assert found["level"] == pytest.approx(truth["angry"])
    assert found["reference_level"] == pytest.approx(truth["calm"])
    assert found["effect"] == pytest.approx(truth["angry"] - truth["calm"])
    assert (found["n"], found["units"], found["clusters"]) == (96, 8, 8)
    # Every cluster says the same, and a pseudo-value has no limits: the error is not known.
    assert found[["low", "high", "size", "bounds_low", "bounds_high"]].isna().all()
    assert found["arrow"] == ""


def test_a_policy_that_is_known_in_part_has_no_exploitability(poker: Run) -> None:
    table = effects(poker, EffectsRequest(outcomes=["exploitability"])).table
    assert table.empty  # who always bets is never asked about a bet after a check of its own


def test_deals_are_the_clusters_at_the_poker_table(poker: Run) -> None:
    table = decisions(poker, "bet")
    assert table["cluster"].nunique() == 24
    assert set(table["cluster"]) == {
        f"{seed:016x}" for (seed,) in poker.rows("SELECT seed FROM matches")
    }


def test_causes_are_apart_unless_they_are_pooled(tmp_path: Path) -> None:
    causes = [{"induced": "anger", "cause": cause} for cause in ("coplayer", "external")]
    event = {"induced": "anger", "cause": "coplayer", "state": False}
    arms: list[dict[str, Any]] = [{"induced": "none"}, *causes, event]
    run = played(
        tmp_path / "run", model(told_anything), lambda url: dilemma(url, arms, repetitions=2)
    )
    apart = effects(run, EffectsRequest(outcomes=["cooperation"])).table
    pairs = {(row["arm"], row["reference"], row["cause"]) for _, row in apart.iterrows()}
    assert pairs == {
        ("anger (coplayer)", "none", "coplayer"),
        ("anger (external)", "none", "external"),
        ("anger (coplayer, event alone)", "none", "coplayer"),
        ("anger (coplayer)", "anger (coplayer, event alone)", "coplayer"),
    }
    assert set(apart["note"]) == {"too few clusters"}
    pooled = effects(run, EffectsRequest(outcomes=["cooperation"], pooled=["cause"])).table
    assert pooled["arm"][0] == "anger"
    assert set(pooled["cause"]) == {""}
    assert pooled["n"][0] == 2 * apart["n"][0]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (EffectsRequest(games=["chess"]), "unknown game of this run 'chess'"),
        (EffectsRequest(outcomes=["cooperating"]), "did you mean 'cooperation'"),
        (EffectsRequest(emotions=["joy"]), "unknown induced emotion of this run 'joy'"),
        (EffectsRequest(contrasts=["shown"]), "did you mean 'showing'"),
    ],
)
def test_a_name_nobody_knows_is_refused(shown: Run, request_: EffectsRequest, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        effects(shown, request_)


def test_a_design_without_arms_has_no_effects(tmp_path: Path) -> None:
    run = Run(scripted(design(repetitions=1), tmp_path / "run"))
    with pytest.raises(BadInput, match=r"no two contestants .* differ in emotion.induced alone"):
        effects(run)


def test_outcomes_alone_tell_no_effects(tmp_path: Path) -> None:
    run = Run(scripted(design(repetitions=1, record="outcomes"), tmp_path / "run"))
    with pytest.raises(BadInput, match="keeps outcomes only"):
        effects(run)
