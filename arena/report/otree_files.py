"""A run as oTree's data: a CSV per game, one row per player and round."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arena.core.files import make_folder, opened
from arena.core.types import Transcript
from arena.record.decisions import rows
from arena.record.run import Run
from arena.record.selection import Selection
from arena.record.steps import steps
from games import Game
from games.core.repeated import Repeated
from games.core.types import Payoff

_HEADS = (
    "participant.id_in_session", "participant.code", "participant.label", "participant._is_bot",
    "participant.payoff", "player.id_in_group", "player.role", "player.payoff", "player.action",
    "player.felt", "player.intensity", "player.shown", "group.id_in_subsession",
    "subsession.round_number", "session.code",
)  # fmt: skip
"""Columns of oTree's data of one app. A participant is a seat of a match, a group is a match."""
_WANTED = ("round", "action", "felt", "intensity", "shown", "seat", "turn")


def write(run: Run, folder: Path) -> list[Path]:
    """Write one file per game.

    Several actions of a player in one round stand in one cell, joined by "; ".
    """
    make_folder(folder, exist_ok=True)
    paths = []
    for key in run.manifest.design["games"]:
        path = folder / f"{key}.csv"
        with opened(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADS)
            writer.writerows(_rows(run, key))
        paths.append(path)
    return paths


def _rows(run: Run, key: str) -> Iterator[list[Any]]:
    game, kept = run.game(key), run.manifest.record != "outcomes"
    number = 0
    for group, transcript in enumerate(run.matches(Selection((key,))), start=1):
        match, points = transcript.match, transcript.payoffs
        made = rows(transcript, game, columns=_WANTED) if kept else []
        earned = round_payoffs(transcript, game) if kept else [points]
        for seat, name in enumerate(match.seats):
            number += 1
            who = [number, f"{match.id[:8]}-{seat}", name, 1, _figure(points, seat)]
            for at, gained in enumerate(earned):
                own = [r for r in made if r["seat"] == seat and r["round"] == at]
                acts = [str(r["action"]) for r in own if r["action"] is not None]
                last = next((r for r in reversed(own) if r["felt"] is not None), {})
                told = [last.get(k, "") for k in ("felt", "intensity", "shown")]
                place = [seat + 1, game.roles[seat], _figure(gained, seat)]
                yield [*who, *place, "; ".join(acts), *told, group, at + 1, match.game]


def round_payoffs(transcript: Transcript, game: Game[Any]) -> list[tuple[Payoff, ...] | None]:
    """Points of each round, in seat order; None for a round that was not finished.

    Args:
        transcript: the record, with its decisions.
        game: the rules it was played by.
    """
    if not isinstance(game, Repeated):
        return [transcript.payoffs]
    before = (0,) * len(game.roles)
    rounds: list[tuple[Payoff, ...] | None] = []
    for step in steps(transcript, game):
        if step.after is not None and step.after.rounds > len(rounds):
            gained = zip(step.after.earned, before, strict=True)
            rounds.append(tuple(now - then for now, then in gained))
            before = step.after.earned
    return rounds if transcript.payoffs is not None else [*rounds, None]


def _figure(points: tuple[Payoff, ...] | None, seat: int) -> float | int | str:
    """Points of a seat as a number; empty if there are none."""
    if points is None:
        return ""
    own = points[seat]
    return own if isinstance(own, int) else float(own)
