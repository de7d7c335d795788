"""Many visitors at once on a server that has been visited, over websockets as browsers speak them.

    python benchmarks/visitors.py [--visitors 30] [--rounds 10] [--pages simulate compare ...]

Fills a data folder with 200 data sets and 100 runs (one generated and two trained, then copied
under new ids), starts the app, visits it 200 times, and then lets visitors run each page again and
again with a pause of about a second: on Simulate they move a slider. Prints, and writes
results/visitors.md: median and 95 % of the time from a run's start to its end, runs per second,
kB and CPU time of the server per run, its memory, and the load average.

Needs websockets (requirements-dev.txt). No browser: what it paints is not counted.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import psutil
import websockets
from app_server import ROOT, app
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import nmr_core as nmr
from nmr_core.benchmark import machine

PAGES = ("simulate", "compare", "data_sets", "predict", "train", "calibration", "identify")
REPLACED = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
"""Status of a run that another one has overtaken: the answer is still to come."""
PATIENCE = 180.0
"""Longest time to wait for a message, s."""


@dataclass
class Slider:
    """The first slider of a page.

    Attributes
    ----------
    id, fragment : str
        Of the widget, and of the fragment around it ("" for none).
    low, high, step : float
    """

    id: str
    fragment: str
    low: float
    high: float
    step: float

    def position(self) -> float:
        """Return one of its positions."""
        n_steps = max(1, int((self.high - self.low) / self.step))
        return self.low + self.step * random.randint(0, n_steps)


@dataclass
class Visitor:
    """One browser on one page.

    Attributes
    ----------
    port : int
    page : str
        Name in the address.
    hash : str
        Of the page's script, as the server calls it.
    slider : Slider or None
    n_bytes : int
        Received so far.
    errors : list of str
        Exceptions that the page showed.
    """

    port: int
    page: str
    hash: str = ""
    slider: Slider | None = None
    n_bytes: int = 0
    errors: list[str] = field(default_factory=list)

    async def open(self) -> None:
        """Connect, and run the page once."""
        self.socket = await websockets.connect(
            f"ws://localhost:{self.port}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            open_timeout=PATIENCE,
            origin=f"http://localhost:{self.port}",
        )
        await self.run()

    async def run(self) -> float:
        """Run the page, or the fragment of its slider; seconds until the server is done."""
        start = time.perf_counter()
        await self.socket.send(self._request().SerializeToString())
        while True:
            answer = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            self.n_bytes += len(answer)
            message = ForwardMsg.FromString(answer)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.hash = message.navigation.page_script_hash
            elif kind == "delta":
                self._look_at(message.delta)
            elif kind == "script_finished" and message.script_finished != REPLACED:
                return time.perf_counter() - start

    def _request(self) -> BackMsg:
        request = BackMsg()
        rerun = request.rerun_script
        if self.hash:
            rerun.page_script_hash = self.hash
        else:
            rerun.page_name = self.page
        if self.slider:
            widget = rerun.widget_states.widgets.add()
            widget.id = self.slider.id
            widget.double_array_value.data.append(self.slider.position())
            rerun.fragment_id = self.slider.fragment
        return request

    def _look_at(self, delta: Delta) -> None:
        """Note the first slider, and errors."""
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}"[:200])
        if kind == "slider" and self.page == "simulate" and self.slider is None:
            slider = element.slider
            step = slider.step or 1.0
            self.slider = Slider(slider.id, delta.fragment_id, slider.min, slider.max, step)

    async def live(self, rounds: int) -> list[float]:
        """Run the page again and again, with pauses of about a second."""
        times = []
        await asyncio.sleep(random.random())
        for _ in range(rounds):
            times.append(await self.run())
            await asyncio.sleep(random.uniform(0.5, 1.5))
        return times


@dataclass
class Load:
    """What visitors of one page waited, and what they cost.

    Attributes
    ----------
    times : list of float
        Seconds per run, sorted.
    runs_per_second, kilobytes, cpu : float
        kB sent and CPU milliseconds of the server per run.
    errors : int
    """

    times: list[float]
    runs_per_second: float
    kilobytes: float
    cpu: float
    errors: int


async def measure(server: Popen, port: int, page: str, n_visitors: int, rounds: int) -> Load:
    """Let visitors come to a page and stay for some rounds."""
    visitors = [Visitor(port, page) for _ in range(n_visitors)]
    for visitor in visitors:
        await visitor.open()
    opened = sum(visitor.n_bytes for visitor in visitors)
    cpu, start = _cpu(server), time.perf_counter()
    times = await asyncio.gather(*(visitor.live(rounds) for visitor in visitors))
    took, cpu = time.perf_counter() - start, _cpu(server) - cpu
    for visitor in visitors:
        await visitor.socket.close()
    runs = sorted(t for own in times for t in own)
    sent = sum(visitor.n_bytes for visitor in visitors) - opened
    errors = sum(len(visitor.errors) for visitor in visitors)
    n_runs = len(runs)
    return Load(runs, n_runs / took, sent / n_runs / 1e3, cpu / n_runs * 1e3, errors)


async def visit(port: int, n_visits: int) -> None:
    """Open and leave pages, one after the other."""
    for k in range(n_visits):
        visitor = Visitor(port, PAGES[k % len(PAGES)])
        await visitor.open()
        await visitor.socket.close()


def _cpu(server: Popen) -> float:
    times = psutil.Process(server.pid).cpu_times()
    return times.user + times.system


def fill(folder: Path, n_datasets: int, n_runs: int) -> None:
    """Make data sets and runs, all but three of them copies under new ids."""
    os.environ["NMR_DATA"] = str(folder)
    small = nmr.preset("ml4sci_2020_secular").fix(n_x=16, n_y=16)
    dataset = nmr.generate(small, 200, seed=0, path=folder / "datasets" / "ds-0")
    copies(folder / "datasets" / "ds-0", n_datasets)
    for k, model in enumerate(("ridge", "mean")):
        run = nmr.train(dataset, featurizer="polynomial", model=model, seed=0, id=f"run-{k}")
        run.save(folder / "runs" / run.id)
        copies(folder / "runs" / run.id, n_runs // 2)


def copies(original: Path, n: int) -> None:
    """Copies of a stored folder, each with its id in the manifest."""
    for k in range(1, n):
        copy = shutil.copytree(original, original.with_name(f"{original.name}-{k}"))
        manifest = json.loads((copy / "manifest.json").read_text())
        (copy / "manifest.json").write_text(json.dumps(manifest | {"id": copy.name}))


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--visits", type=int, default=200, help="before anything is measured")
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--pages", nargs="+", default=PAGES[:4], choices=PAGES)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fill(Path(folder), args.datasets, args.runs)
        with app(folder, NMR_WORKERS="0") as (server, port):
            asyncio.run(visit(port, args.visits))
            for page in args.pages:
                load = asyncio.run(measure(server, port, page, args.visitors, args.rounds))
                memory = psutil.Process(server.pid).memory_info().rss / 1e6
                rows.append(row(page, load, memory))
                print(rows[-1], flush=True)
    text = report(args, rows)
    print(f"\n{text}")
    (ROOT / "benchmarks" / "results" / "visitors.md").write_text(text)


def row(page: str, load: Load, memory: float) -> str:
    """A line of the table."""
    median = statistics.median(load.times)
    late = load.times[int(0.95 * len(load.times))]
    numbers = (
        f"{median * 1e3:.0f}",
        f"{late * 1e3:.0f}",
        f"{load.runs_per_second:.1f}",
        f"{load.kilobytes:.0f}",
        f"{load.cpu:.0f}",
        f"{memory:.0f}",
        f"{os.getloadavg()[0]:.1f}",
        f"{load.errors}",
    )
    return f"| {page} | {' | '.join(numbers)} |"


def report(args: argparse.Namespace, rows: list[str]) -> str:
    """A table in Markdown."""
    return "\n".join(
        [
            f"# {args.visitors} visitors at once",
            "",
            f"After {args.visits} visits, with {args.datasets} data sets and {args.runs} runs; "
            f"each visitor runs the page {args.rounds} times, with pauses of .5 to 1.5 s.",
            machine(),
            "",
            "| page | median, ms | 95 %, ms | runs/s | kB/run | CPU ms/run | memory, MB | load "
            "average | errors |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
