"""Options of a run that do not affect its matches."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from games import BadInput
from games.core.errors import unknown

EXECUTORS = ("local", "ray")
PATIENT = "people wait for models, and a batch takes up to a day"
"""Why people do not play with models that are asked in batches."""


@dataclass(frozen=True)
class RunOptions:
    """Options of a run, not part of the design.

    Args:
        limit: largest number of matches to play; None for all.
        max_cost: cap on the cost of the whole run in US dollars, earlier sessions included.
        preflight: whether each model is asked one cheap question before play.
        executor: local, one process; or ray, several on one or more machines.
        address: address of a Ray cluster; None starts one on this machine.
        workers: number of Ray's worker processes.
        allow: hosts that may receive a key besides those of the user's file: HOST or HOST=VARIABLE.
        blocks: by game, number of first blocks to play; None for all.
        batch: whether models are asked in the batches of their providers, where these have any.
    """

    limit: int | None = None
    max_cost: float | None = None
    preflight: bool = True
    executor: str = "local"
    address: str | None = None
    workers: int = 2
    allow: tuple[str, ...] = ()
    blocks: Mapping[str, int] | None = None
    batch: bool = False

    def __post_init__(self) -> None:
        """Refuse invalid values."""
        if self.executor not in EXECUTORS:
            raise unknown("executor", self.executor, EXECUTORS)
        if self.max_cost is not None and self.max_cost < 0:
            raise BadInput(f"the cap on cost must not be below 0, not {self.max_cost:g}")

        if self.batch and self.executor != "local":
            raise BadInput(
                f"--batch gathers questions in one process, and goes with no --executor "
                f"{self.executor}"
            )

    def check_people(self, people: Collection[str]) -> None:
        """Refuse to have people play in other processes.

        Args:
            people: names of the contestants who are people.

        Raises:
            BadInput: there are some, and matches are to be played elsewhere or in batches.
        """
        if people and self.batch:
            raise BadInput(f"{PATIENT}: {', '.join(sorted(people))} cannot play with --batch")
        if people and self.executor != "local":
            raise BadInput(
                f"people play in the process that serves them, which arena lab opens: "
                f"{', '.join(sorted(people))} cannot play with --executor {self.executor}"
            )
