"""A run as logs of inspect_ai, one per contestant, in its JSON format.

A sample is one seat of a match: what was sent and answered, and the points as its score. Of
contestants that are no models, the moves stand in place of answers.

Source of the format: https://inspect.aisi.org.uk/eval-logs.html, version 2 of the log.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from agents.core.responses.endings import CUT, FILTERED
from agents.core.types import Attempt
from arena.core.files import make_folder, write_text
from arena.core.types import Transcript, digest
from arena.record.run import Run
from arena.record.selection import Selection

_SCORER = "points"
_UNFIT = re.compile(r"[^A-Za-z0-9.+]")
"""Characters that are hyphens in the names of logs."""
_STOPS = {CUT: "max_tokens", FILTERED: "content_filter"}
_USAGE = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "total_tokens": "total_tokens",
}


def write(run: Run, folder: Path) -> list[Path]:
    """Write one log per contestant that played."""
    make_folder(folder, exist_ok=True)
    paths = []
    for name, content in run.manifest.design["contestants"].items():
        keys = run.ids(Selection(contestant=name))
        samples = [s for key in keys for s in _samples(run.transcript(key, texts=True), name)]
        if samples:
            log = _log(run, name, content, samples)
            parts = log["eval"]["created"], run.manifest.name, log["eval"]["eval_id"]
            path = folder / f"{'_'.join(_UNFIT.sub('-', part) for part in parts)}.json"
            write_text(path, json.dumps(log, ensure_ascii=False, indent=1) + "\n")
            paths.append(path)
    return paths


def _log(
    run: Run, name: str, content: dict[str, Any], samples: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """A whole log."""
    first, last = map(_time, next(run.rows("SELECT min(closed), max(closed) FROM counted")))
    model = str(content.get("model") or f"affect-arena/{content['agent']}")
    points = [s["scores"][_SCORER]["value"] for s in samples if s["scores"]]
    mean = {"name": "mean", "value": fmean(points) if points else 0.0, "params": {}}
    score = {"name": _SCORER, "scorer": _SCORER, "params": {}, "metrics": {"mean": mean}}
    return {
        "version": 2,
        "status": "success",
        "eval": _spec(run, name, content, [s["id"] for s in samples])
        | {"created": first, "model": model},
        "plan": {"name": "plan", "steps": [], "config": {}},
        "results": {
            "total_samples": len(samples),
            "completed_samples": len(points),
            "scores": [score],
        },
        "stats": {
            "started_at": first,
            "completed_at": last,
            "model_usage": {model: _sum(s["output"].get("usage") or {} for s in samples)},
        },
        "samples": list(samples),
    }


def _spec(run: Run, name: str, content: dict[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The evaluation, but for the model and the time."""
    design, called = run.manifest.design_hash, run.manifest.name
    return {
        "eval_id": digest(design, name, ids[0]),
        "run_id": design,
        "task": called,
        "task_id": digest(design, name),
        "task_version": 0,
        "task_attribs": {},
        "task_args": {"contestant": name},
        "dataset": {"name": called, "samples": len(ids), "sample_ids": ids, "shuffled": False},
        "model_args": {},
        "config": {},
        "packages": {"affect-arena": run.manifest.versions.get("affect-arena", "")},
        "metadata": {"contestant": content},
    }


def _samples(transcript: Transcript, name: str) -> Iterator[dict[str, Any]]:
    """The seats of a contestant in a match."""
    match = transcript.match
    for seat, who in enumerate(match.seats):
        if who != name:
            continue
        made = [played.decision for played in transcript.decisions if played.player == seat]
        attempts = [attempt for decision in made for attempt in decision.attempts]
        said = _said(attempts) or [
            {"role": "assistant", "content": str(d.action), "source": "generate"} for d in made
        ]
        sample = {
            "id": f"{match.id}-{seat}",
            "epoch": 1,
            "input": said[0]["content"] if attempts else f"{match.game}, seat {seat}",
            "target": "",
            "messages": said,
            "output": _output(attempts, made[-1].action if made else None),
            "metadata": {
                "match": match.id,
                "game": match.game,
                "repetition": match.repetition,
                "seat": seat,
                "contestants": list(match.seats),
                "actions": [decision.action for decision in made],
                "ending": transcript.ending.kind,
            },
            "store": {},
            "scores": {},
        }
        if transcript.payoffs is not None:
            score = {"value": float(transcript.payoffs[seat]), "answer": str(made[-1].action)}
            sample["scores"] = {_SCORER: score} if made else {}
        yield sample


def _said(attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    """The conversation in the order of calls; repeated messages appear once."""
    told: list[dict[str, Any]] = []
    before: list[tuple[str, str]] = []
    for attempt in attempts:
        now = [(str(message.role), message.content) for message in attempt.messages]
        fresh = now[len(before) :] if now[: len(before)] == before else now
        told += [{"role": role, "content": content} for role, content in fresh]
        if attempt.completion is not None:
            reply = attempt.completion.text
            told.append({"role": "assistant", "content": reply, "source": "generate"})
            before = [*now, ("assistant", reply)]
    return told


def _output(attempts: Sequence[Attempt], action: Any) -> dict[str, Any]:  # noqa: ANN401
    """The last reply, with the tokens of all."""
    replies = [attempt.completion for attempt in attempts if attempt.completion is not None]
    if not replies:
        message = {"role": "assistant", "content": str(action), "source": "generate"}
        return {"model": "", "choices": [{"message": message, "stop_reason": "stop"}]}
    last = replies[-1]
    message = {"role": "assistant", "content": last.text, "source": "generate"}
    return {
        "model": last.served_model,
        "choices": [{"message": message, "stop_reason": _STOPS.get(last.stop, "stop")}],
        "usage": _sum(
            {key: int(reply.usage.get(name) or 0) for key, name in _USAGE.items()}
            for reply in replies
        ),
    }


def _sum(usages: Any) -> dict[str, int]:  # noqa: ANN401 - any iterable of counts
    """Counts of tokens added up."""
    total = dict.fromkeys(_USAGE, 0)
    for usage in usages:
        for key in total:
            total[key] += usage.get(key, 0)
    return total


def _time(closed: str) -> str:
    """A time of the record as ISO 8601 with its zone."""
    return closed if closed.endswith(("Z", "+00:00")) else f"{closed}+00:00"
