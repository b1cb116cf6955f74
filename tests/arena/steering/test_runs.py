"""Designs with vectors: what they may state, what their contestants are, and what is found."""

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import arena
from arena.analysis.effects import EffectsRequest, effects
from arena.analysis.effects import ranks as found_ranks
from arena.analysis.steering_effects import STEERED
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run as play
from arena.forking.fork import Fork
from arena.forking.playing import forks_of, play_forks
from arena.planning.plan import unmade
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.steering_effects import steered_report
from arena.steering import model_files
from dashboard.data import effects as dashboard
from games import BadInput
from prompts.core.rendering.emotion import Emotion
from tests.arena.commands import command
from tests.arena.designs import Silent, played, toml
from tests.arena.forks import PATIENCE, Forks
from tests.arena.kills import COMMAND, attempts, check
from tests.arena.lab.visitors import against, lab
from tests.arena.steering.kept import Kept, cache, constructed


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with constructed(tmp_path_factory.mktemp("constructed")) as made:
        yield made


def design(made: Kept, *emotions: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = {"agent": "llm", "model": made.model, "decide_by": "probabilities", "form": "text"}
    return {
        "name": "steered",
        "order": "fixed",
        "schedule": {"kind": "panel", "panel": ["other"]},
        "games": [{"name": "prisoners_dilemma"}],
        "contestants": [
            {"name": "other", "agent": "cooperator"},
            *({"name": "model", **own, "emotion": emotion} for emotion in emotions),
        ],
        **more,
    }


VECTOR = {"means": "vector", "dose": 5.0}
ANGER = {**VECTOR, "induced": "anger"}
SAMPLE = {"agent": "human_sample", "baselines": ["zhu2024_dilemma"]}


@pytest.mark.parametrize(
    ("emotion", "problem"),
    [
        ({"means": "vector", "induced": "anger"}, "needs dose, such as dose = 0.3"),
        ({"means": "vector", "dose": 1}, "needs an induced emotion or a mixture"),
        (
            {**VECTOR, "induced": "random"},
            'direction belongs to induced = "random", which needs it',
        ),
        ({**ANGER, "direction": 3}, 'direction belongs to induced = "random"'),
        ({**ANGER, "cause": "coplayer"}, 'cause needs means = "prompt"'),
        ({**ANGER, "intensity": "mild"}, 'intensity needs means = "prompt"'),
        ({**VECTOR, "mixture": {"anger": 1}}, "a mixture states its own doses"),
        ({**ANGER, "mixture": {"fear": 1}}, "mixture stands in place of induced"),
        ({"induced": "anger", "dose": 1}, 'dose needs means = "vector"'),
        ({"induced": "neutral"}, "induced 'neutral' needs means = \"vector\""),
        ({**VECTOR, "induced": "joy"}, "must be one of"),
        ({**ANGER, "dose": -1}, "greater than or equal to 0"),
    ],
)
def test_settings_that_do_not_fit_are_refused(emotion: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Emotion.model_validate(emotion)


def test_without_a_vector_no_contestant_has_another_identity() -> None:
    plain = Emotion(induced="anger", cause="coplayer").model_dump(mode="json")
    assert not {"means", "dose", "mixture", "direction", "vectors"} & set(plain)
    mixed = Emotion.model_validate({"means": "vector", "mixture": {"anger": 0.1, "fear": 0.2}})
    assert mixed.doses == {"anger": 0.1, "fear": 0.2}
    assert Emotion.model_validate(mixed.model_dump(mode="json")) == mixed
    assert len({mixed, Emotion()}) == 2


def test_the_identity_holds_the_vectors_hash_and_the_record_keeps_it(
    made: Kept, tmp_path: Path
) -> None:
    tournament = Tournament(design(made, ANGER))
    (name,) = set(tournament.contestants) - {"other"}
    identity = tournament.content["contestants"][name]
    assert identity["emotion"]["vectors"] == made.vectors.hash
    assert tournament.data["vectors"] == {made.model: made.vectors.hash}
    with cache(tmp_path):  # read elsewhere, without the vectors
        again = Tournament(tournament.data)
    assert again.content == tournament.content


def test_who_cannot_be_steered_is_refused_by_name_and_reason(made: Kept) -> None:
    def refused(message: str, **changes: Any) -> None:
        data = design(made, ANGER)
        data["contestants"][1] |= changes
        with pytest.raises(BadInput, match=message):
            Tournament(data)

    refused("'model': model 'openai/gpt-4o' cannot be steered", model="openai/gpt-4o")
    for other in ({"agent": "human", "consent": "yes"}, SAMPLE):
        data = design(made)
        data["contestants"].append({**other, "name": "model", "emotion": ANGER})
        with pytest.raises(BadInput, match=f"'model': agent '{other['agent']}' cannot be steered"):
            Tournament(data)


def test_a_design_is_read_and_planned_before_its_vectors_are_made(
    made: Kept, tmp_path: Path
) -> None:
    """It is refused where it is played or registered, with the command that makes them."""
    data = design(made, ANGER, {**VECTOR, "induced": "random", "direction": 59})
    for at, row in enumerate(data["contestants"][1:]):
        row["name"] = f"model {at}"
    data |= {"analysis": {"outcomes": ["cooperation"]}, "repetitions": 3}
    (tmp_path / "t.toml").write_text(toml(data))
    why = (
        f"there are no vectors of {made.model} as its file is now: make them with "
        f"arena vector make {made.model} --random 60"
    )
    with cache(tmp_path):
        planned = Tournament.read(tmp_path / "t.toml")
        assert planned.missing_vectors == (why,)
        assert "vectors" not in planned.data
        assert [*unmade(planned)] == [
            f"{why}; until then it is not played, and its hash is not final"
        ]
        for refused in (("run", "t.toml"), ("preregister", "t.toml"), ("pilot", "t.toml")):
            done = command(tmp_path, *refused)
            assert (done.status, done.said.strip()) == (2, f"arena: {why}")
        assert not [*tmp_path.rglob(FILE)]
    made_now = Tournament(design(made, ANGER))
    assert made_now.missing_vectors == ()
    made_now.require_vectors()
    assert made_now.hash != planned.hash


def test_a_lab_is_not_opened_before_its_vectors_are_made(made: Kept, tmp_path: Path) -> None:
    data = against("model")
    data["contestants"].append(design(made, ANGER)["contestants"][1])

    async def opened() -> None:
        async with lab(data, tmp_path / "run"):
            raise AssertionError

    why = rf"there are no vectors of {made.model} .*: make them with arena vector make {made.model}"
    with cache(tmp_path), pytest.raises(BadInput, match=why):
        asyncio.run(opened())
    assert not (tmp_path / "run").exists()


def test_forks_and_runs_elsewhere_name_the_vectors_that_they_lack(
    made: Kept, tmp_path: Path
) -> None:
    """A record holds the hash of its vectors, which another machine may not have."""
    data = design(made, ANGER)
    data["contestants"].append({"name": "defector", "agent": "defector"})
    data["games"][0]["contestants"] = ["other", "defector"]
    run = Run(played(data, tmp_path / "run"))
    why = (
        rf"the vectors {made.vectors.hash[:12]} of {made.model} in this design are not in the "
        rf"cache .*: make them on this machine with arena vector make {made.model}, and"
    )
    fork = Fork(run.ids()[0], 0, ("contestant=model",), 1)
    with cache(tmp_path):
        with pytest.raises(BadInput, match=why):
            play_forks(run, [fork], Silent(), RunOptions())
        more = Tournament({**run.tournament.data, "repetitions": 2})
        with pytest.raises(BadInput, match=why):
            play(more, run.folder, Silent())
    assert not (forks := forks_of(run)) or not forks.counts
    assert Run(run.folder).counts == run.counts


def test_vectors_that_lack_one_are_made_again(made: Kept) -> None:
    lacking = Tournament(design(made, {**VECTOR, "induced": "fear"}))
    with pytest.raises(BadInput, match=r"'model': unknown vector of the set .* 'fear'.*: make it"):
        lacking.require_vectors()


@pytest.mark.soak
def test_a_vector_that_raises_an_option_by_construction_is_found_with_its_size(
    made: Kept, tmp_path: Path
) -> None:
    """Against its null, and as large as where the same bias is written into the model's file."""
    with np.load(made.vectors.folder / "directions.npz") as directions:
        direction = directions["anger"]
    biased = tmp_path / "biased.gguf"
    model_files.biased(made.path, biased, direction, 5.0, range(3, 4))
    random = [{**VECTOR, "induced": "random", "direction": at} for at in range(20)]
    controls = [{**VECTOR, "induced": "neutral"}, {**VECTOR, "induced": "placebo"}]
    prompt = {"induced": "anger"}
    data = design(made, {}, prompt, ANGER, *controls, *random)
    for at, row in enumerate(data["contestants"][1:]):
        row["name"] = f"model {at}"
    oracle = {**data["contestants"][1], "name": "oracle", "model": f"embedded/{biased}"}
    data["contestants"].append(oracle)
    run = Run(played(data, tmp_path / "run"))
    found = effects(run, EffectsRequest(outcomes=["cooperation"]))
    table = found.steered.set_index("arm")
    assert list(table.index) == [
        *("anger", "anger (vector 5)", "neutral (vector 5)", "placebo (vector 5)"),
    ]
    anger = table.loc["anger (vector 5)"]
    assert (anger["rank"], anger["directions"], anger["arrow"]) == (1, 20, "+")
    assert anger["p"] == pytest.approx(1 / 21)
    assert anger["effect"] == pytest.approx(anger["level"] - anger["random"])
    chosen = {
        row["contestant"]: row["probabilities"]
        for match in run.decision_rows()
        for row in match
        if row["probabilities"] is not None
    }
    # Engines that answer several calls at a time drift in the third digit.
    assert chosen["oracle"]["cooperate"] == pytest.approx(anger["level"], abs=0.01)
    assert chosen["model 2"] == pytest.approx(chosen["oracle"], abs=0.01)
    assert (table.loc["placebo (vector 5)", "note"], table.loc["anger", "means"]) == (
        "for comparison", "prompt",
    )  # fmt: skip
    assert set(found.table["arm"]) == {"anger"}, "no vector is compared with the unsteered model"


def with_displays(made: Kept, *emotions: dict[str, Any]) -> dict[str, Any]:
    """A design with two opponents who each show one emotion, and a contestant who perceives it."""
    data = design(made, *emotions, {"perceives": True})
    for at, row in enumerate(data["contestants"][1:]):
        row["name"] = f"model {at}"
    probe = {"agent": "display_probe", "strategy": "cooperator", "opening": True}
    probes = [{**probe, "name": word, "emotions": [word]} for word in ("anger", "fear")]
    data["contestants"] = [*data["contestants"][1:], *probes]
    data["schedule"] = {"kind": "panel", "panel": ["anger", "fear"], "roles": ["first"]}
    return data


def test_ranks_stand_in_all_outputs_and_displays_beside_them(made: Kept, tmp_path: Path) -> None:
    random = [{**VECTOR, "induced": "random", "direction": at} for at in range(2)]
    data = with_displays(made, {}, ANGER, *random)
    run = Run(played(data, tmp_path / "run"))
    ranks = arena.open(run.folder).steered(outcomes=["cooperation"])
    assert ranks[["arm", "means", "directions"]].to_numpy().tolist() == [
        ["anger (display)", "display", 2],
        ["anger (vector 5)", "vector", 2],
        ["fear (display)", "display", 2],
    ]
    assert set(ranks["note"]) == {"fewer than 20 random directions"}
    shown = {
        row["opponents"]: row["probabilities"]["cooperate"]
        for match in run.decision_rows()
        for row in match
        if row["contestant"] == "model 4"
    }
    levels = ranks.set_index("arm")["level"]
    assert [levels[f"{word} (display)"] for word in ("anger", "fear")] == [
        pytest.approx(shown[word]) for word in ("anger", "fear")
    ]
    assert shown["anger"] != shown["fear"]
    options = "--vectors", "--outcome", "cooperation", "--csv", "ranks.csv"
    done = command(tmp_path, "effects", "run", *options)
    assert done.status == 0, done.said
    written = pd.read_csv(tmp_path / "ranks.csv")
    assert list(written.columns) == [*STEERED]
    assert written["effect"].to_numpy() == pytest.approx(ranks["effect"].to_numpy())
    report = steered_report(found_ranks(run, EffectsRequest(outcomes=["cooperation"])))
    document = json.loads(report.json())
    assert document["columns"] == STEERED
    assert [row["arm"] for row in document["steered"]] == [*ranks["arm"]]
    assert [row["level"] for row in document["steered"]] == pytest.approx([*ranks["level"]])
    latex = report.latex()
    assert latex.count(r"(vector 5)") == 1
    assert r"\begin{" in latex
    asked = "effects", "run", "--vectors", "--outcome", "cooperation"
    for option, printed in (("--json", report.json()), ("--latex", latex)):
        done = command(tmp_path, *asked, option)
        assert (done.status, done.said.strip()) == (0, printed.strip())
    assert set(dashboard.ranks(run.folder)["means"]) == {"display", "vector"}
    refused = command(tmp_path, "effects", "run", "--vectors", "--partners")
    assert "--vectors is of one run" in refused.said + refused.blamed


@pytest.mark.soak
def test_a_steered_run_that_was_killed_goes_on(made: Kept, forks: Forks, tmp_path: Path) -> None:
    """What is on record stays; with exact probabilities, it is what an undisturbed run has."""
    random = [{**VECTOR, "induced": "random", "direction": at} for at in range(2)]
    data = design(made, {}, ANGER, *random, repetitions=10)
    for at, row in enumerate(data["contestants"][1:]):
        row["name"] = f"model {at}"
    (tmp_path / "t.toml").write_text(toml(data))
    program, until = forks.start(tmp_path, *COMMAND), time.monotonic() + PATIENCE
    while attempts(tmp_path / "run") < 20:
        assert time.monotonic() < until, program.said
        time.sleep(0.01)
    assert program.kill() == -signal.SIGKILL, program.said
    kept = _probabilities(tmp_path / "run")
    done = forks.run(tmp_path, *COMMAND)
    assert done.status == 0, done.said
    check(tmp_path / "run", 80)
    whole = _probabilities(tmp_path / "run")
    assert kept.items() <= whole.items()
    assert 20 <= len(kept) < len(whole) == 80
    other = _probabilities(played(data, tmp_path / "other"))
    assert whole.keys() == other.keys()
    # Engines that answer several calls at a time drift in the third digit.
    assert all(whole[key] == pytest.approx(other[key], abs=0.01) for key in whole)


def _probabilities(folder: Path) -> dict[tuple[str, int], float]:
    """By match and seat, the probability of the first option on record."""
    with closing(sqlite3.connect(folder / FILE)) as db:
        found = db.execute("SELECT match, seat, weights FROM attempts").fetchall()
    return {(match, seat): _first(json.loads(weights)) for match, seat, weights in found}


def _first(weights: dict[str, Any]) -> float:
    return float(next(iter(dict(weights["p"]).values())))
