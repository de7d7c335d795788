"""A widget of every kind: box, address and content agree after a click, a reload, Back, and a link
with nonsense; those that name stored things after a deletion, also by another visitor, undo and
restoration, too.

A fresh browser that opens the address is the oracle: it shows the same boxes and figures.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from reading import at_rest, click_row, query, rows, same_from_the_address, selected

from nmr_core import generate, preset

pytestmark = pytest.mark.browser
SETS = {"ds-two": "Set two", "ds-one": "Set one"}
NONSENSE = "<b>no such thing</b>"


@dataclass(frozen=True)
class Widget:
    """A widget that is changed as a visitor does; ``key`` and ``value`` of the address, and what
    ``box`` reads, follow from it.
    """

    kind: str
    key: str
    value: list[str]
    change: Callable
    box: Callable
    shows: object


def _typed(role: str, name: str, text: str) -> Callable:
    def change(page) -> None:
        page.get_by_role(role, name=name, exact=True).fill(text)
        page.keyboard.press("Enter")

    return change


def _text(role: str, name: str) -> Callable:
    return lambda page: page.get_by_role(role, name=name).first.input_value()


WALKS = {
    "predict": (
        Widget(
            "table row",
            "estimate",
            ["3"],
            lambda page: click_row(page, "estimates", 3),
            lambda page: selected(page, "estimates"),
            [3],
        ),
        Widget(
            "choice",
            "level",
            ["50"],
            _typed("combobox", "Level of the intervals", "50"),
            _text("combobox", "Level of the intervals"),
            "50%",
        ),
    ),
}
"""Page -> widgets, of another kind each."""


@pytest.mark.parametrize("name", WALKS)
def test_box_address_and_content_agree(example_server, page, browser, name):
    keys = [widget.key for widget in WALKS[name]]
    page.goto(f"{example_server.url}/{name}?{urlencode(dict.fromkeys([*keys, 'junk'], NONSENSE))}")
    page.wait_for_url(lambda url: "such" not in url)
    page.locator(".js-plotly-plot").first.wait_for()
    at_rest(page)
    for widget in WALKS[name]:
        widget.change(page)
        page.wait_for_function(
            "([key, values]) => String(new URLSearchParams(location.search).getAll(key)) === "
            "String(values)",
            arg=[widget.key, widget.value],
        )
    _agrees(page, name)
    shown, url = at_rest(page), page.url
    same_from_the_address(page, browser)
    page.reload()
    page.wait_for_url(url)
    page.locator(".js-plotly-plot").first.wait_for()
    assert at_rest(page) == shown
    _agrees(page, name)
    page.get_by_role("link", name="Studies", exact=True).click()
    page.wait_for_url(re.compile("/studies"))
    page.go_back()
    page.wait_for_url(url)
    page.locator(".js-plotly-plot").first.wait_for()
    assert at_rest(page) == shown
    _agrees(page, name)


def _agrees(page, name: str) -> None:
    at_rest(page)
    for widget in WALKS[name]:
        assert query(page)[widget.key] == widget.value, widget
        assert widget.box(page) == widget.shows, widget


@pytest.fixture
def stored(server):
    """Two small data sets of the server's own."""
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    for id, title in SETS.items():
        generate(small, 20, seed=1, path=server.folder / "datasets" / id, title=title)
    return server


def test_a_row_and_a_choice_name_the_same_data_set(stored, page, browser):
    page.goto(f"{stored.url}/data_sets?dataset=ds-two")
    page.get_by_text("Curve 0:").wait_for()
    ids = [row[1] for row in rows(page, "catalogue")]
    two, one = ids.index("Set two"), ids.index("Set one")

    def agrees(title: str, shown: bool = True) -> None:
        """Wait until row, choice, address and content are those of a data set."""
        page.get_by_text("Curve 0:").wait_for(state="visible" if shown else "detached")
        at_rest(page)
        box = page.get_by_role("combobox", name="Look at").input_value()
        marked = [row[1] for row in rows(page, "catalogue") if row[0]]
        assert (box[:7], marked) == ((title, [title]) if shown else ("", []))
        assert SETS[query(page)["dataset"][0]] == title

    agrees("Set two")
    click_row(page, "catalogue", two)  # again
    agrees("Set two")
    click_row(page, "catalogue", one)
    page.wait_for_url(re.compile("dataset=ds-one"))
    agrees("Set one")
    page.reload()
    agrees("Set one")
    other = browser.new_page()
    other.goto(page.url)
    other.get_by_text("Curve 0:").wait_for(timeout=60_000)
    other.get_by_role("button", name="Delete", exact=True).click()
    other.get_by_role("button", name="Delete Set one").click()
    other.get_by_text("was deleted by you").wait_for()
    page.get_by_role("radio", name="Audit").click()
    page.get_by_text("was deleted by another visitor").wait_for()
    agrees("Set one", shown=False)
    other.get_by_role("button", name="Restore").last.click()
    other.get_by_text("was deleted by you").wait_for(state="detached")
    other.context.close()
