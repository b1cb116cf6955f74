"""How the numbers of a page are written."""

import json
import re
from collections.abc import Iterator

import pandas as pd
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

WRONG = re.compile(r"\d%(?![0-9A-F]{2})|(?<![\w.,)\]:/=-])-\.?\d")
"""A share without a space, or a hyphen for a minus sign; not within names, dates and addresses."""
_OWN = {None, "%.0f %%", "YYYY-MM-DD HH:mm"}
"""Formats that columns may have beside the writing of their table."""
_VERBATIM = {"code", "dataframe", "html", "imgs", "json"}


def written(app: AppTest) -> Iterator[pd.DataFrame]:
    """The cells of each table as they are drawn: texts alone."""
    for frame in app.dataframe:
        yield convert_arrow_bytes_to_pandas_df(frame.proto.arrow_data.styler.display_values).astype(
            str
        )


def wrong(app: AppTest) -> list[str]:
    """Texts and cells of a page that have a sign written otherwise than on pages."""
    texts = [
        str(text)
        for each in app.main
        if each.type not in _VERBATIM
        for text in (getattr(each, "value", ""), getattr(each, "label", ""))
    ]
    cells = [cell for table in written(app) for cell in table.to_numpy().ravel()]
    formats = {
        (column or {}).get("type_config", {}).get("format")
        for frame in app.dataframe
        for column in json.loads(frame.proto.columns or "{}").values()
    }
    others = [f"format {each}" for each in formats - _OWN]
    return others + [text for text in [*texts, *cells] if WRONG.search(text.replace("\\", ""))]
