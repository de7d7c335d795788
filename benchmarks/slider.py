"""How long a slider's move takes until its echo is painted, in a real browser: python
benchmarks/slider.py

Starts the app on a data folder of its own, opens Simulate (50 × 50 spins) in headless Chromium
without a GPU, moves the slider of alpha by a key and takes the time from the key to the number and
to the painted curve (the animation frame after the curve's path has changed). Writes
results/slider.md. Needs playwright and Chromium (requirements-dev.txt).
"""

import argparse
import statistics
import tempfile

import psutil
from app_server import ROOT, app, chromium
from playwright.sync_api import Page, sync_playwright

from nmr_core.benchmark import machine

WATCH = """() => {
  const line = '.js-plotly-plot .scatterlayer path.js-line';
  const path = () => document.querySelector(line)?.getAttribute('d') || '';
  const metric = '[data-testid="stMetricValue"]';
  const number = () => document.querySelector(metric)?.innerText || '';
  const seen = {path: path(), number: number()};
  window.at = {};
  const pressed = () => { window.at.key = performance.now(); };
  document.addEventListener('keydown', pressed, {once: true, capture: true});
  window.watcher?.disconnect();
  window.watcher = new MutationObserver(() => {
    if (!window.at.number && number() !== seen.number) window.at.number = performance.now();
    if (!window.at.asked && path() && path() !== seen.path) {
      window.at.asked = true;
      requestAnimationFrame(() => { window.at.painted = performance.now(); });
    }
  });
  window.watcher.observe(document.querySelector('[data-testid="stMain"]'),
                         {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moves", type=int, default=100)
    moves = parser.parse_args().moves
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        app(folder) as (_, port),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**chromium())
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"http://localhost:{port}/simulate?alpha=0.05")
        psutil.cpu_percent()
        answers = [move(page, first=k == 0) for k in range(moves + 5)][5:]
    text = report(answers)
    print(text)
    (ROOT / "benchmarks" / "results" / "slider.md").write_text(text)


def move(page: Page, *, first: bool) -> tuple[float, float]:
    """ms from a key press to the number, and to the painted curve."""
    if first:
        page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        page.get_by_role("slider").first.focus()
    page.evaluate(WATCH)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => window.at.number && window.at.painted", polling=20, timeout=20_000
    )
    page.wait_for_timeout(250)
    at = page.evaluate("window.at")
    return at["number"] - at["key"], at["painted"] - at["key"]


def report(answers: list[tuple[float, float]]) -> str:
    """A table of quantiles."""
    rows = []
    for name, times in zip(
        ("number on the page", "curve painted"), zip(*answers, strict=True), strict=True
    ):
        ordered = sorted(times)
        late = 100 * sum(t > 150 for t in times) / len(times)
        rows.append(
            f"| {name} | {statistics.median(times):.0f} | {ordered[int(0.95 * len(ordered))]:.0f} "
            f"| {ordered[-1]:.0f} | {100 - late:.0f} % |"
        )
    return "\n".join(
        [
            "# A slider's move on Simulate, 50 × 50 spins, in a real browser",
            "",
            f"{len(answers)} moves, ms from the key press, headless Chromium without a GPU; all "
            f"cores were busy to {psutil.cpu_percent():.0f} % meanwhile, by this measurement and "
            "anything else.",
            machine(),
            "",
            "| until | median | 95 % | largest | within 150 ms |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
