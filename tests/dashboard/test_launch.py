"""What a page shows before it can start a run, and the cap that no such run goes without."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from arena.planning.plan import plan
from arena.report.plan import HEADS, rows
from dashboard.control import processes as control
from dashboard.data import runs as data
from games import BadInput
from tests.dashboard.control.test_processes import until
from tests.dashboard.views.test_pages import opened, said

SCRIPTS = """
name = "scripts"
games = [{ name = "kuhn_poker" }]
contestants = [{ agent = "uniform" }, { agent = "maniac" }]
"""
MODELS = """
name = "paid"
games = [{ name = "kuhn_poker" }]
contestants = [
    { agent = "llm", model = "openai/one", api_base = "ADDRESS", api_key_env = "SOME_API_KEY" },
    { agent = "uniform" },
]
"""
PRICES = '[prices."openai/one"]\nprompt = 2.0\ncompletion = 8.0\n'
HERE = MODELS.replace("ADDRESS", "http://127.0.0.1:9/v1")
THERE = MODELS.replace("ADDRESS", "https://llm.example.org/v1")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path / "runs").write())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("SOME_API_KEY", "none")
    return tmp_path / "runs"


def sent(text: str) -> AppTest:
    """The page Runs, a design uploaded."""
    app = opened("runs")
    app.file_uploader[0].upload("mine.toml", text.encode(), "application/toml").run()
    assert not app.exception
    return app


def planned(text: str) -> AppTest:
    """The same, its plan asked for."""
    app = sent(text)
    app.button(key="plan").click().run()
    assert not app.exception
    return app


def cells(app: AppTest, head: str) -> list[tuple[object, ...]]:
    """The rows of the table with this column."""
    [table] = [frame.value for frame in app.dataframe if head in frame.value]
    return list(table.itertuples(index=False, name=None))


def caps(app: AppTest) -> list[NumberInput]:
    """Fields for a cap."""
    return [field for field in app.number_input if "Cap" in field.label]


def pressed(app: AppTest) -> AppTest:
    """*Start*, as a client presses it that minds no disabled button."""
    button = app.button(key="start")
    button.proto.disabled = False
    button.click().run()
    assert not app.exception
    return app


def test_scripts_start_at_once_and_have_a_cap_of_nothing(root: Path) -> None:
    app = sent(SCRIPTS)
    assert any("no key is sent" in line.value for line in app.caption)
    assert not app.button(key="start").disabled
    pressed(app)
    folder = root / "scripts"
    assert _noted(folder)["cap"] == 0
    until(lambda: not control.running(folder))
    assert data.summary(folder).closed == data.summary(folder).planned == 2


def test_models_start_after_hosts_keys_and_plan_were_shown_and_a_cap_stated(root: Path) -> None:
    app = sent(HERE + PRICES)
    assert app.button(key="start").disabled
    pressed(app)
    app = planned(HERE + PRICES)
    [destination] = cells(app, "host that is called")
    assert destination == ("openai/one", "127.0.0.1", "design", "SOME_API_KEY", True)
    tournament, _ = control.uploaded((HERE + PRICES).encode(), "mine.toml")
    assert cells(app, HEADS[4]) == rows(plan(tournament))
    assert any("states what openai/one charges" in _text(line.value) for line in app.caption)
    [field] = caps(app)
    assert field.value is None
    assert app.button(key="start").disabled
    pressed(app)
    assert not root.exists()
    [field] = caps(app)
    app = field.set_value(0.25).run()
    assert not app.button(key="start").disabled


def test_another_design_needs_a_plan_and_a_cap_of_its_own(root: Path) -> None:
    app = planned(HERE + PRICES)
    [field] = caps(app)
    field.set_value(0.25).run()
    other = (HERE + PRICES).replace("kuhn_poker", "prisoners_dilemma")
    app.file_uploader[0].upload("other.toml", other.encode(), "application/toml").run()
    assert app.button(key="start").disabled
    app.button(key="plan").click().run()
    [field] = caps(app)
    assert field.value is None
    assert not root.exists()


def test_a_model_without_a_price_is_refused(root: Path) -> None:
    app = planned(HERE)
    assert 'state it in the tournament file under [prices."openai/one"]' in said(app)
    assert app.button(key="start").disabled
    pressed(app)
    assert not root.exists()


def test_a_stated_price_of_nothing_still_needs_a_cap(root: Path) -> None:
    free = PRICES.replace("2.0", "0.0").replace("8.0", "0.0")
    assert planned(HERE + free).button(key="start").disabled
    assert not root.exists()


def test_a_host_that_was_not_allowed_beforehand_is_refused(root: Path) -> None:
    app = planned(THERE + PRICES)
    [(*_, host, _, variable, allowed)] = cells(app, "host that is called")
    assert (host, variable, allowed) == ("llm.example.org", "SOME_API_KEY", False)
    assert "would send the key in SOME_API_KEY to llm.example.org" in said(app)
    assert not caps(app)
    pressed(app)
    assert not root.exists()
    config = root.parent / "config" / "affect-arena" / "allowed.toml"
    config.parent.mkdir(parents=True)
    pair = '[[allow]]\nhost = "llm.example.org"\nvariable = "SOME_API_KEY"\n'
    config.write_text(pair, encoding="utf-8")
    app = planned(THERE + PRICES)
    assert "would send" not in said(app)
    assert caps(app)


def test_going_on_keeps_the_cap_until_another_is_stated(root: Path) -> None:
    folder = root / "held"
    folder.mkdir(parents=True)
    (folder / control.DESIGN).write_text(SCRIPTS, encoding="utf-8")
    app = opened("runs", run="held")
    assert [field.value for field in caps(app)] == [0]  # none is on record
    (folder / control.NOTE).write_text('{"pid": 0, "cap": 1.5}', encoding="utf-8")
    app = opened("runs", run="held")
    [field] = caps(app)
    assert field.value == 1.5
    field.set_value(2.5).run()
    app.button(key="resume").click().run()
    assert not app.exception
    command = Path(f"/proc/{_noted(folder)['pid']}/cmdline").read_bytes().split(b"\0")
    assert command[command.index(b"--max-cost") + 1] == b"2.5"
    assert control.noted_cap(folder) == 2.5
    until(lambda: not control.running(folder))


@pytest.mark.parametrize("cap", [-0.01, float("nan"), float("inf")])
def test_a_cap_is_an_amount(root: Path, cap: float) -> None:
    with pytest.raises(BadInput, match="is an amount from \\$0"):
        control.start(root, "x", SCRIPTS, cap)
    assert not root.exists()


def _noted(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / control.NOTE).read_text(encoding="utf-8")))


def _text(markdown: str) -> str:
    return markdown.replace("\\", "")
