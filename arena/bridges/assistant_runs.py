"""Runs started by an assistant: one folder, one budget, designs from a text or by name."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena import api
from arena.design.rows import NAME
from arena.design.tournament import Tournament, shipped
from arena.record.place import FILE, require_run
from arena.record.run import Run
from arena.report.run_summary import dollars, log_document
from games import BadInput
from games.core import toml
from games.core.errors import unknown

_AT_ONCE = 1.0
"""Seconds that the start of a run waits for its end, to report short runs and errors at once."""


@dataclass
class _Session:
    """A run started by this process.

    Args:
        task: the task that plays it.
        before: US dollars spent earlier.
        cap: cap on the cost of the whole run, in US dollars.
        stopped: whether it was stopped by this process.
    """

    task: "asyncio.Task[api.Run]"
    before: float
    cap: float
    stopped: bool = False


class AssistantRuns:
    """Runs in one folder with a common budget.

    Args:
        folder: folder of the runs.
        designs: folder of tournament files that can be named; None for shipped ones only.
        budget: US dollars for all runs started by this process.
        allow: hosts that may receive keys, as in `RunOptions`.

    Raises:
        BadInput: the budget is negative or not a number, or the folder of designs is missing.
    """

    def __init__(
        self, folder: Path, designs: Path | None, budget: float, allow: tuple[str, ...] = ()
    ) -> None:
        if not 0 <= budget < float("inf"):
            raise BadInput(f"the budget must be US dollars from 0, not {budget}")
        if designs is not None and not designs.is_dir():
            raise BadInput(f"there is no folder of designs {designs}")
        self._folder, self._designs = folder, designs
        self._budget, self._allow = budget, allow
        self._sessions: dict[str, _Session] = {}
        self._spent_here = 0.0

    def design(self, text: str) -> Tournament:
        """A design from the text of a tournament file, or by its name.

        A text must not state prices, since the budget relies on prices stated by its owner.

        Raises:
            BadInput: the name is unknown, the text is no valid design, or it states prices.
        """
        if "=" not in text:
            named = self.designs()
            if text not in named:
                raise unknown("design", text, named)
            return Tournament.read(named[text])
        data = toml.loads(text, "the design")
        if "prices" in data:
            raise BadInput(
                "the design states [prices]: only a file in the folder of designs (--designs) can"
            )
        return Tournament(data, "the design", text)

    def designs(self) -> dict[str, Path]:
        """Files of designs, by name."""
        files = sorted(self._designs.glob("*.toml")) if self._designs else []
        return shipped() | {path.stem: path for path in files}

    def names(self) -> list[str]:
        """Runs in the folder, and runs started by this process."""
        there = {path.parent.name for path in self._folder.glob(f"*/{FILE}")}
        return sorted(there | self._sessions.keys())

    def path(self, name: str) -> Path:
        """Folder of a recorded run.

        Raises:
            BadInput: there is no run of this name.
        """
        folder = self._place(name)
        require_run(folder)
        return folder

    async def start(
        self, design: Tournament, name: str, max_cost: float, limit: int | None
    ) -> dict[str, Any]:
        """Start or continue a run, and return its status a moment later.

        Args:
            design: the design.
            name: name of the run.
            max_cost: cap on the cost of the whole run in US dollars, earlier sessions included.
            limit: largest number of matches to play; None for all.

        Raises:
            BadInput: the name is invalid, the run is being played, or the budget is too small.
        """
        folder = self._place(name)
        if (session := self._sessions.get(name)) and not session.task.done():
            raise BadInput(f"run {name} is being played already: see its status")
        before = _spent(folder)
        if not 0 <= max_cost < float("inf"):
            raise BadInput(f"max_cost must be US dollars from 0, not {max_cost}")
        if max(0.0, max_cost - before) > self.left:
            raise BadInput(
                f"max_cost of {dollars(max_cost)} is more than the budget has left: "
                f"{dollars(self.left)} of {dollars(self._budget)}, which arena mcp --max-cost sets"
            )
        options: Mapping[str, Any] = {"limit": limit, "allow": self._allow, "quiet": True}
        playing = api.arun(design, folder, max_cost=max_cost, **options)
        task = asyncio.create_task(playing)
        task.add_done_callback(lambda _task: self._settle(folder, before))
        self._sessions[name] = _Session(task, before, max_cost)
        await asyncio.wait([task], timeout=_AT_ONCE)
        return self.status(name)

    async def stop(self, name: str) -> dict[str, Any]:
        """Begin no more calls, record those in flight, and return the status of the run.

        Raises:
            BadInput: this process does not play the run.
        """
        session = self._sessions.get(name)
        if session is None or session.task.done():
            raise BadInput(f"run {name} is not being played here")
        session.stopped = True
        session.task.cancel()
        await asyncio.wait([session.task])
        return self.status(name)

    def status(self, name: str) -> dict[str, Any]:
        """Status of a run.

        Returns:
            state: playing; complete; open, if matches are left; or failed, with the reason as
                `why`. For recorded runs also the matches planned, completed and void, and the cost
                in US dollars.

        Raises:
            BadInput: there is no run of this name.
        """
        session = self._sessions.get(name)
        told: dict[str, Any] = {"run": name}
        if session is not None and not session.task.done():
            told |= {"state": "playing", "max_cost": session.cap}
        elif session is not None and not session.stopped and session.task.exception():
            told |= {"state": "failed", "why": str(session.task.exception())}
        folder = self._place(name)
        if session is not None and not (folder / FILE).exists():
            return told
        document = log_document(Run(self.path(name)))
        matches = {key: document["matches"].get(key, 0) for key in ("planned", "completed", "void")}
        closed = matches["completed"] + matches["void"]
        state = "complete" if closed >= matches["planned"] else "open"
        notes = [about for _, _, about in document["notes"]]
        return {"state": state, **told, "matches": matches, "cost": _cost(document), "notes": notes}

    @property
    def left(self) -> float:
        """US dollars of the budget that are neither spent nor reserved for a running run."""
        playing = (each for each in self._sessions.values() if not each.task.done())
        granted = sum(max(0.0, each.cap - each.before) for each in playing)
        return self._budget - self._spent_here - granted

    def _settle(self, folder: Path, before: float) -> None:
        """Charge a finished run to the budget."""
        self._spent_here += _spent(folder) - before

    def _place(self, name: str) -> Path:
        if not re.fullmatch(NAME, name):
            raise BadInput(f"a run's name has letters, digits and .'_+-, not {name!r}")
        return self._folder / name


def _spent(folder: Path) -> float:
    """US dollars spent by a run so far; 0 without a run."""
    return _cost(log_document(Run(folder))) if (folder / FILE).exists() else 0.0


def _cost(document: Mapping[str, Any]) -> float:
    """US dollars of all calls of a run, with lost replies at their assumed cost."""
    models = sum(made["cost"] for made in document["models"].values())
    return float(models + document["preflight"]["cost"] + document["lost"]["cost"])
