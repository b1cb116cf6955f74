"""Whether a run may go on under a design: the same one, or a larger one of the same."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from arena.design.analysis import ANALYSIS
from arena.design.lab import LAB
from arena.design.schedules import KINDS
from arena.design.tournament import QUESTION
from arena.record.manifest import Manifest
from arena.record.texts import changed_texts, other_texts
from games import BadInput

_ORDER = {"order": "fixed"}
"""The order of a design that states none."""


_SIZE = (".repetitions", ".budget")
"""Suffix of the keys of a design that state amounts of play."""

_TOLD_ANYWAY = 8
"""Last schema in which all players were told that others see their emotion."""


def told_anyway(there: Manifest) -> bool:
    """Whether players of a run were told that others see their emotion, regardless of opponents."""
    if there.migrated is None or there.migrated.number > _TOLD_ANYWAY:
        return False
    emotions = (content.get("emotion") or {} for content in there.design["contestants"].values())
    return any(emotion.get("shows") for emotion in emotions)


def compare(folder: Path, there: Manifest, wanted: Manifest, *, begun: bool) -> None:
    """Refuse to go on with a run of another design; a larger design of the same is welcome.

    Nothing binds a run in which nothing was played, such as one that stopped at a wrong model name.
    """
    _refuse_forks(folder, there, wanted)
    if not begun:
        return
    old, new = _played(there.design), _played(wanted.design)
    for key, value in old.items():
        grown = key.endswith(_SIZE) and key in new and new[key] >= value
        if key not in new or (new[key] != value and not grown):
            raise BadInput(
                f"{folder} holds a run of another design: {key} was {value!r} and is now "
                f"{_said(new, key)}; choose another folder with --out"
            )
    _refuse_additions(folder, there, wanted)
    for key, game in there.design["games"].items():
        non_adaptive = KINDS[game["schedule"]["kind"]].non_adaptive
        if not non_adaptive and wanted.design["games"][key]["contestants"] != game["contestants"]:
            raise BadInput(
                f"{folder} holds a run in which game {key!r} is paired adaptively: with more "
                "contestants, other matches would have been chosen from the start; "
                "choose another folder with --out"
            )
    if told_anyway(there):
        raise BadInput(
            f"{folder} was begun when every player that shows emotions was told that others see "
            "them, whoever sat opposite; choose another folder with --out"
        )
    if there.record != wanted.record:
        raise BadInput(
            f"{folder} is a run with record = {there.record!r}, not {wanted.record!r}; "
            "choose another folder with --out"
        )
    if changed := changed_texts(there):
        raise BadInput(other_texts(folder, there, changed))


def same_design(folder: Path, there: Manifest, other: Path, elsewhere: Manifest) -> None:
    """Refuse to pool runs of different designs; seed, sizes, question and analysis may differ.

    Args:
        folder: of the first run.
        there: its manifest.
        other: folder of the second run.
        elsewhere: its manifest.

    Raises:
        BadInput: they differ in something else, which the message names.
    """
    here, apart = _played(there.design), _played(elsewhere.design)
    for key in dict.fromkeys([*here, *apart]):
        if key != "seed" and not key.endswith(_SIZE) and _said(here, key) != _said(apart, key):
            raise BadInput(
                f"{other} holds a run of another design than {folder}: {key} is "
                f"{_said(apart, key)} there and {_said(here, key)} here"
            )
    for name in differing_texts(there.texts, elsewhere.texts):
        raise BadInput(f"{other} was played with other prompt texts than {folder}: {name}")


def differing_texts(one: dict[str, str] | str, other: dict[str, str] | str) -> tuple[str, ...]:
    """Text files that two runs of one design did not have in common; of older runs, all texts."""
    if isinstance(one, str) or isinstance(other, str):
        return () if one == other else ("all texts, of which an older run kept one hash",)
    return tuple(sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key)))


def _refuse_forks(folder: Path, there: Manifest, wanted: Manifest) -> None:
    """Refuse to play a run of forks as a tournament, and forks into another run."""
    if there.forks == wanted.forks:
        return
    if there.forks and not wanted.forks:
        raise BadInput(f"{folder} holds forks of recorded matches, which only arena fork plays")
    raise BadInput(f"{folder} holds no forks of this design: move it away to fork again")


def _refuse_additions(folder: Path, there: Manifest, wanted: Manifest) -> None:
    """Refuse contestants that state a field whose default was never recorded."""
    for name, player in there.design["contestants"].items():
        now = wanted.design["contestants"][name]
        for key in now.keys() - player.keys():
            raise BadInput(
                f"{folder} holds a run of another design: contestants.{name}.{key} was left at its "
                f"default and is now {now[key]!r}; choose another folder with --out"
            )


def differences(there: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Each leaf in which two designs differ, as "KEY was A and is now B"."""
    old, new = (dict(_leaves(_ORDER | dict(design))) for design in (there, now))
    return [
        f"{leaf} was {_said(old, leaf)} and is now {_said(new, leaf)}"
        for leaf in sorted(old.keys() | new.keys())
        if _said(old, leaf) != _said(new, leaf)
    ]


def _said(leaves: Mapping[str, Any], leaf: str) -> str:
    return repr(leaves[leaf]) if leaf in leaves else "missing"


def _played(design: Mapping[str, Any]) -> dict[str, Any]:
    """The leaves of a design that decide about matches: not its question, analysis and lab.

    What a lab changes of matches is part of its people, see `Lab.told`.
    """
    whole = _ORDER | dict(design)
    told = {QUESTION, ANALYSIS, LAB}
    return dict(_leaves({key: value for key, value in whole.items() if key not in told}))


def _leaves(content: dict[str, Any], path: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in content.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value:
            yield from _leaves(value, here)
        else:
            yield here, value
