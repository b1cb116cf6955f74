"""`Result`: the table of a measure of a run, with remarks on that run."""

from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from arena.analysis.remarks import remarks
from arena.record.run import Run


@dataclass(frozen=True, eq=False)
class Result:
    """A measure of a run.

    Attributes:
        name: of the run.
        design_hash: of its design.
        table: with the columns that the measure's module documents as COLUMNS.
        remarks: remarks on the run, such as its agreement with its registration.
    """

    name: str
    design_hash: str
    table: pd.DataFrame
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, run: Run, table: pd.DataFrame, **more: Any) -> Self:  # noqa: ANN401
        """The result of a run.

        Args:
            run: the run.
            table: the measure.
            more: further attributes of a kind of results.
        """
        about = run.manifest.name, run.manifest.design_hash
        return cls(*about, table, remarks([run]), **more)
