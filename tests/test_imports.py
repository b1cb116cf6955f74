"""What `games` and `ratings` need by themselves, as the README states it."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM = """
import importlib, pkgutil, sys
package, *blocked = sys.argv[1:]
sys.modules.update(dict.fromkeys(blocked))
found = importlib.import_module(package)
{more}
"""
WHOLE = """
for module in pkgutil.walk_packages(found.__path__, f"{package}."):
    importlib.import_module(module.name)
"""


def with_dependencies(names: tuple[str, ...]) -> set[str]:
    """Distributions, and what they need in turn, by canonical name."""
    found: set[str] = set()
    left = [canonicalize_name(name) for name in names]
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        try:
            needs = map(Requirement, requires(name) or ())
        except PackageNotFoundError:
            continue  # a dependency of another platform
        left += [
            canonicalize_name(need.name)
            for need in needs
            if need.marker is None or need.marker.evaluate({"extra": ""})
        ]
    return found


def imports(package: str, allowed: tuple[str, ...], more: str) -> subprocess.CompletedProcess[str]:
    """Import a package of ours in a child where all other distributions are missing."""
    kept = with_dependencies(allowed) | {"affect-arena"}
    blocked = [
        name
        for name, owners in packages_distributions().items()
        if not kept & {canonicalize_name(owner) for owner in owners}
        and name not in sys.stdlib_module_names
    ]
    # SciPy asks whether Sphinx was imported, and takes a None in its place for a yes.
    blocked = [name for name in blocked if name != "sphinx"]
    command = [sys.executable, "-I", "-c", PROGRAM.format(more=more), package, *blocked]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("package", "allowed", "more"),
    [
        ("games", (), ""),
        ("games", ("numpy",), WHOLE),
        ("ratings", (), ""),
        ("ratings", ("numpy", "pandas", "scipy", "statsmodels", "pydantic"), WHOLE),
    ],
)
def test_a_package_needs_what_the_readme_states(
    package: str, allowed: tuple[str, ...], more: str
) -> None:
    done = imports(package, allowed, more)
    assert done.returncode == 0, done.stderr


def test_what_is_missing_is_missed() -> None:
    done = imports("games", (), WHOLE)
    assert "numpy" in done.stderr
