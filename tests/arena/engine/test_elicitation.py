"""Whole policies, from an elicitation that is recorded like any other run."""

from pathlib import Path
from typing import Any

import pytest

from agents.equilibrium import kuhn
from arena import api
from arena.analysis.information_sets import elicited
from arena.analysis.rating import Request, rate
from arena.core.types import PASSIVE
from arena.record.run import Run
from arena.report.export import export
from arena.report.transcript import transcript_lines
from games import BadInput
from games.core import solve, tree
from games.kuhn_poker import KuhnPoker
from tests.arena.designs import arena, design, played
from tests.loopback import Loopback

ASKED: dict[str, Any] = {"name": "kuhn_poker", "schedule": {"kind": "elicitation"}}
PLAYERS: list[dict[str, Any]] = [
    {"agent": "equilibrium"},
    {"name": "bold", "agent": "fixed", "actions": ["bet", "call"]},
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder: Path = tmp_path_factory.mktemp("elicitation") / "run"
    data = design(games=[ASKED], contestants=PLAYERS, repetitions=100)
    played(data, folder, limit=70)
    return Run(played(data, folder))


def test_a_fixed_policy_is_known_exactly(run: Run) -> None:
    policy = elicited(run.matches(), KuhnPoker(), "bold")
    assert set(policy) == set(tree.build(KuhnPoker()).keys)
    assert all(row.get("bet", row.get("call")) == 1 for row in policy.values())
    grown = tree.build(KuhnPoker())
    # Against somebody who always bets and calls, a King earns 2 and a Jack loses 1, by folding; a
    # Queen is even, at a showdown for 2 either way.
    gained = solve.exploitability(grown, grown.array(policy))
    assert gained == pytest.approx((2 - 1 + 0) / 3)


def test_a_mixed_policy_is_known_as_far_as_its_answers_go(run: Run) -> None:
    policy = elicited(run.matches(), KuhnPoker(), "equilibrium")
    for name, row in kuhn(1 / 3).items():
        assert policy[name] == pytest.approx(row, abs=0.2)  # four deviations of 100 answers
    assert policy["second: dealt K; moved 0 bet;"] == {"fold": 0, "call": 1}


def test_a_contestant_that_was_not_asked_has_no_policy(run: Run) -> None:
    with pytest.raises(BadInput, match="'nobody' has given no answer"):
        elicited(run.matches(), KuhnPoker(), "nobody")


def test_answers_are_recorded_and_shown_but_not_rated(run: Run) -> None:
    assert run.counts == {"completed": 12 * 2 * 100}
    found = next(t for t in run.matches() if t.match.at.startswith("second: dealt K; moved 0 bet"))
    assert found.match.seats[0] == PASSIVE
    lines = "\n".join(transcript_lines(run.match(found.match.id), run.game("kuhn_poker")))
    assert "Chance: second: dealt K; moved 0 bet;" in lines
    assert "saw     dealt: card K" in lines
    assert "action  call" in lines
    with pytest.raises(BadInput, match="nothing to rate"):
        rate([run], Request())


def test_tables_have_battles_only_where_contestants_are_compared(run: Run, tmp_path: Path) -> None:
    alone = export(run, tmp_path / "alone", "csv")
    assert {path.name for path in alone} == {"matches.csv", "decisions.csv", "attempts.csv"}
    games = [{**ASKED, "id": "asked"}, {"name": "kuhn_poker"}]
    data = design(games=games, contestants=PLAYERS, repetitions=1)
    rows = []
    for name, limit in (("questions", 12), ("play", None)):
        both = Run(played(data, tmp_path / "both", limit=limit))
        (battles,) = (p for p in export(both, tmp_path / name, "csv") if p.stem == "battles")
        rows.append(len(battles.read_text().splitlines()) - 1)
        both.close()
    assert rows == [0, 1]


def test_a_model_is_asked_once_per_information_set_through_the_usual_prompts(
    tmp_path: Path,
) -> None:
    with Loopback() as server:
        model = {
            "agent": "llm",
            "model": "openai/x",
            "form": "json",
            "api_base": server.url,
            "emotion": {"mode": "hidden"},
        }
        data = design(games=[ASKED], contestants=[model], repetitions=1)
        run = Run(played(data, tmp_path / "run"))
        assert run.counts == {"completed": 12}
        _preflight, *bodies = server.bodies
        asked = [body["messages"] for body in bodies if body["messages"][0]["role"] == "system"]
    assert len(asked) == len({messages[-1]["content"] for messages in asked}) == 12
    policy = elicited(run.matches(), KuhnPoker(), "llm")
    assert all(max(row.values()) == 1 for row in policy.values())
    assert all(t.decisions[0].decision.affect is not None for t in run.matches())


def test_the_exploitability_of_asked_policies_is_rated_and_play_stands_beside_it(
    tmp_path: Path,
) -> None:
    players = [{"agent": "equilibrium", "alpha": 0.2}, {"agent": "uniform"}]
    games = [{**ASKED, "id": "asked"}, {"name": "kuhn_poker", "repetitions": 3}]
    folder = played(design(games=games, contestants=players, repetitions=60), tmp_path / "run")
    asked = api.Run(folder).ratings("exploitability", games=["asked"], rounds=200)
    found = asked.set_index("contestant").to_dict("index")
    grown = tree.build(KuhnPoker())
    exact = {"equilibrium": 0.0, "uniform": solve.exploitability(grown, grown.uniform())}
    for name, right in exact.items():
        row = found[name]
        assert row["exploitability"] == pytest.approx(right, abs=0.06)
        assert row["exploitability_low"] <= right <= row["exploitability_high"]
        assert (row["sets_asked"], row["sets"], row["fewest"]) == (12, 12, 60)
    printed = " ".join(arena("rate", folder, "--method", "exploitability").stdout.split())
    assert "ignores displays" in printed
    assert "Not rated: every information set is put to each contestant alone" in printed
    questions, play = printed.split(" kuhn_poker ")
    assert "was never asked in" not in questions
    assert "uniform was never asked in" in play
    # Play is rated as ever, and its regret has no place for answers to questions.
    assert set(rate([Run(folder)], Request()).records) == {"kuhn_poker"}
    assert set(api.Run(folder).ratings("regret")["game"]) == {"kuhn_poker"}


def test_an_elicitation_and_play_of_one_name_are_not_mixed(run: Run, tmp_path: Path) -> None:
    data = design(games=[{"name": "kuhn_poker"}], contestants=PLAYERS, repetitions=1)
    other = Run(played(data, tmp_path / "run"))
    with pytest.raises(BadInput, match=r"game 'kuhn_poker' of .* is another one"):
        rate([run, other], Request.checked("exploitability"))
