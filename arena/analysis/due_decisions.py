"""Decisions that were due in a run, in the outcomes of its games: the data behind effects.

A decision of a completed match is due whether it was made or not. Void matches are read up to their
last position; decisions that would certainly have followed are due too, and lost.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from arena.analysis.choice_probabilities import expected, probabilities
from arena.analysis.decision_regret import REGRET, Regrets
from arena.analysis.information_sets import information_set, stage_asked
from arena.analysis.people_clusters import PeopleClusters
from arena.analysis.policy_exploitability import EXPLOITABILITY, Policies
from arena.analysis.reported_emotions import Reports
from arena.core.types import Match, Transcript
from arena.record.first_answers import first_answers
from arena.record.owed import Owed, owed
from arena.record.participants import succeeded
from arena.record.run import Run
from games.core.audience import has_audience
from games.core.dealt import Private
from games.core.elicited import Elicited
from games.core.exchanges import SPEAKS
from games.core.outcomes import Due
from games.core.repeated import stage_of
from games.core.types import Player
from prompts import Verdict
from ratings.core.comparisons.voids import payoff_range
from ratings.core.emotion.due_decisions import FAULT, REFUSED, VOID, Scale

if TYPE_CHECKING:
    import pandas as pd

PAYOFF = "payoff"
"""Outcome of every game with several deciders: points per match."""
REGISTERED = "registered"
"""The family of the rows that the design names in its analysis."""
FAMILIES = {
    REGISTERED: "what the design's [analysis] names",
    "choices": "what was decided, and what it earned",
    "details": "the same decisions by round, situation, offer or card",
    "reports": "what was reported and shown",
}
"""Families of outcomes, each in words. p-values are adjusted within a family."""
COLUMNS = (
    "game", "outcome", "contestant", "cluster", "unit", "value", "square", "exact", "lost", "legal",
    "watched", "match", "seat", "opponents", "place",
)  # fmt: skip
"""Columns of the table of due decisions; see `ratings.core.emotion.due_decisions`. The contestant
has its name in the design. A unit is a combination of opponent, seat, round and situation (place).
watched: whether an opponent sees displays of this seat and can act on them. match: its id."""

_MATCHES = "SELECT id FROM counted WHERE game = ? AND repetition >= ? ORDER BY repetition, id"

Row = tuple[object, ...]


class DueDecisions:
    """Reads the due decisions of one game of a run.

    Args:
        run: the run.
        key: id of the game.
        contestants: contestants whose decisions are read.
        first: first block that is read.

    Raises:
        BadInput: this program has another version of the rules of the game.
    """

    def __init__(self, run: Run, key: str, contestants: Collection[str], first: int = 0) -> None:
        identities = {name: run.manifest.design["contestants"][name] for name in contestants}
        self._identities = identities
        self._run = run
        self._key = key
        self._first = first
        self._game = run.game(key)
        self._contest = len(self._game.deciders) > 1 and not isinstance(self._game, Elicited)
        self._contestants = frozenset(contestants)
        everybody = run.manifest.design["contestants"]
        self._clusters = PeopleClusters(run, key, self._game, everybody)
        self._after = succeeded(run)
        self._stage = stage_asked(self._game)
        self._private = isinstance(self._stage, Private)
        self._regrets = Regrets(self._stage)
        self._reports = Reports(identities)
        self._seen: dict[tuple[tuple[str, ...], Player], bool] = {}
        self._perceiving = {name for name, content in everybody.items() if _perceives(content)}

    def family(self, outcome: str) -> str:
        """The family of an outcome, one of FAMILIES."""
        if outcome in {each.name for each in self._reports.outcomes}:
            return "reports"
        parts = {each.name for each in self._game.outcomes if each.detail}
        return "details" if outcome in parts else "choices"

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """The scale of each outcome."""
        beside = (self._regrets, Policies(self._stage), self._reports)
        known = (*self._game.outcomes, *(each for kind in beside for each in kind.outcomes))
        scales = {each.name: Scale(each.low, each.high, each.yes_no) for each in known}
        if self._contest:
            seats = self._run.seats()
            points = payoff_range(self._game, seats[seats["game"] == self._key])
            scales[PAYOFF] = Scale(float(min(points.lowest)), float(max(points.highest)))
        return scales

    @cached_property
    def table(self) -> "pd.DataFrame":
        """One row per due decision and outcome; read from the record once.

        Returns:
            Columns COLUMNS.
        """
        import pandas as pd  # noqa: PLC0415 - loading it takes a while

        policies = Policies(self._stage)
        rows = [
            row
            for (match,) in self._run.rows(_MATCHES, self._key, self._first).fetchall()
            for row in self._of_match(self._run.transcript(match, texts=False), policies)
        ]
        place = (self._key, EXPLOITABILITY)
        no_match = (None,) * len(("match", "seat", "opponents", "place"))  # a policy is of many
        rows += [(*place, *row, *no_match) for row in policies.rows()]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def _of_match(self, transcript: Transcript, policies: Policies) -> Iterator[Row]:
        match, ending = transcript.match, transcript.ending
        who = {seat: name for seat, name in enumerate(match.seats) if name in self._contestants}
        if not who:
            return
        first = first_answers(self._run, match.id)
        decisions = list(owed(transcript, self._game))
        faulty = {each.player for each in decisions if each.decision and each.action is None}
        faulty |= set() if ending.player is None else {ending.player}
        for each in decisions:
            if each.player in who and not self._is_successors(match, each):
                answers = [first[at] for at in [(each.player, each.turn)] if at in first]
                watched = self._watched(match, each.player)
                for due, square in self._decided(each, who[each.player], watched=watched):
                    yield self._row(match, due, square, _fate(due, answers, faulty))
                if self._private and each.due[0].outcome != SPEAKS.name:
                    fate = _fate(each.due[0], answers, faulty)
                    policies.add(*self._choice(match, each), *fate, watched)
        for seat in who if self._contest else ():
            points = None if transcript.payoffs is None else float(transcript.payoffs[seat])
            due = Due(seat, PAYOFF, points)
            answers = [answer for (player, _), answer in first.items() if player == seat]
            yield self._row(match, due, None, _fate(due, answers, faulty))

    def _is_successors(self, match: Match, each: Owed) -> bool:
        """Whether a decision was made by an agent that replaced a participant."""
        first = self._after.get((match.id, each.player))
        return first is not None and (each.turn is None or each.turn >= first)

    def _decided(
        self, each: Owed, contestant: str, *, watched: bool
    ) -> Iterator[tuple[Due, float | None]]:
        """Values due with a decision: outcomes, reports, regret.

        An expected value has its expected square; a drawn value has None.
        """
        p = probabilities(each.decision, self._identities[contestant])
        place = each.due[0]
        affect = None if each.decision is None else each.decision.affect
        yield from ((due, None) for due in each.due) if p is None else expected(each, self._game, p)
        for outcome, value in self._reports.of(contestant, affect, watched=watched):
            yield Due(each.player, outcome, value, place.at, place.round), None
        if self._regrets.outcomes and each.state is not None:
            at = information_set(self._game, each.state, each.player)
            for loss, square in self._regrets.of(at, each.action, p):
                yield Due(each.player, REGRET, loss, place.at, place.round), square

    def _choice(self, match: Match, each: Owed) -> tuple[object, ...]:
        """Contestant, cluster, information set, action and probabilities of a decision."""
        name, known = match.seats[each.player], each.state is not None
        at = information_set(self._game, each.state, each.player) if known else None
        p = probabilities(each.decision, self._identities[name])
        return name, self._clusters.of(match, name), at, each.action, p

    def _row(self, match: Match, due: Due, square: float | None, fate: tuple[str, bool]) -> Row:
        name = match.seats[due.player]
        opposite = [other for seat, other in enumerate(match.seats) if seat != due.player]
        alike = self._game.symmetric
        others = " + ".join(sorted(opposite) if alike else opposite)
        place = place_of(due)
        unit = f"{others}; {place}" if alike else f"{others}; seat {due.player}; {place}"
        cluster = self._clusters.of(match, name)
        if block := self._clusters.block(match, name):
            unit = f"{unit}; {block}"
        watched = self._watched(match, due.player)
        drawn = None if due.value is None else due.value**2
        moments = due.value, drawn if square is None else square, square is not None
        where = (match.id, due.player, others, place)
        return match.game, due.outcome, name, cluster, unit, *moments, *fate, watched, *where

    def _watched(self, match: Match, seat: Player) -> bool:
        """Whether an opponent sees a seat's displays in time; computed once per table."""
        if (match.seats, seat) not in self._seen:
            perceiving = [n for n, name in enumerate(match.seats) if name in self._perceiving]
            self._seen[match.seats, seat] = has_audience(self._game, seat, perceiving)
        return self._seen[match.seats, seat]


def compared_decisions(run: Run, first: Mapping[str, int] | None = None) -> dict[str, DueDecisions]:
    """Due decisions of all contestants by game, in games with human measures.

    Args:
        run: the run.
        first: first block that is read, by game; None for all blocks.
    """
    first = first or {}
    design = run.manifest.design
    measured = [key for key in design["games"] if stage_of(run.game(key)).measures]
    return {
        key: DueDecisions(run, key, design["contestants"], first.get(key, 0)) for key in measured
    }


def place_of(due: Due) -> str:
    """Round and situation of a decision, in words."""
    return f"round {due.round}; {due.at}"


def _perceives(content: Mapping[str, Any]) -> bool:
    """Whether a contestant sees the displays of others, by its identity on record."""
    return bool((content.get("emotion") or {}).get("perceives"))


def _fate(due: Due, answers: Collection[Verdict], faulty: Collection[Player]) -> tuple[str, bool]:
    """Loss of a decision, one of LOST, and whether the first answer was legal.

    Args:
        due: the decision.
        answers: first answers of its player; empty if the player was not asked in words.
        faulty: players without a legal action in the match.
    """
    if due.value is None:
        return (FAULT if due.player in faulty else VOID), False
    if Verdict.REFUSED in answers:
        return REFUSED, False
    return "", all(answer is Verdict.LEGAL for answer in answers)
