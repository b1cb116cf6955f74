"""How Sphinx makes the site of the documents; `make docs` builds it."""  # noqa: INP001

import os
import sys
from importlib.metadata import version as installed
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

project = "Affect Arena"
author = "The Affect Arena authors"
copyright = author  # noqa: A001 - Sphinx calls it so
version = release = installed("affect-arena")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.intersphinx", "sphinx.ext.napoleon", "myst_nb"]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
html_theme = "furo"
html_title = project
html_show_sourcelink = False

# Headings get the anchors that GitHub gives them, so that links work in both places.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "dollarmath"]

# Notebooks are run from clean; their outputs are not committed.
nb_execution_mode = os.environ.get("NOTEBOOKS", "force")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_inherit_docstrings = False
add_module_names = False

# Every reference must lead somewhere; those to other projects are known when they can be asked.
nitpicky = True
_OTHERS = {
    "python": "https://docs.python.org/3",
    "numpy": "https://numpy.org/doc/stable",
    "pandas": "https://pandas.pydata.org/docs",
}
intersphinx_mapping = (
    {n: (at, None) for n, at in _OTHERS.items()} if os.environ.get("ONLINE") else {}
)
nitpick_ignore_regex = [
    (r"py:.*", r"(pandas|pd|numpy|np|altair|pydantic|collections|pathlib|os|typing|fractions)\..*"),
    (r"py:.*", r"(pd\.)?DataFrame|Path|Any|Fraction|Mapping|Sequence|Collection|Callable|Iterator"),
    (r"py:.*", r"(agents|arena|games|prompts|ratings)\..*"),  # of modules that are not documented
    (
        r"py:.*",
        r"(BadInput|KeyboardInterrupt|Number|optional|int|str|float|bool|None|type|object|dict|list)",
    ),
    (r"py:.*", r"[a-z_ ]+"),  # words in place of a type
]
linkcheck_timeout = 20
suppress_warnings = ["intersphinx.external", "myst-nb.lexer"]  # no kernel names the language
