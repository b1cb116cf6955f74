"""Every page with every kind of run: never an error, always a sentence."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from arena.analysis.effects import effects
from arena.design.tournament import Tournament, shipped
from arena.engine.runner import run as run_design
from arena.record.run import Run
from dashboard.data import matches
from dashboard.data import runs as data
from dashboard.server.shell import REGISTRY
from games.core import items
from prompts import OPENING
from tests.arena.designs import Silent
from tests.dashboard import runs
from tests.dashboard.views.hover import unexplained
from tests.dashboard.views.signs import wrong

PAGES = REGISTRY.available()
READING = [page for page in PAGES if page not in {"runs", "play"}]
BROKEN = {
    "half": "The run half is half-written: it was cut off .*; start it again with arena run.*",
    "corrupt": "The run corrupt is damaged .*: restore it from a copy",
    "damaged": "The run damaged is damaged .*: restore it from a copy",
    "nothing": "The run nothing holds no run yet .*: play one into it, or choose another run",
}
_CALLS = "No model was called in .*: its contestants are scripts, .*"
_MODES = "No two contestants of this run differ in a step of the emotion mode alone: .*"
_ARMS = "No two contestants of this run are arms that decided about the same: .*"
_INDUCED = "No emotion was induced in this run: add contestants that differ in emotion.induced .*"
_ABSENT = "No emotion was reported in this game: its contestants play in emotion mode absent."
_OUTCOMES = r"Outcomes keeps outcomes only .*: play its design with record = \"full\".*"
_KUHN = "Kuhn_poker: no human data: nobody has published how people play Kuhn poker"
_VOID = "All 2 closed matches of void are void: .* the pages Health and Matches show why"
_EMPTY = "Empty has no closed match yet .*: come back when it has been played, or start it .*"
_LAB = r".* is no lab: its design has no table \[lab\]. .*"
SENTENCES: dict[str, dict[str, str]] = {
    "moved": {"humans": rf"{_KUHN} \| {_INDUCED}", "lab": _LAB},
    "scripted": {
        "behaviour": _ABSENT,
        "effects": _ARMS,
        "health": _CALLS,
        "humans": rf"{_KUHN} \| {_INDUCED}",
        "lab": _LAB,
        "leaderboard": _MODES,
    },
    "single": {
        "behaviour": rf"{_ABSENT} \| There are no displays and no claims in this game: .*",
        "effects": _ARMS,
        "health": _CALLS,
        "humans": _INDUCED,
        "lab": _LAB,
        "leaderboard": _MODES,
    },
    "imported": {
        "behaviour": rf"{_ABSENT} \| There are no displays and no claims in this game: .*",
        "effects": _ARMS,
        "health": _CALLS,
        "humans": _INDUCED,
        "lab": _LAB,
        "leaderboard": _MODES,
    },
    "outcomes": {
        "behaviour": _OUTCOMES,
        "effects": _OUTCOMES,
        "health": _CALLS,
        "humans": _OUTCOMES,
        "lab": _LAB,
        "leaderboard": _MODES,
    },
    "void": dict.fromkeys(("behaviour", "effects", "humans", "leaderboard"), _VOID) | {"lab": _LAB},
    "empty": {**dict.fromkeys(READING, _EMPTY), "health": _CALLS, "lab": _LAB},
    **{kind: dict.fromkeys(READING, sentence) for kind, sentence in BROKEN.items()},
}
"""All that boxes say, of a kind of run on a page; where none is given, they say nothing."""
for _kind in ("moved", "scripted", "single", "imported"):
    SENTENCES[_kind]["moral"] = "No game of this run shows vignettes: add moral_judgement, .*"
    SENTENCES[_kind]["forks"] = f"No match of {_kind} was forked yet: open a match and ask .*"
for _page in ("moral", "forks"):
    SENTENCES["outcomes"][_page], SENTENCES["void"][_page] = _OUTCOMES, _VOID
_FEW = r"Ratings in kuhn_poker rest on \d clusters .* \[See the record\].*"
_FREE = "The run is not registered."
_NO_DOT = "Not drawn in dictator, since they have no interval: fair."
_ALIKE = "No two contestants of this run differ in their induced emotion or mode alone."
for _kind, _told in {
    "moved": rf"(?s)(No effect .* \| )?{_FREE} \| .* of manipulative are void through it.*{_FEW}",
    "scripted": rf"(?s){_ALIKE} \| The run is not registered. \| {_FEW}",
    "single": rf"{_NO_DOT} \| {_ALIKE} \| {_FREE}",
    "imported": rf"Nobody is rated in .* \| {_ALIKE} \| The run is not registered.",
    "outcomes": rf"(?s)Only outcomes were recorded, .* \| The run is not registered. \| {_FEW}",
    "void": r"(?s)Nobody is rated in .* \| .* \| hidden refused in 3 of 3 .*attempt=0-0-0.*",
}.items():
    SENTENCES[_kind]["overview"] = _told
SENTENCES["outcomes"]["contestants"] = "Only outcomes were recorded, no decisions."
SENTENCES["void"]["contestants"] = "The run has no completed match, or too many .*"


def opened(page: str, **query: str | list[str]) -> AppTest:
    """A page, after its first run."""
    app = AppTest.from_string(f"from dashboard.server.shell import main\nmain({page!r})")
    app.default_timeout = 60
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    """Everything that boxes say, without the backslashes of Markdown."""
    texts = [box.value for box in [*app.info, *app.warning, *app.error, *app.success]]
    return re.sub(r"\\(.)", r"\1", " | ".join(texts))


def everything(app: AppTest) -> str:
    """All text on a page, whatever kind of element has it."""
    values = [getattr(each, "value", "") for each in app.main]
    return "\n".join(str(value) for value in [*values, *(each.value for each in app.code)])


def faces(app: AppTest) -> list[tuple[str, str]]:
    """Who is drawn on a page, each with the words in place of the drawing."""
    figures = re.findall(r'<figure class="avatar">.*?</figure>', everything(app), re.DOTALL)
    drawn = [re.findall(r'<img class="now" [^>]*alt="([^"]*)"', each) for each in figures]
    names = [re.findall(r"<figcaption><span>(.*?)</span>", each) for each in figures]
    return [(name, said) for (name,), (said,) in zip(names, drawn, strict=True)]


def steps_of(app: AppTest) -> Iterator[int]:
    """Move the page of a match from step to step."""
    steps = app.slider[0]
    for step in range(int(steps.min or 1), int(steps.max or 1) + 1):
        app.slider[0].set_value(step).run()
        assert not app.exception
        yield step


@pytest.mark.parametrize("kind", SENTENCES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_every_kind_of_run_or_says_what_to_do(
    page: str, kind: str, shown: Path
) -> None:
    app = opened(page, run=kind)
    assert not app.exception
    assert not wrong(app)
    assert not unexplained(app)
    assert (shown / kind).is_dir()
    if page in READING:
        assert re.fullmatch(SENTENCES[kind].get(page, ""), said(app))
    if page == "runs" and kind in BROKEN:
        assert re.search(BROKEN[kind], said(app))


@pytest.mark.parametrize("page", PAGES)
def test_without_any_run_the_pages_say_how_to_start_one(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path / "none").write())
    app = opened(page)
    assert not app.exception
    assert page == "play" or "start one" in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_folder_without_permission_is_named(
    page: str, tmp_path: Path, shown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only what reads runs gives up its permissions: a test that runs as root has to.
    monkeypatch.setattr(data, "Run", runs.as_nobody(Run))
    monkeypatch.setattr(data, "folders", runs.as_nobody(data.folders))
    closed = tmp_path / "runs"
    shutil.copytree(shown / "scripted", closed / "scripted")
    for folder, sentence in ((closed / "scripted", "permission"), (closed, "cannot be read")):
        monkeypatch.setenv(data.SETTINGS, data.Settings(closed).write())
        folder.chmod(0)
        try:
            app = opened(page, run="scripted")
        finally:
            folder.chmod(0o755)
        assert not app.exception
        assert page == "play" or sentence in said(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["../../etc", "/etc", "scripted/../..", "\x00", "no such run"])
def test_an_address_cannot_leave_the_folder_of_runs(page: str, query: str, shown: Path) -> None:  # noqa: ARG001
    app = opened(page, run=query, table=query, match=query)
    assert not app.exception
    assert "etc" not in said(app).replace(query, "")


@pytest.mark.parametrize("page", ["runs", "overview", "matches"])
def test_a_wrong_run_in_the_address_is_named_and_no_other_is_shown(
    page: str,
    shown: Path,  # noqa: ARG001
) -> None:
    app = opened(page, run="mouved")
    assert not app.exception
    assert "names a run mouved, which is not among the runs" in said(app)
    assert app.query_params["run"] == "mouved"
    assert not app.metric
    assert app.sidebar.selectbox[0].value is None
    assert bool(app.dataframe) == (page == "runs")
    app.sidebar.selectbox[0].set_value("moved").run()
    assert "mouved" not in said(app)
    assert app.query_params["run"] == "moved"


def test_a_wrong_match_in_the_address_is_named_and_no_other_is_shown(shown: Path) -> None:  # noqa: ARG001
    app = opened("matches", run="moved", match="0123456789abcdef")
    assert not app.exception
    assert "0123456789abcdef" in said(app)
    assert not app.slider
    assert not app.dataframe


@pytest.mark.parametrize("page", ["leaderboard", "contestants", "matches"])
def test_a_wrong_game_in_the_address_is_named(page: str, shown: Path) -> None:  # noqa: ARG001
    app = opened(page, run="moved", game="chess")
    assert not app.exception
    assert "names a game chess, which is not among those here" in said(app)
    assert "names a game" not in said(opened(page, run="moved", game="kuhn_poker"))


def test_no_tournament_that_asks_models_is_preselected(shown: Path) -> None:  # noqa: ARG001
    (box,) = (box for box in opened("runs").selectbox if box.key == "shipped")
    assert not Tournament.read(shipped()[str(box.value)]).models


def test_a_design_with_a_name_that_no_folder_can_bear_is_refused(shown: Path) -> None:
    design = shipped()["poker"].read_text(encoding="utf-8")
    long = re.sub(r'^name = ".*"', f'name = "{"n" * 300}"', design, count=1, flags=re.MULTILINE)
    app = opened("runs")
    app.file_uploader[0].upload("long.toml", long.encode(), "application/toml").run()
    app.button(key="start").click().run()
    assert not app.exception
    assert "is no name for a run: it must have at most 200 bytes" in said(app)
    assert not [each for each in shown.iterdir() if each.name.startswith("nnn")]


def test_matches_are_filtered_by_the_address(shown: Path) -> None:  # noqa: ARG001
    app = opened("matches", run="moved", game="kuhn_poker", contestant="visible", shown="anger")
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) > 0
    assert set(table["game"]) == {"kuhn_poker"}
    assert table["contestants"].str.contains("visible").all()
    fields = {box.label: box.value for box in app.selectbox}
    assert (fields["game"], fields["contestant"]) == ("kuhn_poker", "visible")


def test_a_choice_goes_into_the_address(shown: Path) -> None:  # noqa: ARG001
    app = opened("matches", run="moved")
    box = next(box for box in app.selectbox if box.label == "game")
    box.set_value("kuhn_poker").run()
    assert app.query_params["game"] == "kuhn_poker"
    box = next(box for box in app.selectbox if box.label == "game")
    box.set_value("").run()
    assert "game" not in app.query_params


def test_the_step_of_a_replay_is_in_the_address(shown: Path) -> None:
    match = data.table(shown / "moved", "SELECT id FROM matches")["id"].iloc[0]
    app = opened("matches", run="moved", match=match, step="2")
    assert app.slider[0].value == 2
    app.slider[0].set_value(1).run()
    assert app.query_params["step"] == "1"
    assert opened("matches", run="moved", match=match, step="1").slider[0].value == 1


def test_a_replay_is_drawn_with_the_faces_of_what_was_shown(shown: Path) -> None:
    """At each step, a face per seat, with what the seat had shown last before it."""
    with closing(Run(shown / "moved")) as run:
        table = run.decisions()
        match = table[table["shown"].notna() & (table["game"] == "kuhn_poker")]["match"].iloc[0]
        transcript = run.match(match)
    said_of = dict.fromkeys(transcript.match.seats, "nothing shown")
    expected = []
    opening = [played for played in transcript.decisions if played.turn == OPENING]
    moves = [[played] for played in transcript.decisions if played.turn != OPENING]
    for made in ([opening] if opening else []) + moves:
        expected.append([*said_of.items()])
        for played in made:
            if (affect := played.decision.affect) and affect.shown:
                said_of[transcript.match.seats[played.player]] = affect.shown
    app = opened("matches", run="moved", match=match)
    assert [faces(app) for _ in steps_of(app)] == [*expected, [*said_of.items()]]
    assert set(said_of.values()) != {"nothing shown"}


def test_studies_and_contestants_are_in_the_address(shown: Path) -> None:  # noqa: ARG001
    query = {"run": "single", "studies": "engel2011_plain", "contestants": "fair"}
    app = opened("humans", **query)
    assert [box.value for box in app.multiselect] == [["engel2011_plain"], ["fair"]]
    app.multiselect[1].set_value([]).run()
    assert app.multiselect[1].value == []
    app.multiselect[0].set_value(["engel2011_plain", "moblab2024_offer"]).run()
    assert not app.exception
    assert app.query_params["studies"] == ["engel2011_plain", "moblab2024_offer"]
    assert app.multiselect[0].value == ["engel2011_plain", "moblab2024_offer"]


def test_strategies_stand_below_moves_by_round(shown: Path) -> None:  # noqa: ARG001
    app = opened("behaviour", run="moved", game="prisoners_dilemma")
    assert not app.exception
    assert not wrong(app)
    assert not unexplained(app)
    [shares] = [frame.value for frame in app.dataframe if "tit_for_tat" in frame.value]
    assert set(runs.MODES) < set(shares["contestant"])


@pytest.mark.parametrize(("page", "run"), [("behaviour", "moved"), ("humans", "single")])
def test_rows_lead_to_their_matches(page: str, run: str, shown: Path) -> None:  # noqa: ARG001
    app = opened(page, run=run)
    tables = [frame.value for frame in app.dataframe]
    tables = [each for each in tables if {"contestant", "game"} <= set(each)]
    assert tables
    for table in tables:
        for row in table.to_dict("records"):
            path, _, query = row["matches"].partition("?")
            wanted = {"run": [run], "game": [row["game"]], "contestant": [row["contestant"]]}
            assert (path, parse_qs(query)) == ("/matches", wanted)


def test_a_match_leads_to_those_beside_it_in_the_list(shown: Path) -> None:
    wanted = matches.Filter(game="prisoners_dilemma")
    first, second = matches.page(shown / "moved", wanted, 0)["match"][:2]
    app = opened("matches", run="moved", match=first[:8], game=wanted.game)
    before, after = (b for b in app.button if b.label in {"Previous match", "Next match"})
    assert before.disabled
    after.click().run()
    assert (app.query_params["match"], app.query_params["game"]) == (second, wanted.game)
    assert any(second in caption.value for caption in app.caption)


def test_filters_that_no_match_fits_say_so(shown: Path) -> None:  # noqa: ARG001
    app = opened("matches", run="moved", game="kuhn_poker", verdict="legal", ending="completed")
    assert not app.exception
    app = opened("matches", run="moved", contestant=runs.NAMED, felt="anger")
    assert "No match fits" in said(app)


def test_a_match_shows_every_attempt_as_text_without_secrets(
    shown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_PROVIDERS_KEY", runs.SECRET)
    table = data.table(
        shown / "moved", "SELECT DISTINCT match FROM attempts WHERE failure NOT NULL"
    )
    app = opened("matches", run="moved", match=table["match"].iloc[0])
    assert not app.exception
    texts: list[str] = []
    for _ in steps_of(app):
        texts += [block.value for block in app.code]
    everything = "\n".join(texts)
    assert "<script>" in everything  # as text, in a block that interprets nothing
    assert "\x1b" not in everything
    assert runs.SECRET not in everything
    assert "[redacted]" in everything
    assert not any("<script>" in block.value for block in [*app.markdown, *app.caption])


def test_a_match_that_is_not_there_is_named(shown: Path) -> None:  # noqa: ARG001
    assert "No closed match begins with" in said(opened("matches", run="moved", match="zzz"))


def test_the_effects_are_those_of_the_command(shown: Path) -> None:
    app = opened("effects", run="moved")
    assert not app.exception
    table = effects(Run(shown / "moved")).table
    first = table.iloc[0]
    place = (table["game"] == first["game"]) & (table["family"] == first["family"])
    rows = table[place & (table["outcome"] == first["outcome"])]
    (drawn,) = (frame.value for frame in app.dataframe)
    for column in ("arm", "reference", "effect", "low", "high", "holm", "arrow", "note"):
        assert drawn[column].tolist() == pytest.approx(rows[column].tolist(), nan_ok=True)
    later = table[table["outcome"] != first["outcome"]].iloc[0]
    query = {key: str(later[key]) for key in ("game", "family", "outcome")}
    app = opened("effects", run="moved", **query)
    (drawn,) = (frame.value for frame in app.dataframe)
    assert set(drawn["effect"]) <= {*table[table["outcome"] == later["outcome"]]["effect"]}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of vignettes by a script: acts, and dilemmas in which people come to harm."""
    folder = tmp_path_factory.mktemp("judged")
    games = [
        {"name": "moral_judgement", "params": {"orders": "one"}},
        {"name": "moral_dilemma", "params": {"items": "trolleys"}},
    ]
    row = {"agent": "uniform"}
    design = {"name": "judged", "games": games, "contestants": [row]}
    run_design(Tournament(design), folder / "judged", Silent())
    return folder


def test_moral_judgements_are_shown_without_the_text_of_an_item(
    judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(judged).write())
    app = opened("moral", run="judged", game="moral_judgement")
    assert not app.exception
    assert not wrong(app)
    assert not unexplained(app)
    levels = app.dataframe[0].value
    assert {"judged right", "criterion"} <= set(levels["outcome"])
    shown = " ".join(map(str, levels.to_numpy().ravel()))
    assert not any(item.texts["act"].of("en") in shown for item in items.load("everyday").items)


def test_items_that_can_hurt_are_shown_after_a_click(
    judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(judged).write())
    rows = Run(judged / "judged").rows("SELECT id, game FROM matches ORDER BY id").fetchall()
    by_game = {game: match for match, game in rows}
    harmless = opened("matches", run="judged", match=by_game["moral_judgement"])
    assert not harmless.toggle
    app = opened("matches", run="judged", match=by_game["moral_dilemma"])
    (toggle,) = app.toggle
    assert "people come to harm in these dilemmas" in toggle.label
    situations = [item.texts["situation"].of("en") for item in items.load("trolleys").items]
    assert not any(text in everything(app) for text in situations)
    shown = everything(toggle.set_value(True).run())
    assert sum(text in shown for text in situations) == 1


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with groups of twenty."""
    folder = tmp_path_factory.mktemp("crowded")
    runs.crowd(folder / "crowd")
    return folder


@pytest.mark.parametrize("page", READING)
def test_groups_of_twenty_are_shown(
    page: str, crowded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(crowded).write())
    found = Run(crowded / "crowd")
    match = next(iter(found.ids()))
    app = opened(page, run="crowd", match=match)
    assert not app.exception
    assert not wrong(app)
    assert not unexplained(app)
    if page == "matches":
        transcript = found.transcript(match, texts=False)
        app.slider[0].set_value(int(app.slider[0].max or 1)).run()
        captions = [caption.value.replace("\\", "") for caption in app.caption]
        assert len(transcript.match.seats) == len(app.code) == 20
        for seat, name in enumerate(transcript.match.seats):
            assert f"What {name} (seat {seat}) had seen" in captions
        for made, (seat, block) in product(transcript.decisions, enumerate(app.code)):
            who = "You" if made.player == seat else f"Player {made.player + 1}"
            assert f"{who} contributed: {made.decision.action}." in block.value


def test_messages_are_shown_as_text_whatever_they_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.talking(tmp_path / "talking")
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    match = next(iter(Run(tmp_path / "talking").ids()))
    app = opened("matches", run="talking", match=match)
    texts: list[str] = []
    for _ in steps_of(app):
        texts += [block.value for block in app.code]
        spoken = [*app.markdown, *app.caption, *app.subheader, *app.info]
        assert not any("<script>" in block.value for block in spoken)
        assert not any("](javascript" in block.value for block in spoken)
    assert "<script>" in "\n".join(texts)
    assert "\x1b" not in "\n".join(texts)
