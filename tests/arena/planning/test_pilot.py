"""A pilot: the first blocks of a design, marked, left out of tests, and gone on with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from arena.analysis.effects import EffectsRequest, effects
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run as play
from arena.planning.effect_answer import EffectQuestion
from arena.planning.effect_power import effect_power
from arena.planning.pilot import costs, losses, pilot_blocks, pilot_result, play_pilot
from arena.record.merge import merge
from arena.record.pilot import FILE, Pilot, first_tested, read_pilot, write_pilot
from arena.record.run import Run
from arena.report.effects import effects_json, effects_text
from arena.report.pilot import pilot_json, pilot_text
from games import BadInput
from tests.arena.analysis.stub_models import dilemma, model
from tests.arena.designs import Silent
from tests.arena.planning import designs_with_arms as designs
from tests.loopback import Loopback

GAME = "prisoners_dilemma"
BLOCKS = {GAME: 10}


def choose(instructions: str, _said: str, chance: Random) -> str | None:
    """Angry, it cooperates less, and refuses at times."""
    if "angry" in instructions:
        return None if chance.random() < 0.1 else chance.choice(["cooperate", "defect", "defect"])
    return "cooperate" if chance.random() < 0.8 else "defect"


@contextmanager
def serving() -> Iterator[Loopback]:
    """A provider of the model."""
    with pytest.MonkeyPatch.context() as patch, Loopback(model(choose)) as found:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with serving() as found:
        yield found


def tournament(server: Loopback, repetitions: int = 40, **more: Any) -> Tournament:
    price = {"openai/test": {"prompt": 1.0, "completion": 2.0}}
    return Tournament(
        dilemma(server.url, designs.PLACEBO, repetitions=repetitions, prices=price, **more)
    )


def pilot(design: Tournament, folder: Path, blocks: dict[str, int] = BLOCKS) -> str | None:
    how = RunOptions(preflight=False, blocks=blocks)
    return play_pilot(design, folder, blocks, Silent(), how)


def go_on(design: Tournament, folder: Path) -> None:
    play(design, folder, Silent(), how=RunOptions(preflight=False))


@pytest.fixture(scope="module")
def piloted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a pilot of 10 of 40 blocks.

    The pilot has a server of its own: draws depend on how often a question was asked, and so on the
    tests that asked the shared one before.
    """
    folder = tmp_path_factory.mktemp("pilot") / "run"
    with serving() as own:
        assert pilot(tournament(own), folder) is None
    return folder


def test_it_plays_whole_blocks_with_all_arms_and_marks_them(
    piloted: Path, server: Loopback
) -> None:
    run = Run(piloted)
    query = "SELECT repetition, count(*) FROM counted GROUP BY repetition"
    assert dict(run.rows(query)) == dict.fromkeys(range(10), 6)
    found = read_pilot(piloted)
    assert found == Pilot(design_hash=tournament(server).hash, blocks=BLOCKS)
    assert first_tested(piloted, [GAME, "other"]) == {GAME: 10, "other": 0}
    assert first_tested(piloted, [GAME], pilot=True) == {GAME: 0}


def test_what_it_says_of_losses_and_cost(piloted: Path, server: Loopback) -> None:
    run = Run(piloted)
    lost = losses(run).set_index("arm")
    assert lost["due"].to_dict() == {"none": 20, "placebo": 20, "anger": 20}
    assert [float(lost[name]["none"]) for name in ("void", "fault", "refused")] == [0, 0, 0]
    assert 0 < float(lost["refused"]["anger"]) < 0.6
    (row,) = costs(tournament(server), run, BLOCKS).to_dict("records")
    calls, paid = next(run.rows("SELECT count(*), total(cost) FROM attempts"))
    assert (row["matches"], row["calls"], row["cost"]) == (60, calls, pytest.approx(paid))
    assert row["whole_calls"] == pytest.approx(4 * calls)
    assert row["whole_cost"] == pytest.approx(4 * paid)
    assert paid > 0


def test_its_power_is_that_of_the_blocks_that_are_left(piloted: Path, server: Loopback) -> None:
    design, run = tournament(server), Run(piloted)
    found = effect_power(design, EffectQuestion(0.3, margin=0.3), EffectsRequest(), run)
    assert found.left_out == BLOCKS
    assert set(found.table["source"]) == {"pilot"}
    assert set(found.table["tested_blocks"]) == {30}
    row = found.table.iloc[0]
    assert row["clusters"] < 30
    assert row["arrow_power"] < row["power"]  # Holm, and losses
    assert row["equivalence_blocks"] > 10
    # Another design of the same arms keeps the pilot apart, and leaves nothing out.
    other = effect_power(tournament(server, seed=5), EffectQuestion(0.3), EffectsRequest(), run)
    assert other.left_out == {}
    assert other.table["clusters"].iloc[0] > row["clusters"]


def test_reports_have_all_of_it(piloted: Path, server: Loopback) -> None:
    found, stream = (
        pilot_result(tournament(server), piloted, BLOCKS, EffectQuestion(0.3)),
        StringIO(),
    )
    pilot_text(replace(found, folder=Path("runs/mine")), stream)
    assert max(map(len, stream.getvalue().splitlines())) <= 100
    words = " ".join(stream.getvalue().split())
    for said in (
        "a pilot of the first blocks (prisoners_dilemma 10)",
        "Choices: what was decided, and what it earned (a family of 6 rows)",
        "From the pilot, in 6 row(s)",
        "Tests leave out the pilot's blocks (prisoners_dilemma 10)",
        "marked in runs/mine/pilot.json",
    ):
        assert said in words
    document = json.loads(pilot_json(found))
    assert document["blocks"] == BLOCKS
    assert document["power"]["left_out"] == BLOCKS
    assert len(document["power"]["rows"]) == 6
    assert {row["arm"] for row in document["losses"]} == {"none", "placebo", "anger"}
    assert document["costs"][0]["whole_calls"] > 200


def test_the_run_goes_on_and_tests_leave_the_pilot_out(server: Loopback, tmp_path: Path) -> None:
    design, folder = tournament(server, repetitions=12), tmp_path / "run"
    pilot(design, folder, {GAME: 4})
    empty = effects(Run(folder))
    assert empty.table.empty
    (asked,) = next(Run(folder).rows("SELECT count(*) FROM attempts"))
    go_on(design, folder)
    run = Run(folder)
    again = "SELECT count(*) FROM attempts JOIN counted ON match = id WHERE repetition < 4"
    assert next(run.rows(again)) == (asked,)
    assert sum(run.counts.values()) == 12 * 6
    tested, every = effects(run), effects(run, EffectsRequest(pilot=True))
    assert (tested.table["reference_due"] == 16).all()
    assert (every.table["reference_due"] == 24).all()
    assert (tested.left_out, every.left_out) == ({GAME: 4}, {})
    assert json.loads(effects_json(tested))["pilot"] == {GAME: 4}
    stream = StringIO()
    effects_text(tested, stream)
    said = "The pilot's blocks are left out of these tests: the first of each game"
    assert f"{said} ({GAME} 4)" in " ".join(stream.getvalue().split())
    # A run played at once has the same matches: the pilot is its beginning.
    go_on(design, tmp_path / "whole")
    assert Run(tmp_path / "whole").ids() == run.ids()
    with pytest.raises(BadInput, match=r"holds 12 block\(s\) of prisoners_dilemma that were not"):
        pilot(design, folder, {GAME: 8})


def test_a_pilot_can_grow_until_the_run_goes_beyond_it(server: Loopback, tmp_path: Path) -> None:
    design, folder = tournament(server, repetitions=12), tmp_path / "run"
    for asked, kept in ((2, 2), (5, 5), (3, 5)):
        pilot(design, folder, {GAME: asked})
        found = read_pilot(folder)
        assert found is not None
        assert found.blocks == {GAME: kept}
        assert sum(Run(folder).counts.values()) == 6 * kept


def test_what_was_played_as_a_run_is_no_pilot(server: Loopback, tmp_path: Path) -> None:
    design, folder = tournament(server, repetitions=12), tmp_path / "run"
    play(design, folder, Silent(), how=RunOptions(limit=6, preflight=False))
    with pytest.raises(BadInput, match="were not played as a pilot"):
        pilot(design, folder, {GAME: 4})
    assert read_pilot(folder) is None


def test_a_pilot_that_cannot_begin_marks_nothing(tmp_path: Path) -> None:
    wrong = designs.model(designs.PLACEBO) | {"model": "nobody/knows"}
    design = designs.dilemma(12, contestants=[wrong, {"agent": "cooperator"}, {"agent": "uniform"}])
    with pytest.raises(BadInput):
        pilot(design, tmp_path / "run", {GAME: 4})
    assert not (tmp_path / "run" / FILE).exists()
    with pytest.raises(BadInput, match="no two contestants of 'gifts'"):
        pilot(
            Tournament(designs.gifts().data | {"contestants": [designs.model([{}])]}),
            tmp_path / "other",
            {"dictator": 2},
        )
    assert not (tmp_path / "other").exists()


def test_parts_that_are_merged_stay_a_pilots(server: Loopback, tmp_path: Path) -> None:
    design = tournament(server, repetitions=6)
    pilot(design, tmp_path / "one", {GAME: 3})
    go_on(design, tmp_path / "other")
    merge([tmp_path / "one", tmp_path / "other"], tmp_path / "whole")
    found = read_pilot(tmp_path / "whole")
    assert found is not None
    assert found.blocks == {GAME: 3}
    assert effects(Run(tmp_path / "whole")).left_out == {GAME: 3}


@pytest.mark.parametrize(
    ("asked", "blocks"),
    [
        ({}, {"dictator": 4}),
        ({"share": 0.26}, {"dictator": 11}),
        ({"share": 0.01}, {"dictator": 2}),
        ({"blocks": 7}, {"dictator": 7}),
    ],
)
def test_how_many_blocks(asked: dict[str, Any], blocks: dict[str, int]) -> None:
    assert pilot_blocks(designs.gifts(40), **asked) == blocks


def test_a_game_with_few_blocks_is_played_whole_beside_others() -> None:
    games = [
        {"name": "dictator", "repetitions": 30},
        {"name": "dictator", "id": "short", "repetitions": 2},
    ]
    design = Tournament(designs.gifts().data | {"games": games})
    assert pilot_blocks(design) == {"dictator": 3, "short": 2}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"share": 0.1, "blocks": 3}, "--share and --blocks exclude each other"),
        ({"share": 1.0}, "share must be between 0 and 1, not 1"),
        ({"blocks": 1}, "a pilot needs at least 2 blocks"),
        ({"blocks": 40}, r"would be the whole design, .* \(blocks: dictator 40\)"),
    ],
)
def test_what_cannot_be_a_pilot_is_named(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        pilot_blocks(designs.gifts(40), **asked)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "pilot.json is no JSON"),
        ("[]", "must hold an object with design_hash and blocks"),
        ('{"design_hash": "a"}', "blocks"),
        ('{"design_hash": "a", "blocks": {"dictator": "x"}}', "dictator"),
    ],
)
def test_a_broken_mark_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=said):
        read_pilot(tmp_path)


def test_a_mark_is_not_read_or_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("{}")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / FILE).symlink_to(tmp_path / "victim")
    with pytest.raises(BadInput, match="is a link"):
        read_pilot(tmp_path / "run")
    with pytest.raises(BadInput, match="is a link"):
        write_pilot(tmp_path / "run", Pilot(design_hash="a", blocks={"g": 1}))
    assert (tmp_path / "victim").read_text() == "{}"
