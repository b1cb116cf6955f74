"""Texts that break: replies that are unlikely under the unsteered model, as a share of each arm."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from agents.core.models.model import Completion
from agents.core.models.weights import WEIGHED
from arena.analysis.result import Result
from arena.analysis.steering_effects import steered_arms
from arena.record.run import Run
from games import BadInput
from prompts import Message

LIKELY = 0.99
"""Share of the replies of arms without vectors that are not above the bound."""

BROKEN = {
    "contestant": "who replied, but for the treatment",
    "arm": "whose replies",
    "replies": "number of replies, those that could not be read included",
    "median": "median perplexity of a reply under the unsteered model",
    "bound": "perplexity above which a text counts as broken",
    "broken": "number of replies above it",
    "share": "share of replies above it",
}
"""Columns of `broken_texts`."""


class Reply(NamedTuple):
    """A reply in words.

    Attributes:
        contestant: name in the design.
        messages: the question as it was sent.
        text: the reply.
    """

    contestant: str
    messages: tuple[Message, ...]
    text: str


def replies(run: Run) -> list[Reply]:
    """All replies in words of contestants that are steered in some arm.

    Raises:
        BadInput: no vector was added to a model's states, or nobody replied in words.
    """
    run.require_design()
    arms = steered_arms(run)
    if not arms:
        raise BadInput(f'run {run.manifest.name} has no arm with means = "vector"')
    found = [
        Reply(name, attempt.messages, done.text)
        for key in run.ids()
        for transcript in [run.transcript(key, texts=True)]
        for played in transcript.decisions
        for name in [transcript.match.seats[played.player]]
        if name in arms
        for attempt in played.decision.attempts
        if (done := attempt.completion) is not None and _is_written(done)
    ]
    if not found:
        raise BadInput(
            f"run {run.manifest.name} has no replies in words: probabilities of options were read, "
            "or texts were not recorded"
        )
    return found


def _is_written(done: Completion) -> bool:
    """Whether the model wrote the text; otherwise its options were weighed, and one was drawn."""
    return bool(done.text) and (done.weights is None or done.weights.how != WEIGHED)


def broken_texts(
    run: Run, found: Sequence[Reply], perplexities: Sequence[float], bound: float | None = None
) -> Result:
    """Share of broken replies in each arm.

    Args:
        run: the run.
        found: its replies.
        perplexities: of each reply, under the unsteered model.
        bound: perplexity above which a text counts as broken; None for the quantile `LIKELY` of the
            same contestant's replies without vectors.

    Returns:
        Table with columns BROKEN.

    Raises:
        BadInput: no bound is given, and a contestant has no replies without vectors.
    """
    arms = steered_arms(run)
    named = [arms[reply.contestant] for reply in found]
    places = [*arms]
    rows = pd.DataFrame(
        {
            "place": [places.index(reply.contestant) for reply in found],
            "contestant": [base for base, _ in named],
            "arm": [str(arm) for _, arm in named],
            "plain": [arm.dose is None for _, arm in named],
            "perplexity": np.asarray(perplexities, dtype=float),
        }
    )
    rows = rows.sort_values("place", kind="stable")
    lines: list[dict[str, Any]] = []
    for base, own in rows.groupby("contestant", sort=False):
        limit = _bound(str(base), own) if bound is None else bound
        for arm, each in own.groupby("arm", sort=False)["perplexity"]:
            above = each > limit
            about = {"contestant": base, "arm": arm, "replies": len(each), "median": each.median()}
            lines.append({**about, "bound": limit, "broken": above.sum(), "share": above.mean()})
    return Result.of(run, pd.DataFrame(lines, columns=[*BROKEN]))


def _bound(contestant: str, rows: pd.DataFrame) -> float:
    plain = rows.loc[rows["plain"], "perplexity"]
    if plain.empty:
        raise BadInput(
            f"{contestant} has no replies without vectors, from which a bound could be taken: "
            "state it, such as --bound 50"
        )
    return float(plain.quantile(LIKELY, interpolation="higher"))
