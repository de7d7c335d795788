"""Figures in a real browser: pictures for papers are made there, with their fonts and sizes."""

import re
import struct
import zlib
from pathlib import Path

import pytest

from nmr_core.plots.paper import PIXELS_PER_MM

pytestmark = pytest.mark.browser
FILL = (
    "() => document.querySelector('.js-plotly-plot .main-svg')?.style.backgroundColor === 'white'"
)


def _open(page, key):
    box = page.locator(f".st-key-figure-box-{key}")
    box.locator(".main-svg").first.wait_for()
    box.get_by_role("button", name="Save this figure").click()
    page.get_by_role("dialog").locator(".preview svg").wait_for()


def _saved(page, label):
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name=label, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def _embedded_text(pdf: bytes) -> str:
    """All Unicode characters that the fonts of a PDF map their glyphs to."""
    streams = [
        zlib.decompress(body)
        for body in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
        if body[:1] == b"\x78"
    ]
    maps = b"".join(stream for stream in streams if b"beginbfchar" in stream)
    codes = re.findall(rb"<[0-9a-fA-F]{4}>\s*<([0-9a-fA-F]{4})>", maps)
    return "".join(chr(int(code, 16)) for code in codes)


def test_a_figure_is_saved_at_column_width_in_every_format(example_server, page):
    foreign = []
    page.on("request", lambda request: foreign.append(request.url))
    page.goto(f"{example_server.url}/compare")
    page.locator(".st-key-figure-box-leaderboard .main-svg").first.wait_for()
    assert not [url for url in foreign if "plotly.min.js" in url or "jspdf" in url]
    _open(page, "leaderboard")

    name, svg = _saved(page, "SVG")
    text = svg.decode()
    assert name == "compare-leaderboard-error.svg"
    assert re.search(r'<svg[^>]* width="86mm"', text)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', text)[1])
    sizes = {float(size) for size in re.findall(r"font-size: ([\d.]+)px", text)}
    points = {size * 86 * PIXELS_PER_MM / width * 72 / 96 for size in sizes}
    assert max(points) == pytest.approx(8, rel=0.01)
    assert "Σ MSE/w²" in text

    name, png = _saved(page, "PNG 300 dpi")
    assert name == "compare-leaderboard-error.png"
    assert struct.unpack(">I", png[16:20])[0] == round(86 / 25.4 * 300)
    at = png.index(b"pHYs")
    per_metre = struct.unpack(">I", png[at + 4 : at + 8])[0]
    assert per_metre == round(300 / 0.0254)
    assert zlib.crc32(png[at : at + 13]) == struct.unpack(">I", png[at + 13 : at + 17])[0]

    name, pdf = _saved(page, "PDF")
    assert name == "compare-leaderboard-error.pdf"
    box = [float(n) for n in re.search(rb"/MediaBox \[([\d. ]+)\]", pdf)[1].split()]
    assert box[2] == pytest.approx(86 / 25.4 * 72, abs=0.1)
    assert set("Σ²") <= set(_embedded_text(pdf))

    name, data = _saved(page, "Data (CSV)")
    assert name == "compare-leaderboard-error.csv"
    assert "weighted error" in data.decode("utf-8-sig").splitlines()[0]

    page.get_by_role("dialog").get_by_role("combobox", name="Width").click()
    page.get_by_role("option", name="2 columns, 178 mm").click()
    page.wait_for_function(
        """() => [...document.querySelectorAll('[role=dialog] *')].some(element =>
        element.shadowRoot?.querySelector('.preview svg')?.getAttribute('width') === '178mm')"""
    )
    hosts = {re.sub(r"^(\w+://[^/]*).*", r"\1", url) for url in foreign}
    assert {host for host in hosts if host.startswith("http")} == {example_server.url}


def test_the_style_of_papers_is_kept_from_page_to_page_and_in_the_address(example_server, page):
    page.goto(f"{example_server.url}/simulate")
    _open(page, "echo")
    page.get_by_role("dialog").get_by_text("Show the figures of all pages in paper style").click()
    page.wait_for_url("**figures=paper**")
    page.wait_for_function(FILL)
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_url("**/compare?**figures=paper**")
    page.get_by_text("Leaderboard", exact=True).wait_for()
    page.wait_for_function(FILL)


def test_tool_bars_are_transparent_and_only_on_hover(example_server, page):
    page.goto(f"{example_server.url}")
    plot = page.locator(".js-plotly-plot").first
    plot.locator(".main-svg").first.wait_for()
    group = plot.locator(".modebar-group").first
    page.mouse.move(5, 5)
    _has_opacity(page, group, 0)
    plot.hover()
    _has_opacity(page, group, 1)
    assert group.evaluate("group => getComputedStyle(group).backgroundColor") == "rgba(0, 0, 0, 0)"
    bar = plot.locator(".modebar").bounding_box()
    texts = [text.bounding_box() for text in plot.locator(".gtitle, .legend, .annotation").all()]
    assert texts
    assert not any(_overlap(bar, box) for box in texts if box)


def _has_opacity(page, group, opacity):
    page.wait_for_function(
        f"group => getComputedStyle(group).opacity === '{opacity}'", arg=group.element_handle()
    )


def _overlap(one, other):
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > 1 and down > 1
