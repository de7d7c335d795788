"""A server for a team under load: people with cookies over websockets, as browsers speak them.

    python benchmarks/load.py people                  # 30 people, one action per second each
    python benchmarks/load.py busy visits arrivals    # several modes, each on a fresh server
    python benchmarks/load.py soak --actions 50000

people     each page in turn: on Simulate a slider is moved, elsewhere the page is run
busy       the same while a job runs on every core
visits     the same after 500 visits
arrivals   everyone comes within 10 s: the document, its files, the websocket, the first page
idle       100 open tabs for a minute, with the polls that browsers make
soak       people come, act and go: is the end as quick and as small as the beginning?

The data folder holds three teams with 20 data sets and 10 runs each, beside the shipped examples.
Prints, and adds to results/load.md: 50 and 95 % of the time from an action to the end of its
answer, processor time of each web process and of these clients, memory, load average. No browser:
what it paints is not counted.

Needs websockets (requirements-dev.txt).
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from app_server import ROOT
from load_person import Tab
from load_server import Team, Use, jobs, server, use

from nmr_core.benchmark import machine

PAGES = ("simulate", "compare", "data_sets", "predict")
RESULTS = ROOT / "benchmarks" / "results" / "load.md"
ARRIVE_WITHIN = 10.0
"""Seconds within which everyone arrives."""
WAVE = 500
"""Actions between two lines of a soak, and the longest stay of its people."""
HEADER = (
    "| what | 50 %, ms | 95 %, ms | longest, ms | actions/s | kB/action | CPU ms/action "
    "| CPU of processes, % | clients, % | memory, MB | load | errors |\n" + "|---" * 12 + "|"
)


@dataclass
class Clock:
    """What the server and these clients use from now on."""

    pid: int

    def __post_init__(self) -> None:
        self._start, self._own, self._use = time.perf_counter(), time.process_time(), use(self.pid)

    def line(self, what: str, times: list[float], n_bytes: int, errors: list[str]) -> str:
        """A row of the table for actions that took ``times``."""
        took = time.perf_counter() - self._start
        own, now = time.process_time() - self._own, use(self.pid)
        cpu = _spent(self._use, now)
        ordered, n = sorted(times), len(times)
        for error in sorted(set(errors))[:5]:
            print(f"  {error}", file=sys.stderr)
        cells = (
            what,
            f"{statistics.median(ordered) * 1e3:.0f}" if n else "",
            f"{ordered[int(0.95 * n)] * 1e3:.0f}" if n else "",
            f"{ordered[-1] * 1e3:.0f}" if n else "",
            f"{n / took:.1f}",
            f"{n_bytes / n / 1e3:.0f}" if n else "",
            f"{sum(cpu) / n * 1e3:.0f}" if n else "",
            " + ".join(f"{seconds / took:.1%}"[:-1] for seconds in cpu),
            f"{own / took:.0%}"[:-1],
            " + ".join(f"{size:.0f}" for size in now.memory),
            f"{os.getloadavg()[0]:.1f}",
            str(len(errors)),
        )
        return f"| {' | '.join(cells)} |"


def _spent(before: Use, now: Use) -> list[float]:
    """Processor time of each process; those that died or came count from nothing."""
    if len(before.cpu) != len(now.cpu):
        return list(now.cpu)
    return [max(0.0, b - a) for a, b in zip(before.cpu, now.cpu, strict=True)]


def tabs(team: Team, n: int, page: str) -> list[Tab]:
    """A tab each for the first ``n`` people; people have several where there are fewer."""
    return [
        Tab(
            team.url,
            team.cookies[k % len(team.cookies)],
            f"workspace={team.spaces[k % len(team.spaces)]}",
            page,
        )
        for k in range(n)
    ]


def _sum(people: list[Tab]) -> int:
    return sum(one.n_bytes for one in people)


def _errors(people: list[Tab]) -> list[str]:
    return [error for one in people for error in one.errors]


async def _close(people: list[Tab]) -> None:
    for one in people:
        await one.close()


async def people(args: argparse.Namespace, team: Team, pid: int, what: str = "") -> list[str]:
    """Each page in turn, by everyone."""
    rows = []
    for page in args.pages:
        everyone = tabs(team, args.people, page)
        for one in everyone:
            await one.open()
        await asyncio.gather(*(one.act(args.warm) for one in everyone))
        clock, before = Clock(pid), _sum(everyone)
        times = await asyncio.gather(*(one.act(args.seconds) for one in everyone))
        flat = [t for own in times for t in own]
        sent = _sum(everyone) - before
        rows.append(clock.line(f"{page}{what}", flat, sent, _errors(everyone)))
        print(rows[-1], flush=True)
        await _close(everyone)
    return rows


async def busy(args: argparse.Namespace, team: Team, pid: int) -> list[str]:
    """The same beside a job on every core."""
    with jobs(team, os.cpu_count() or 1):
        await asyncio.sleep(10.0)  # the workers have begun
        return await people(args, team, pid, ", jobs on all cores")


async def visits(args: argparse.Namespace, team: Team, pid: int) -> list[str]:
    """The same on a server that has been visited."""
    for k in range(args.visits):
        one = tabs(team, args.people, PAGES[k % len(PAGES)])[k % args.people]
        await one.open()
        await one.close()
    return await people(args, team, pid, f" after {args.visits} visits")


async def arrivals(args: argparse.Namespace, team: Team, pid: int) -> list[str]:
    """Everyone within ten seconds."""
    files = await asyncio.to_thread(_files, team)

    async def arrive(one: Tab) -> float:
        await asyncio.sleep(random.uniform(0.0, ARRIVE_WITHIN))
        start = time.perf_counter()
        one.n_bytes += await asyncio.to_thread(_get_all, one, files)
        await one.open()
        return time.perf_counter() - start

    clock, everyone = Clock(pid), tabs(team, args.people, args.pages[0])
    times = await asyncio.gather(*(arrive(one) for one in everyone))
    row = clock.line(f"arrivals on {args.pages[0]}", times, _sum(everyone), _errors(everyone))
    print(row, flush=True)
    await _close(everyone)
    return [row]


def _files(team: Team) -> list[str]:
    """Addresses that a first visit of a page with a chart loads, the document first."""
    document = _get(team.url, team.cookies[0]).decode()
    named = re.findall(r'(?:src|href)="(\./static/[^"]+)"', document)
    import streamlit

    charts = Path(streamlit.__file__).parent.glob("static/static/js/PlotlyChart*.js")
    names = ["", *named, *(f"static/js/{chart.name}" for chart in charts)]
    return [urljoin(f"{team.url}/", name) for name in names]


def _get_all(one: Tab, files: list[str]) -> int:
    return sum(len(_get(file, one.cookie)) for file in files)


def _get(url: str, cookie: str) -> bytes:
    headers = {"Cookie": cookie, "Accept": "text/html", "Accept-Encoding": "br, gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=180) as file:
        return file.read()


async def idle(args: argparse.Namespace, team: Team, pid: int) -> list[str]:
    """Open tabs that do nothing but poll."""
    everyone = tabs(team, args.tabs, "data_sets")
    for one in everyone:
        await one.open()
    await asyncio.sleep(10.0)
    clock, polls = Clock(pid), sum(one.n_polls for one in everyone)
    before = _sum(everyone)
    await asyncio.sleep(args.idle)
    polls = sum(one.n_polls for one in everyone) - polls
    what = f"{args.tabs} idle tabs, {polls / args.idle:.1f} polls/s"
    row = clock.line(what, [], _sum(everyone) - before, _errors(everyone))
    print(row, flush=True)
    await _close(everyone)
    return [row]


async def soak(args: argparse.Namespace, team: Team, pid: int) -> list[str]:
    """People come, act and go; a line per wave."""
    rows, done = [], 0
    while done < args.actions:
        clock = Clock(pid)
        stays = [_stay(args, team, k) for k in range(args.people)]
        visits = await asyncio.gather(*stays)
        times = [t for visit in visits for t in visit[0]]
        everyone = [visit[1] for visit in visits]
        done += len(times)
        row = clock.line(f"soak, {done:,} actions", times, _sum(everyone), _errors(everyone))
        rows.append(row)
        print(row, flush=True)
    return rows


async def _stay(args: argparse.Namespace, team: Team, k: int) -> tuple[list[float], Tab]:
    """One person's visit in a soak: some actions on each of some pages, without a pause."""
    one = tabs(team, args.people, random.choice(args.pages))[k]
    n = max(1, WAVE // args.people)
    times = [await one.open()]
    while len(times) < n:
        if random.random() < 0.1:
            times.append(await one.goto(random.choice(args.pages)))
        times.append(await one.run())
        await asyncio.sleep(args.pause)
    await one.close()
    return times, one


MODES = {
    "people": people,
    "busy": busy,
    "visits": visits,
    "arrivals": arrivals,
    "idle": idle,
    "soak": soak,
}


def main() -> None:
    """Measure, print, write."""
    args = _arguments()
    for mode in args.modes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            os.environ["NMR_WORKERS"] = str(os.cpu_count()) if mode == "busy" else "0"
            lines = [f"processes = {args.processes}"] if args.processes else []
            with server(Path(folder), args.people, lines) as (team, pid):
                rows = asyncio.run(MODES[mode](args, team, pid))
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(_section(mode, args, rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modes", nargs="+", choices=MODES)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--pages", nargs="+", default=PAGES)
    parser.add_argument("--processes", type=int, default=0, help="0: as the server chooses")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each page")
    parser.add_argument("--warm", type=float, default=5.0, help="seconds before they count")
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--tabs", type=int, default=100)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds")
    parser.add_argument("--actions", type=int, default=50_000)
    parser.add_argument("--pause", type=float, default=0.0, help="of a soak, s")
    return parser.parse_args()


def _section(mode: str, args: argparse.Namespace, rows: list[str]) -> str:
    when = datetime.now().strftime("%Y-%m-%d %H:%M")
    command = f"python benchmarks/load.py {' '.join(sys.argv[1:])}"
    return "\n".join([f"\n## {mode}, {when}", "", f"`{command}`", machine(), "", HEADER, *rows, ""])


if __name__ == "__main__":
    main()
