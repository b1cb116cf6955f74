"""The designs that ship, with scripted participants and a model that answers on this machine."""

from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from arena.design.tournament import Tournament, shipped
from arena.engine.options import RunOptions
from arena.record.participants import participants
from dashboard.lab.opened import Opening, opened, play_robots
from dashboard.lab.robots import Robot
from games.core import toml
from tests.arena.designs import Silent
from tests.arena.lab.visitors import checked
from tests.loopback import Loopback, answering, run


def small(name: str, url: str, repetitions: int) -> Tournament:
    """A design with short games and a model of this machine."""
    data = dict(toml.loads(shipped()[name].read_text(encoding="utf-8"), name))
    for row in data["contestants"]:
        if row["agent"] == "llm":
            row.update(api_base=url, form="json")
    for row in data["games"]:
        if "rounds" in row.get("params", {}):
            row["params"]["rounds"] = 1
    short = {"wait_seconds": 2, "least_seconds": 0}
    return Tournament(data | {"lab": data["lab"] | short, "repetitions": repetitions})


def passed(
    name: str, folder: Path, robots: int, repetitions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripted participants go from the link to the end, and models meet models beside."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    monkeypatch.setattr(Robot.__init__, "__defaults__", (None, 0.02, None))

    async def whole(url: str) -> None:
        how = RunOptions(preflight=False)
        tournament = small(name, url, repetitions)
        opening = Opening(tournament, folder, port=0, robots=robots, how=how)
        async with opened(opening, Silent()) as lab:
            await play_robots(opening, lab)
            await lab.desk.session.beside

    with Loopback(answering) as server:
        run(whole(server.url))


_SEATS = """
SELECT m.game, m.id, s.contestant, h.participant IS NOT NULL, d.felt, d.shown
FROM matches m JOIN seats s ON s.match = m.id
LEFT JOIN decisions d ON d.match = m.id AND d.seat = s.seat
LEFT JOIN seatings h ON h.match = m.id AND h.seat = s.seat
"""


@pytest.mark.soak
def test_people_and_models_meet_in_all_pairings_after_hl_eai(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed("hl_eai", tmp_path, 4, 2, monkeypatch)
    with closing(checked(tmp_path)) as kept:
        assert [each.known("ending") for each in participants(kept)] == ["completed"] * 4
        rows = kept.rows(_SEATS).fetchall()
    pairings, displays = defaultdict[str, list[bool]](list), set[tuple[bool, bool]]()
    for game, match, _, is_person, felt, shown in rows:
        if game in {"ultimatum", "trust", "prisoners_dilemma"}:
            pairings[match].append(is_person)
            assert shown in {None, felt}  # nobody can act on what the last one shows
            displays.add((is_person, shown is not None))
    assert {tuple(sorted(each)) for each in pairings.values()} == {(0, 0), (0, 1), (1, 1)}
    assert {(True, True), (False, True)} <= displays


@pytest.mark.soak
def test_people_meet_models_in_each_mode_after_b3emo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed("b3emo_people", tmp_path, 10, 1, monkeypatch)
    with closing(checked(tmp_path)) as kept:
        assert [each.known("ending") for each in participants(kept)] == ["completed"] * 10
        rows = kept.rows(_SEATS).fetchall()
    opposite = {(game, name) for game, _, name, is_person, *_ in rows if not is_person}
    assert len(opposite) == 3 * 5
    modes = {name.removeprefix("llm ") for _, name in opposite}
    assert modes == {"absent", "absent perceives true", "hidden", "visible", "manipulative"}
