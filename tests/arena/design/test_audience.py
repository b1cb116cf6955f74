"""Nobody is told that others see its emotion unless somebody opposite does, and can act on it."""

from contextlib import closing
from itertools import product
from typing import Any

import pytest

from agents import AgentSpec
from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.planning.plan import plan
from arena.record.run import Run
from arena.report.plan import notes
from prompts import View, Wording, catalogue, render, reply_schema
from tests.arena.designs import MODES, design, played
from tests.loopback import Loopback, answering

MODEL = {"name": "m", "agent": "llm", "model": "openai/m", "form": "json"}
GAMES: list[dict[str, Any]] = [
    {"name": "kuhn_poker"},
    {"name": "ultimatum", "params": {"endowment": 10}},
    {"name": "prisoners_dilemma", "id": "once"},
    {"name": "prisoners_dilemma", "id": "repeated", "params": {"rounds": 2}},
]
IN_TIME = {("kuhn_poker", 0), ("kuhn_poker", 1), ("ultimatum", 0), ("repeated", 0), ("repeated", 1)}
"""Games and seats in which somebody can decide after a decision."""


def told_of_viewers(spec: AgentSpec) -> bool:
    return spec.voice is not None and spec.voice.emotion.told_of_viewers


def arms(language: str = "en", **more: Any) -> Tournament:
    emotions = [{**arm, **more} if arm["mode"] in {"visible", "manipulative"} and "told" not in arm
                else arm for arm in MODES]  # fmt: skip
    model = {**MODEL, "language": language, "emotion": emotions}
    return Tournament(design(games=GAMES, contestants=[model, {"agent": "uniform"}], repetitions=1))


def first_words(tournament: Tournament, match: Any, seat: int) -> str:
    """What a seat is told before the first question of a match."""
    (spec, game) = (tournament.seated(match)[seat], tournament.rules(match))
    assert spec.voice is not None
    view = View(game.observe(game.initial_state(), seat))
    return render(view, spec.voice, "json", Wording())[0].content if view.observation.space else ""


@pytest.mark.parametrize("language", catalogue().languages)
def test_who_is_told_of_viewers_has_some_that_can_still_decide(language: str) -> None:
    tournament, told = arms(language), set()
    for match in schedule(tournament):
        specs, seated = (
            [tournament.player(name) for name in match.seats],
            tournament.seated(match),
        )
        for seat, spec in enumerate(specs):
            if spec.voice is None or not spec.voice.emotion.shows:
                assert seated[seat].voice == spec.voice
                continue
            perceived = specs[1 - seat].perceives and (match.game, seat) in IN_TIME
            assert told_of_viewers(seated[seat]) is (perceived and spec.voice.emotion.told)
            assert (seated[seat] == spec) is perceived
            told.add(perceived)
    assert told == {True, False}


@pytest.mark.parametrize("language", catalogue().languages)
def test_without_an_audience_showing_modes_are_told_what_hidden_is_told(language: str) -> None:
    tournament = arms(language)
    words: dict[tuple[str, int], set[str]] = {}
    for match in schedule(tournament):
        for seat, name in enumerate(match.seats):
            if "uniform" not in match.seats or name == "uniform":
                continue
            if any(mode in name for mode in ("hidden", "visible", "manipulative")):
                words.setdefault((match.game, seat), set()).add(
                    first_words(tournament, match, seat)
                )
    assert words
    assert all(len(each) == 1 for each in words.values())


def test_who_is_not_told_is_not_asked_to_show() -> None:
    tournament = arms()
    asked = set()
    for match, seat in product(schedule(tournament), (0, 1)):
        spec = tournament.seated(match)[seat]
        if spec.voice is not None and "manipulative" in match.seats[seat]:
            schema = reply_schema(None, spec.voice, "kuhn_poker")
            asked.add(("shown" in schema["properties"], told_of_viewers(spec)))
    assert asked == {(True, True), (False, False)}


def test_a_display_before_the_first_move_has_viewers_in_every_game() -> None:
    tournament = arms(opening=True)
    for match in schedule(tournament):
        for seat, name in enumerate(match.seats):
            spec = tournament.player(name)
            other = tournament.player(match.seats[1 - seat])
            if spec.voice is not None and spec.voice.emotion.opening and other.perceives:
                assert told_of_viewers(tournament.seated(match)[seat])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("arms") / "run"
    with pytest.MonkeyPatch.context() as patch, Loopback(answering) as server:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        shown = [{"mode": "visible"}, {"mode": "visible", "told": False}]
        models = [{**MODEL, "api_base": server.url, "emotion": shown}]
        played(design(games=GAMES, contestants=[*models, {"agent": "uniform"}]), folder)
    with closing(Run(folder)) as found:
        yield found


def test_told_and_seen_are_on_record(run: Run) -> None:
    rows = run.decisions()
    spoken = rows[rows["contestant"] != "uniform"]
    scripted = rows[rows["contestant"] == "uniform"]
    assert not scripted[["told", "seen"]].to_numpy().any()
    alone = spoken[spoken["opponents"] == "uniform"]
    assert not alone[["told", "seen"]].to_numpy().any()
    assert alone["shown"].isna().all()
    met = spoken[spoken["opponents"] != "uniform"]
    untold = met["contestant"].str.contains("told")
    in_time = [place in IN_TIME for place in zip(met["game"], met["seat"], strict=True)]
    assert list(met["told"].astype(bool)) == [
        intime and not without for intime, without in zip(in_time, untold, strict=True)
    ]


def test_a_display_is_seen_only_where_somebody_can_still_decide(run: Run) -> None:
    rows = run.decisions()
    met = rows[(rows["contestant"] != "uniform") & (rows["opponents"] != "uniform")]
    seen = {place: set(part["seen"].astype(bool)) for place, part in met.groupby(["game", "turn"])}
    assert seen["once", 0] == {False}
    assert (seen["repeated", 0], seen["repeated", 1]) == ({True}, {False})
    offers = met[met["game"] == "ultimatum"].groupby("seat")["seen"].agg(set)
    assert list(offers) == [{True}, {False}]


def test_the_record_is_played_again_with_the_same_questions(run: Run) -> None:
    from arena.engine.replay import replay  # noqa: PLC0415 - it starts an event loop

    assert list(replay(run)) == []


def said(games: list[dict[str, Any]], *emotions: dict[str, Any]) -> str:
    players = [{**MODEL, "emotion": list(emotions)}, {"agent": "uniform"}]
    return " ".join(notes(plan(Tournament(design(games=games, contestants=players)))))


def test_a_plan_warns_where_a_mode_cannot_do_what_it_is_for() -> None:
    absent, perceives, hidden, visible, *_ = MODES
    repeated, once = [GAMES[3]], [GAMES[2]]
    assert "nobody opposite perceives it" in said(repeated, absent, visible)
    assert "arrives when everything is decided" in said(once, hidden, visible)
    assert "Warning" not in said(repeated, absent, perceives, hidden, visible)
    assert "perceiving and reporting cannot be told apart" in said(repeated, absent, hidden)
