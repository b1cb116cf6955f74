"""What cannot be forked, and which cards cannot be dealt otherwise, each by its reason."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest

import games
from arena.engine.options import RunOptions
from arena.forking.fork import Fork, forked
from arena.forking.playing import FOLDER, play_forks
from arena.record.run import Run
from games import BadInput
from prompts.core.audit import reach
from prompts.core.texts.catalogue import Catalogue, catalogue
from tests.arena.designs import Silent, design, played
from tests.arena.lab.visitors import Visitor, against, lab
from tests.loopback import Loopback, Reply

DILEMMA: dict[str, Any] = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
PAIR: list[dict[str, Any]] = [{"agent": "tit_for_tat"}, {"agent": "uniform"}]
OTHER = {"cooperate": "defect", "defect": "cooperate"}


def _scripted(folder: Path, **changes: Any) -> Run:
    small = {"repetitions": 1, "games": [DILEMMA], "contestants": PAIR}
    return Run(played(design(**small | changes), folder / "run"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return _scripted(tmp_path_factory.mktemp("scripted"))


def _refused(run: Run, says: str, at: int = 0) -> None:
    """A fork of the first match is refused with these words, and nothing is written."""
    match = run.ids()[0]
    with pytest.raises(BadInput, match=says) as refused:
        play_forks(run, [Fork(match, at, ("action=defect",), 1)], Silent(), RunOptions())
    assert match in str(refused.value)
    assert not (run.folder / FOLDER).exists()


def test_a_match_with_people_is_refused(tmp_path: Path) -> None:
    async def sit() -> None:
        async with lab(against(repetitions=1), tmp_path / "run") as desk:
            await Visitor(desk)()

    asyncio.run(sit())
    run = Run(tmp_path / "run")
    _refused(run, "cannot be forked: people sat in it, who are not asked again")


def test_an_elicitation_is_refused(tmp_path: Path) -> None:
    asked = {"name": "kuhn_poker", "schedule": {"kind": "elicitation"}}
    run = _scripted(tmp_path, games=[asked], contestants=[{"agent": "uniform"}])
    _refused(run, "cannot be forked: an elicitation ends with its one decision")


@pytest.mark.parametrize("record", ["outcomes", "decisions"])
def test_a_run_that_keeps_no_texts_is_refused(tmp_path: Path, record: str) -> None:
    run = _scripted(tmp_path, record=record)
    _refused(run, f"cannot be forked: record = '{record}' keeps no texts")


def test_a_run_with_other_rules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _scripted(tmp_path)
    stage = games.load("prisoners_dilemma")
    monkeypatch.setattr(type(stage), "version", stage.version + 1)
    _refused(Run(run.folder), "cannot be forked: it was played with other rules")


def test_changed_texts_and_a_void_decision_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback(lambda _asked, _number: Reply('{"action": "maybe"}')) as server:
        model = {"model": "openai/m", "form": "json", "reasks": 0, "api_base": server.url}
        pair = [{"agent": "llm", **model}, {"agent": "tit_for_tat"}]
        run = _scripted(tmp_path, contestants=pair)
    assert set(run.counts) == {"void"}
    base = run.match(run.ids()[0])
    at = next(n for n, made in enumerate(base.decisions) if made.decision.action is None)
    _refused(run, f"^decision {at} ended match {base.match.id} as void", at)
    for beside in {0, 1} - {at}:
        says = f"^decision {at}, made at the same time as decision {beside}, ended match"
        _refused(run, f"{says} {base.match.id} as void: fork an earlier decision", beside)
    sources = copy.deepcopy(dict(catalogue().sources))
    sources["frame.toml"]["en"]["frame"]["history"] = "So far:"
    changed = Catalogue(sources)
    monkeypatch.setattr(reach, "catalogue", lambda: changed)
    _refused(run, "cannot be forked: it was played with other frame.toml")


def test_a_continuation_is_refused(run: Run) -> None:
    made = run.match(run.ids()[0]).decisions[0].decision.action
    fork = Fork(run.ids()[0], 0, (f"action={OTHER[str(made)]}",), 1)
    play_forks(run, [fork], Silent(), RunOptions())
    _refused(Run(run.folder / FOLDER), "itself a continuation; fork the match it came from")


@pytest.mark.parametrize("at", [-1, 4])
def test_a_decision_that_is_not_there_is_refused(run: Run, at: int) -> None:
    with pytest.raises(BadInput, match=f"has decisions 0 to 3, not {at}"):
        forked(run, Fork(run.ids()[0], at, ("action=defect",), 1))


@pytest.fixture(scope="module")
def leduc(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two who check, and call if they must."""
    calm = {"agent": "fixed", "actions": ["check"]}
    pair = [{"name": name, **calm} for name in ("one", "other")]
    folder = tmp_path_factory.mktemp("leduc")
    return _scripted(folder, games=[{"name": "leduc_poker"}], contestants=pair, repetitions=20)


def _dealt(run: Run, *, same: bool) -> str:
    """A match in which both have cards of one rank, or of two."""
    return next(key for key in run.ids() if (len({*run.match(key).deals[:2]}) == 1) == same)


@pytest.mark.parametrize("at", [0, 2, 3])
def test_a_card_that_others_have_seen_otherwise_is_refused(leduc: Run, at: int) -> None:
    """The own cards before the first decision; the card on the table after the second."""
    match = _dealt(leduc, same=False)
    card = next(one for one in "JQK" if one != leduc.match(match).deals[-1])
    with pytest.raises(BadInput, match=f"chance={card}: chance does not move right after this"):
        forked(leduc, Fork(match, at, (f"chance={card}",), 1))


def test_a_card_that_cannot_be_dealt_is_refused_by_name(leduc: Run) -> None:
    match = _dealt(leduc, same=True)
    gone, *_ = leduc.match(match).deals
    left = [card for card in "JQK" if card != gone]
    for card in (gone, "A"):
        with pytest.raises(BadInput, match="unknown move of chance") as refused:
            forked(leduc, Fork(match, 1, (f"chance={card}",), 1))
        assert repr(card) in str(refused.value)
        assert all(each in str(refused.value) for each in left)
    for card in left:
        change = f"chance={card}"
        assert forked(leduc, Fork(match, 1, (change,), 1)).beginnings[change].forced == card
