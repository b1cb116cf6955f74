"""What can be done with recorded runs: summary, tables, merging, checking, playing again."""

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from arena.analysis.rating import Request, rate
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import replay, retry
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.merge import merge
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.export import export
from arena.report.run_summary import log_document, log_lines
from arena.report.table_files import COLUMNS
from arena.report.transcript import list_lines
from games import BadInput
from tests.arena.designs import KUHN, Silent, design, played
from tests.loopback import Loopback, Reply, always, answering

CALM = RunOptions(preflight=False)


@pytest.fixture(autouse=True, scope="module")
def _key() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        yield


def mixed(url: str, **changes: Any) -> dict[str, Any]:
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url, "reasks": 1}
    game = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
    data = design(games=[game], contestants=[model, {"agent": "tit_for_tat"}], repetitions=4)
    return {**data, "prices": {"openai/m": {"prompt": 1e6, "completion": 2e6}}, **changes}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which two matches are void and the others completed."""

    def sulking(asked: Any, number: int) -> Reply:
        return Reply("no") if number in range(4) else answering(asked, number)

    folder = tmp_path_factory.mktemp("mixed") / "run"
    with Loopback(sulking) as server:
        data = mixed(server.url, concurrency=1)
        assert run(Tournament(data), folder, Silent(), how=CALM) is None
    return folder


def changed(folder: Path, tmp_path: Path, *commands: str) -> Run:
    """A copy of a run that somebody tampered with."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with sqlite3.connect(copy / FILE) as db:
        for command in commands:
            db.execute(command)
    db.close()
    return Run(copy)


def test_the_summary_counts_matches_calls_tokens_and_cost(folder: Path) -> None:
    found = log_document(Run(folder))
    assert found["matches"]["planned"] == 8
    assert found["matches"]["completed"] + found["matches"]["void"] == 8
    assert found["void"] == {"missing": found["matches"]["void"]}
    made = found["models"]["openai/m"]
    assert made["calls"] == made["replies"] == sum(made["verdicts"].values())
    assert made["prompt_tokens"] == 11 * made["calls"]
    assert made["cost"] == pytest.approx((11 * 1 + 7 * 2) * made["calls"])
    lines = "\n".join(log_lines(Run(folder)))
    assert "8 of 8 matches closed" in lines
    assert f"{made['prompt_tokens']} + {made['completion_tokens']} tokens" in lines


def test_the_summary_says_how_a_lenient_reading_would_move_results(tmp_path: Path) -> None:
    unsure, sure = "Perhaps {}?", '{{"action": "{}"}}'
    said = [unsure.format("defect"), sure.format("cooperate")]
    said += [unsure.format("cooperate"), sure.format("cooperate"), *[unsure.format("defect")] * 2]

    def wavering(_asked: object, number: int) -> Reply:
        return Reply(said[number] if number < len(said) else sure.format("cooperate"))

    with Loopback(wavering) as server:
        data = mixed(server.url, concurrency=1)
        assert (
            run(Tournament(data), tmp_path, Silent(), how=RunOptions(limit=1, preflight=False))
            is None
        )
    played = Run(tmp_path)
    expected = {"decisions": 3, "same": 1, "other": 1, "void": 1}
    assert log_document(played)["lenient"] == expected
    assert "1 the same, 1 another, 1 instead of none" in "\n".join(log_lines(played))
    played.close()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_tables_hold_every_row_in_every_format(folder: Path, form: str, tmp_path: Path) -> None:
    run = Run(folder)
    paths = export(run, tmp_path, form)
    read: Any = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(
        form, lambda path: pd.read_json(path, lines=True)
    )
    tables = {path.stem: read(path) for path in paths}
    for name, table in tables.items():
        assert list(table.columns) == list(COLUMNS[name]) or table.empty
    counts = {
        name: next(run.rows(f"SELECT count(*) FROM {name}"))[0]  # noqa: S608 - our own names
        for name in ("seats", "decisions", "attempts")
    }
    assert len(tables["matches"]) == counts["seats"] == 16
    assert len(tables["decisions"]) == counts["decisions"]
    assert len(tables["attempts"]) == counts["attempts"]
    assert tables["decisions"]["attempts"].sum() == counts["attempts"]
    assert tables["battles"].empty  # a block of two lost to a void match
    first = json.loads(tables["attempts"]["messages"][0])
    assert [message["role"] for message in first[:2]] == ["system", "user"]


def test_battles_are_what_the_ratings_compare(tmp_path: Path) -> None:
    run = Run(played(design(games=[KUHN]), tmp_path / "run"))
    (path,) = (p for p in export(run, tmp_path, "csv") if p.stem == "battles")
    with path.open(newline="") as file:
        battles = list(csv.DictReader(file))
    request = Request.checked("elo", None, None, "drop", 1, 0)
    (record,) = rate([run], request).records.values()
    assert len(battles) == len(record.comparisons) > 0
    points = {"model_a": 1.0, "tie": 0.5, "model_b": 0.0}
    scores = [points[battle["winner"]] for battle in battles]
    assert scores == record.comparisons["score"].tolist()


def test_an_unknown_format_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unknown format 'parket'; did you mean 'parquet'"):
        export(Run(folder), tmp_path, "parket")


def test_a_sound_run_has_no_problems(folder: Path) -> None:
    assert list(problems(Run(folder))) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("UPDATE seats SET payoff = '99' WHERE payoff IS NOT NULL", "payoffs are"),
        ("UPDATE matches SET seed = seed + 1", "its id is not that of what was played"),
        ("UPDATE seats SET contestant = 'm'", "its id is not that of what was played"),
        ("UPDATE decisions SET action = '\"defect\"' WHERE turn = 0", "payoffs are"),
        ("UPDATE decisions SET action = '\"flee\"'", "cannot be played again"),
        ("DELETE FROM decisions WHERE turn = 2", "it ends too early"),
        ("UPDATE matches SET ending = 'void'", "its ending does not fit"),
        ("DELETE FROM attempts WHERE number = 0 AND turn = 0", "1 attempts, the last is 1"),
        ("UPDATE decisions SET verdict = 'refused'", "is refused, its last attempt"),
        ("DELETE FROM attempts", "no attempt of openai/m is on record"),
        ("DELETE FROM attempts WHERE turn = 2", "turn 2: no attempt of openai/m is on record"),
        ("UPDATE attempts SET turn = 9 WHERE turn = 2", "turn 9: attempts without a decision"),
        ("UPDATE attempts SET model = 'zz'", "zz was asked, and does not sit there"),
        ("UPDATE attempts SET seat = 1 - seat", "was asked, and does not sit there"),
        ("UPDATE attempts SET match = 'x' || match", "was asked, and does not sit there"),
        ("UPDATE attempts SET usage = '{}'", "has a reply and no number of tokens"),
        (
            "UPDATE attempts SET usage = json_set(usage, '$.total_tokens', 12)",
            "took 11 + 7 tokens and 12 altogether",
        ),
        ("UPDATE matches SET superseded = 'x'", "and its id is that of one that counts"),
        ("UPDATE matches SET id = id || '~1'", "nobody sits in it"),
        (
            "UPDATE matches SET id = id || '~1'; UPDATE seats SET match = match || '~1'",
            "it is counted, and its id is that of one that is superseded",
        ),
        ("UPDATE attempts SET cost = cost + 1", "and should cost"),
        ("UPDATE attempts SET cost = NULL", "cost 0.000000 and should cost"),
        ("UPDATE texts SET text = text || '!'", "its hash is"),
        ("DELETE FROM texts", "is missing"),
        ("UPDATE decisions SET match = match || 'x'", "decisions without a match"),
    ],
)  # fmt: skip
def test_tampering_is_found(folder: Path, tmp_path: Path, command: str, problem: str) -> None:
    found = problems(changed(folder, tmp_path, *command.split("; ")))
    assert any(problem in line for line in found)


def test_manipulation_checks_must_have_been_asked(tmp_path: Path) -> None:
    with Loopback() as server:
        data = mixed(server.url, repetitions=1)
        data["contestants"][0]["self_report"] = True
        assert run(Tournament(data), tmp_path / "run", Silent(), how=CALM) is None
    assert list(problems(Run(tmp_path / "run"))) == []
    spoilt = changed(tmp_path / "run", tmp_path, "DELETE FROM attempts WHERE turn < 0")
    wanted = "manipulation check: no attempt of openai/m is on record"
    (one, other) = (line for line in problems(spoilt) if wanted in line)
    assert one != other


def test_prices_and_limits_may_change_from_session_to_session(tmp_path: Path) -> None:
    with Loopback() as server:
        for limit, price in ((2, 1e6), (4, 3e6), (None, None)):
            prices = {"openai/m": {"prompt": price, "completion": 0}} if price else {}
            limits = {"openai/m": {"concurrency": limit or 1, "requests_per_minute": 1000}}
            data = mixed(server.url, prices=prices, limits=limits)
            run(
                Tournament(data),
                tmp_path / "run",
                Silent(),
                limit,
                RunOptions(limit, preflight=False),
            )
            now = Run(tmp_path / "run")
            assert list(problems(now)) == []
    assert now.counts == {"completed": 8}
    charged = "SELECT DISTINCT cost FROM attempts ORDER BY cost"
    assert list(now.rows(charged)) == [(None,), (11.0,), (33.0,)]
    merged = tmp_path / "merged"
    merge([tmp_path / "run"], merged)
    assert Run(merged).manifest.prices == now.manifest.prices
    assert len(now.manifest.prices["openai/m"]) == 3


def test_replay_plays_the_same_matches_without_a_network(folder: Path) -> None:
    assert list(replay(Run(folder))) == []


@pytest.mark.parametrize(
    ("command", "difference"),
    [
        ("UPDATE decisions SET action = '\"defect\"' WHERE turn = 1", "decision"),
        ("DELETE FROM attempts", "asks what is not on record"),
        ("UPDATE seats SET payoff = '99' WHERE payoff IS NOT NULL", "payoffs were"),
    ],
)
def test_replay_finds_differences(
    folder: Path, tmp_path: Path, command: str, difference: str
) -> None:
    assert any(difference in line for line in replay(changed(folder, tmp_path, command)))


@pytest.mark.parametrize("only", ["void", "missing", "openai/m"])
def test_retry_plays_again_and_keeps_what_was(folder: Path, tmp_path: Path, only: str) -> None:
    before = changed(folder, tmp_path)
    kept = {t.match.id: t for t in before.matches()}
    void, cost = before.counts["void"], log_document(before)["models"]["openai/m"]["cost"]
    chosen = 8 if only == "openai/m" else void
    with Loopback() as server:
        with sqlite3.connect(before.folder / FILE) as db:  # the provider has moved
            file = {**before.tournament.data, "contestants": mixed(server.url)["contestants"]}
            db.execute("UPDATE manifest SET value = ? WHERE key = 'file'", (json.dumps(file),))
        db.close()
        assert retry(before.folder, only, Silent(), CALM) == (chosen, None)
        asked = len(server.requests)
    after = Run(before.folder)
    assert after.counts == {"completed": 8}
    assert after.superseded == chosen
    assert asked == 3 * chosen
    assert log_document(after)["models"]["openai/m"]["cost"] == pytest.approx(cost + 25 * asked)
    assert list(problems(after)) == []
    assert list(replay(after)) == []
    aside = [key for (key,) in after.rows("SELECT id FROM matches WHERE superseded IS NOT NULL")]
    for key in aside:
        old = after.match(key)
        assert old.payoffs == kept[key.partition("~")[0]].payoffs
    assert len(list(list_lines(after))) == 9  # with the header
    with pytest.raises(BadInput, match="unknown choice of matches 'vod'; did you mean 'void'"):
        retry(before.folder, "vod", Silent(), CALM)


def test_retry_sets_nothing_aside_before_the_models_answer(folder: Path, tmp_path: Path) -> None:
    before = changed(folder, tmp_path)
    with Loopback(always(Reply("no such key", status=401))) as server:
        with sqlite3.connect(before.folder / FILE) as db:
            file = {**before.tournament.data, "contestants": mixed(server.url)["contestants"]}
            db.execute("UPDATE manifest SET value = ? WHERE key = 'file'", (json.dumps(file),))
        db.close()
        with pytest.raises(BadInput, match="no such key"):
            retry(before.folder, "openai/m", Silent(), RunOptions())
    after = Run(before.folder)
    assert after.superseded == 0
    assert after.counts == before.counts


def test_retry_says_that_there_is_nothing_to_play_again(tmp_path: Path) -> None:
    class Told(Silent):
        notes: ClassVar[list[tuple[str, str]]] = []

        def noted(self, kind: str, about: str) -> None:
            self.notes.append((kind, about))

    assert retry(played(design(repetitions=1), tmp_path), "void", Told(), CALM) == (0, None)
    assert Told.notes == [("retry", "no closed match is void: none is played again")]


def test_parts_played_apart_are_one_run(tmp_path: Path) -> None:
    data = design()
    tournament = Tournament(data)
    whole = {t.match.id: t for t in Run(played(data, tmp_path / "whole")).matches()}
    parts = [played(data, tmp_path / f"part{n}", limit=n) for n in (10, 20, 36)]
    with pytest.raises(BadInput, match="holds a run already"):
        merge(parts, parts[0])
    counts = merge(parts, tmp_path / "out")
    assert counts == {"matches": 36, "superseded": 30}
    merged = Run(tmp_path / "out")
    assert {t.match.id: t for t in merged.matches()} == whole
    assert list(problems(merged)) == []
    merged.close()
    assert run(tournament, tmp_path / "out", Silent()) is None


def test_a_run_named_twice_does_not_count_twice(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    for again in (folder, folder / ".." / folder.name, link):
        with pytest.raises(BadInput, match="is named twice: name each run once"):
            merge([folder, again], tmp_path / "out")
        with pytest.raises(BadInput, match="is named twice: name each run once"):
            rate([Run(folder), Run(again)], Request())
    assert not (tmp_path / "out").exists()


def test_runs_of_other_designs_are_not_merged(tmp_path: Path) -> None:
    one = played(design(games=[KUHN]), tmp_path / "one")
    two = played(design(games=[KUHN], seed=8), tmp_path / "two")
    with pytest.raises(BadInput, match="of another design"):
        merge([one, two], tmp_path / "out")


def test_half_played_matches_go_on_in_the_merged_run(tmp_path: Path) -> None:
    def dying(asked: Any, number: int) -> Reply:
        return answering(asked, number) if number < 4 else Reply("no key", status=401)

    with Loopback(dying) as server:
        data = mixed(server.url, concurrency=1)
        assert "no key" in str(run(Tournament(data), tmp_path / "one", Silent(), how=CALM))
        server.script = answering
        merge([tmp_path / "one"], tmp_path / "out")
        before = len(server.requests)
        run(Tournament(data), tmp_path / "out", Silent(), how=CALM)
        assert len(server.requests) - before == 8 * 3 - 4
    assert list(replay(Run(tmp_path / "out"))) == []


@pytest.mark.parametrize("record", ["decisions", "outcomes"])
def test_other_records_keep_no_texts_but_what_it_cost(tmp_path: Path, record: str) -> None:
    def dying(asked: Any, number: int) -> Reply:
        return answering(asked, number) if number < 4 else Reply("no key", status=401)

    with Loopback(dying) as server:
        data = mixed(server.url, concurrency=1, record=record)
        assert "no key" in str(run(Tournament(data), tmp_path, Silent(), how=CALM))
        server.script = answering
        run(Tournament(data), tmp_path, Silent(), how=CALM)
        assert len(server.requests) == 8 * 3 + 1, "half-played matches went on"
    found = Run(tmp_path)
    for table in ("texts", "drafts"):
        assert next(found.rows(f"SELECT count(*) FROM {table}"))[0] == 0  # noqa: S608
    kept = next(found.rows("SELECT count(*) FROM decisions"))[0]
    assert kept == (8 * 6 if record == "decisions" else 0)
    assert log_document(found)["models"]["openai/m"]["cost"] == pytest.approx(25 * 24)
    assert list(problems(found)) == []
    with pytest.raises(BadInput, match="kept no texts"):
        list(replay(found))
