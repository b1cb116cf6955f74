"""A run as other programs read it."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import arena
from games import BadInput
from tests.arena.kills import models, varied
from tests.environments import Environment
from tests.loopback import Loopback

INSPECT = "inspect-ai==0.3.260"
_READ = """
import json, sys
from inspect_ai.log import list_eval_logs, read_eval_log
found = {}
for info in list_eval_logs(sys.argv[1]):
    log = read_eval_log(info)
    sample = log.samples[0]
    found[log.eval.task_args["contestant"]] = {
        "status": log.status,
        "model": log.eval.model,
        "mean": log.results.scores[0].metrics["mean"].value,
        "ids": [each.id for each in log.samples],
        "scores": [each.scores["points"].value for each in log.samples],
        "roles": [message.role for message in sample.messages[:3]],
        "tokens": sum(each.output_tokens for each in log.stats.model_usage.values()),
    }
print(json.dumps(found))
"""
CROISSANT = "mlcroissant[parquet]==1.1.1"
_VALIDATE = """
import json, sys
import mlcroissant
data = mlcroissant.Dataset(jsonld=sys.argv[1] + "/croissant.json")
issues, tables = data.metadata.ctx.issues, {}
for each in data.metadata.record_sets:
    rows = list(data.records(each.id))
    tables[each.id] = {
        "rows": len(rows),
        "columns": list(rows[0]) if rows else [],
        "points": sum(row.get(each.id + "/payoff") or 0 for row in rows),
    }
print(json.dumps({
    "errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "tables": tables
}))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[arena.Run]:
    """Two models and a script in repeated dilemmas."""
    with pytest.MonkeyPatch.context() as patch, Loopback(varied) as server:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        design = models(server.url, 1)
        design["contestants"] = [*design["contestants"], {"agent": "tit_for_tat"}]
        folder = tmp_path_factory.mktemp("run") / "run"
        tournament = arena.Tournament(**design)
        with arena.run(tournament, folder, preflight=False, quiet=True) as found:
            yield found


def test_a_data_set_names_its_tables_and_its_columns(run: arena.Run, tmp_path: Path) -> None:
    files = run.export(tmp_path / "set", "huggingface")
    card = (tmp_path / "set" / "README.md").read_text()
    head = card.split("---\n")[1]
    about = json.loads((tmp_path / "set" / "croissant.json").read_text())
    tables = [path for path in files if path.suffix == ".parquet"]
    assert {path.stem for path in tables} == {"matches", "decisions", "attempts", "battles"}
    for path in tables:
        assert f"- config_name: {path.stem}\n  data_files: data/{path.name}" in head
        columns = list(pd.read_parquet(path).columns)
        assert all(f"| `{name}` |" in card for name in columns)
        [described] = [each for each in about["recordSet"] if each["name"] == path.stem]
        assert [field["name"] for field in described["field"]] == columns
        [file] = [each for each in about["distribution"] if each["name"] == path.name]
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert (tmp_path / "set" / file["contentUrl"]) == path


@pytest.mark.soak
def test_croissants_own_reader_finds_the_tables(run: arena.Run, tmp_path: Path) -> None:
    """In an environment of its own. What it recommends is for those who publish to say."""
    own = Environment(tmp_path)
    own.pip(CROISSANT)
    files = run.export(tmp_path / "set", "huggingface")
    found = json.loads(own.run("-c", _VALIDATE, tmp_path / "set").splitlines()[-1])
    assert found["errors"] == []
    assert all("is recommended, but does not exist" in line for line in found["warnings"])
    for path in (path for path in files if path.suffix == ".parquet"):
        table = pd.read_parquet(path)
        told = found["tables"][path.stem]
        assert told["rows"] == len(table)
        assert told["columns"] == [f"{path.stem}/{name}" for name in table] * bool(len(table))
    assert found["tables"]["matches"]["points"] == pytest.approx(run.matches()["payoff"].sum())


def test_otrees_rows_hold_the_points_of_each_round(run: arena.Run, tmp_path: Path) -> None:
    [path] = run.export(tmp_path / "otree", "otree")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 * len(run.matches())
    cells = {("cooperate",) * 2: 3, ("defect",) * 2: 1}
    cells |= {("cooperate", "defect"): 0, ("defect", "cooperate"): 5}
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["group.id_in_subsession"], row["subsession.round_number"]), [])
        groups[row["group.id_in_subsession"], row["subsession.round_number"]].append(row)
    for pair in groups.values():
        own, other = (row["player.action"] for row in pair)
        assert [int(row["player.payoff"]) for row in pair] == [
            cells[own, other],
            cells[other, own],
        ]
    earned: dict[str, int] = {}
    for row in rows:
        code = row["participant.code"]
        earned[code] = earned.get(code, 0) + int(row["player.payoff"])
    totals = {row["participant.code"]: int(row["participant.payoff"]) for row in rows}
    assert earned == totals


def test_mlflow_reads_the_ratings_with_their_bounds(
    run: arena.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow = pytest.importorskip("mlflow")
    run.export(tmp_path / "m", "mlflow")
    client = mlflow.MlflowClient(tracking_uri=(tmp_path / "m" / "mlruns").as_uri())
    [experiment] = [e for e in client.search_experiments() if e.name == "small"]
    [found] = client.search_runs([experiment.experiment_id])
    board = run.leaderboard().set_index("contestant")
    for name in ("m0", "m1", "tit_for_tat"):
        for figure in ("rating", "low", "high", "mean_payoff"):
            logged = found.data.metrics.get(f"prisoners_dilemma/{name}/{figure}")
            assert logged is None or logged == pytest.approx(board[figure][name])
    assert "prisoners_dilemma/m0/mean_payoff" in found.data.metrics
    assert found.data.params["design_hash"] == run.tournament.hash
    assert {f.path for f in client.list_artifacts(found.info.run_id)} == {"design.json", "tables"}


def test_logs_have_a_sample_for_each_seat(run: arena.Run, tmp_path: Path) -> None:
    files = run.export(tmp_path / "logs", "inspect")
    assert len(files) == 3
    logs = [json.loads(path.read_text()) for path in files]
    points = run.matches().groupby("contestant")["payoff"].mean()
    for log in logs:
        name = log["eval"]["task_args"]["contestant"]
        mean = log["results"]["scores"][0]["metrics"]["mean"]["value"]
        assert mean == pytest.approx(points[name])
        assert len(log["samples"]) == (run.matches()["contestant"] == name).sum()


@pytest.mark.soak
def test_inspects_own_reader_opens_the_logs(run: arena.Run, tmp_path: Path) -> None:
    """In an environment of its own: its pins are not ours."""
    own = Environment(tmp_path)
    own.pip(INSPECT)
    run.export(tmp_path / "logs", "inspect")
    found = json.loads(own.run("-c", _READ, tmp_path / "logs").splitlines()[-1])
    seats, attempts = run.matches(), run.attempts()
    assert set(found) == {"m0", "m1", "tit_for_tat"}
    for name, log in found.items():
        sat = seats[seats["contestant"] == name]
        assert log["status"] == "success"
        keys = [f"{match}-{seat}" for match, seat in zip(sat["match"], sat["seat"], strict=True)]
        assert sorted(log["ids"]) == sorted(keys)
        assert log["mean"] == pytest.approx(sat["payoff"].mean())
        assert log["roles"][-1] == "assistant"
    asked = attempts[attempts["model"] == "openai/m0"]
    assert found["m0"]["tokens"] == asked["completion_tokens"].sum()


def test_an_unknown_format_is_named(run: arena.Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="huggingface"):
        run.export(tmp_path, "hugginface")
