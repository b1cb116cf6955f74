"""A pilot in words and as JSON: what was lost, what the whole will cost, what it can tell."""

from collections.abc import Mapping
from typing import TextIO

import pandas as pd

from arena.core.console import console
from arena.planning.effect_power import EffectPower
from arena.report.as_json import as_json
from arena.report.effect_power import effect_power_document, effect_power_text
from arena.report.effects import WIDTH
from arena.report.grid import grid, say
from arena.report.run_summary import dollars

_LOST = (
    "In per cent of the decisions that were due in the first outcome of the game: void, lost "
    "because another seat ended the match; at fault, no legal action of this seat; refused, made "
    "only after a first answer that refused to play."
)
_COST = (
    "Calls, tokens and cost of the pilot's closed matches, and of the whole in proportion to its "
    "matches, the pilot's included."
)
_LEFT_OUT = (
    "The pilot's blocks are marked in {folder}/pilot.json. They are part of the run, and left out "
    "of tests: arena effects says so. arena run goes on with the other blocks."
)


def pilot_text(
    found: EffectPower,
    lost: pd.DataFrame,
    costs: pd.DataFrame,
    blocks: Mapping[str, int],
    folder: str,
    stream: TextIO,
) -> None:
    """Write what a pilot says.

    Args:
        found: power of the whole.
        lost: of `arena.planning.pilot.losses`.
        costs: of `arena.planning.pilot.costs`.
        blocks: of each game, how many are the pilot's.
        folder: of the run.
        stream: to write to.
    """
    to = console(stream, WIDTH)
    counts = ", ".join(f"{game} {count}" for game, count in blocks.items())
    to.print(f"{found.name}: a pilot of the first blocks ({counts})")
    shares = [f"{name}" for name in ("void", "fault", "refused")]
    shown = lost.assign(**{name: [f"{each:.0%}" for each in lost[name]] for name in shares})
    to.print(grid(shown.astype(str), {"game", "contestant", "arm"}, tight=True))
    say(to, _LOST)
    to.print(grid(_costs(costs), {"game", "model"}, tight=True))
    say(to, _COST)
    to.print()
    effect_power_text(found, stream)
    say(to, _LEFT_OUT.format(folder=folder))


def pilot_json(
    found: EffectPower, lost: pd.DataFrame, costs: pd.DataFrame, blocks: Mapping[str, int]
) -> str:
    """The same as one JSON document; what is not a number is null."""
    document = {"blocks": blocks, "losses": lost, "costs": costs}
    return as_json(document | {"power": effect_power_document(found)})


def _costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Text in every cell; sums in the last row."""
    money = ["cost", "whole_cost"]
    counts = [name for name in map(str, costs) if name not in {*money, "game", "model", "matches"}]
    total = costs[[*counts, *money]].sum(skipna=False).to_frame().T
    whole = pd.concat([costs, total.assign(game="all", model="", matches="")])
    for name in counts:
        whole[name] = [f"{each:,.0f}" for each in whole[name]]
    for name in money:
        whole[name] = ["unknown" if pd.isna(each) else dollars(each) for each in whole[name]]
    return whole.astype(str)
