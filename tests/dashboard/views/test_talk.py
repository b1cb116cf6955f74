"""Talk mode: a chart alone in large type, and arrow keys between the charts of a page."""

from pathlib import Path

from dashboard.draw.talk import KEY
from tests.dashboard.views.test_pages import everything, opened, said


def test_arrow_keys_lead_from_chart_to_chart_and_back_to_the_page(shown: Path) -> None:  # noqa: ARG001
    app = opened("leaderboard", run="moved", game="kuhn_poker")
    first, second = [b for b in app.button if b.label == "Talk"][:2]
    abouts = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    first.click().run()
    assert [chart.proto.alt for chart in app.get("vega_lite_chart")] == abouts[:1]
    assert f"# {abouts[0][:6]}" in everything(app)
    keys = {b.label: b for b in app.button if b.label.endswith((" chart", " page"))}
    assert [b.proto.shortcut.lower() for b in keys.values()] == ["left", "right", "escape"]
    assert keys["Previous chart"].disabled
    keys["Next chart"].click().run()
    assert app.query_params[KEY] in (name := str(second.key).removeprefix("talk "), [name])
    assert [chart.proto.alt for chart in app.get("vega_lite_chart")] == abouts[1:2]
    next(b for b in app.button if b.label == "Back to the page").click().run()
    assert KEY not in app.query_params
    assert [chart.proto.alt for chart in app.get("vega_lite_chart")] == abouts


def test_a_chart_that_is_not_there_is_named(shown: Path) -> None:  # noqa: ARG001
    app = opened("leaderboard", run="moved", game="kuhn_poker", talk="luck")
    assert "The address names a chart luck, which this page does not have: its charts" in said(app)
