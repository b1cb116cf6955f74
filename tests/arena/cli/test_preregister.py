"""From a design that says what it tests, through its registration, to results that stand to it."""

import json
from pathlib import Path

import pytest

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.record.registration import FILE
from tests.arena.commands import command
from tests.arena.designs import Silent

DESIGN = """
name = "anger"
repetitions = {repetitions}
[[games]]
name = "dictator"

[[contestants]]
name = "people"
agent = "human_sample"
baselines = ["forsythe1994_dictator_paid5"]
shift = 20.0
emotion = [{{ induced = "none" }}, {{ induced = "anger" }}, {{ induced = "sadness" }}]
"""
ANALYSIS = """
[analysis]
outcomes = ["share given"]
reference = "none"
emotions = ["anger"]
margins = {{ "share given" = {margin} }}
"""


def arena(*arguments: object, status: int = 0) -> str:
    """What a command prints; it has to end with this status."""
    done = command(Path.cwd(), *map(str, arguments))
    assert done.status == status, done.said
    return done.said


def play(folder: Path, limit: int | None = None) -> None:
    design = Tournament.read(folder / "design.toml")
    run(design, folder / "run", Silent(), how=RunOptions(limit, preflight=False))


def write(
    folder: Path, repetitions: int = 10, margin: float = 0.4, analysis: str = ANALYSIS
) -> Path:
    path = folder / "design.toml"
    text = DESIGN.format(repetitions=repetitions) + analysis.format(margin=margin)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registered")
    arena("preregister", write(folder), "--out", folder / "run")
    play(folder)
    return folder


def effects(folder: Path) -> dict[str, object]:
    return dict(json.loads(arena("effects", folder / "run", "--json")))


def test_the_document_says_what_is_tested_how_and_with_what_power(registered: Path) -> None:
    text = (registered / "run" / FILE).read_text("utf-8")
    for said in (
        "# Registration of anger",
        "dictator, share given, people: anger less none (against none); counts as none within 0.4",
        "all registered tests are one family",
        "an effect has to hold whatever they had been",
        "The blocks of a pilot are excluded",
        "Play stops when all matches are played",
        "0 matches that are tested were on record",
        "Registered: what the design's [analysis] names (a family of 1 row)",
    ):
        assert said in text


def test_every_result_says_registered(registered: Path) -> None:
    for result in ("effects", "rate", "align"):
        assert "registered (20" in arena(result, registered / "run")
        assert "not " not in arena(result, registered / "run").split("registered (20")[0]
    found = effects(registered)
    assert str(found["remarks"]).startswith("['registered (20")
    rows = found["effects"]
    assert isinstance(rows, list)
    by_arm = {row["arm"]: row for row in rows}
    assert by_arm["anger"]["family"] == "registered"
    assert by_arm["sadness"]["family"] == "choices"
    assert by_arm["anger"]["margin"] == pytest.approx(40)
    assert by_arm["anger"]["equivalence"] is not None
    assert by_arm["sadness"]["equivalence"] is None
    # A family of one: nothing is adjusted, whatever else is printed.
    assert by_arm["anger"]["holm"] == by_arm["anger"]["p"]


def test_rows_that_are_asked_for_are_not_the_registered_family(registered: Path) -> None:
    out = arena("effects", registered / "run", "--outcome", "share given", "--json")
    assert {row["family"] for row in json.loads(out)["effects"]} == {"choices"}


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    arena("preregister", write(tmp_path, 3), "--out", tmp_path / "run")
    return tmp_path


def test_a_margin_that_is_changed_afterwards_is_named(changed: Path) -> None:
    play(changed)
    write(changed, 3, margin=0.3)
    play(changed)
    for result in ("effects", "rate", "align"):
        out = " ".join(arena(result, changed / "run").split())
        assert "not as registered (20" in out
        assert "analysis.margins.share given was 0.4 and is now 0.3" in out


def test_matches_that_are_missing_or_more_are_named(changed: Path) -> None:
    play(changed, 4)
    assert "5 of 9 matches are not played" in arena("effects", changed / "run")
    write(changed, 5)
    play(changed)
    out = " ".join(arena("effects", changed / "run").split())
    assert "games.dictator.repetitions was 3 and is now 5" in out


def test_a_document_that_was_changed_says_so(changed: Path) -> None:
    play(changed)
    path = changed / "run" / FILE
    path.write_text(path.read_text("utf-8").replace("are excluded", "are included"), "utf-8")
    assert "registration.md was changed after it was written" in " ".join(
        arena("effects", changed / "run").split()
    )
    path.write_text("nothing", "utf-8")
    assert "is no registration" in arena("effects", changed / "run", status=2)


def test_a_merged_run_keeps_its_registration(registered: Path, tmp_path: Path) -> None:
    arena("merge", registered / "run", "--out", tmp_path / "whole")
    assert "registered (20" in arena("effects", tmp_path / "whole")
    assert "not as registered" not in arena("effects", tmp_path / "whole")


def test_a_registration_after_play_says_so(tmp_path: Path) -> None:
    write(tmp_path, 3)
    play(tmp_path)
    assert "not registered" in arena("effects", tmp_path / "run")
    arena("preregister", tmp_path / "design.toml", "--out", tmp_path / "run")
    out = " ".join(arena("effects", tmp_path / "run").split())
    assert "9 matches were played before the registration" in out


@pytest.mark.parametrize(
    ("analysis", "said"),
    [
        ("", "does not say what is to be tested: add [analysis]"),
        ('[analysis]\noutcomes = ["gift"]', "unknown outcome in analysis.outcomes 'gift'"),
        (ANALYSIS.replace('"none"', '"placebo"'), "reference 'placebo'"),
        ('[analysis]\noutcomes = ["share given"]\nsteps = ["show"]', "unknown step"),
        (ANALYSIS.replace('["anger"]', '["joy"]'), "unknown emotion in analysis.emotions 'joy'"),
    ],
)
def test_an_analysis_of_what_is_not_there_is_refused(
    tmp_path: Path, analysis: str, said: str
) -> None:
    path = write(tmp_path, analysis=analysis)
    assert said in arena("preregister", path, "--out", tmp_path / "run", status=2)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("analysis", "said"),
    [
        ('[analysis]\noutcomes = ["share given"]\ngames = ["chess"]', "analysis.games 'chess'"),
        (ANALYSIS.replace("{margin}", "20"), "must be above 0 and below 1"),
        ('[analysis]\noutcomes = ["a"]\nmargins = {{ b = 0.1 }}', "analysis.margins 'b'"),
        ("[analysis]\noutcomes = []", "analysis.outcomes"),
        ('[analysis]\noutcomes = ["a"]\nvoid = "zero"', "analysis.void"),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, analysis: str, said: str) -> None:
    path = write(tmp_path, analysis=analysis)
    assert said in arena("plan", path, status=2)


def test_a_registration_is_written_once(changed: Path) -> None:
    done = arena("preregister", changed / "design.toml", "--out", changed / "run", status=2)
    assert "is there already" in done


def test_the_analysis_is_part_of_the_hash_and_of_no_match(tmp_path: Path) -> None:
    hashes, matches = set(), set()
    for number, margin in enumerate((0.1, 0.2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder, 1, margin=margin)
        play(folder)
        hashes.add(effects(folder)["design_hash"])
        matches.add(arena("show", folder / "run"))
    assert (len(hashes), len(matches)) == (2, 1)
