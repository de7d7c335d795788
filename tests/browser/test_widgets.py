"""The address: one entry of the history per page, no keys of what is not shown; numbers that are
refused; the link to copy. Every kind of widget: test_widget_kinds.
"""

import re

import pytest
from reading import at_rest, query

pytestmark = pytest.mark.browser
NAMES = {
    "simulate": "Simulate",
    "data_sets": "Data sets",
    "train": "Train",
    "studies": "Studies",
    "compare": "Compare",
    "explain": "Explain",
    "calibration": "Calibration",
    "identify": "Identify",
    "predict": "Predict",
}
"""Page of the navigation -> its link."""
LAST = {
    "simulate": "uncoupled",
    "data_sets": "up",
    "train": "effort",
    "studies": "study-recipe",
    "compare": "view",
    "explain": "channel-polynomial",
    "calibration": "view",
    "identify": "point",
    "predict": "dataset",
}
"""Page -> a key that its address has when the page has ended."""
NAMED = ("data_sets", "train", "explain", "calibration", "identify", "predict", "simulate")
"""Pages whose tab names what they show, too."""


def _ended(page, name: str) -> None:
    page.wait_for_url(re.compile(rf"/{name}\?(.*&)?{re.escape(LAST[name])}="), timeout=60_000)


def test_back_and_forward_are_one_press_per_page(example_server, page):
    page.goto(example_server.url)
    page.get_by_role("button", name="Generate").wait_for(timeout=60_000)
    addresses, titles = [page.url], [page.title()]
    for name, label in NAMES.items():
        page.get_by_role("link", name=label, exact=True).first.click()
        _ended(page, name)
        title = f"{' · ' if name in NAMED else ''}{label} · Spin Echo Lab"
        page.wait_for_function("title => document.title.endsWith(title)", arg=title)
        addresses.append(page.url)
        titles.append(page.title())
    for address, title in zip(addresses[-2::-1], titles[-2::-1], strict=True):
        page.go_back()
        page.wait_for_url(address)
        page.wait_for_function("title => document.title === title", arg=title)
    for address, title in zip(addresses[1:], titles[1:], strict=True):
        page.go_forward()
        page.wait_for_url(address)
        page.wait_for_function("title => document.title === title", arg=title)
    # Presses that do not wait for the pages between
    last = len(addresses) - 1
    for press, end in (("back", 0), ("forward", last), ("back", 0)):
        for _ in range(last):
            page.evaluate(f"history.{press}()")
            page.wait_for_timeout(150)
        page.wait_for_url(addresses[end])
        page.wait_for_function("title => document.title === title", arg=titles[end])
        assert at_rest(page)
        assert page.url == addresses[end]


def test_keys_of_another_preset_leave_the_address(example_server, page):
    page.goto(f"{example_server.url}/simulate?preset=lab&view=sweep&lab-swept=tau&uncoupled=1")
    page.wait_for_url(re.compile("lab-tau-from="))
    assert "uncoupled" not in query(page), "a key of another view"
    page.get_by_role("combobox", name="Preset").fill("CUDA")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("preset=cuda"))
    page.wait_for_url(lambda url: "lab-" not in url)


def test_a_refused_number_is_a_sentence_and_the_field_goes_back(example_server, page):
    page.goto(f"{example_server.url}/simulate?preset=ml4sci_2020_secular")
    page.get_by_text("Lattice and line", exact=True).click()
    field = page.get_by_role("spinbutton", name="nx (sites)")
    for last, shown in (("", ""), ("40", "40")):
        field.fill(last)
        page.keyboard.press("Enter")
        if last:
            page.wait_for_url(re.compile(r"set=n_x%3D40"))
        field.fill("4096")
        page.keyboard.press("Enter")
        page.get_by_text("got 4096").wait_for()
        page.wait_for_function(f"field => field.value === '{shown}'", arg=field.element_handle())
    page.get_by_role("button", name="Undo 1 change").click()
    page.wait_for_function("field => field.value === ''", arg=field.element_handle())


def test_a_page_that_ends_early_is_in_the_address(example_server, page):
    page.goto(f"{example_server.url}/explain?run=example-mlp")
    _ended(page, "explain")
    page.get_by_role("combobox", name="Run").fill("Baseline")
    page.get_by_role("option", name="Baseline (mean predictor)").click()
    page.get_by_text("Nothing computed yet.").wait_for()
    page.wait_for_url("**/explain?run=example-mean*")


def test_the_link_is_copied(example_server, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{example_server.url}/explain?run=example-mlp")
    _ended(page, "explain")
    button = page.get_by_role("button", name="Copy link")
    for _ in range(600):
        if button.evaluate("button => Boolean(button.onclick)"):
            break
        page.wait_for_timeout(50)
    button.click()
    page.get_by_role("button", name="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no https'); }")
    page.get_by_role("button", name="link", exact=False).click()
    field = page.get_by_role("textbox", name="Link to this view")
    field.wait_for()
    assert field.input_value() == page.url
    assert field.evaluate("box => box.selectionEnd - box.selectionStart") == len(page.url)
    context.close()
