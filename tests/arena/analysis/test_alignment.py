"""`arena align`, `arena baseline`, `arena list baselines`: from a recorded run to tables."""

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from arena.analysis.alignment import BEST, MIXTURE, align
from arena.analysis.arms import inductions
from arena.analysis.human_measures import measured
from arena.record.run import Run
from arena.report.tables import Sheet, as_latex, draw
from games import BadInput
from ratings.core.human.arrows import Arm
from ratings.core.human.studies import baselines
from tests.arena.designs import arena, design, played
from tests.loopback import Loopback, Reply

PEOPLE = ["engel2011_plain", "moblab2024_offer", "moblab2024_acceptance"]
BARGAINERS: list[dict[str, Any]] = [
    {"name": "calm", "agent": "human_sample", "baselines": PEOPLE, "shift": 40},
    {
        "name": "angry",
        "agent": "human_sample",
        "baselines": PEOPLE,
        "shift": 40,
        "emotion": {"induced": "anger", "cause": "coplayer"},
    },
    {"agent": "fair"},
]
GAMES: list[dict[str, Any]] = [
    {"name": "dictator", "params": {"price": "1/2"}, "contestants": ["calm", "angry", "fair"]},
    {"name": "ultimatum", "contestants": ["calm", "angry", "fair"]},
    {
        "name": "ultimatum",
        "id": "low",
        "params": {"fixed_offer": 20},
        "contestants": ["calm", "angry", "fair"],
    },
    {
        "name": "prisoners_dilemma",
        "params": {"rounds": 3},
        "contestants": ["tit_for_tat", "defector"],
    },
    {"name": "battle_of_the_sexes", "contestants": ["tit_for_tat", "defector"]},
    {"name": "kuhn_poker", "contestants": ["uniform", "equilibrium"]},
]
SCRIPTS = [{"agent": name} for name in ("tit_for_tat", "defector", "uniform", "equilibrium")]
DESIGN = design(games=GAMES, contestants=[*BARGAINERS, *SCRIPTS], repetitions=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(DESIGN, tmp_path_factory.mktemp("align") / "run")


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    return measured(Run(folder))


def test_every_decision_becomes_a_measure(rows: pd.DataFrame) -> None:
    counts = rows.groupby(["game", "measure"]).size().to_dict()
    assert counts == {
        ("battle_of_the_sexes", "concession"): 48,
        ("battle_of_the_sexes", "coordination"): 48,
        ("dictator", "share_given"): 36,
        ("low", "acceptance"): 36,
        ("prisoners_dilemma", "cooperation"): 144,
        ("ultimatum", "acceptance"): 72,
        ("ultimatum", "offer"): 72,
    }
    assert set(rows[rows["game"] == "dictator"]["price"]) == {0.5}
    assert set(rows[rows["game"] == "low"]["x"]) == {20.0}
    assert not rows["repeated"].any()


def test_repeated_games_know_the_round_before(rows: pd.DataFrame) -> None:
    own = rows[(rows["game"] == "prisoners_dilemma") & (rows["contestant"] == "tit_for_tat")]
    by_round = own.groupby("round")[["value", "x"]].agg(["first", "nunique"])
    assert list(by_round["value"]["first"]) == [1, 0, 0]
    assert list(by_round["x"]["first"].iloc[1:]) == ["CD", "DD"]
    assert by_round["x"]["first"].iloc[0] is None or pd.isna(by_round["x"]["first"].iloc[0])


def test_meeting_and_giving_way(rows: pd.DataFrame) -> None:
    own = rows[rows["game"] == "battle_of_the_sexes"]
    # Tit for tat takes the first option, the defector the second: they never meet.
    assert own[own["measure"] == "coordination"]["value"].sum() == 0
    gave = own[own["measure"] == "concession"].groupby(["contestant", "seat"])["value"].mean()
    assert gave.to_dict() == {
        ("defector", 0): 1,
        ("defector", 1): 0,
        ("tit_for_tat", 0): 0,
        ("tit_for_tat", 1): 1,
    }


def test_one_design_cell_per_contestant(folder: Path) -> None:
    arms = inductions(Run(folder).manifest.design["contestants"])
    assert arms["calm"].base == arms["angry"].base == "calm"
    assert (arms["angry"].emotion, arms["angry"].cause) == ("anger", "coplayer")
    assert arms["fair"].base == "fair"


def test_an_intensity_is_part_of_the_induction(tmp_path: Path) -> None:
    """A neutral contestant has none, and is still the one to compare with."""
    offers = {"agent": "fixed_share", "threshold": 0.5}
    feeling = {"induced": "anger", "cause": "coplayer"}
    told = [{"name": f"{how} anger", "agent": "human_sample", "baselines": PEOPLE, "shift": 40,
             "emotion": {**feeling, "intensity": how}} for how in ("mild", "strong")]  # fmt: skip
    sample = {"agent": "human_sample", "baselines": PEOPLE, "shift": 40}
    contestants = [{"name": "calm", **sample}, *told, {"name": "half", "share": 0.5, **offers}]
    data = design(games=[{"name": "ultimatum"}], contestants=contestants, repetitions=8)
    run = Run(played(data, tmp_path / "run"))
    arms = inductions(run.manifest.design["contestants"])
    assert arms["mild anger"] == Arm("calm", "anger", "coplayer", "mild")
    pooled, apart = (align(run, PEOPLE[1:], by_intensity=by).effects for by in (False, True))
    assert pooled is not None
    assert set(pooled["intensity"]) == {"all"}
    assert set(pooled["outcome"]) == {"offer", "acceptance"}
    assert apart is not None
    assert set(apart["intensity"]) == {"mild", "strong"}
    assert len(apart) == 2 * len(pooled)


def test_an_angry_sample_offers_and_accepts_less(folder: Path) -> None:
    found = align(Run(folder), ["moblab2024_acceptance", "moblab2024_offer"])
    assert found.effects is not None
    calls = found.effects.set_index(["game", "outcome"])["call"].to_dict()
    assert calls["ultimatum", "offer"] == "↓"
    assert calls["dictator", "share_given"] in "=·"
    assert {each.baseline for each in found.comparisons} == set(found.studies)
    shares = found.strategies.set_index(["contestant", "method"])["defector"]
    assert shares["defector", MIXTURE] == pytest.approx(1)
    assert shares["defector", BEST] == pytest.approx(1)
    assert set(found.effects["cause"]) == {"coplayer"}
    assert set(found.effects["induction"]) == {"integral"}
    pooled = align(Run(folder), pool_causes=True).effects
    assert pooled is not None
    assert set(pooled["cause"]) == {"all"}


def test_where_nobody_knows_people_there_are_equilibria(folder: Path) -> None:
    found = align(Run(folder)).references.set_index(["game", "contestant", "reference"])
    kuhn = found.loc["kuhn_poker"].reset_index().set_index("contestant")
    own = kuhn.loc["equilibrium"].set_index("reference")
    nearest = own[own.index.str.startswith("equilibrium")].iloc[0]
    assert nearest["distance"] < nearest["floor_95"]
    assert kuhn.loc["uniform"].set_index("reference").index.str.contains("lambda 0").any()


def test_the_commands_print_and_write(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "lab.csv"
    own.write_text("person,measure,value\n1,share_given,0\n2,share_given,50\n2,share_given,20\n")
    done = arena("align", folder, "--human", own, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for words in (
        "Human", "calm", "lab_share_given", "Distance to people", "no human data", "Floor",
        "Fehr–Schmidt alpha", "Agreement with the human directions",
        "played with: temptation 12, reward 7, punishment 4, sucker 0, rounds 10.",
        "≠ prisoners_dilemma: other payoffs and horizon.",
    ):  # fmt: skip
        assert words in " ".join(done.stdout.split()), words
    studies = set(pd.read_csv(tmp_path / "out" / "distances.csv")["study"])
    assert {"andreoni_miller1993_after ≠", "moblab2024_offer"} <= studies
    table = pd.read_csv(tmp_path / "out" / "alignment.csv")
    heads = ["model", "source", "D", "UP", "UR", "anger D", "anger UP", "anger UR"]
    assert list(table.columns[:8]) == heads
    assert list(table["model"])[:2] == ["Human", "calm"]
    sources = "D engel2011_plain; UP forsythe1994_offer_unpaid; arrows literature"
    assert table.loc[0, "source"] == sources
    assert table.loc[1, "anger UP"] == "↓*"
    assert "<strong>↓</strong>" in (tmp_path / "out" / "alignment.html").read_text()
    assert r"\fbox{$\downarrow$}" in (tmp_path / "out" / "alignment.tex").read_text()
    after = pd.read_csv(tmp_path / "out" / "cooperation_after.csv").set_index("who")
    assert list(after.loc["tit_for_tat in prisoners_dilemma"]) == ["–", "0%", "–", "0%"]
    assert list(after.loc["andreoni_miller1993_after"]) == ["89%", "22%", "37%", "7%"]
    kept = pd.read_csv(tmp_path / "out" / "decisions.csv")
    assert {"contestant", "measure", "value", "cluster"} <= set(kept.columns)


def test_offers_that_nobody_chose_are_marked(folder: Path) -> None:
    """Answers to people's offers beside answers to such as the design sets, and the reverse."""
    names = ["forsythe1994_acceptance_paid", "heffner_feldmanhall2022_acceptance"]
    found = align(Run(folder), names).comparisons
    marks = {(each.game, each.baseline): each.mismatch for each in found}
    assert marks == {
        ("low", names[0]): "offers",
        ("low", names[1]): "",
        ("ultimatum", names[0]): "",
        ("ultimatum", names[1]): "offers",
    }
    printed = " ".join(arena("align", folder, "--baseline", names[0]).stdout.split())
    assert "≠ low: other offers." in printed


def test_felt_emotion_stands_beside_the_induced_one(folder: Path, tmp_path: Path) -> None:
    arena("align", folder, "--out", tmp_path / "out")
    felt = pd.read_csv(tmp_path / "out" / "felt.csv").set_index("emotion")
    assert set(felt["outcome"]) == {"acceptance"}
    assert felt.loc["anger", "effect (points)"] == "-35.8 ± 6.5"
    scored = pd.read_csv(tmp_path / "out" / "agreement.csv")
    assert [hits[-4:] for hits in scored["hits"]] == ["of 2"]  # integral anger: offers, answers


def test_a_regression_is_said_to_be_no_sample(tmp_path: Path) -> None:
    dilemma = {"name": "prisoners_dilemma", "contestants": ["tit_for_tat", "defector"]}
    folder = played(design(games=[dilemma], contestants=SCRIPTS[:2]), tmp_path / "run")
    printed = arena("align", folder).stdout
    assert "mengel2018" in printed
    assert "no sample of people: nothing is tested against it" in " ".join(printed.split())


def test_on_a_narrow_terminal_names_fold() -> None:
    """Nothing is cut, however many columns there are: the table comes in parts, with their keys."""
    names = {"contestant": ["cooperator", "someone"], "game": ["prisoners_dilemma"] * 2}
    names["study"] = ["moblab2024_pd_first", "andreoni_miller1993_after"]
    names |= {f"figure {k}": ["60.0 [19.2, 99.2]", "like this and that"] for k in range(9)}
    console = Console(width=100, record=True, file=StringIO())
    draw(Sheet("distances", "Distances", pd.DataFrame(names), keys=3), console)
    text = console.export_text()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("60.0 [19.2, 99.2]") == 9
    assert text.count("contestant") == text.count("cooperator") > 1
    assert all(f"figure {k}" in text for k in range(9))


def test_latex_takes_every_sign() -> None:
    names = pd.DataFrame({r"a\b": ["x_1 & {50%} #2 $3 ^ ~", "↑*"]})
    written = as_latex(Sheet("one", "One", names)).splitlines()
    assert r"a\textbackslash b \\" in written
    signs = r"x\_1 \& \{50\%\} \#2 \$3 \textasciicircum \space \textasciitilde  \\"
    assert signs in written
    assert r"\fbox{$\uparrow$} \\" in written


def test_a_study_stands_for_all_its_samples(folder: Path) -> None:
    found = align(Run(folder), ["engel2011", "moblab2024_offer"])
    assert set(found.studies) == {n for n in baselines() if "engel2011" in n} | {"moblab2024_offer"}


def test_baselines_are_listed_and_printed() -> None:
    listed = arena("list", "baselines", COLUMNS="400").stdout.splitlines()
    assert len(listed) == len(baselines())
    assert any(
        line.startswith("engel2011_students ") and "18,175 decisions, 259 groups" in line
        for line in listed
    )
    printed = arena("baseline", "engel2011_students").stdout
    assert "Engel (2011)" in printed
    assert "39.6%" in printed
    assert "Gächter" in arena("baseline", "mengel2018").stdout
    of_study = [
        line for line in arena("baseline", "engel2011").stdout.splitlines() if line[:1] > " "
    ]
    assert [line.split(":")[0] for line in of_study] == [n for n in baselines() if "engel2011" in n]
    assert "no human data" in arena("baseline", "kuhn_poker").stdout


def test_what_cannot_be_compared(folder: Path) -> None:
    done = arena("align", folder, "--baseline", "engel")
    assert done.returncode == 2
    assert "unknown study or baseline 'engel'" in done.stderr
    assert done.stderr.count("mengel2018") == 1
    assert len(done.stderr.splitlines()) == 1
    with pytest.raises(BadInput, match="unknown table of directions 'slide'"):
        align(Run(folder), directions="slide")
    with pytest.raises(BadInput, match=r"nowhere\.csv cannot be read"):
        align(Run(folder), human=Path("nowhere.csv"))


def test_a_run_without_such_decisions_says_so(tmp_path: Path) -> None:
    matrix = {
        "name": "matrix_game",
        "params": {"preset": "unfair"},
        "contestants": ["uniform", "x"],
    }
    contestants = [{"agent": "uniform"}, {"name": "x", "agent": "fixed", "actions": ["A"]}]
    run = Run(played(design(games=[matrix], contestants=contestants), tmp_path / "run"))
    with pytest.raises(BadInput, match="holds no decisions that human studies are about"):
        align(run)


def test_the_same_words_at_temperature_0_count_once(tmp_path: Path) -> None:
    with Loopback() as provider:
        model = {"agent": "llm", "model": "openai/m", "api_base": provider.url, "form": "json"}
        contestants = [{"name": "model", **model, "temperature": 0, "paraphrase": 1}]
        data = design(games=[{"name": "dictator"}], contestants=contestants, repetitions=3)
        run = Run(played(data, tmp_path / "run"))
    own = measured(run).query("contestant == 'model'")
    assert list(own["repeated"]) == [False, True, True]  # three blocks, one wording
    (each,) = [c for c in align(run, ["engel2011_plain"]).comparisons if c.contestant == "model"]
    assert (each.n, each.effective) == (3, 1)
    assert pd.isna(each.low)


def obedient(asked: Mapping[str, Any], _number: int) -> Reply:
    """A model that defects if, and only if, it is told that it is angry."""
    system = asked["messages"][0]["content"]
    move = "defect" if "angry" in system or "anger" in system else "cooperate"
    return Reply(json.dumps({"action": move}))


def test_at_temperature_0_no_pair_is_lost(tmp_path: Path) -> None:
    """Rounds in the same words against several opponents stay paired, in every wording."""
    panel = ["cooperator", "tit_for_tat", "grim"]
    with Loopback(obedient) as provider:
        model: dict[str, Any] = {"agent": "llm", "model": "openai/m", "api_base": provider.url}
        model |= {"form": "json", "temperature": 0}
        angry = {"name": "angry", **model, "emotion": {"induced": "anger"}}
        contestants = [{"name": "calm", **model}, angry, *({"agent": each} for each in panel)]
        dilemma = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
        data = design(
            games=[dilemma], contestants=contestants, repetitions=9
        )  # eight clusters or more
        run = Run(played(data, tmp_path / "run"))
    found = align(run, ["moblab2024_pd_first", "andreoni_miller1993_after"])
    assert found.effects is not None
    (row,) = found.effects.to_dict(orient="records")
    calm = found.choices[found.choices["contestant"] == "calm"]
    assert calm["repeated"].any()
    assert row["clusters"] == calm["cluster"].nunique()
    assert (row["effect"], row["call"]) == (-1, "↓")
