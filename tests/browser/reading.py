"""What a page shows in a browser: its boxes, what is chosen in its tables, and its figures."""

from urllib.parse import parse_qs, urlsplit

BOXES = """() => [...document.querySelectorAll('[data-testid="stMain"] input')].map(box =>
    [box.getAttribute('aria-label') || box.closest('label')?.innerText || '', box.type,
     box.type === 'checkbox' || box.type === 'radio' ? box.checked : box.value])"""
CHOSEN = """() => [...document.querySelectorAll(
    '[data-testid="stMain"] [role="radio"][aria-checked="true"], ' +
    '[data-testid="stMain"] [kind$="Active"], [data-testid="stMain"] [data-tag]')]
    .filter(one => !one.closest('template')).map(one => one.textContent)"""
CONTENT = """() => {
    const digest = values => [...JSON.stringify(values ?? null)].reduce(
        (sum, sign) => (31 * sum + sign.charCodeAt(0)) | 0, 0);
    return [...document.querySelectorAll('[data-testid="stMain"] .js-plotly-plot')].map(plot =>
        [plot.layout.title?.text || '',
         plot.data.map(one => [one.name || '', digest(one.x), digest(one.y), digest(one.z)])]);
}"""
WORDS = """() => [...document.querySelectorAll('[data-testid="stMain"] .js-plotly-plot')]
    .map(plot => [plot.textContent, ...plot.data.map(one => one.name)].join(' ')).join(' ')"""
ROWS = """css => [...document.querySelectorAll(css)].map(row =>
    [row.getAttribute('aria-selected') === 'true',
     ...[...row.querySelectorAll('[role="gridcell"]')].map(cell => cell.innerText)])"""
HEAD, ROW = 38, 35
"""Pixels of a table's head and rows."""


def seen(page) -> tuple:
    """What the boxes show, what is chosen, and the figures."""
    return page.evaluate(BOXES), page.evaluate(CHOSEN), page.evaluate(CONTENT)


def drawn(page) -> str:
    """All words in the figures."""
    return page.evaluate(WORDS)


def rows(page, key: str) -> list[list]:
    """Rows of the table whose key begins so: whether each is selected, and its cells."""
    css = f'[class*="st-key-{key}"] table tbody tr'
    page.locator(css).first.wait_for(state="attached")
    return page.evaluate(ROWS, css)


def selected(page, key: str) -> list[int]:
    """Numbers of the selected rows."""
    return [number for number, row in enumerate(rows(page, key)) if row[0]]


def click_row(page, key: str, number: int, x: int = 15) -> None:
    """Click a row of a table, at its left edge or ``x`` pixels from it."""
    canvas = _canvas(page, key)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + HEAD + ROW * (number + 0.5))


def _canvas(page, key: str):
    return page.locator(f'[class*="st-key-{key}"] [data-testid="data-grid-canvas"]').first


def query(page) -> dict[str, list[str]]:
    """The page's address: key -> values."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def at_rest(page) -> tuple:
    """What is seen once it does not change any more."""
    before = None
    for _ in range(150):
        now = (page.url, seen(page))
        busy = page.locator('[data-testid="stStatusWidget"]').count()
        if now == before and not busy:
            return now[1]
        before = now
        page.wait_for_timeout(400)
    raise AssertionError("the page does not come to rest")


def same_from_the_address(page, browser) -> None:
    """A fresh visitor who opens the address sees the same."""
    shown, url = at_rest(page), page.url
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    fresh = context.new_page()
    fresh.goto(url)
    fresh.wait_for_url(url, timeout=60_000)
    fresh.locator(".js-plotly-plot").first.wait_for(timeout=60_000)
    assert at_rest(fresh) == shown
    assert fresh.url == url
    context.close()
