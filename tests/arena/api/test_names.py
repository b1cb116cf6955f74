"""What `import arena` offers."""

import inspect
import subprocess
import sys
from importlib.metadata import version

import arena
from tests import PACKAGES, ROOT

NAMES = [
    "Alignment", "BadInput", "Plan", "Run", "Simulated", "Tournament", "Transcript", "agent",
    "arun", "columns", "compare", "match", "open", "plan", "plots", "pool_effects", "run",
    "simulate",
]  # fmt: skip
RUN = [
    "align", "attempts", "broken_texts", "checks", "close", "composites", "counts", "deception",
    "decisions", "effects", "export", "folder", "fork", "forks", "groups", "leaderboard",
    "matches", "matrix", "mediation", "moral", "moral_as_eai", "name", "opinions",
    "participants", "planned", "policy", "ratings", "steered", "tournament", "transcript",
    "variance",
]  # fmt: skip


def test_the_public_names_are_these_and_no_other() -> None:
    assert arena.__all__ == NAMES
    assert dir(arena) == sorted([*NAMES, "__version__"])
    assert [name for name in dir(arena.Run) if not name.startswith("_")] == RUN


def test_every_public_name_is_there_typed_and_documented() -> None:
    for name in NAMES:
        found = getattr(arena, name)
        assert found.__doc__, name
        if inspect.isfunction(found):
            assert inspect.signature(found).return_annotation is not inspect.Signature.empty, name
    for name in RUN:
        assert getattr(arena.Run, name).__doc__, name
    assert all((ROOT / package / "py.typed").is_file() for package in PACKAGES)
    assert arena.__version__ == version("affect-arena")


def test_importing_it_is_quick_and_names_stay_lazy() -> None:
    told = "import sys, arena; print('pandas' in sys.modules, 'altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
