"""Simulate in a real browser: the plot stays in view, and comes first on a phone."""

import pytest

pytestmark = pytest.mark.browser


def _plot(page):
    return page.locator(".st-key-simulate-plot .js-plotly-plot").first


def test_the_plot_stays_in_view_beside_an_open_group(example_server, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{example_server.url}/simulate")
    _plot(page).wait_for()
    for group in ("Interaction", "Pulses", "Lattice and line", "Time steps"):
        page.get_by_text(group, exact=True).click()
    field = page.get_by_label("Seed", exact=False).last
    field.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = _plot(page).bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900


def test_a_phone_shows_the_plot_before_the_controls(example_server, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{example_server.url}/simulate")
    _plot(page).wait_for()
    slider = page.get_by_role("slider").first
    assert _plot(page).bounding_box()["y"] < slider.bounding_box()["y"]
