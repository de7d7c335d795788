"""Data sets in a real browser: files are brought, looked at and accepted; a click in the scatter
plot chooses a curve.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from nmr_core import load_dataset
from nmr_core.io.formats import write_foreign

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path):
    """The example's curves as a file, and a file that has none."""
    folder = tmp_path / "brought"
    folder.mkdir()
    write_foreign(load_dataset("example-ml4sci-2020"), folder / "echoes.csv", "csv_wide")
    (folder / "words.csv").write_text("no curves in here\n" * 20)
    return folder


def test_a_file_is_shown_and_then_accepted(working_server, page, files):
    page.goto(f"{working_server.url}/data_sets")
    page.get_by_text("Import curves").click()
    chooser = page.locator('[data-testid="stFileUploaderDropzoneInput"]')
    chooser.set_input_files(files / "words.csv")
    page.get_by_text("words.csv").first.wait_for()
    page.locator('[data-testid="stAlertContentError"]').first.wait_for()
    page.get_by_role("button", name="Choose another file").click()
    page.locator('[data-testid="stAlertContentError"]').first.wait_for(state="detached")
    chooser.set_input_files(files / "echoes.csv")
    page.get_by_text("500 curves × 1 setting × 471 points").wait_for()
    sets = working_server.folder / "datasets"
    before = set(sets.glob("*"))
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Imported 500 curves").wait_for()
    (made,) = set(sets.iterdir()) - before
    assert (
        np.abs(load_dataset(made).signals - load_dataset("example-ml4sci-2020").signals).max()
        < 1e-4
    )
    page.wait_for_url(f"**dataset={made.name}**")
    _rename_and_go_on(page)


def _rename_and_go_on(page):
    """Box and content stay at a data set that was renamed; the window of the new title closes."""
    page.get_by_role("button", name="Rename").click()
    field = page.get_by_role("textbox", name="Title").last
    field.fill("A better title")
    page.locator('[data-testid="stPopoverBody"]').get_by_role("button", name="Rename").click()
    page.locator('[data-testid="stPopoverBody"]').wait_for(state="detached")
    box = page.locator('[data-testid="stSelectbox"]').filter(has_text="Look at").locator("input")
    expect(box).to_have_value(re.compile("^A better title"))
    page.get_by_role("button", name="Noisy copy").click()
    page.get_by_role("button", name="Make the copy").wait_for()
    expect(box).to_have_value(re.compile("^A better title"))


def test_a_click_on_a_point_shows_its_curve(example_server, page):
    page.goto(f"{example_server.url}/data_sets?dataset=example-ml4sci-2020")
    page.get_by_text("Curve 0:").wait_for()
    scatter = page.locator(".js-plotly-plot").nth(1)
    scatter.scroll_into_view_if_needed()
    spot = scatter.evaluate("""plot => {
        const x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis, trace = plot._fullData[0];
        const box = plot.getBoundingClientRect();
        const inside = value => x.c2p(value) > 20 && x.c2p(value) < x._length - 20;
        const k = Array.from(trace.x).findIndex((value, k) => k > 0 && inside(value));
        return {index: trace.customdata[k], x: box.left + x._offset + x.c2p(trace.x[k]),
                y: box.top + y._offset + y.c2p(trace.y[k])};
    }""")
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.click(spot["x"], spot["y"])
    page.get_by_text(f"Curve {spot['index']}:").wait_for()
