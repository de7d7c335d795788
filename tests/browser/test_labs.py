"""A lab in a real browser: the guess opens the number, a move changes figure and address, and the
link shows the same picture to others.
"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def _number(page):
    return page.get_by_test_id("stMetricValue").first


def test_guess_move_and_link(example_server, page):
    page.goto(f"{example_server.url}/labs?lab=overfit&hide=noise")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert page.get_by_text("Noise (ε)").count() == 0
    if page.get_by_role("button", name="Show the number").count():
        expect(_number(page)).to_have_text("?")
        page.get_by_role("button", name="Show the number").click()
    expect(_number(page)).to_have_text("2.09 ε")
    page.get_by_role("button", name="Next draw").click()
    page.wait_for_url(re.compile("draw=41"))
    expect(_number(page)).not_to_have_text("2.09 ε")
    slider = page.get_by_role("slider", name="Points")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("points=15"))
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".js-plotly-plot .main-svg").first.wait_for()
    expect(_number(other)).to_have_text(_number(page).inner_text())
    expect(other.get_by_role("slider", name="Points")).to_have_attribute(
        "aria-valuetext", re.compile("15")
    )
    page.get_by_role("button", name="Rewind").click()
    page.wait_for_url(re.compile("points=10.*draw=40"))
    expect(_number(page)).to_have_text("2.09 ε")
