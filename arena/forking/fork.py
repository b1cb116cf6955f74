"""`Fork`: one decision of a recorded match, the arms that change it, and their continuations."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from agents.core.types import Decision
from arena.core.types import Match, Transcript, TurnRecord, canonical, digest, seed_of
from arena.design.tournament import Tournament
from arena.engine.beginning import Beginning
from arena.engine.replay import changed_since
from arena.forking.change import Change
from arena.forking.contestant import changed_name, with_changed
from arena.record.participants import by_match
from arena.record.run import Run
from arena.record.steps import Step, steps
from games import BadInput, Game

CONTROL = ""
"""The arm in which nothing is changed, and the decision is the recorded one."""
ASKED_AGAIN = "asked again"
"""The arm in which nothing is changed, and the decision is made anew."""
NOTE = "fork"
"""Kind of the notes that state the forks of a run of forks."""


class Continuation(NamedTuple):
    """One continuation of a forked match.

    Args:
        match: as it is recorded; its seed is shared by the pair in every arm.
        arm: the change as text; CONTROL or ASKED_AGAIN for the control arm.
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
        design: name of the design of forks that it belongs to; empty if it stands alone.
    """

    match: str
    at: int
    changes: tuple[str, ...]
    times: int
    design: str = ""

    @property
    def note(self) -> str:
        """Text of the note that states the fork."""
        return canonical(
            {
                "match": self.match,
                "at": self.at,
                "changes": self.changes,
                "times": self.times,
                **({"design": self.design} if self.design else {}),
            }
        )

    @property
    def control(self) -> str:
        """Name of the control arm: a changed contestant decides anew, so the control does too."""
        return ASKED_AGAIN if Change.read(self.changes[0]).of_seat else CONTROL

    def check(self) -> None:
        """Refuse a fork without arms, and arms with different controls.

        Raises:
            BadInput: it is one of these.
        """
        if self.times < 1:
            raise BadInput(f"a fork has at least 1 continuation of each arm, not {self.times}")
        if len(set(self.changes)) < len(self.changes) or not self.changes:
            raise BadInput("a fork has at least one change, and each change once")
        if len({Change.read(each).of_seat for each in self.changes}) > 1:
            raise BadInput(
                f"{', '.join(self.changes)}: changes of a contestant and of what it did have "
                "different control arms: fork once for each"
            )


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
        fork: what is changed, where.
        base: the recorded match with its attempts.
        step: of the match that the decision belongs to.
        seat: of the player whose decision is changed.
        seats: by arm, who sits in the continuations.
        beginnings: by arm, what is given of the continuations.
    """

    fork: Fork
    base: Transcript
    step: Step
    seat: int
    seats: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, Beginning]

    def continuations(self) -> Iterator[Continuation]:
        """All continuations, pair by pair."""
        fork = self.fork
        for number in range(fork.times):
            seed = seed_of(NOTE, fork.match, fork.at, number)
            for arm, seats in self.seats.items():
                key = digest(NOTE, fork.match, fork.at, arm, number)
                match = replace(self.base.match, id=key, seed=seed, seats=seats)
                yield Continuation(match, arm, number)

    def after(self, transcript: Transcript) -> list[TurnRecord]:
        """The decisions of a continuation that follow from the change."""
        made = transcript.decisions
        given = sum(map(len, self.beginnings[self.fork.control].decisions))
        if self.fork.control == CONTROL:
            return [*made[given:]]
        return [made[self.fork.at], *made[given + 1 :]]  # the decision was made anew


def forked(run: Run, fork: Fork) -> Forked:
    """The state of a recorded match at the decision of a fork.

    Raises:
        BadInput: the match cannot be forked there, or not with these changes.
    """
    fork.check()
    base = run.match(fork.match)
    _refuse(run, base)
    if not 0 <= fork.at < len(base.decisions):
        last = len(base.decisions) - 1
        raise BadInput(f"match {base.match.id} has decisions 0 to {last}, not {fork.at}")
    made, game = base.decisions[fork.at], run.tournament.rules(base.match)
    before: list[list[Decision]] = [[] for _ in base.match.seats]
    deals = []
    for step in steps(base, game):
        deals += [step.deal] if step.deal is not None else []
        for each in step.made:
            before[each.player].append(each.decision)
        if any(each is made for each in step.made):
            break
    if step.after is None:
        raise BadInput(_voided(base, fork.at, step))
    held = Beginning(tuple(map(tuple, before)), tuple(deals))
    beginnings = dict(_beginnings(run.tournament, fork, base, held, step, game))
    seats = {fork.control: base.match.seats}
    for one in fork.changes:
        seats[one] = _seats(run.tournament, base.match, made.player, Change.read(one))
    return Forked(fork, base, step, made.player, seats, beginnings)


def _voided(base: Transcript, at: int, step: Step) -> str:
    """Which decision of a step ended the match as void: the forked one, or one made beside it."""
    void = [
        number
        for number, made in enumerate(base.decisions)
        if any(made is each for each in step.made)
        and (made.decision.affect if step.opening else made.decision.action) is None
    ]
    if at in void:
        return f"decision {at} ended match {base.match.id} as void"
    return (
        f"decision {void[0]}, made at the same time as decision {at}, ended match "
        f"{base.match.id} as void: fork an earlier decision"
    )


def _beginnings(
    tournament: Tournament,
    fork: Fork,
    base: Transcript,
    held: Beginning,
    step: Step,
    game: Game[Any],
) -> Iterator[tuple[str, Beginning]]:
    """What is given in each arm; `held` is what is on record, the forked decision included."""
    made = base.decisions[fork.at]
    spec = tournament.seated(base.match)[made.player]
    own = held.decisions[made.player][:-1]

    def with_own(last: tuple[Decision, ...]) -> Beginning:
        decisions = list(held.decisions)
        decisions[made.player] = (*own, *last)
        return replace(held, decisions=tuple(decisions))

    yield fork.control, with_own(() if fork.control == ASKED_AGAIN else (made.decision,))
    for one in fork.changes:
        change = Change.read(one)
        if change.of_seat:
            yield one, with_own(())
        else:
            given = with_own((change.decision(made, step, spec, game),))
            yield one, replace(given, forced=change.deal(step, game))


def _seats(tournament: Tournament, match: Match, seat: int, change: Change) -> tuple[str, ...]:
    """Who sits in the continuations of an arm."""
    if not change.of_seat:
        return match.seats
    new = changed_name(tournament, match.seats[seat], change.key, change.value)
    kind, spec = _agent(tournament, match.seats[seat], change)
    for check in (spec.check, spec.check_messages):
        try:
            check(tournament.games[match.game])
        except BadInput as error:
            raise BadInput(f"{change}: {kind} cannot play {match.game}: {error}") from None
    return (*match.seats[:seat], new, *match.seats[seat + 1 :])


def _agent(tournament: Tournament, name: str, change: Change) -> tuple[str, Any]:
    """The changed contestant: its name, and its parameters."""
    new = changed_name(tournament, name, change.key, change.value)
    one = with_changed(tournament, [(name, change.key, change.value)], str(change))
    return new, one.player(new)


def design_of(run: Run, forks: Iterable[Fork]) -> Tournament:
    """The design of a run with all contestants that forks of it need."""
    wanted: dict[tuple[str, str, str], None] = {}
    for fork in forks:
        for change in map(Change.read, fork.changes):
            if change.of_seat:
                base = run.transcript(fork.match, texts=False)
                name = base.match.seats[base.decisions[fork.at].player]
                wanted[name, change.key, change.value] = None
    return with_changed(run.tournament, wanted, f"the forks of {run.folder}")


def _refuse(run: Run, base: Transcript) -> None:
    """Refuse matches that cannot be continued from their record.

    Raises:
        BadInput: by name and reason.
    """
    about = f"match {base.match.id} of {run.folder} cannot be forked"
    if run.manifest.forks:
        raise BadInput(f"{about}: it is itself a continuation; fork the match it came from")
    if run.manifest.record != "full":
        raise BadInput(f"{about}: record = {run.manifest.record!r} keeps no texts")
    if base.match.at:
        raise BadInput(f"{about}: an elicitation ends with its one decision")
    if by_match(run).get(base.match.id) or run.tournament.people.intersection(base.match.seats):
        raise BadInput(f"{about}: people sat in it, who are not asked again")
    if changed := changed_since(run):
        raise BadInput(f"{about}: it was played with other {', '.join(changed)}")
