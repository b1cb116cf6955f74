from collections import Counter
from pathlib import Path

import pytest

from arena.core.types import Match
from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.engine import driver
from arena.record.run import Run
from games import BadInput
from prompts import Wording
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, design, played


def matches(**changes: object) -> tuple[Match, ...]:
    return schedule(Tournament(design(**changes)))


def test_every_pairing_plays_every_seating_in_every_block() -> None:
    found = Counter((m.game, m.seats, m.repetition) for m in matches())
    assert set(found.values()) == {1}
    assert len(found) == 2 * (3 * 2) * 3  # games, ordered pairs of three, repetitions
    for game, seats, repetition in found:
        assert found[game, seats[::-1], repetition] == 1


def test_a_block_shares_its_chance_seed_and_no_other_does() -> None:
    blocks: dict[tuple[str, int], set[int]] = {}
    for match in matches():
        blocks.setdefault((match.game, match.repetition), set()).add(match.seed)
    assert all(len(seeds) == 1 for seeds in blocks.values())
    assert len(set.union(*blocks.values())) == len(blocks)


def test_a_block_shares_its_wording_and_blocks_differ() -> None:
    blocks: dict[tuple[str, int], set[Wording]] = {}
    for match in matches(repetitions=20):
        blocks.setdefault((match.game, match.repetition), set()).add(match.wording)
    assert all(len(wordings) == 1 for wordings in blocks.values())
    found = set.union(*blocks.values())
    assert len({said.paraphrase for said in found}) == len({s.labels for s in found}) == len(blocks)
    assert all(said.paraphrase != said.labels for said in found)


def test_events_come_in_turn_from_a_start_that_is_drawn() -> None:
    starts = set()
    for seed in range(15):
        events: dict[str, dict[int, set[int]]] = {}
        for match in matches(seed=seed, repetitions=6):
            events.setdefault(match.game, {}).setdefault(match.repetition, set()).add(
                match.wording.event
            )
        for blocks in events.values():
            numbers = [event for (event,) in blocks.values()]
            assert numbers == list(range(numbers[0], numbers[0] + 6))
            assert set(Counter(number % 3 for number in numbers).values()) == {2}
            starts.add(numbers[0] % 3)
    assert starts == {0, 1, 2}


def test_the_seed_depends_on_the_design_not_on_who_plays() -> None:
    fewer: dict[str, object] = {**KUHN, "contestants": ["uniform", "bold"]}
    seeds = {m.seed for m in matches(games=[KUHN])}
    assert {m.seed for m in matches(games=[fewer])} == seeds
    assert {m.seed for m in matches(games=[KUHN], seed=8)}.isdisjoint(seeds)


def test_ids_are_unique_and_follow_the_content() -> None:
    ids = [m.id for m in matches()]
    assert len(set(ids)) == len(ids)
    assert ids == [m.id for m in matches()]
    bolder = [*PLAYERS[:3], {**PLAYERS[3], "actions": ["bet", "call", "cooperate"]}]
    same = {m.id for m in matches(contestants=bolder)} & set(ids)
    assert same == {m.id for m in matches() if "bold" not in m.seats}


def test_a_larger_design_keeps_the_matches_of_a_smaller_one() -> None:
    small = {m.id for m in matches(repetitions=2, games=[KUHN])}
    assert small < {m.id for m in matches(repetitions=3, games=[KUHN, DILEMMA])}


def test_a_game_can_have_its_own_number_of_repetitions() -> None:
    found = Counter(m.game for m in matches(games=[{**KUHN, "repetitions": 1}, DILEMMA]))
    assert found == {"kuhn_poker": 6, "prisoners_dilemma": 18}


def test_a_long_schedule_is_made_as_it_is_played(tmp_path: Path) -> None:
    """A hundred million matches would not fit into memory, nor into the time of a test."""
    run = Run(played(design(repetitions=10**7), tmp_path, limit=3))
    assert run.planned == 120_000_000
    assert run.counts == {"completed": 3}


def test_a_finished_run_is_not_gone_through_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(design(), tmp_path)
    monkeypatch.delattr(driver, "batches")
    played(design(), tmp_path)
    monkeypatch.undo()
    assert Run(played(design(repetitions=4), tmp_path)).counts == {"completed": 48}


def test_matches_that_cannot_be_held_are_counted_and_not_made() -> None:
    with pytest.raises(BadInput, match="'small' has 12,000,000,000,000 matches, and at most 2,000"):
        matches(repetitions=10**12)
