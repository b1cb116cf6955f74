"""Shares of broken texts in words and as JSON."""

from typing import TextIO

import pandas as pd

from arena.analysis.broken_texts import BROKEN, LIKELY
from arena.analysis.result import Result
from arena.report.as_json import result_json
from arena.report.grid import grid, headed, say

_ABOUT = (
    "Perplexity: of a reply behind its question, under the model without vectors. The bound is the "
    f"one that was stated, or else the {100 * LIKELY:.0f} % quantile of the same contestant's "
    "replies without vectors, so that it differs from run to run."
)


def broken_text(result: Result, stream: TextIO) -> None:
    """Write the table."""
    to = headed(stream, result.name, result.remarks)
    cells = [
        {
            "contestant": row["contestant"],
            "arm": row["arm"],
            "replies": str(row["replies"]),
            "median": f"{row['median']:.1f}",
            "bound": f"{row['bound']:.1f}",
            "broken": f"{100 * row['share']:.1f} %",
        }
        for row in result.table.to_dict(orient="records")
    ]
    to.print(grid(pd.DataFrame(cells), {"contestant", "arm"}, tight=True))
    say(to, _ABOUT)


def broken_json(result: Result) -> str:
    """One JSON document."""
    return result_json(result, columns=BROKEN, broken=result.table)
