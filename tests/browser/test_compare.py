"""Compare in a real browser: the curve behind a point, a star, a report without network."""

import pytest

from nmr_core import load_run
from nmr_core.evaluation.marks import Marks, marks_of
from nmr_core.plots.report import report_html

pytestmark = pytest.mark.browser
SPOT = """plot => {
    const x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis, trace = plot._fullData[0], box =
    plot.getBoundingClientRect(); const inside = (value, axis) => axis.c2p(value) > 30 &&
    axis.c2p(value) < axis._length - 30; const k = Array.from(trace.x).findIndex((value, k) =>
    inside(value, x) && inside(trace.y[k], y)); return {index: trace.customdata[k], x: box.left +
    x._offset + x.c2p(trace.x[k]), y: box.top + y._offset + y.c2p(trace.y[k])};
}"""


def test_a_click_on_a_point_shows_its_curve_and_what_the_run_says(server, page):
    page.goto(f"{server.url}/compare?runs=example-mlp")
    parity = page.locator(".js-plotly-plot", has_text="predicted d")
    parity.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    spot = parity.evaluate(SPOT)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.click(spot["x"], spot["y"])
    page.get_by_text("predicted by Neural network on polynomials").wait_for()
    shown = page.locator(".js-plotly-plot .gtitle").filter(has_text="Echo ").text_content()
    assert int(shown.split()[1]) in set(load_run("example-mlp").predictions["sample"])


def test_a_report_is_drawn_without_a_network(browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(
        report_html([load_run(f"example-{name}") for name in ("mlp", "ridge", "mean")]),
        encoding="utf-8",
    )
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    page.goto(file.as_uri())
    page.locator("#figure-0").wait_for(state="attached")
    page.locator(".figure.drawn .main-svg").first.wait_for()
    first = page.locator(".figure.drawn").count()
    assert first == 1 + 8 + 1, "the leaderboard, and the first run"
    page.get_by_text("Ridge on polynomials", exact=False).last.click()
    page.wait_for_function(f"document.querySelectorAll('.figure.drawn').length > {first}")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []
    context.close()


def test_a_star_and_a_note_are_kept(server, page, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(server.folder))
    page.goto(f"{server.url}/compare")
    page.get_by_text("Choose, filter, annotate or delete runs").click()
    table = page.locator('[data-testid="stDataFrame"]').first
    table.wait_for()
    page.wait_for_timeout(1000)
    box = table.bounding_box()
    page.mouse.click(box["x"] + 92 + 28, box["y"] + 35 + 17)
    for _ in range(50):
        if marks_of("example-ridge") == Marks(True):
            break
        page.wait_for_timeout(100)
    assert marks_of("example-ridge") == Marks(True)
