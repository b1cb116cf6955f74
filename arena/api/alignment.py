"""`Alignment`: a run beside people, as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pandas as pd

from arena.analysis import alignment
from arena.api.pages import Html, page
from arena.record.run import Run
from arena.report.alignment import sheets
from arena.report.beside_people import arrows, payoff_map, ruler
from arena.report.tables import as_html
from games import BadInput


class Alignment(alignment.Alignment):
    """The comparison of a run with people; notebooks show all of its tables."""

    @classmethod
    def of(cls, run: Run, studies: Sequence[str], options: Mapping[str, Any]) -> "Alignment":
        """A run compared with people, see `arena.analysis.alignment.align`."""
        aligned = alignment.align(run, studies, **options)
        return cls(**{field.name: getattr(aligned, field.name) for field in fields(aligned)})

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, as `arena align` prints them: text in every cell."""
        return {sheet.name: sheet.table for sheet in sheets(self)}

    def arrows(self) -> pd.DataFrame:
        """Effects of induced emotions beside people's, as `arena.plots.arrows` draws them.

        Raises:
            BadInput: no emotion was induced in this run.
        """
        if self.effects is None or self.effects.empty:
            raise BadInput(f"{self.name}: no effect of an induced emotion was measured")
        return arrows(self)

    def distances(self) -> pd.DataFrame:
        """Distances from people with their noise floor, as `arena.plots.ruler` draws them.

        Returns:
            Columns contestant, game, measure, study, kind, value (points of the pie, or
            probability), distance_low, distance_high.
        """
        return ruler(self)

    def payoff_map(self) -> pd.DataFrame:
        """Cooperation over temptation and sucker's payoff, as `arena.plots.payoff_map` draws it.

        Returns:
            Columns contestant (people first), temptation, sucker, cooperation, study.

        Raises:
            BadInput: no several games were played of which people's cooperation is a map.
        """
        table = payoff_map(self)
        if table.empty:
            raise BadInput(f"{self.name}: no games of a map of people's cooperation were played")
        return table

    def __repr__(self) -> str:
        """In one line."""
        return f"<Alignment of {self.name}: {', '.join(self.tables())}>"

    def _repr_html_(self) -> str:
        title = f"{self.name}: how human"
        return page(title, "", *(Html(as_html(sheet)) for sheet in sheets(self)))
