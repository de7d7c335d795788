"""A widget of every kind: box, address and content agree after a click, a reload, Back, and a link
with nonsense; those that name stored things after a deletion, also by another visitor, undo and
restoration, too.

A fresh browser that opens the address is the oracle: it shows the same boxes and figures.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from reading import (
    CHOSEN,
    at_rest,
    click_row,
    drawn,
    query,
    rows,
    same_from_the_address,
    selected,
)

from nmr_core import generate, load_dataset, preset, train
from nmr_core.datasets import delete_dataset
from nmr_core.evaluation import delete_run
from nmr_core.studies import delete_study, load_study

pytestmark = pytest.mark.browser
SETS = {"kinds-two": "Set two", "kinds-one": "Set one"}
RUNS = {"kinds-run-one": "Run one", "kinds-run-two": "Run two"}
STUDIES = {"st-ridge": "Study one", "st-extra-trees": "Study two"}
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


def _moved(name: str) -> Callable:
    def change(page) -> None:
        page.get_by_role("slider", name=name).focus()
        page.keyboard.press("ArrowRight")

    return change


def _clicked(role: str, name: str) -> Callable:
    return lambda page: page.get_by_role(role, name=name, exact=True).click()


def _text(name: str) -> Callable:
    css = f'[data-testid="stMain"] input[aria-label="{name}"]'
    return lambda page: page.locator(css).first.input_value()


def _is(role: str, name: str, state: str) -> Callable:
    return lambda page: page.get_by_role(role, name=name, exact=True).get_attribute(state)


WALKS = {
    "simulate": (
        Widget("slider", "alpha", ["0.101"], _moved("α (MHz)"), _text("α (MHz)"), "0.101"),
        Widget("number", "seed", ["7"], _typed("spinbutton", "Seed", "7"), _text("Seed"), "7"),
        Widget(
            "toggle",
            "uncoupled",
            ["1"],
            lambda page: page.get_by_text("No coupling").click(),
            lambda page: page.get_by_role("switch", name="No coupling").is_checked(),
            True,
        ),
        Widget(
            "pills",
            "show",
            ["|M|", "Im M"],
            _clicked("button", "Re M"),
            _is("button", "Re M", "aria-pressed"),
            "false",
        ),
    ),
    "studies": (
        Widget(
            "tabs",
            "kind",
            ["validation_curve"],
            _clicked("radio", "Validation curve"),
            _is("radio", "Validation curve", "aria-checked"),
            "true",
        ),
        Widget(
            "text",
            "study-values",
            ["1, 2, 4"],
            _typed("textbox", "Values", "1, 2, 4"),
            _text("Values"),
            "1, 2, 4",
        ),
        Widget(
            "list",
            "study",
            ["example-learning-ridge"],
            lambda page: _choose(page, "Example: ridge"),
            lambda page: page.evaluate(CHOSEN)[1:],
            ["Example: ridge on polynomials"],
        ),
    ),
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
            _text("Level of the intervals"),
            "50%",
        ),
    ),
}
"""Page -> widgets, of another kind each."""


@pytest.mark.parametrize("name", WALKS)
def test_box_address_and_content_agree(example_server, page, browser, name):
    # A list's nonsense stays in the address and is named: test_dead_links
    keys = [widget.key for widget in WALKS[name] if widget.kind != "list"]
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
    page.locator(".js-plotly-plot").first.wait_for()
    _agrees(page, name)
    shown = at_rest(page)
    same_from_the_address(page, browser)
    for again in _comes_again(page):
        assert at_rest(page) == shown, again
        _agrees(page, name)


def _comes_again(page) -> Iterator[str]:
    """Reload the page; leave it and go back."""
    url = page.url
    page.reload()
    for way in ("reload", "Back"):
        if way == "Back":
            page.get_by_role("link", name="Start", exact=True).click()
            page.wait_for_url(lambda url: "?" not in url)
            page.go_back()
        page.wait_for_url(url)
        page.locator(".js-plotly-plot").first.wait_for()
        yield way


def _agrees(page, name: str) -> None:
    at_rest(page)
    for widget in WALKS[name]:
        assert query(page)[widget.key] == widget.value, widget
        assert widget.box(page) == widget.shows, widget


@pytest.fixture
def stored(working_server, monkeypatch):
    """Two small data sets, runs and studies."""
    monkeypatch.setenv("NMR_DATA", str(working_server.folder))
    folder = working_server.folder
    if (folder / "datasets" / "kinds-one").exists():
        return working_server
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    for id, title in SETS.items():
        generate(small, 40, seed=1, path=folder / "datasets" / id, title=title)
    data = load_dataset("kinds-one")
    for id, title in RUNS.items():
        run = train(data, featurizer="raw", model="ridge", split=0.25, seed=0, id=id, title=title)
        run.save(folder / "runs" / id)
    for id, title in STUDIES.items():
        replace(load_study(f"example-learning-{id[3:]}"), id=id, title=title).save()
    return working_server


def test_a_row_and_a_choice_name_the_same_data_set(stored, page):
    page.goto(f"{stored.url}/data_sets?dataset=kinds-two")
    page.get_by_text("Curve 0:").wait_for()
    titles = [row[1] for row in rows(page, "catalogue")]
    two, one = titles.index("Set two"), titles.index("Set one")

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
    page.wait_for_url(re.compile("dataset=kinds-one"))
    agrees("Set one")
    for _ in _comes_again(page):
        agrees("Set one")
    delete_dataset("kinds-one", by="another")
    page.get_by_role("radio", name="Audit", exact=True).click()
    page.get_by_text("was deleted by another visitor").wait_for()
    agrees("Set one", shown=False)
    page.get_by_role("button", name="Restore").last.click()
    page.get_by_role("radio", name="Curves", exact=True).click()
    agrees("Set one")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete Set one").click()
    page.get_by_text("was deleted by you").wait_for()
    agrees("Set one", shown=False)
    page.get_by_role("button", name="Restore").last.click()
    agrees("Set one")


def _ticked(page) -> list[str]:
    """Titles of the ticked rows of the table of runs, which is opened if it is closed."""
    table = page.locator("details", has_text="compared").first
    if table.get_attribute("open") is None:
        table.locator("summary").click()
    return [row[3] for row in rows(page, "runs-") if row[1] == "true"]


def _tick(page, title: str) -> None:
    titles = [row[3] for row in rows(page, "runs-")]
    click_row(page, "runs-", titles.index(title), x=42)


def _choose(page, title: str) -> None:
    """Choose one more of the list, or take it out."""
    out = page.get_by_role("button", name=f"Remove {title}")
    if out.count():
        out.click()
    else:
        _typed("combobox", "Finished studies", title)(page)
        page.keyboard.press("Escape")  # an open list hides all else from a screen reader


@dataclass(frozen=True)
class Listed:
    """A list of stored things: their page, the key of the address, titles, and what of each a
    figure has in it; ``box`` reads the chosen titles, ``change`` chooses one or takes it out,
    ``touch`` runs the page, ``delete`` is that of another visitor.
    """

    page: str
    key: str
    titles: dict[str, str]
    drawn: tuple[str, str]
    box: Callable
    change: Callable
    touch: Callable
    delete: Callable


LISTS = {
    "run": Listed(
        "compare",
        "runs",
        RUNS,
        ("Run one", "Run two"),
        _ticked,
        _tick,
        _clicked("radio", "Training"),
        delete_run,
    ),
    "study": Listed(
        "studies",
        "study",
        STUDIES,
        ("Study one", "Study two"),
        lambda page: page.evaluate(CHOSEN)[1:],
        _choose,
        _typed("spinbutton", "Repeats", "2"),
        delete_study,
    ),
}


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_names_what_the_figures_show(stored, page, noun):
    listed = LISTS[noun]
    ids, (one, two) = list(listed.titles), listed.titles.values()

    def agrees(*titles: str) -> None:
        at_rest(page)
        assert sorted(listed.box(page)) == sorted(titles)
        assert [listed.titles[id] for id in query(page)[listed.key]] == list(titles)
        names = drawn(page)
        assert [text in names for text in listed.drawn] == [one in titles, two in titles]

    page.goto(f"{stored.url}/{listed.page}?{urlencode({listed.key: ids}, doseq=True)}")
    page.locator(".js-plotly-plot").first.wait_for()
    agrees(one, two)
    listed.change(page, two)
    page.wait_for_url(lambda url: ids[1] not in url)
    agrees(one)
    listed.change(page, two)
    page.wait_for_url(lambda url: ids[1] in url)
    for _ in _comes_again(page):
        agrees(one, two)
    listed.delete(ids[1], by="another")
    listed.touch(page)
    page.get_by_text("was deleted by another visitor").wait_for()
    agrees(one)
    page.get_by_role("button", name="Restore").last.click()
    page.wait_for_url(lambda url: ids[1] in url)
    agrees(one, two)
    page.get_by_role("button", name="Delete", exact=True).click()
    window = page.locator('[data-testid="stPopoverBody"]')
    window.get_by_role("combobox").click()
    page.get_by_role("option", name=two).click()
    page.get_by_role("button", name=f"Delete {two}").click()
    page.wait_for_url(lambda url: ids[1] not in url)
    agrees(one)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(lambda url: ids[1] in url)
    agrees(one, two)
