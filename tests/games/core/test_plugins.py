"""What installed packages register is there like our own, and what is wrong names the package."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import agents
import games
import ratings
from arena.design.tournament import Tournament, shipped
from arena.report.inventory import LISTINGS, inventory
from dashboard.server import shell
from dashboard.server.shell import REGISTRY as PAGES
from games import BadInput
from games.core import plugins
from prompts import Voice, catalogue
from prompts.core.audit.reach import Reach
from ratings.core.human.directions import reference
from ratings.core.human.studies import baseline, samples
from tests import ROOT
from tests.arena.commands import command
from tests.packages import found, install

ADDED = ROOT / "tests" / "additions"
HUNTER = '''"""Hunter: the first action."""
from agents.cooperator import Cooperator

class Hunter(Cooperator):
    """Always the first."""

AGENT = Hunter
'''
MEDIAN = '''"""Another name of the margin."""
from ratings.margin import METHOD
'''
ENTRIES = {
    "games": {"matching_pennies": "hunting.matching_pennies"},
    "agents": {"hunter": "hunting.hunter:Hunter"},
    "ratings": {"lead": "hunting.lead"},
    "texts": {"hunting": "hunting.texts"},
    "baselines": {"hunting": "hunting.baselines"},
    "directions": {"hunting": "hunting.directions"},
    "tournaments": {"hunting": "hunting.tournaments"},
}


def read(path: str) -> str:
    return (ADDED / path).read_text("utf-8")


FILES = {
    "hunting/__init__.py": "",
    "hunting/matching_pennies.py": read("games/matching_pennies.py"),
    "hunting/hunter.py": HUNTER,
    "hunting/lead.py": MEDIAN,
    "hunting/texts/games/matching_pennies.toml": read("prompts/texts/games/matching_pennies.toml"),
    "hunting/texts/guilt.toml": read("prompts/texts/emotions/guilt.toml"),
    "hunting/baselines/made_up.toml": read("ratings/baselines/made_up.toml"),
    "hunting/directions/literature.guilt.toml": read("ratings/directions/literature.guilt.toml"),
    "hunting/tournaments/hunt.toml": read("design.toml"),
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    before = set(sys.modules)
    with found(tmp_path):
        yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(("hunting", "other")):
            del sys.modules[name]


def test_what_a_package_registers_is_there_like_our_own(site: Path) -> None:
    install(site, "hunting-games", ENTRIES, FILES)
    assert "matching_pennies" in games.available()
    assert games.load("matching_pennies", {"stake": 2, "rounds": 3}).name == "matching_pennies"
    assert agents.load("hunter").content() == {}
    assert ratings.load("lead") is ratings.load("margin")
    assert catalogue().get("de", "game", "matching_pennies", "title") == "Kopf oder Zahl"
    assert catalogue().face("guilt") == "😔"
    assert baseline("made_up").game == "matching_pennies"
    assert [sample.name for sample in samples("made_up")] == ["made_up"]
    assert "guilt" in reference().emotions
    assert shipped()["hunt"].is_relative_to(site)
    listed = dict(inventory("games")) | dict(inventory("agents")) | dict(inventory("methods"))
    assert listed["matching_pennies"].startswith("Matching pennies: the first")
    assert listed["hunter"] == "Hunter: the first action."
    assert plugins.distributions() == {"hunting-games": "1.0"}


def test_its_text_files_have_its_name(site: Path) -> None:
    install(site, "hunting-games", ENTRIES, FILES)
    theirs = [name for name in catalogue().sources if ":" in name]
    assert theirs == ["hunting-games: games/matching_pennies.toml", "hunting-games: guilt.toml"]
    assert "games/kuhn_poker.toml" in catalogue().sources
    told = Reach(
        (Voice(),), frozenset({"matching_pennies"}), frozenset({"json"}), frozenset(), checked=False
    )
    assert "hunting-games: games/matching_pennies.toml" in told.hashes()
    assert "hunting-games: guilt.toml" not in told.hashes()


def test_its_page_is_a_page_of_the_dashboard(site: Path) -> None:
    source = "from dashboard.views.runs import VIEW\n"
    entries = {"pages": {"other_runs": "other", "wrong": "other:__name__"}}
    install(site, "other-pages", entries, {"other/__init__.py": source})
    assert "other_runs" in PAGES.available()
    assert PAGES.load("other_runs") is PAGES.load("runs")
    with pytest.raises(BadInput, match="page 'wrong' of package other-pages cannot be used"):
        PAGES.load("wrong")


@pytest.mark.parametrize(
    ("group", "name", "kind"),
    [
        ("games", "kuhn_poker", "game"),
        ("agents", "uniform", "agent"),
        ("ratings", "elo", "rating method"),
    ],
)
def test_a_package_that_claims_an_id_of_ours_is_named(
    site: Path, group: str, name: str, kind: str
) -> None:
    install(site, "other-games", {group: {name: "other"}}, {"other/__init__.py": ""})
    registry = {"games": games, "agents": agents, "ratings": ratings}[group].REGISTRY
    said = f"packages affect-arena and other-games both register the {kind} '{name}': uninstall one"
    with pytest.raises(BadInput) as refusal:
        registry.load(name)
    assert str(refusal.value) == said
    assert registry.usable().faults == {name: said}
    assert name not in registry.available()


def test_two_packages_that_claim_one_name_are_both_named(site: Path) -> None:
    install(site, "hunting-games", ENTRIES, FILES)
    theirs = {
        "games": {"matching_pennies": "other.game"},
        "baselines": {"x": "other.baselines"},
        "tournaments": {"x": "other.tournaments"},
        "texts": {"x": "other.texts"},
    }
    files = {
        "other/baselines/made_up.toml": "",
        "other/tournaments/hunt.toml": "",
        "other/texts/hunt.toml": '[en.game.matching_pennies]\ntitle = "Coins"\n',
    }
    install(site, "other-games", theirs, files)
    for ask, what in (
        (lambda: games.load("matching_pennies"), "game 'matching_pennies'"),
        (lambda: samples("made_up"), "study 'made_up'"),
        (lambda: Tournament.read(Path("hunt")), "tournament 'hunt'"),
    ):
        with pytest.raises(BadInput, match=f"hunting-games and other-games both .* {what}"):
            ask()
    said = (
        "other-games: hunt.toml repeats the key en.game.matching_pennies.title of "
        "hunting-games: games/matching_pennies.toml"
    )
    for key in ("title", "rules"):
        with pytest.raises(BadInput) as refusal:
            catalogue().get("en", "game", "matching_pennies", key)
        assert str(refusal.value) == said
    assert catalogue().get("de", "game", "matching_pennies", "title") == "Kopf oder Zahl"


def test_an_emotion_that_two_packages_tell_of_is_an_error_where_it_is_named(site: Path) -> None:
    install(site, "hunting-games", {"texts": ENTRIES["texts"]}, FILES)
    theirs = {"other/texts/guilt.toml": '[emotion.guilt]\nface = "x"\n'}
    install(site, "other-games", {"texts": {"x": "other.texts"}}, theirs)
    assert "anger" in catalogue().emotions("en")
    assert "guilt" not in catalogue().emotions("en")
    design = {
        "name": "t",
        "games": [{"name": "kuhn_poker"}],
        "vocabulary": ["guilt", "neutral"],
        "contestants": [
            {"agent": "llm", "model": "embedded/smollm2", "emotion": {"mode": "hidden"}}
        ],
    }
    said = r"other-games: guilt\.toml repeats the key emotion\.guilt\.face of hunting-games"
    with pytest.raises(BadInput, match=said):
        Tournament(design, "t.toml", "")


BROKEN = {
    "games": {"hunt": "other.nowhere", "Stag Hunt": "other", "ultimatum": "other"},
    "agents": {"hunter": "other:__name__"},
    "ratings": {"elo": "other"},
    "texts": {"a": "other.texts", "b": "other.nowhere"},
    "baselines": {"a": "other.baselines"},
    "tournaments": {"a": "other.tournaments"},
    "pages": {"runs": "other"},
}
BROKEN_FILES = {
    "other/__init__.py": "",
    "other/texts/broken.toml": "[en",
    "other/texts/again.toml": '[en.game.kuhn_poker]\ntitle = "Poker"\n',
    "other/baselines/nothing.toml": "# Nothing\n",
    "other/tournaments/demo.toml": "",
}
SAID = (
    "packages affect-arena and other-games both register the game 'ultimatum': uninstall one",
    "package other-games registers the game 'Stag Hunt': an id has small letters, digits and _",
    "game 'hunt' of package other-games cannot be used: ModuleNotFoundError",
    "agent 'hunter' of package other-games cannot be used: it is no subclass",
    "packages affect-arena and other-games both register the rating method 'elo'",
    "packages affect-arena and other-games both register the tournament 'demo'",
    "other/baselines/nothing.toml needs a table [samples.NAME]",
    "package other-games registers texts in other.nowhere, which is no folder",
    "text file other-games: broken.toml",
    "other-games: again.toml repeats the key en.game.kuhn_poker.title of games/kuhn_poker.toml",
)


def test_commands_that_list_go_on_and_name_each_fault_in_a_line(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    install(site, "other-games", BROKEN, BROKEN_FILES)
    for what in ("", *LISTINGS):
        told = command(site, "list", *filter(None, [what]))
        assert told.status == 0
        for said in SAID:
            assert [line for line in told.said.splitlines() if said in line], said
    every = command(site, "list").said
    for name in ("kuhn_poker", "tit_for_tat", "bradley_terry", "anger", "eai"):
        assert name in every
    sound = [name for name in games.available() if name not in BROKEN["games"]]
    assert ", ".join(sound) + "\n" in every
    found = command(site, "doctor")
    for said in SAID:
        named = [line for line in found.said.splitlines() if line.startswith("–        package ")]
        assert [line for line in named if said in line]
    described = command(site, "schema")
    assert (found.status, described.status) == (0, 0)
    assert '"const": "kuhn_poker"' in described.said


def test_a_dashboard_goes_on_and_names_the_faults(site: Path) -> None:
    install(site, "other-games", BROKEN, BROKEN_FILES)
    app = AppTest.from_string("from dashboard.server.shell import main\nmain()")
    shell.available.cache_clear()
    shell.faults_of_packages.cache_clear()
    try:
        app.run(timeout=30)
    finally:
        shell.available.cache_clear()
        shell.faults_of_packages.cache_clear()
    assert not app.exception
    warned = [each.value for each in app.sidebar.warning]
    for said in (*SAID, "packages affect-arena and other-games both register the page 'runs'"):
        assert [line for line in warned if said in line], said


@pytest.mark.parametrize(
    ("entry", "source", "said"),
    [
        ({"games": {"hunt": "other.nowhere"}}, "", "No module named 'other.nowhere'"),
        ({"games": {"hunt": "other"}}, "import nowhere", "No module named 'nowhere'"),
        ({"games": {"hunt": "other"}}, "1 / 0", "ZeroDivisionError"),
        ({"games": {"hunt": "other"}}, "", "module other has no GAME"),
        ({"games": {"hunt": "other:Hunt"}}, "", "module other has no Hunt"),
        ({"games": {"hunt": "other"}}, "GAME = 1", "it is no subclass of games.Game"),
        (
            {"games": {"hunt": "other"}},
            "from games.ultimatum import GAME",
            "its name is 'ultimatum', not the id",
        ),
        ({"agents": {"hunt": "other"}}, "AGENT = int", "it is no subclass of agents.AgentSpec"),
        ({"ratings": {"hunt": "other"}}, "METHOD = 1", "it is no ratings.core.tables.Method"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_package(
    site: Path, entry: dict[str, dict[str, str]], source: str, said: str
) -> None:
    install(site, "other-games", entry, {"other/__init__.py": source})
    (group,) = entry
    load = {"games": games.rules, "agents": agents.kind, "ratings": ratings.load}[group]
    with pytest.raises(BadInput, match="'hunt' of package other-games cannot be used: ") as refusal:
        load("hunt")
    assert said in str(refusal.value)


def test_ids_and_folders_that_cannot_be_are_refused(site: Path) -> None:
    entries = {"games": {"Stag Hunt": "other"}, "texts": {"x": "other.nowhere"}}
    install(site, "other-games", entries, {"other/__init__.py": ""})
    with pytest.raises(BadInput, match="package other-games registers the game 'Stag Hunt'"):
        games.load("Stag Hunt")
    (fault,) = catalogue().faults
    assert fault == "package other-games registers texts in other.nowhere, which is no folder"


def test_another_librarys_games_stand_behind_its_name(site: Path) -> None:
    source = (ADDED / "games/matching_pennies.py").read_text("utf-8")
    source = source.replace('name = "matching_pennies"', 'name = "lib:matching_pennies"')
    install(
        site,
        "other-games",
        {"games": {"lib:matching_pennies": "other"}},
        {"other/__init__.py": source},
    )
    assert games.load("lib:matching_pennies", {"rounds": 2}).name == "lib:matching_pennies"
