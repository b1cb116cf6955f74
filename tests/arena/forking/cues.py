"""Models that react to displays on cue, on record beside a probe of displays."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arena.engine.options import RunOptions
from arena.forking.fork import Fork
from arena.record.run import Run
from tests.arena.designs import design, played
from tests.loopback import Reply, first_legal

HOW = RunOptions(preflight=False)
ROUNDS = 3
OTHER = {"anger": "happiness", "happiness": "anger"}
"""The two displays of the probe, each with the other one."""
_SEEN = re.compile(r"the other player showed: (\w+)")


def reply(asked: Mapping[str, Any], _number: int) -> Reply:
    """Feels fear, shows sadness and defects after anger; else feels, shows and does other things.

    What is not asked for is left out.
    """
    if "response_format" not in asked:
        return Reply("yes")
    seen = _SEEN.findall(asked["messages"][-1]["content"])
    angered = bool(seen) and seen[-1] == "anger"
    cue = {
        "felt": "fear" if angered else "surprise",
        "shown": "sadness" if angered else "disgust",
        "action": "defect" if angered else "cooperate",
    }
    schema = asked["response_format"]["json_schema"]["schema"]
    known = {key: word for key, word in cue.items() if key in schema["properties"]}
    return Reply(json.dumps(first_legal(schema, **known)))


def recorded(folder: Path, url: str, **changes: Any) -> Run:
    """A probe that cooperates, and two contestants of one model, in a dilemma."""
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url}
    seen = {**model, "emotion": {"mode": "manipulative"}}
    strategy = {"strategy": "fixed", "params": {"actions": ["cooperate"]}}
    probe = {"name": "probe", "agent": "display_probe", "emotions": [*OTHER], **strategy}
    contestants = [probe, {"name": "first", **seen}, {"name": "second", **seen}]
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    small = {"repetitions": 1, "order": "fixed", "games": [game], "contestants": contestants}
    return Run(played(design(**small | changes), folder / "run"))


def fork_of(run: Run, name: str, *, by: str, other: str, change: str = "", **more: Any) -> Fork:
    """A fork of the first decision of `name` in its first match against `other`.

    Args:
        run: the recorded run.
        name: whose decision is forked.
        by: label of the design.
        other: whom it plays.
        change: KEY=VALUE; the other display of the probe if left out.
        more: further fields.
    """
    base = next(
        base
        for key in run.ids()
        if sorted((base := run.match(key)).match.seats) == sorted((name, other))
    )
    at = base.match.seats.index(name)
    affect = base.decisions[at].decision.affect
    assert affect is not None
    change = change or f"shown={OTHER[str(affect.shown)]}"
    return Fork(base.match.id, at, (change,), **{"times": 2, "design": by, **more})
