"""Box, address and content agree after a deletion and after Undo."""

import re

import pytest

from nmr_core import generate, preset

pytestmark = pytest.mark.browser


@pytest.fixture
def two_sets(working_server):
    """Two small data sets in the server's data folder."""
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    for name in ("one", "two"):
        folder = working_server.folder / "datasets" / f"ds-{name}"
        generate(small, 20, seed=1, path=folder, title=f"Set {name}")
    return working_server


def _box(page, label: str) -> str:
    """What the choice shows."""
    return page.get_by_role("combobox", name=label).input_value()


def test_a_deleted_data_set_is_named_and_nothing_takes_its_place(two_sets, page, browser):
    url = f"{two_sets.url}/data_sets?dataset=ds-two"
    page.goto(url)
    page.get_by_text("Curve 0:").wait_for()
    assert _box(page, "Look at").startswith("Set two")
    context = browser.new_context()
    other = context.new_page()
    other.goto(url)
    other.get_by_text("Curve 0:").wait_for(timeout=60_000)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete Set two").click()
    page.get_by_text("was deleted by you").wait_for()
    page.get_by_text("It goes to the trash").wait_for(state="detached")
    page.get_by_text("Curve 0:").wait_for(state="detached")
    assert _box(page, "Look at") == ""
    page.wait_for_url(re.compile(r"dataset=ds\-two"))
    # The other browser learns of it with its next click, in any part of the page
    other.get_by_role("radio", name="Audit").click()
    other.get_by_text("was deleted by another visitor").wait_for()
    assert _box(other, "Look at") == ""
    context.close()
    page.reload()
    page.get_by_text("was deleted by you").wait_for()
    page.get_by_role("button", name="Restore").last.click()
    page.get_by_text("Curve 0:").wait_for()
    assert _box(page, "Look at").startswith("Set two")
    page.wait_for_url(re.compile(r"dataset=ds\-two"))


def test_undo_empties_the_field_that_it_takes_back(example_server, page):
    page.goto(f"{example_server.url}/simulate?preset=ml4sci_2020_secular")
    page.get_by_text("Pulses", exact=True).click()
    field = page.get_by_role("spinbutton", name="τ (µs)")
    for _ in range(2):  # the same value can be typed again afterwards
        field.fill("20")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Undo 1 change").click()
        page.get_by_role("button", name="Undo 1 change").wait_for(state="detached")
        page.wait_for_function("field => field.value === ''", arg=field.element_handle())
    page.wait_for_url(lambda url: "&set=" not in url)
