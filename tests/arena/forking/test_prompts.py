"""The first prompts after a fork, in each arm beside the control arm: the whole difference."""

from collections.abc import Callable, Iterator, Sequence
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest

from arena.engine.options import RunOptions
from arena.forking.fork import Continuation, Fork, forked
from arena.forking.playing import FOLDER, play_forks
from arena.forking.verify import fork_problems
from arena.record.run import Run
from prompts import Message
from tests.arena.designs import Silent, design, played
from tests.loopback import Loopback

HOW = RunOptions(preflight=False)
OF_DECISIONS = (
    "shown=happiness", "shown=nothing", "shown_intensity=90", "felt=sadness", "intensity=90",
    "action=defect",
)  # fmt: skip
OF_SEATS = (
    "mode=hidden", "induced=anger", "cause=coplayer", "model=openai/n", "temperature=0.5",
    "language=de", "persona=You are Kim.", "coplayer=opponent", "contestant=one",
)  # fmt: skip
COPIES = 2
"""Cards of each rank in Leduc poker."""
NAMES = {"J": "Jack", "Q": "Queen", "K": "King"}
SAME = {"model=openai/n", "temperature=0.5"}
"""Changes that no prompt tells of."""


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def _design(url: str, *games: dict[str, Any]) -> dict[str, Any]:
    """One chooses what it shows, with an intensity; of the other, fear was induced."""
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url}
    one = {"mode": "manipulative", "shows_intensity": True}
    other = {"mode": "visible", "induced": "fear"}
    moved = {"one": one, "other": other}
    contestants = [{"name": name, **model, "emotion": each} for name, each in moved.items()]
    return design(repetitions=1, order="fixed", games=[*games], contestants=contestants)


Told = Sequence[Message]


def _prompts(run: Run, fork: Fork) -> Iterator[tuple[str, int, Told, Told]]:
    """Of each changed arm and each player, its first prompts in the control arm and in this arm.

    If the change makes the player decide anew, the prompts of others depend on what it replied.
    """
    play_forks(run, [fork], Silent(), HOW)
    forks, state = Run(run.folder / FOLDER), forked(run, fork)
    assert [*fork_problems(forks)] == []
    control, *arms = state.continuations()
    anew = fork.changes[0] in OF_SEATS
    for one in arms:
        for seat in (state.seat,) if anew else (state.seat, 1 - state.seat):
            yield one.arm, seat, _first(forks, control, seat), _first(forks, one, seat)


def _first(forks: Run, one: Continuation, seat: int) -> Sequence[Message]:
    told = forks.recorded(one.match)[seat]
    return told[min(told)].messages


def _differences(old: Sequence[Message], new: Sequence[Message]) -> list[str]:
    """The lines that differ, message by message."""
    assert [each.role for each in old] == [each.role for each in new]
    return [
        f"{before.role}: {line.rstrip()}"
        for before, after in zip(old, new, strict=True)
        for line in ndiff(before.content.splitlines(), after.content.splitlines())
        if line.startswith(("-", "+"))
    ]


def test_first_prompts_differ_by_the_change_and_by_nothing_else(
    server: Loopback, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    game = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
    run = Run(played(_design(server.url, game), tmp_path / "run"))
    base, parts = run.match(run.ids()[0]), []
    for name, changes in (("one", OF_DECISIONS), ("other", OF_SEATS)):
        seat = base.match.seats.index(name)
        at = [n for n, each in enumerate(base.decisions) if each.player == seat][1]
        for arm, told, old, new in _prompts(run, Fork(base.match.id, at, changes, 1)):
            found = _differences(old, new)
            parts += [f"{arm}: {'own' if told == seat else 'other'}", *found, ""]
            private = arm.startswith(("felt", "intensity"))
            public = arm.startswith("shown")
            if arm in SAME or (private and told != seat):
                assert found == []
            elif (private and told == seat) or (public and told != seat):
                assert found
    golden(Path(__file__).parent / "differences.txt", "\n".join(parts))


def test_a_card_that_is_dealt_otherwise_is_all_that_differs(
    server: Loopback, tmp_path: Path
) -> None:
    run = Run(played(_design(server.url, {"name": "leduc_poker"}), tmp_path / "run"))
    base = run.match(run.ids()[0])
    assert [each.decision.action for each in base.decisions[:2]] == ["check", "check"]
    cards = [card for card in NAMES if base.deals[:2].count(card) < COPIES]
    fork = Fork(base.match.id, 1, tuple(f"chance={card}" for card in cards), 1)
    told = {(arm, seat): new for arm, seat, _, new in _prompts(run, fork)}
    for seat in (0, 1):
        first, *others = (told[change, seat] for change in fork.changes)
        for card, prompt in zip(cards[1:], others, strict=True):
            assert _differences(first, prompt) == [
                f"user: - - The card on the table: {NAMES[cards[0]]}.",
                f"user: + - The card on the table: {NAMES[card]}.",
            ]
