"""Every page and view in a real browser: axe-core finds nothing serious, the console is clean, no
request fails or leaves the app, and nothing is wider than the window.
"""

from pathlib import Path

import axe_playwright_python
import pytest

from ui.shared.pages import APP, PAGES

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NAMES = {name: title for pages in PAGES.values() for name, (title, _) in pages.items()}
NAMES |= {"labs?lab=overfit": NAMES["labs"]}
CLOSED = "details:not([open]) > summary"
POPOVER = '[data-testid="stPopoverBody"]'
DESK, PHONE = (1440, 1000), (390, 844)
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const still = app && app.dataset.testScriptState === "notRunning"
    && document.querySelector("h1") && !document.querySelector('[data-testid="stSkeleton"]')
    && !document.querySelector('[data-stale="true"]');
  window.restful = still ? (window.restful || 0) + 1 : 0;
  return window.restful > 3;
}"""
RUN_AXE = """place => axe.run(place, {resultTypes: ["violations"]}).then(found =>
  found.violations.filter(rule => ["serious", "critical"].includes(rule.impact)).flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 200)} `
      + node.any.concat(node.all).map(check => check.message).join(" "))))"""
WIDER = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.max(main.scrollWidth - main.clientWidth, document.body.scrollWidth - innerWidth);
}"""
PLOT_STOPS = """() => [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].map(plot =>
  [...plot.querySelectorAll('a, button, input, [tabindex="0"]')].filter(part =>
    getComputedStyle(part).visibility !== "hidden" && part.tabIndex >= 0).length)"""

STOPS_BEFORE = """selector => {
  const main = document.querySelector('[data-testid="stMain"]');
  const target = main.querySelector(selector);
  const stops = 'a[href], button:enabled, input:enabled, summary, [tabindex="0"]';
  return [...main.querySelectorAll(stops)].filter(part => part.checkVisibility({
    visibilityProperty: true}) && part.tabIndex >= 0
    && part.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING).length;
}"""
MAIN_BUTTON = '[data-testid^="stBaseButton-primary"]:enabled'
MOST_STOPS = {"start": 1, "data_sets": 30, "train": 25, "studies": 30}
"""Page -> tab stops of its main part before its main button on the first visit."""
HAS_RING = """() => {
  let part = document.activeElement;
  while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
  for (let level = 0; part && level < 6; level += 1, part = part.parentElement) {
    const style = getComputedStyle(part);
    if (style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2) return true;
    if (style.borderTopWidth !== "0px" && style.borderTopColor === "rgb(0, 114, 178)") return true;
  }
  return false;
}"""
"""Whether what has the focus, or the box around its field, is outlined (light theme)."""


def _rest(page) -> None:
    """Wait until the page has been at rest for four looks."""
    page.evaluate("window.restful = 0")
    page.wait_for_function(AT_REST, polling=100)


def _views(page, inside: str):
    """Open a page's expanders, then its tabs or its popovers, one after the other; yield the name
    of each state and the selector of what is new in it.
    """
    while page.locator(CLOSED).count():
        page.locator(CLOSED).first.click()
        _rest(page)
    yield "first visit", "body"
    tabs = page.get_by_role("radiogroup", name="View").get_by_role("radio")
    for k in range(1, tabs.count() if inside == "tabs" else 0):
        tabs.nth(k).click()
        _rest(page)
        yield tabs.nth(k).inner_text(), "body"
    buttons = page.get_by_test_id("stPopover").locator("button:enabled")
    for k in range(buttons.count() if inside == "popovers" else 0):
        buttons.nth(k).click()
        page.locator(POPOVER).wait_for()
        yield buttons.nth(k).inner_text(), POPOVER
        page.keyboard.press("Escape")


def _listen(page, url: str) -> list[str]:
    """Collect what goes wrong in the browser from now on."""
    problems: list[str] = []
    own = (url, url.replace("http", "ws", 1), "data:", "blob:")

    def request(request) -> None:
        if not request.url.startswith(own):
            problems.append(f"foreign request: {request.url}")

    def response(response) -> None:
        if response.status >= 400:
            problems.append(f"{response.status}: {response.url}")

    def console(message) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text}")

    page.on("request", request)
    page.on("response", response)
    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("requestfailed", lambda failed: problems.append(f"failed: {failed.url}"))
    return problems


@pytest.mark.parametrize(
    ("theme", "size", "inside"), [("light", DESK, "tabs"), ("dark", PHONE, "popovers")]
)
@pytest.mark.parametrize("name", NAMES)
def test_every_view(example_server, page, name, theme, size, inside):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    problems = _listen(page, example_server.url)
    page.goto(f"{example_server.url}/{name if name != 'start' else ''}")
    _rest(page)
    assert page.title().endswith(f"{NAMES[name]} · {APP}")
    page.evaluate(AXE)
    if size == DESK and name in MOST_STOPS:
        assert page.evaluate(STOPS_BEFORE, MAIN_BUTTON) <= MOST_STOPS[name]
    for view, place in _views(page, inside):
        page.mouse.move(1, 1)  # a pointer over a plot shows its whole tool bar
        assert page.evaluate(RUN_AXE, place) == [], view
        assert page.evaluate(WIDER) <= 0, view
        assert max(page.evaluate(PLOT_STOPS), default=0) <= 3, view
        assert page.get_by_role("heading", level=1).count() == 1, view
    assert problems == []


def test_the_focus_is_visible_at_every_stop(example_server, page):
    page.emulate_media(color_scheme="light")
    page.goto(f"{example_server.url}/simulate")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    _rest(page)
    stops = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body") and stops < 100:
        page.wait_for_function(HAS_RING)  # a field's border changes within .2 s
        stops += 1
        page.keyboard.press("Tab")
    assert 25 < stops < 60
