"""The policy for scripts in a real browser: what the app shows keeps it, and what came onto a page
by mistake does not run. (Other tests go without it, because Playwright waits by ``eval``.)
"""

import time

import pytest

from ui.shared.pages import PAGES

pytestmark = pytest.mark.browser

NAMES = [name for pages in PAGES.values() for name in pages if name != "start"]
REPORT = """
window.refused = [];
document.addEventListener("securitypolicyviolation", event => window.refused.push(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
FORBIDDEN = """async () => {
  const script = document.createElement("script");
  script.textContent = "window.isOurs = true";
  document.body.append(script);
  const box = document.createElement("div");
  box.innerHTML = "<img src='data:,' onerror='window.isOurs = true'>";
  document.body.append(box);
  const picture = document.createElement("img");
  picture.src = "http://evil.example/a.png";
  document.body.append(picture);
  const fetched = await fetch("http://evil.example/").then(() => true, () => false);
  await new Promise(resolve => setTimeout(resolve, 300));
  return [window.isOurs || false, fetched, window.refused.map(text => text.split(" ")[0])];
}"""


@pytest.fixture
def strict(browser, example_server):
    """A page that keeps the policy; (page, addresses outside of the server)."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_init_script(REPORT)
    page = context.new_page()
    page.set_default_timeout(90_000)
    own = (example_server.url, example_server.url.replace("http", "ws", 1), "data:", "blob:")
    foreign: list[str] = []

    def note(request) -> None:
        if not request.url.startswith(own):
            foreign.append(request.url)

    page.on("request", note)
    yield page, foreign
    context.close()


def _refused(page) -> list[str]:
    return page.evaluate("window.refused")


def _wait_for(page, expression: str, name: str) -> None:
    """Components run their script after the page's own run has ended; the policy forbids the
    ``eval`` by which ``page.wait_for_function`` would wait.
    """
    deadline = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"{name}: {expression}"
        page.wait_for_timeout(50)


def test_pages_scripts_and_components_keep_the_policy(strict, example_server):
    page, foreign = strict
    for name in ("", *NAMES):
        page.goto(f"{example_server.url}/{name}")
        page.locator("h1").first.wait_for()
        page.locator('[data-test-script-state="notRunning"]').first.wait_for()
        _wait_for(page, "window.rolesAreSet && window.oneEntryPerPage", name)
        assert _refused(page) == [], name
    page.goto(f"{example_server.url}/simulate")
    page.get_by_role("button", name="Copy link").first.wait_for()
    box = page.locator(".st-key-figure-box-echo")
    box.locator(".main-svg").first.wait_for()
    box.get_by_role("button", name="Save this figure").click()
    page.get_by_role("dialog").locator(".preview svg").wait_for()
    for label in ("PNG 300 dpi", "PDF"):
        with page.expect_download():
            page.get_by_role("dialog").get_by_role("button", name=label, exact=True).click()
    assert _refused(page) == []
    assert foreign == []


def test_what_came_onto_a_page_by_mistake_does_nothing(strict, example_server):
    page, _ = strict
    page.goto(f"{example_server.url}/compare")
    page.locator("h1").first.wait_for()
    is_ours, is_fetched, refused = page.evaluate(FORBIDDEN)
    assert (is_ours, is_fetched) == (False, False)
    assert {"script-src-elem", "img-src", "connect-src"} <= set(refused)
