"""A plan for a terminal, or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import pandas as pd

from arena.core.console import console as page
from arena.design.forms import unlike_forms
from arena.planning.plan import Plan
from arena.planning.share import Range, Share
from arena.report.as_json import as_json
from arena.report.grid import grid

HEADS = ("contestant", "matches", "decisions", "calls", "prompt tokens", "reply tokens", "cost")
"""Columns of the table of contestants."""

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def plan_json(plan: Plan) -> str:
    """One JSON document; ranges are objects of low, expected and high, unknown costs are null."""
    document = asdict(plan)
    document["total"] = plain(plan.total)
    document["contestants"] = {name: plain(share) for name, share in plan.contestants.items()}
    document |= {"seconds": plan.seconds._asdict(), "per_call": plan.per_call._asdict()}
    document["waves"] = plan.waves and plan.waves._asdict()
    return as_json(document)


def plan_text(plan: Plan, stream: TextIO) -> None:
    """Write the tables, and the assumptions of the figures."""
    console = page(stream)
    console.print(f"{plan.name}: design {plan.design_hash}", markup=False)
    games = [(key, plan.schedules[key], f"{count:,}") for key, count in plan.matches.items()]
    columns = ["game", "schedule", "matches"]
    console.print(grid(pd.DataFrame(games, columns=columns), {*columns[:2]}))
    shares = grid(pd.DataFrame(rows(plan), columns=HEADS), {HEADS[0]})
    shares.rows[-2].end_section = True  # the last row is the total
    console.print(shares)
    for line in notes(plan):
        console.print(line, markup=False)


def rows(plan: Plan) -> list[tuple[str, ...]]:
    """Resources of each contestant, and the totals in the last row; columns are `HEADS`."""
    lines = [
        (name, *_row(share, asked=name in plan.models)) for name, share in plan.contestants.items()
    ]
    return [*lines, ("all", *_row(plan.total, asked=bool(plan.models)))]


def _row(share: Share, *, asked: bool) -> Iterator[str]:
    yield shown(share.matches)
    yield shown(share.decisions)
    for figure in (share.calls, share.prompt, share.completion):
        yield shown(figure) if asked else "–"
    if share.cost is None:
        yield "unknown"
    else:
        yield shown(share.cost, money=True) if asked else "–"


def notes(plan: Plan) -> Iterator[str]:
    """Assumptions of the figures, one sentence per line."""
    yield (
        "Intervals go from the shortest play and replies seen with stand-ins for the models to the "
        "longest replies allowed, with every re-ask used. "
        f"{plan.reasked:.0%} of decisions are expected to be asked for again."
    )
    yield from _about_order(plan)
    if warning := unlike_forms(plan.forms):
        yield (
            f"Warning: {warning}. A server that refuses JSON is found out before the first answer."
        )
    for line in plan.warnings:
        yield f"Warning: {line}."
    if plan.retold:
        yield (
            f"Every prompt of {', '.join(plan.retold)} tells all earlier rounds again: tokens grow "
            "with the square of the number of rounds, and are counted so. history = N in a "
            "contestant's row tells the last N rounds alone."
        )
    yield from _about_caches(plan.total)
    if plan.thinkers:
        yield (
            f"Known to reason before they answer: {', '.join(plan.thinkers)}; half of max_tokens "
            "is expected per reply."
        )
    if plan.unpriced:
        yield (
            f"Price unknown, and left out of the sum: {', '.join(plan.unpriced)}. "
            'State it under [prices."provider/model"].'
        )
    if plan.waves is not None:
        yield from _about_batches(plan, plan.waves)
    elif plan.models:
        low, expected, high = map(_time, plan.seconds)
        calls = [f"{seconds:g}" for seconds in plan.per_call]
        each = calls[1] if len(set(calls)) == 1 else f"{calls[1]} ({calls[0]} to {calls[2]})"
        yield f"Wall time: {expected} ({low} to {high}), if a call takes {each} s."


def _about_batches(plan: Plan, waves: Range) -> Iterator[str]:
    """Lines on models that are asked in batches, and on those that are not."""
    yield (
        f"Asked in batches, at half the price: {', '.join(plan.batched)}. {shown(waves)} of them "
        "follow one another, besides questions that are asked again; a provider takes up to a day "
        "for each."
    )
    live = dict.fromkeys(name for own in plan.models.values() for name in own)
    if others := [name for name in live if name not in plan.batched]:
        yield f"Asked by themselves, at the usual price: {', '.join(others)}."


def _about_caches(total: Share) -> Iterator[str]:
    """A line on prompts that begin as the one before them, if there are any."""
    if total.cached.expected:
        less = total.saved.expected
        yield (
            f"{total.cached.expected / total.prompt.expected:.0%} of the prompt tokens repeat how "
            "the prompt before them in the match begins. A provider that has them in its cache "
            "charges less, which the costs above leave out"
            + (f": {_short(less, money=True)} less." if less else ".")
        )


def _about_order(plan: Plan) -> Iterator[str]:
    """A line on the balance of orders."""
    if plan.order == "fixed":
        yield "Options, payoff rows and emotion words always stand in the order of the rules."
    elif plan.order and plan.lopsided:
        yield (
            "The order of options, payoff rows and emotion words is drawn per block. One direction "
            f"comes once more than the other in {', '.join(plan.lopsided)}: an even number of "
            "repetitions balances them."
        )
    elif plan.order:
        yield (
            "The order of options, payoff rows and emotion words is drawn per block; both "
            "directions come equally often."
        )


def shown(figure: Range, *, money: bool = False) -> str:
    """A figure, with its bounds if they differ."""
    low, expected, high = (_short(value, money=money) for value in figure)
    return expected if low == high else f"{expected} ({low}–{high})"


def _short(value: float, *, money: bool) -> str:
    if money:
        return "$0" if value == 0 else f"${value:.2f}" if value >= 1 else f"${value:.2g}"
    for unit, size in (("M", 1_000_000), ("k", 10_000)):
        if value >= size:
            return f"{value / (1_000 if unit == 'k' else size):.3g}{unit}"
    return f"{value:,.0f}"


def _time(seconds: float) -> str:
    for unit, size in _UNITS:
        if seconds >= 2 * size or size == 1:
            return f"{seconds / size:.0f} {unit}"
    raise AssertionError


def plain(share: Share) -> dict[str, dict[str, float] | None]:
    """A share as JSON: ranges are objects of low, expected and high, an unknown cost is null."""
    return {key: value and value._asdict() for key, value in vars(share).items()}
