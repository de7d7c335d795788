"""Compare in a real browser: the echo of a point, the lab book, a report without network."""

import re

import pytest

from nmr_core import load_run
from nmr_core.evaluation.marks import Marks, all_marks
from nmr_core.plots.report import report_html

pytestmark = pytest.mark.browser
SPOT = """plot => {
    const x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis, trace = plot._fullData[0], box =
    plot.getBoundingClientRect(); const inside = (value, axis) => axis.c2p(value) > 30 &&
    axis.c2p(value) < axis._length - 30; const k = Array.from(trace.x).findIndex((value, k) =>
    inside(value, x) && inside(trace.y[k], y)); return {index: trace.customdata[k], x: box.left +
    x._offset + x.c2p(trace.x[k]), y: box.top + y._offset + y.c2p(trace.y[k])};
}"""


def test_a_click_on_a_point_shows_its_curve_and_what_the_run_says(example_server, page):
    page.goto(f"{example_server.url}/compare?runs=example-mlp")
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
    page.locator("summary", has_text="Ridge on polynomials").first.click()
    page.locator(".figure.drawn").nth(first).wait_for(state="attached")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []
    context.close()


def test_an_echo_is_chosen_with_the_keyboard_alone(example_server, page):
    page.goto(f"{example_server.url}/compare?runs=example-mlp")
    page.locator("summary", has_text="Test echoes as a table").focus()
    page.keyboard.press("Enter")
    opened = page.locator('[data-testid="stExpander"]', has_text="Test echoes as a table")
    opened.get_by_test_id("data-grid-canvas").first.wait_for()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url(re.compile("echo=example-mlp%3A"))
    page.get_by_text("Dashed: simulated from the estimates").wait_for()


def test_the_lab_book_keeps_stars_notes_and_the_name_of_their_author(server, page, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(server.folder))
    page.goto(f"{server.url}/compare")
    table = page.locator('[data-testid="stDataFrame"]').first
    table.wait_for()
    page.wait_for_timeout(1000)
    box = table.bounding_box()
    page.mouse.click(box["x"] + 84 + 24, box["y"] + 35 + 17)
    for _ in range(50):
        if all_marks():
            break
        page.wait_for_timeout(100)
    assert list(all_marks().values()) == [Marks(True)]
    page.get_by_role("textbox", name="Search", exact=True).fill("neural polynomials")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Compare these 1").click()
    page.wait_for_url(re.compile(r"runs=example-mlp(&|$)"))
    page.get_by_text("Notes and tags").click()
    page.get_by_label("Note", exact=True).fill("fails for d > 5")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("Ada (you)").wait_for()
    page.reload()
    page.get_by_text("fails for d > 5").wait_for()
    page.locator('input[aria-label="Your name"][value="Ada"]').wait_for()
