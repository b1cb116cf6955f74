"""A run as a run of MLflow: its design, its ratings with their bounds, its tables as artefacts."""

import json
import re
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from agents.core.models.environment import variables
from arena.analysis.rating import Request, rate
from arena.core.files import make_folder
from arena.record.run import Run
from arena.report.table_files import write_tables
from games import BadInput

_FIGURES = ("rating", "low", "high", "elo", "mean_payoff", "payoff_low", "payoff_high")
_UNFIT = re.compile(r"[^\w\-. /]")
"""Characters that names of MLflow cannot hold."""
_LONGEST = 5_000
"""Characters of a parameter's value."""


def write(run: Run, folder: Path) -> list[Path]:
    """Write a store of MLflow in `folder/mlruns`.

    It holds files, which newer versions of MLflow read where MLFLOW_ALLOW_FILE_STORE is true;
    `mlflow migrate-filestore` makes a database of them.

    Raises:
        BadInput: mlflow is not installed.
    """
    with variables(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true"):
        try:
            from mlflow import MlflowClient  # noqa: PLC0415 - an extra
        except ImportError:
            raise BadInput("to export to mlflow, install mlflow-skinny (extra: mlflow)") from None
        make_folder(folder, exist_ok=True)
        store = folder.resolve() / "mlruns"
        client = MlflowClient(tracking_uri=store.as_uri())
        name = run.manifest.name
        known = client.get_experiment_by_name(name)
        experiment = known.experiment_id if known else client.create_experiment(name)
        key = client.create_run(experiment, run_name=name).info.run_id
        for parameter, value in _parameters(run):
            client.log_param(key, parameter, value[:_LONGEST])
        for metric, figure in _metrics(run):
            client.log_metric(key, metric, figure)
        for path in write_tables(run, folder / "tables", "parquet"):
            client.log_artifact(key, str(path), "tables")
        client.log_dict(key, run.manifest.design, "design.json")
        client.set_terminated(key)
    return sorted(path for path in store.rglob("*") if path.is_file() and key in path.parts)


def _parameters(run: Run) -> Iterator[tuple[str, str]]:
    design = run.manifest.design
    yield "design_hash", run.manifest.design_hash
    yield "seed", str(design["seed"])
    for part in ("games", "contestants"):
        for name, content in design[part].items():
            yield _UNFIT.sub("_", f"{part}/{name}"), json.dumps(content, ensure_ascii=False)


def _metrics(run: Run) -> Iterator[tuple[str, float]]:
    """Counts; ratings and payoffs with their bounds, by game and contestant."""
    yield "matches", float(sum(run.counts.values()))
    yield "void", float(run.counts.get("void", 0))
    yield "cost", float(next(run.rows("SELECT coalesce(sum(cost), 0) FROM attempts"))[0])
    if run.seats().empty:
        return
    for game, table in rate([run], Request()).tables.items():
        for row in table.to_dict("records"):
            for figure in _FIGURES:
                value: Any = row.get(figure)
                if value is not None and isfinite(value):
                    yield _UNFIT.sub("_", f"{game}/{row['contestant']}/{figure}"), float(value)
