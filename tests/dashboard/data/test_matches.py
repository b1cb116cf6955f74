"""Filters of matches in SQL, beside the same asked of every transcript."""

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.core.types import Transcript
from arena.record.run import Run
from dashboard.data import matches
from dashboard.data.matches import Filter
from tests.dashboard import runs

WORDS = {
    "game": ("kuhn_poker", "prisoners_dilemma"),
    "contestant": (*runs.MODES, runs.NAMED),
    "opponent": (*runs.MODES, runs.NAMED),
    "ending": ("completed", "void"),
    "verdict": ("legal", "missing", "provider_error", "refused"),
    "felt": ("anger", "happiness", "fear"),
    "shown": ("anger", "happiness", "fear"),
    "words": ("ANGER", "happiness", "bet", "_", "%"),
}


@pytest.fixture(scope="module")
def transcripts(root: Path) -> list[Transcript]:
    run = Run(root / "moved")
    found = [run.match(match) for match in run.ids()]
    run.close()
    return found


def fits(transcript: Transcript, wanted: Filter) -> bool:
    """The oracle: what the fields of a filter are said to mean."""
    seats = transcript.match.seats
    named = [name for name in (wanted.contestant, wanted.opponent) if name]
    together = all(name in seats for name in named) and len(set(named)) == len(named)
    own = [
        played for played in transcript.decisions if wanted.contestant in ("", seats[played.player])
    ]
    said = [a.completion.text for p in own for a in p.decision.attempts if a.completion is not None]
    verdicts = {attempt.verdict for played in own for attempt in played.decision.attempts}
    felt = [(affect.felt, affect.shown) for played in own if (affect := played.decision.affect)]
    return (
        wanted.game in ("", transcript.match.game)
        and together
        and wanted.ending in ("", transcript.ending.kind)
        and (not wanted.verdict or wanted.verdict in verdicts)
        and (not wanted.words or any(wanted.words.lower() in text.lower() for text in said))
        and (
            not (wanted.felt or wanted.shown)
            or any(wanted.felt in ("", f) and wanted.shown in ("", s) for f, s in felt)
        )
    )


@given(st.fixed_dictionaries({key: st.sampled_from(("", *words)) for key, words in WORDS.items()}))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_what_the_transcripts_say(
    root: Path, transcripts: list[Transcript], words: dict[str, str]
) -> None:
    wanted = Filter(**words)
    expected = {each.match.id for each in transcripts if fits(each, wanted)}
    assert matches.count(root / "moved", wanted) == len(expected)
    assert set(matches.page(root / "moved", wanted, 0)["match"]) == expected  # fewer than a page


def test_pages_follow_each_other(root: Path) -> None:
    whole = matches.count(root / "scripted", Filter())
    assert len(matches.page(root / "scripted", Filter(), 0)) == min(whole, matches.PAGE)
    assert matches.page(root / "scripted", Filter(), 99).empty


def test_only_conditions_that_are_set_stand_in_an_address() -> None:
    assert Filter(game="kuhn_poker").stated == {"game": "kuhn_poker"}
    assert set(asdict(Filter())) == set(matches.FIELDS) == set(WORDS)


@pytest.mark.parametrize("word", ["' OR 1=1 --", '"; DROP TABLE matches; --', "%", "_"])
def test_words_are_values_and_no_sql(root: Path, word: str) -> None:
    assert matches.count(root / "scripted", Filter(contestant=word)) == 0
    assert matches.count(root / "moved", Filter(words=word)) == 0
    assert matches.count(root / "scripted", Filter()) > 0


@given(st.fixed_dictionaries({key: st.sampled_from(("", *words)) for key, words in WORDS.items()}))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_next_match_stands_below_in_the_list(root: Path, words: dict[str, str]) -> None:
    wanted, folder = Filter(**words), root / "moved"
    listed = matches.page(folder, wanted, 0)["match"].tolist()  # fewer than a page
    for at, match in enumerate(listed):
        above, below = matches.beside(folder, wanted, match)
        assert (above, below) == (
            listed[at - 1] if at else None,
            listed[at + 1] if at + 1 < len(listed) else None,
        )
