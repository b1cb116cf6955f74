"""`Fork`: one decision of a recorded match, the arms that change it, and their continuations."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from agents.core.types import Decision
from arena.core.types import Match, Transcript, canonical, digest, seed_of
from arena.engine.replay import changed_since
from arena.forking.change import Change
from arena.record.participants import by_match
from arena.record.run import Run
from arena.record.steps import steps
from games import BadInput

CONTROL = ""
"""The arm in which nothing is changed."""
NOTE = "fork"
"""Kind of the notes that state the forks of a run of forks."""


class Continuation(NamedTuple):
    """One continuation of a forked match.

    Args:
        match: as it is recorded; its seed is shared by the pair in every arm.
        arm: the change as text; empty for the control arm.
        number: of the pair, from 0.
    """

    match: Match
    arm: str
    number: int


@dataclass(frozen=True)
class Fork:
    """A fork as it is stated on record.

    Args:
        match: id of the forked match.
        at: number of the decision, in the order of play, from 0.
        changes: one for each arm beside the control arm.
        times: number of continuations of each arm.
    """

    match: str
    at: int
    changes: tuple[str, ...]
    times: int

    @property
    def note(self) -> str:
        """Text of the note that states the fork."""
        return canonical(
            {"match": self.match, "at": self.at, "changes": self.changes, "times": self.times}
        )

    def continuations(self, base: Match) -> Iterator[Continuation]:
        """All continuations, pair by pair."""
        for number in range(self.times):
            seed = seed_of(NOTE, self.match, self.at, number)
            for arm in (CONTROL, *self.changes):
                key = digest(NOTE, self.match, self.at, arm, number)
                yield Continuation(replace(base, id=key, seed=seed), arm, number)


def stated(run: Run) -> list[Fork]:
    """The forks that a run of forks holds; none in a run that is played as designed."""
    notes = run.rows("SELECT DISTINCT about FROM notes WHERE kind = ?", NOTE)
    return [
        Fork(**{**(said := json.loads(about)), "changes": tuple(said["changes"])})
        for (about,) in notes
    ]


@dataclass(frozen=True)
class Forked:
    """A recorded match that can be continued from a decision.

    Args:
        base: the recorded match with its attempts.
        before: recorded decisions up to the step of the decision, by seat.
        place: of the changed decision among those of its seat.
        seat: of the player whose decision is changed.
        deals: number of chance moves up to the decision.
        changed: by arm, the changed decision.
    """

    base: Transcript
    before: tuple[tuple[Decision, ...], ...]
    place: int
    seat: int
    deals: int
    changed: dict[str, Decision]

    def decisions(self, arm: str, seat: int) -> Sequence[Decision]:
        """Decisions that a seat is not asked for, in an arm."""
        own = list(self.before[seat])
        if arm != CONTROL and seat == self.seat:
            own[self.place] = self.changed[arm]
        return own


def forked(run: Run, fork: Fork) -> Forked:
    """The state of a recorded match at the decision of a fork.

    Raises:
        BadInput: the match cannot be forked there, or not with these changes.
    """
    base = run.match(fork.match)
    _refuse(run, base)
    if not 0 <= fork.at < len(base.decisions):
        last = len(base.decisions) - 1
        raise BadInput(f"match {base.match.id} has decisions 0 to {last}, not {fork.at}")
    made, game = base.decisions[fork.at], run.tournament.rules(base.match)
    spec = run.tournament.seated(base.match)[made.player]
    before: list[list[Decision]] = [[] for _ in base.match.seats]
    deals = 0
    for step in steps(base, game):
        deals += step.deal is not None
        for each in step.made:
            before[each.player].append(each.decision)
        if any(each is made for each in step.made):
            break
    if step.after is None:
        raise BadInput(f"decision {fork.at} ended match {base.match.id} as void")
    changed = {one: Change.read(one).apply(made, step, spec, game) for one in fork.changes}
    held = tuple(map(tuple, before))
    return Forked(base, held, len(before[made.player]) - 1, made.player, deals, changed)


def _refuse(run: Run, base: Transcript) -> None:
    """Refuse matches that cannot be continued from their record.

    Raises:
        BadInput: by name and reason.
    """
    about = f"match {base.match.id} of {run.folder} cannot be forked"
    if run.manifest.record != "full":
        raise BadInput(f"{about}: record = {run.manifest.record!r} keeps no texts")
    if base.match.at:
        raise BadInput(f"{about}: an elicitation ends with its one decision")
    if by_match(run).get(base.match.id) or run.tournament.people.intersection(base.match.seats):
        raise BadInput(f"{about}: people sat in it, who are not asked again")
    if changed := changed_since(run):
        raise BadInput(f"{about}: it was played with other {', '.join(changed)}")
    if stated(run):
        raise BadInput(f"{about}: it is itself a continuation; fork the match it came from")
