"""How long a slider's move takes until its echo is painted, in a real browser: python
benchmarks/slider.py

Starts the app on a data folder of its own, opens Simulate (50 × 50 spins) in headless Chromium
without a GPU, moves the slider of alpha by a key and takes the time from the key to the number and
to the painted curve (the animation frame after the curve's path has changed). Writes
results/slider.md. Needs playwright and Chromium (requirements-dev.txt).
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from nmr_core.benchmark import machine

ROOT = Path(__file__).parents[1]
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
    with tempfile.TemporaryDirectory() as folder:
        server, url = start(folder)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu"],
                )
                page = browser.new_page(viewport={"width": 1440, "height": 1000})
                page.goto(f"{url}/simulate?alpha=0.05")
                psutil.cpu_percent()
                found = [move(page, first=k == 0) for k in range(moves + 5)][5:]
        finally:
            server.kill()
    text = report(found)
    print(text)
    (ROOT / "benchmarks" / "results" / "slider.md").write_text(text)


def start(folder: str) -> tuple[subprocess.Popen, str]:
    """The app on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--server.fileWatcherType",
        "none",
    ]
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"NMR_DATA": folder}, stdout=subprocess.DEVNULL
    )
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
            return server, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


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


def report(found: list[tuple[float, float]]) -> str:
    """A table of quantiles."""
    rows = []
    for name, times in zip(
        ("number on the page", "curve painted"), zip(*found, strict=True), strict=True
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
            f"{len(found)} moves, ms from the key press, headless Chromium without a GPU; all "
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
