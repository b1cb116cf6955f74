"""Reports to be processed: one JSON document each."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.result import Result


def as_json(document: Mapping[str, Any]) -> str:
    """A document with tables as lists of rows; missing numbers are null."""
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False)


def result_json(result: Result, **parts: Any) -> str:  # noqa: ANN401 - whatever a report holds
    """The JSON document of a result: of which run it is, remarks, and its parts by name."""
    about = {"name": result.name, "design_hash": result.design_hash, "remarks": result.remarks}
    return as_json({**about, **parts})


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    if isinstance(value, pd.DataFrame):
        return _plain(value.to_dict(orient="records"))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
