"""Runs the Python blocks of a page of the documents."""

import re
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from tests import ROOT


def run_page(name: str) -> tuple[dict[str, Any], str]:
    """All Python blocks of a page, in order, as one program: its names, and what it printed."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    names: dict[str, Any] = {"__name__": f"docs.{name}"}
    with redirect_stdout(StringIO()) as said:
        for block in blocks:
            exec(compile(block, name, "exec"), names)  # noqa: S102 - our own documents
    return names, said.getvalue()
