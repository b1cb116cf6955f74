"""The page of a contestant: its figures are those of the record, and lead to the replies."""

from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from arena.record.run import Run
from dashboard.data import behaviour, contestants
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from tests.dashboard import runs
from tests.dashboard.views.test_pages import everything, opened, said

GAME = "kuhn_poker"


def test_results_by_opponent_are_those_of_the_record(shown: Path) -> None:
    who = next(iter(contestants.played(shown / "scripted")))
    table = contestants.opponents(shown / "scripted", GAME, who)
    seats = Run(shown / "scripted").seats()
    seats = seats[seats["game"] == GAME]
    own = seats[seats["contestant"] == who]
    others = seats[seats["contestant"] != who][["match", "contestant"]]
    both = own.merge(others, on="match", suffixes=("", "_other"))
    payoffs = both.astype({"payoff": float}).groupby("contestant_other")["payoff"].mean()
    found = table.set_index("opponent")["mean_payoff"]
    assert found.to_dict() == pytest.approx(payoffs.to_dict())
    assert table["matches"].sum() == len(own)


def test_the_page_says_why_a_contestant_is_rated_so(shown: Path) -> None:
    app = opened("contestants", run="moved", contestant="visible", game=GAME)
    assert not app.exception
    folder = shown / "moved"
    rating = board.board(folder, "", "drop", 300).tables[GAME].set_index("contestant")["rating"]
    assert {each.label: each.value for each in app.metric}["Rating"] == f"{rating['visible']:,.0f}"
    opponents, replies = (frame.value for frame in app.dataframe[:2])
    wins = board.board(folder, "", "drop", 300).wins[GAME]
    shares = wins[wins["contestant"] == "visible"].set_index("opponent")["share"]
    names = [unquote(each.partition("#")[2]) for each in opponents["opponent"]]
    assert dict(zip(names, opponents["share"], strict=True)) == shares[names].to_dict()
    query = (
        "SELECT count(*) FROM attempts JOIN seats USING (match, seat) JOIN matches ON id = match"
    )
    of_it = f"{query} WHERE contestant = 'visible' AND game = '{GAME}'"
    assert replies["replies"].sum() == Run(folder).rows(of_it).fetchone()[0]
    assert [each.value for each in app.subheader][-2:] == [
        "Choices by information set",
        "Felt against shown",
    ]
    assert "Regret" in everything(app)


def test_costliest_decisions_lead_to_their_moment(shown: Path) -> None:
    worst = behaviour.costliest(shown / "moved", GAME, "visible").iloc[0]
    app = opened("contestants", run="moved", contestant="visible", game=GAME)
    [table] = [each.value for each in app.dataframe if "place" in each.value]
    query = parse_qs(urlsplit(table["match"].iloc[0]).query)
    attempt = f"{worst['seat']}-{worst['turn']}-0"
    assert query == {"run": ["moved"], "match": [worst["match"]], "attempt": [attempt]}
    replay = opened("matches", run="moved", match=query["match"][0], attempt=attempt)
    assert not replay.exception
    links = [parse_qs(each.proto.query_string) for each in replay.get("page_link")]
    assert query in links  # the attempt leads to itself
    made = [
        each
        for each in data.transcript(shown / "moved", worst["match"]).decisions
        if (each.player, each.turn) == (worst["seat"], worst["turn"])
    ]
    assert f"**visible: {made[0].decision.action}**" in [each.value for each in replay.markdown]


def test_names_lead_to_the_page_of_a_contestant(shown: Path) -> None:
    folder = shown / "moved"
    app = opened("leaderboard", run="moved", game=GAME)
    links = app.dataframe[0].value["contestant"].tolist()
    asked = [parse_qs(urlsplit(each).query)["contestant"][0] for each in links]
    assert asked == board.board(folder, "", "drop", 300).tables[GAME]["contestant"].tolist()
    assert runs.NAMED in asked
    for link, name in zip(links, asked, strict=True):
        assert urlsplit(link).path == "/contestants"
        assert unquote(link.partition("#")[2]) == name


def test_a_wrong_contestant_in_the_address_is_named(shown: Path) -> None:  # noqa: ARG001
    app = opened("contestants", run="moved", contestant="nobody")
    assert not app.exception
    assert "names a contestant nobody, which has no closed match in moved" in said(app)
    assert not app.metric


def test_outcomes_of_calls_are_listed_with_their_matches(shown: Path) -> None:
    app = opened("health", run="moved")
    [table] = [each.value for each in app.dataframe if "verdict" in each.value]
    rows = Run(shown / "moved").rows("SELECT verdict FROM attempts WHERE failure IS NULL")
    counted = Counter(verdict for (verdict,) in rows)
    kept = table[~table["verdict"].str.startswith("failure")]
    assert kept.set_index("verdict")["calls"].to_dict() == counted
    assert len(kept) < len(table)
    for verdict, link in table[["verdict", "matches"]].to_numpy():
        asked = parse_qs(urlsplit(link).query)["verdict"]
        assert asked == ["provider_error" if verdict.startswith("failure") else verdict]
