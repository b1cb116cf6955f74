"""Commands to a run that is being played, in a folder of its own that only its owner may write.

The process that plays the run reads each command, obeys or refuses it, and answers beside it. It
notes on record what it obeyed.
"""

import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from agents.core.parse import parse
from arena.core.files import make_folder, opened, refuse_link, write_text
from arena.record.lock import being_played
from arena.record.place import FILE
from games import BadInput
from games.core.errors import unknown

CONTROL = "control"
"""The folder of commands and answers, in the folder of the run."""

Action = Literal["pause", "resume", "concurrency", "limit", "cap", "status"]
ACTIONS: tuple[Action, ...] = get_args(Action)

PATIENCE = 60.0
"""Seconds to wait for an answer. A run reads its commands several times a second."""
_POLL = 0.05
_COMMAND, _ANSWER = ".command.json", ".answer.json"
_OTHERS = 0o022
"""Permissions to write of everybody but the owner."""


class Command(BaseModel):
    """A command to a run."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    action: Action
    """What to do."""
    model: str | None = None
    """Name of the model; None for all models."""
    concurrency: int | None = Field(None, ge=1)
    """Calls in flight at the same time."""
    requests_per_minute: int | None = Field(None, ge=0)
    """Calls begun in any minute; 0 for no bound."""
    tokens_per_minute: int | None = Field(None, ge=0)
    """Tokens in any minute; 0 for no bound."""
    cap: float | None = Field(None, ge=0, allow_inf_nan=False)
    """US dollars that the run may cost, earlier sessions included."""


_VALUES: dict[str, str] = {"concurrency": "concurrency", "cap": "cap"}
"""Fields that the value of an action fills."""
_OPTIONS = {
    "concurrency": {"model"},
    "limit": {"model", "requests_per_minute", "tokens_per_minute"},
}
"""Further fields of each action."""


def command(action: str, value: str | None = None, options: Mapping[str, Any] = {}) -> Command:
    """A command in words.

    Args:
        action: what to do.
        value: calls in flight, or US dollars; None for actions without a value.
        options: further fields by name; None where they are not stated.

    Raises:
        BadInput: the action is unknown, or its value or an option is wrong for it.
    """
    if action not in ACTIONS:
        raise unknown("action", action, ACTIONS)
    fields: dict[str, Any] = {key: each for key, each in options.items() if each is not None}
    if wrong := sorted(fields.keys() - _OPTIONS.get(action, set())):
        raise BadInput(f"{action} takes no {', '.join(wrong)}")
    if (value is None) == (action in _VALUES):
        wants = {"concurrency": "a number of calls from 1", "cap": "a number of US dollars from 0"}
        raise BadInput(f"{action} takes {wants.get(action, 'no value')}, not {value!r}")
    if action == "limit" and not fields.keys() - {"model"}:
        raise BadInput("limit takes requests or tokens per minute")
    if value is not None:
        number = _number(value)
        whole = action == "concurrency" and number.is_integer()
        fields[_VALUES[action]] = int(number) if whole else number
    return parse(Command, {"action": action, **fields}, "command")


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def send(run: Path, command: Command, patience: float = PATIENCE) -> dict[str, Any]:
    """Send a command to the process that plays a run; returns its state after the command.

    Args:
        run: folder of the run.
        command: what to do.
        patience: seconds to wait for the answer.

    Raises:
        BadInput: the run is not being played, the command is refused, or no answer comes.
    """
    refuse_link(run / FILE)
    if not being_played(run):
        raise BadInput(f"{run} is not being played: only a run in play can be controlled")
    folder = _own(run)
    name = uuid4().hex
    asked, answered = folder / f"{name}{_COMMAND}", folder / f"{name}{_ANSWER}"
    written = folder / name
    try:
        write_text(written, command.model_dump_json(exclude_none=True))
        written.rename(asked)  # a command is read whole or not at all
        answer = _awaited(answered, time.monotonic() + patience)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    finally:
        for path in (written, asked, answered):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    if answer is None:
        raise BadInput(f"the process that plays {run} gave no answer within {patience:g} s")
    if refused := answer.get("refused"):
        raise BadInput(str(refused))
    return answer


def _awaited(path: Path, until: float) -> dict[str, Any] | None:
    while time.monotonic() < until:
        with suppress(FileNotFoundError), opened(path) as file:
            answer: dict[str, Any] = json.load(file)
            return answer
        time.sleep(_POLL)
    return None


class Commands:
    """Commands that wait in the folder of a run; those of earlier sessions are dropped.

    Args:
        run: folder of the run.
    """

    def __init__(self, run: Path) -> None:
        self._folder = run / CONTROL
        self.drop()

    def waiting(self) -> Iterator[tuple[Path, Command | str]]:
        """Each command with its file, or why it is none.

        Raises:
            BadInput: the folder of commands is a link, belongs to another, or others may write it.
            OSError: a command cannot be read.
        """
        if not self._folder.exists():
            return
        _check_own(self._folder)
        with os.scandir(self._folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(_COMMAND))
        for name in names:
            path = self._folder / name
            try:
                with opened(path) as file:
                    command = Command.model_validate_json(file.read())
            except FileNotFoundError:
                continue  # whoever sent it waits no more
            except ValueError as error:
                yield path, f"no command of a run: {error}"
            else:
                yield path, command
            path.unlink(missing_ok=True)

    def answer(self, asked: Path, answer: dict[str, Any]) -> None:
        """Answer a command."""
        name = asked.name.removesuffix(_COMMAND)
        written = self._folder / name
        write_text(written, json.dumps(answer))
        written.rename(self._folder / f"{name}{_ANSWER}")

    def drop(self) -> None:
        """Delete the folder with all that waits in it, if it is one of ours."""
        with suppress(OSError, BadInput):
            _check_own(self._folder)
            for path in self._folder.iterdir():
                path.unlink()
            self._folder.rmdir()


def _own(run: Path) -> Path:
    """The folder of commands, made if it is missing."""
    folder = run / CONTROL
    try:
        make_folder(folder, exist_ok=True)
        _check_own(folder)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror}") from None
    return folder


def _check_own(folder: Path) -> None:
    """Refuse a folder of commands that somebody else could write.

    Raises:
        BadInput: it is a link, belongs to another, or others may write it.
        OSError: there is none.
    """
    refuse_link(folder)
    state = folder.stat()
    if state.st_uid != os.geteuid() or state.st_mode & _OTHERS:
        raise BadInput(f"{folder} must belong to you, and nobody else may write it")
