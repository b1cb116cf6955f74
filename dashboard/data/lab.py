"""State of a lab: participants by stage, matches under way, and alerts."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pandas as pd

from arena.core import files
from arena.design.lab import Lab
from arena.record.lab_control import LINKS
from arena.record.participants import LAST, by_match, participants
from arena.record.people_tables import has_people, pay_list
from arena.record.run import Run
from dashboard.data.runs import kept
from games import BadInput

_BEGUN = "SELECT game, count(*) FROM matches WHERE id IN (SELECT match FROM seatings) GROUP BY game"
_ASKED = "SELECT match, max(filed) FROM attempts GROUP BY match"


@dataclass(frozen=True, eq=False)
class Room:
    """State of a lab.

    Args:
        lab: table of the lab in the design.
        people: columns participant, stage, since (UTC), robot, device, language, ending, pay.
        matches: matches under way: columns match, participants, agents, since and last (UTC).
        over: number of finished matches with people.
        met: pairs of participants who have sat in one match.
    """

    lab: Lab
    people: pd.DataFrame
    matches: pd.DataFrame
    over: int
    met: frozenset[frozenset[str]] = frozenset()


@kept
def room(run: Run) -> Room | None:
    """State of a lab, scripted participants included; None for a run without a lab."""
    if not has_people(run) or (lab := run.tournament.lab) is None:
        return None
    rows = []
    for person in participants(run):
        step = person.steps[-1]
        known = [str(person.known(key)) for key in ("language", "ending", "pay")]
        rows.append((person.id, step.stage, step.filed, person.robot, person.device, *known))
    columns = ["participant", "stage", "since", "robot", "device", "language", "ending", "pay"]
    over = sum(count for _, count in run.rows(_BEGUN))
    return Room(lab, pd.DataFrame(rows, columns=columns), _under_way(run), over, _met(run))


def _met(run: Run) -> frozenset[frozenset[str]]:
    """Pairs of participants who have sat in one match."""
    tables = [
        [each.participant for each in held if each.participant] for held in by_match(run).values()
    ]
    return frozenset(frozenset(pair) for table in tables for pair in combinations(table, 2))


def _under_way(run: Run) -> pd.DataFrame:
    """Matches that have begun and are not finished."""
    closed = {match for (match,) in run.rows("SELECT id FROM matches")}
    asked = dict(run.rows(_ASKED))
    rows = []
    for match, held in by_match(run).items():
        if match not in closed:
            people = [each.participant for each in held if each.participant]
            agents = [each.contestant for each in held if each.contestant]
            since = min(each.filed for each in held)
            last = max(since, asked.get(match, since))
            rows.append((match, ", ".join(people), ", ".join(agents), since, last))
    return pd.DataFrame(rows, columns=["match", "participants", "agents", "since", "last"])


@kept
def to_pay(run: Run) -> pd.DataFrame:
    """The pay list, without scripted participants."""
    return pay_list(run)


def alerts(room: Room, now: datetime) -> Iterator[str]:
    """Alerts for the experimenter, one sentence each.

    Args:
        room: state of the lab.
        now: current time, with its time zone.
    """
    here = room.people[~room.people["stage"].isin(LAST)]
    waiting = here[here["stage"] == "waiting"]
    if names := _stranded(room, list(waiting["participant"])):
        said = f"{names[0]} waits alone" if len(names) == 1 else f"{', '.join(names)} have all met"
        yield f"Nobody to match with: {said}."
    limit = room.lab.wait_seconds
    for name, since in waiting[["participant", "since"]].itertuples(index=False):
        if (waited := _seconds(since, now)) > limit + _LATE:
            yield f"Over time: {name} has waited {waited:.0f} s, and the design allows {limit:g} s."
    limit = max(room.lab.decision_seconds, room.lab.agent_seconds) + room.lab.reconnect_seconds
    for match, last in room.matches[["match", "last"]].itertuples(index=False):
        if (silent := _seconds(last, now)) > limit + _LATE:
            yield f"Over time: nothing was decided in match {match} for {silent:.0f} s."


def _stranded(room: Room, waiting: list[str]) -> list[str]:
    """Participants who wait, if no two of them can meet and no agent takes a seat."""
    strangers = room.lab.matching == "strangers"
    pairs = map(frozenset, combinations(waiting, 2))
    can_meet = any(not strangers or pair not in room.met for pair in pairs)
    return [] if room.lab.fill or can_meet else waiting


_LATE = 10.0
"""Delay of the server, in seconds, above which an alert is given."""


def _seconds(since: str, now: datetime) -> float:
    """Seconds since a time on record."""
    then = datetime.fromisoformat(since)
    return (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()


def links(folder: Path) -> pd.DataFrame:
    """Participants' links from the lab's file; empty if it has none.

    Raises:
        BadInput: the file is a symbolic link, or cannot be read.
    """
    try:
        with files.opened(folder / LINKS, encoding="utf-8", newline="") as file:
            return pd.DataFrame([*csv.DictReader(file)])
    except FileNotFoundError:
        return pd.DataFrame()
    except OSError as error:
        raise BadInput(f"{folder / LINKS} cannot be read: {error.strerror}") from None
