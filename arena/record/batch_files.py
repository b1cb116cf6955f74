"""Batches in the folder of a run: the file of each, its state, and its answers once they came."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agents.core.batches.batch import Answer, Batch
from arena.core.files import make_folder, opened, refuse_link, replace_file
from games import BadInput

BATCHES = "batches"
"""The folder of batches, in the folder of the run."""

_STATE, _LINES, _ANSWERS = ".json", ".jsonl", ".answers.json"


class BatchFiles:
    """The batches of one run. What was written is on disk before a method returns.

    Args:
        run: folder of the run.
    """

    def __init__(self, run: Path) -> None:
        self._folder = run / BATCHES

    def load(self) -> list[Batch]:
        """All batches, in the order in which they were written.

        Raises:
            BadInput: one cannot be read.
        """
        refuse_link(self._folder)
        if not self._folder.exists():
            return []
        names = [path for path in self._folder.iterdir() if path.name.count(".") == 1]
        found = [self._read(path) for path in names if path.suffix == _STATE]
        return sorted(found, key=lambda batch: (batch.written, batch.key))

    def keep(self, batch: Batch) -> None:
        """Keep a batch, in place of an earlier state of it."""
        self._write(batch.key + _STATE, batch.model_dump_json().encode())

    def keep_lines(self, key: str, lines: bytes) -> None:
        """Keep the file of a batch."""
        self._write(key + _LINES, lines)

    def lines(self, key: str) -> bytes:
        """The file of a batch."""
        with self._opened(key + _LINES) as file:
            return bytes(file.read())

    def keep_answers(self, key: str, answers: Mapping[str, Answer]) -> None:
        """Keep all answers of a batch."""
        self._write(key + _ANSWERS, json.dumps(answers).encode())

    def answers(self, key: str) -> dict[str, Answer] | None:
        """All answers of a batch; None if they have not come."""
        if not (self._folder / (key + _ANSWERS)).exists():
            return None
        with self._opened(key + _ANSWERS) as file:
            return {name: Answer(*answer) for name, answer in json.load(file).items()}

    def drop(self, key: str) -> None:
        """Delete a batch, its state first: what is left of one that has none is not read."""
        for ending in (_STATE, _ANSWERS, _LINES):
            (self._folder / (key + ending)).unlink(missing_ok=True)
        if not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _read(self, path: Path) -> Batch:
        try:
            with opened(path, "rb") as file:
                return Batch.model_validate_json(file.read())
        except (OSError, ValidationError) as error:
            raise BadInput(f"{path} cannot be read as a batch of this run: {error}") from None

    def _opened(self, name: str) -> Any:  # noqa: ANN401 - of `opened`
        path = self._folder / name
        try:
            return opened(path, "rb")
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}") from None

    def _write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, and to the disk itself."""
        path = self._folder / name
        try:
            refuse_link(self._folder)
            make_folder(self._folder, exist_ok=True)
            replace_file(path, content)
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}") from None
