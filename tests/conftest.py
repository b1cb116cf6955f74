"""What all tests share: Hypothesis without deadlines, and golden files."""

import gc
import os
import signal
import socket
from collections.abc import Callable, Generator, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.environments import Environment, wheel_of_a_clone, with_wheel
from tests.item_files import stand_ins
from tests.loopback import ELSEWHERE

# A slow machine is no defect.
settings.register_profile(
    "suite", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the golden files anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test that takes `golden`, so that `make snapshots` misses none; leave soak out."""
    for item in items:
        if "golden" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.golden)
    if "soak" not in config.getoption("markexpr"):
        skip = pytest.mark.skip(reason="make soak")
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(skip)


LONG = ("test_cluster", "test_ray_access")
"""Modules whose tests wait for minutes. Begun last, they would end alone."""


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_long_ones_first(items: list[pytest.Item]) -> None:
    """Begin with long tests, whatever order chance has given."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for garbage seldom, and not among what is imported while tests are collected."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def item_sets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for the suite, in which small stand-ins have the names of published item sets.

    Whatever the user has imported is out of sight.
    """
    folder = tmp_path_factory.mktemp("data")
    stand_ins(folder / "affect-arena" / "items")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Programs that tests start can be interrupted even where the suite itself cannot.

    A shell that runs the suite in the background makes it, and what it starts, ignore Ctrl-C.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Solutions and settings lie in folders of this run, also for the programs that tests start.

    Solutions are shared by all processes of the suite. What programs print is as wide as they
    choose, whatever the terminal of the suite.
    """
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    of_run = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_CACHE_HOME", str(of_run / "cache"))
        patch.delenv("COLUMNS", raising=False)
        yield


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment outside the tree, with the program from a wheel of what is committed."""
    folder = tmp_path_factory.mktemp("wheel")
    return with_wheel(folder, wheel_of_a_clone(folder), "hatchling", "pytest")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of another machine leads to this one."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        here = host in {ELSEWHERE, ELSEWHERE.encode()}
        return resolve("127.0.0.1" if here else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[Path, str], None]:
    """Compare a text with the golden file that holds it; with --regenerate, write the file."""
    regenerate = bool(pytestconfig.getoption("--regenerate"))

    def check(path: Path, text: str) -> None:
        if regenerate:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file():
            pytest.fail(f"{path} is missing; write it: make snapshots", pytrace=False)
        elif (kept := path.read_text(encoding="utf-8")) != text:
            lines = unified_diff(
                kept.splitlines(), text.splitlines(), path.name, "now", lineterm=""
            )
            diff = "\n".join(lines) or "(only line ends differ)"
            advice = "if that is meant: make snapshots, and review the diff"
            pytest.fail(f"{path} differs; {advice}\n{diff}", pytrace=False)

    return check
