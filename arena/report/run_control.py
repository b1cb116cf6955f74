"""The state of a run in play, for a terminal, a page, or as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from agents.core.batches.courier import UnderWay
from arena.report.as_json import as_json


def state_json(state: Mapping[str, Any]) -> str:
    """One JSON document: what was done, and the state after it."""
    return as_json(dict(state))


def state_lines(state: Mapping[str, Any]) -> Iterator[str]:
    """What was done, and the state after it, one line each."""
    if state["done"]:
        yield str(state["done"])
    cap = "no cap" if state["cap"] is None else f"cap ${state['cap']:g}"
    yield (
        f"{'paused' if state['paused'] else 'playing'}: {state['closed']:,} matches closed, "
        f"${state['spent']:.6f} spent, {cap}"
    )
    for name, model in state["models"].items():
        bounds = [
            f"{model[f'{what}_per_minute']:,} {what} per minute"
            for what in ("requests", "tokens")
            if model[f"{what}_per_minute"] is not None
        ]
        calls = (
            f"{model['calls_in_flight']} calls in flight, {model['calls_allowed_now']} allowed "
            f"now, at most {model['concurrency']}"
        )
        stopped = [f"stopped: {model['stopped']}"] if model["stopped"] else []
        yield f"{name}: {'; '.join([calls, *bounds, *stopped])}"
    yield from batch_lines(state)


def batch_lines(state: Mapping[str, Any]) -> Iterator[str]:
    """The batches that are waited for, one line each after their sum; none without batches."""
    if (batches := state.get("batches")) is None:
        return
    under_way = [UnderWay(**each) for each in batches["under_way"]]
    questions = sum(each.questions for each in under_way)
    yield (
        f"waiting for {len(under_way):,} batches of {questions:,} questions; "
        f"{batches['gathered']:,} questions gathered for the next ones"
    )
    yield from map(str, under_way)
