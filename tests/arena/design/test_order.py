"""Orders are drawn per block, shared by all arms of a block, and balanced."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.planning.plan import plan
from arena.record.run import Run
from arena.report.plan import notes
from games import BadInput
from prompts.core.texts.order import in_order
from tests.arena.designs import DILEMMA, arena, design, played, toml
from tests.loopback import Loopback, answering

DICE: dict[str, Any] = {"name": "liars_dice"}
TOLD = {"agent": "llm", "model": "openai/m", "form": "json"}


def orders(repetitions: int, seed: int = 7, **more: Any) -> dict[str, dict[int, set[int]]]:
    """Of each game, all orders that a block has."""
    data = design(seed=seed, repetitions=repetitions, **more)
    found: dict[str, dict[int, set[int]]] = {}
    for match in schedule(Tournament(data)):
        found.setdefault(match.game, {}).setdefault(match.repetition, set()).add(
            match.wording.order
        )
    return found


def test_all_matches_of_a_block_share_its_order() -> None:
    for blocks in orders(12).values():
        assert all(len(order) == 1 for order in blocks.values())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [2, 3, 7])
def test_what_comes_first_is_balanced_over_a_design(count: int, seed: int) -> None:
    for blocks in orders(2 * count, seed).values():
        firsts = Counter(in_order(range(count), order)[0] for (order,) in blocks.values())
        assert set(firsts.values()) == {2}
        assert len(firsts) == count


def test_two_blocks_in_a_row_have_both_directions_and_either_comes_first() -> None:
    first = Counter[bool]()
    for seed in range(40):
        for blocks in orders(6, seed).values():
            numbers = [order for (order,) in blocks.values()]
            for one, two in zip(numbers[::2], numbers[1::2], strict=True):
                assert {one % 2, two % 2} == {0, 1}
                assert one // 2 == two // 2
                first[in_order("ab", one) == ("a", "b")] += 1
    assert 0.35 < first[True] / first.total() < 0.65


def test_order_is_crossed_with_events() -> None:
    """Over 24 blocks, every one of three events meets both directions."""
    met = Counter[tuple[int, int]]()
    for seed in range(20):
        matches = {m.repetition: m for m in schedule(Tournament(design(seed=seed, repetitions=24)))}
        for match in matches.values():
            met[match.wording.event % 3, match.wording.order % 2] += 1
    assert min(met.values()) > 0.8 * max(met.values())
    assert len(met) == 6


def test_a_larger_design_keeps_the_orders_that_blocks_had() -> None:
    few, many = orders(5), orders(9)
    assert all(many[game][block] == order for game in few for block, order in few[game].items())


def test_a_fixed_order_is_that_of_the_rules() -> None:
    found = orders(4, order="fixed")
    assert found == {game: {block: {0} for block in range(4)} for game in found}
    assert len(found) == 2


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="order"):
        Tournament(design(order="random"))


def test_the_order_is_part_of_a_design_only_where_somebody_is_told_something() -> None:
    scripted = Tournament(design()).hash
    assert scripted == Tournament(design(order="fixed")).hash
    spoken = design(contestants=[*design()["contestants"], {"name": "model", **TOLD}])
    assert Tournament(spoken).hash != Tournament({**spoken, "order": "fixed"}).hash


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"repetitions": 4}, "both directions come equally often"),
        ({"repetitions": 3}, "comes once more than the other in prisoners_dilemma"),
        ({"repetitions": 4, "order": "fixed"}, "always stand in the order of the rules"),
    ],
)
def test_a_plan_says_how_balanced_it_is(more: dict[str, Any], said: str) -> None:
    games = [{"name": "prisoners_dilemma"}]
    players = [{"name": "model", **TOLD}, {"agent": "defector"}]
    lines = list(notes(plan(Tournament(design(games=games, contestants=players, **more)))))
    assert any(said in line for line in lines)
    silent = plan(Tournament(design(games=[DILEMMA], **more)))
    assert not any(said in line for line in notes(silent))


def biased(url: str, order: str) -> dict[str, Any]:
    """A model that takes whatever is offered first, against one that cooperates."""
    model = {"name": "model", **TOLD, "api_base": url}
    return design(
        games=[{"name": "prisoners_dilemma"}],
        contestants=[model, {"agent": "cooperator"}],
        repetitions=6,
        order=order,
    )


@pytest.mark.parametrize(("order", "share"), [("drawn", 0.5), ("fixed", 1.0)])
def test_a_model_that_takes_what_comes_first_is_found_out(
    order: str, share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(answering) as server:
        folder = played(biased(server.url, order), tmp_path / "run")
    with closing(Run(folder)) as run:
        own = run.decisions().query("contestant == 'model'")
        assert (own["action"] == "cooperate").mean() == share
        assert own["order"].nunique() == (6 if order == "drawn" else 1)
        reverse = [in_order("ab", number) == ("b", "a") for number in own["order"]]
        assert list(own["action"] == "defect") == reverse


def test_a_run_is_not_gone_on_with_in_another_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(answering) as server:
        folder = played(biased(server.url, "drawn"), tmp_path / "run")
        with pytest.raises(BadInput, match="order was 'drawn' and is now 'fixed'"):
            played(biased(server.url, "fixed"), folder)


def test_a_prompt_is_printed_in_an_order(tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text(toml(design()))
    usual, turned = (
        arena("prompt", "prisoners_dilemma", "--order", order, cwd=tmp_path).stdout
        for order in (0, 1)
    )
    assert "cooperate, defect." in usual
    assert "defect, cooperate." in turned
