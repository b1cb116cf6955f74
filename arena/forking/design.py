"""`ForkDesign`: a file that forks every decision of a run that fits a filter."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from agents.core.parse import parse
from arena.design.rows import NAME
from arena.forking.change import Change
from arena.forking.fork import Fork
from arena.record.decisions import Row
from arena.record.run import Run
from games import BadInput
from games.core import toml
from games.core.errors import unknown


class Where(BaseModel):
    """Which decisions are forked: those that have one of the stated values in each field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: tuple[str, ...] = ()
    """Ids of games; all if left out, as in all fields."""
    contestant: tuple[str, ...] = ()
    """Names of those who decide."""
    mode: tuple[str, ...] = ()
    """Emotion modes of those who decide."""
    set: tuple[str, ...] = ()
    """Information sets, of the round where the game is repeated."""
    felt: tuple[str, ...] = ()
    """Emotions reported with the decision."""
    shown: tuple[str, ...] = ()
    """Emotions shown with the decision."""

    def fits(self, row: Row, modes: Mapping[str, str]) -> bool:
        """Whether a decision is forked."""
        said = {**row, "mode": modes.get(row["contestant"], "")}
        wanted = {key: getattr(self, key) for key in type(self).model_fields}
        return all(not words or said[key] in words for key, words in wanted.items())


class ForkDesign(BaseModel):
    """Content of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    """Name of the design; its forks are pooled under this name."""
    run: str
    """Folder of the recorded run."""
    changes: tuple[str, ...] = Field(min_length=1)
    """Alternatives, each KEY=VALUE; each is an arm of each fork that has another value."""
    times: int = Field(20, ge=1)
    """Continuations of each arm."""
    where: Where = Where()
    """Which decisions are forked."""

    def forks(self, run: Run) -> list[Fork]:
        """The forks of a run, match by match.

        Raises:
            BadInput: a name of the filter is unknown, or no decision fits.
        """
        design = run.manifest.design
        for key, known in (("game", design["games"]), ("contestant", design["contestants"])):
            for name in getattr(self.where, key):
                if name not in known:
                    raise unknown(f"{key} of {run.folder}", name, known)
        forks = list(self._forks(run))
        if not forks:
            raise BadInput(f"{self.name}: no decision of {run.folder} fits, so nothing is forked")
        return forks

    def _forks(self, run: Run) -> Iterator[Fork]:
        contestants = run.manifest.design["contestants"]
        modes = {
            name: (content.get("emotion") or {}).get("mode", "")
            for name, content in contestants.items()
        }
        columns = ("match", "number", "game", "contestant", "set", "felt", "shown", "action")
        changes = [Change.read(each) for each in self.changes]
        for rows in run.decision_rows(columns):
            for row in rows:
                decided = row["action"] is not None or row["felt"] is not None
                if decided and self.where.fits(row, modes):
                    # An arm that repeats the record would be a second control arm.
                    other = (each for each in changes if str(row.get(each.key)) != each.value)
                    if arms := tuple(map(str, other)):
                        yield Fork(row["match"], row["number"], arms, self.times, self.name)


def is_fork_design(path: Path) -> bool:
    """Whether a file is a design of forks, and no tournament."""
    if path.suffix != ".toml" or not path.is_file():
        return False
    return "changes" in toml.read(path)[0]


def read_fork_design(path: Path) -> ForkDesign:
    """The design of forks in a file.

    Raises:
        BadInput: it cannot be read, or its content is invalid.
    """
    try:
        data, _ = toml.read(path)
    except FileNotFoundError:
        raise BadInput(f"there is no file {path}") from None
    return parse(ForkDesign, data, str(path))
