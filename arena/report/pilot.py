"""A pilot in words and as JSON: losses, projected cost, and power of the whole design."""

from typing import TextIO

import pandas as pd

from arena.planning.pilot import PilotResult
from arena.report.as_json import as_json
from arena.report.effect_power import effect_power_document, effect_power_text
from arena.report.grid import grid, headed, say
from arena.report.run_summary import dollars

_SHARES = ("void", "fault", "refused")
_LOST = (
    "In per cent of the decisions that were due in the first outcome of the game: void, lost "
    "because another seat ended the match; at fault, no legal action of this seat; refused, made "
    "only after a first answer that refused to play."
)
_COST = (
    "Calls, tokens and cost of the pilot's closed matches, and of the whole in proportion to its "
    "matches, the pilot's included."
)
_MARKED = (
    "The pilot's blocks are marked in {folder}/pilot.json. They are part of the run, which arena "
    "run goes on with, and {tested}."
)
_LEFT_OUT = "left out of tests: arena effects says so"
_INCLUDED = "of its tests, as the design's [analysis] has it"


def pilot_text(pilot: PilotResult, stream: TextIO) -> None:
    """Write losses, costs, and the power of the whole design."""
    counts = ", ".join(f"{game} {count}" for game, count in pilot.blocks.items())
    to = headed(stream, f"{pilot.power.name}: a pilot of the first blocks ({counts})")
    shares = {name: [f"{each:.0%}" for each in pilot.losses[name]] for name in _SHARES}
    shown = pilot.losses.assign(**shares).astype(str)
    to.print(grid(shown, {"game", "contestant", "arm"}, tight=True))
    say(to, _LOST)
    to.print(grid(_costs(pilot.costs), {"game", "model"}, tight=True))
    say(to, _COST)
    to.print()
    effect_power_text(pilot.power, stream)
    tested = _LEFT_OUT if pilot.power.left_out else _INCLUDED
    say(to, _MARKED.format(folder=pilot.folder, tested=tested))


def pilot_json(pilot: PilotResult) -> str:
    """The results as one JSON document; missing numbers are null."""
    document = {"blocks": pilot.blocks, "losses": pilot.losses, "costs": pilot.costs}
    return as_json(document | {"power": effect_power_document(pilot.power)})


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
