"""How long the app takes to start, to show each page, and to lead from nothing to a result.

    python benchmarks/pages.py [--no-clicks]

Starts the app as on a fresh machine (new data folder, nothing compiled by numba) and takes times in
headless Chromium: from the start of the server to the first title and the first plot; of every
page, opened by its address, to its title and to rest; of the three clicks of Start, and how much of
it was not simulating or fitting. Lists console errors and requests to other hosts. Prints, and
writes results/pages.md. Needs playwright and Chromium (requirements-dev.txt).
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass, field

from app_server import ROOT, app, chromium
from playwright.sync_api import Page, sync_playwright

from nmr_core.benchmark import machine
from nmr_core.evaluation import load_run
from nmr_core.jobs import Job, api

LINKS = (
    "",
    "simulate",
    "data_sets",
    "identify",
    "train",
    "studies",
    "compare",
    "explain",
    "calibration",
    "predict",
    "predict?source=measured",
)
IDLE = """() => {
  const all = name => [...document.querySelectorAll(`[data-testid="${name}"]`)];
  const drawn = plot => plot.querySelector('.main-svg') || !plot.offsetParent;
  return !all('stStatusWidget').length && !all('stSkeleton').length
    && all('stMainBlockContainer').some(main => main.querySelector('h1'))
    && all('stPlotlyChart').every(drawn);
}"""
QUIET = 0.6
"""Seconds without work after which a page is at rest."""
PATIENCE = 120_000
"""Longest time to wait for anything, ms."""


@dataclass
class Times:
    """What was measured, in seconds.

    Attributes
    ----------
    cold : dict
        "server", "title", "plot": since the start of the server.
    pages : dict
        Link -> (title, rest) of the first and of the second visit.
    clicks : dict
        Part of the way from Start to Compare -> seconds.
    errors, foreign : set of str
        Console errors, and requests to other hosts.
    """

    cold: dict[str, float] = field(default_factory=dict)
    pages: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    clicks: dict[str, float] = field(default_factory=dict)
    errors: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-clicks", action="store_true", help="leave out the three clicks")
    clicks = not parser.parse_args().no_clicks
    load = os.getloadavg()[0]
    times = Times()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**chromium())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        os.environ["NMR_DATA"] = folder
        start = time.perf_counter()
        with app(folder, NUMBA_CACHE_DIR=f"{folder}/numba") as (_, port):
            times.cold["server answers"] = time.perf_counter() - start
            url = f"http://localhost:{port}"
            listen(page, url, times)
            first_page(page, url, start, times)
            for _ in range(2):
                for link in LINKS:
                    visited = visit(page, f"{url}/{link}")
                    times.pages.setdefault(link, []).append(visited)
            if clicks:
                three_clicks(page, url, times)
        browser.close()
    text = report(times, load)
    print(text)
    (ROOT / "benchmarks" / "results" / "pages.md").write_text(text)


def listen(page: Page, url: str, times: Times) -> None:
    """Note console errors, and requests to other hosts."""

    def request(address: str) -> None:
        if not address.startswith((url, "data:", "blob:")):
            times.foreign.add(address)

    def response(status: int, address: str) -> None:
        if status >= 400:
            times.errors.add(f"{status} {address}")

    def line(kind: str, text: str) -> None:
        if kind == "error":
            times.errors.add(text)

    page.on("console", lambda said: line(said.type, said.text))
    page.on("request", lambda sent: request(sent.url))
    page.on("response", lambda answer: response(answer.status, answer.url))


def first_page(page: Page, url: str, start: float, times: Times) -> None:
    """Open Start on a server that has just been started."""
    page.goto(url)
    page.wait_for_selector("h1", timeout=PATIENCE)
    times.cold["first title"] = time.perf_counter() - start
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=PATIENCE)
    times.cold["first plot"] = time.perf_counter() - start
    rest(page)


def visit(page: Page, address: str) -> tuple[float, float]:
    """Open a page by its address; seconds to its title and to rest."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1", timeout=PATIENCE)
    title = time.perf_counter() - start
    return title, rest(page) - start


def rest(page: Page) -> float:
    """Wait until nothing is at work for a while; the time at which that began."""
    idle = False
    since = time.perf_counter()
    while not idle or time.perf_counter() - since < QUIET:
        was_idle, idle = idle, page.evaluate(IDLE)
        if not was_idle:
            since = time.perf_counter()
        time.sleep(0.05)
    return since


def three_clicks(page: Page, url: str, times: Times) -> None:
    """Generate, train, compare: from the first click to the painted comparison."""
    page.goto(url)
    rest(page)
    start = time.perf_counter()
    for label, following in (("Generate", "Train both"), ("Train both", "Compare")):
        before = time.perf_counter()
        page.get_by_role("button", name=label).click()
        page.wait_for_function(
            "name => [...document.querySelectorAll('button')]"
            ".some(b => b.innerText.includes(name) && !b.disabled)",
            arg=following,
            timeout=PATIENCE,
        )
        times.clicks[label] = time.perf_counter() - before
    before = time.perf_counter()
    page.get_by_role("button", name="Compare", exact=False).first.click()
    page.wait_for_url("**/compare**", timeout=PATIENCE)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=PATIENCE)
    times.clicks["Compare"] = time.perf_counter() - before
    total = time.perf_counter() - start
    jobs = api.list_jobs()
    work = sum(seconds_of_work(job) for job in jobs if job.status == "done")
    for job in jobs:  # Compare needs one run; the network may still be trained
        if job.live:
            api.cancel(job.id)
            api.wait(job.id)
    times.clicks |= {"in all": total, "simulating and fitting": work, "waiting": total - work}


def seconds_of_work(job: Job) -> float:
    """Seconds in which a job simulated or fitted; its start, imports and files left out."""
    if job.kind == "train":
        return load_run(job.params["run"]).manifest.seconds
    duration = (job.finished or 0) - (job.started or 0)
    return min(duration, job.total / job.rate) if job.rate and job.total else duration


def report(times: Times, load: float) -> str:
    """Tables in Markdown."""
    pages = [
        f"| {link or 'start'} | " + " | ".join(f"{t:.1f}, {r:.1f}" for t, r in visits) + " |"
        for link, visits in times.pages.items()
    ]
    lines = [
        "# Start of the app and of its pages, in a real browser",
        "",
        f"Seconds, headless Chromium without a GPU, example data; load average {load:.1f} before.",
        machine(),
        "",
        "| fresh machine, since the start of the server | s |",
        "|---|---|",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in times.cold.items()),
        "",
        "| page, by its address | first visit: title, rest | second visit |",
        "|---|---|---|",
        *pages,
        "",
    ]
    if times.clicks:
        lines += ["| three clicks on Start | s |", "|---|---|"]
        lines += [f"| {name} | {seconds:.1f} |" for name, seconds in times.clicks.items()]
        lines += ["", "Compare is offered as soon as one of the two models is trained.", ""]
    for name, entries in (
        ("Console errors", times.errors),
        ("Requests to other hosts", times.foreign),
    ):
        lines.append(f"{name}: {'; '.join(sorted(entries)) or 'none'}.  ")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
