"""Limits of a run in play, changed on the page: the run itself says what came of it."""

from pathlib import Path

import pytest

from dashboard.data import runs as data
from tests.arena.engine.test_control import notes, playing, slowly, told
from tests.arena.kills import models
from tests.dashboard.views.test_pages import opened
from tests.loopback import Loopback


def test_limits_of_a_run_in_play_are_changed_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    folder = tmp_path / "run"
    with Loopback(slowly) as server, playing(folder, models(server.url, 2, concurrency=1)):
        try:
            told(folder, "pause")
            app = opened("runs", run="run")
            (model,) = [each for each in app.selectbox if each.label == "Model"]
            model.select("openai/m1")
            fields = {each.label: each for each in app.number_input}
            fields["Calls in flight"].set_value(7)
            fields["Calls per minute"].set_value(90_000)
            (button,) = [b for b in app.button if b.label == "Set, and show the state"]
            button.click().run()
            assert not app.exception
            state = told(folder, "status")["models"]
            assert [state[name]["concurrency"] for name in ("openai/m0", "openai/m1")] == [1, 7]
            assert state["openai/m1"]["requests_per_minute"] == 90_000
            assert state["openai/m0"]["requests_per_minute"] is None
            captions = [each.value for each in app.caption]
            assert any("90,000 requests per minute" in each for each in captions)
            fields["Cap (US $)"].set_value(3.0)
            button.click().run()
            said = " ".join(each.value.replace("\\", "") for each in app.caption)
            assert "what model 'openai/m0' charges is not known" in said
            assert told(folder, "status")["cap"] is None
        finally:
            told(folder, "resume")
    assert [note.split(":")[0] for note in notes(folder)][:3] == [
        "paused",
        "openai/m1",
        "openai/m1",
    ]
