"""Data sets in a real browser: files are brought, looked at and accepted; a click in the scatter
plot chooses a curve.
"""

import numpy as np
import pytest

from nmr_core import load_dataset
from nmr_core.io.formats import write_foreign

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path):
    """The example's first curves as the formats npz and csv_long; and a file that is none."""
    folder = tmp_path / "brought"
    folder.mkdir()
    opened = load_dataset("example-ml4sci-2020")
    for name, ending in (("npz", ".npz"), ("csv_wide", ".csv")):
        write_foreign(opened, folder / f"echoes{ending}", name)
    (folder / "words.csv").write_text("no curves in here\n" * 20)
    return folder


@pytest.mark.parametrize("ending", ["npz", "csv"])
def test_a_file_is_shown_and_then_accepted(server, page, files, ending):
    page.goto(f"{server.url}/data_sets")
    page.get_by_text("Import curves").click()
    chooser = page.locator('[data-testid="stFileUploaderDropzoneInput"]')
    chooser.set_input_files(files / "words.csv")
    page.get_by_text("words.csv").first.wait_for()
    page.locator('[data-testid="stAlertContentError"]').first.wait_for()
    page.get_by_role("button", name="Choose another file").click()
    page.locator('[data-testid="stAlertContentError"]').first.wait_for(state="detached")
    chooser.set_input_files(files / f"echoes.{ending}")
    page.get_by_text("500 curves × 1 settings × 471 points").wait_for()
    sets = server.folder / "datasets"
    assert not sets.exists() or not list(sets.iterdir())
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Imported 500 curves").wait_for()
    (made,) = sets.iterdir()
    assert (
        np.abs(load_dataset(made).signals - load_dataset("example-ml4sci-2020").signals).max()
        < 1e-4
    )
    page.wait_for_url(f"**dataset={made.name}**")


def test_a_click_on_a_point_shows_its_curve(server, page):
    page.goto(f"{server.url}/data_sets?dataset=example-ml4sci-2020")
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
