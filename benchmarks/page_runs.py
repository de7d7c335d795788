"""Processor time of one run of a page, one after the other, which hardly depends on other load.

    python benchmarks/page_runs.py [--runs 60] [--root OTHER_CHECKOUT]

Fills a data folder with 200 data sets and 100 runs, starts the app of a checkout (default: this
one), and lets one visitor act: move a slider, or run the whole page. Prints, and adds to
results/page_runs.md: CPU milliseconds of the server and kB per action.

Needs websockets (requirements-dev.txt).
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import app_server
import psutil
from app_server import ROOT, free_port, wait_until_answered
from load_person import Slider, Tab
from load_server import copies
from streamlit.proto.Delta_pb2 import Delta

import nmr_core as nmr
from nmr_core.benchmark import machine

RESULTS = ROOT / "benchmarks" / "results" / "page_runs.md"
WARM = 5
"""Actions before anything is measured."""
REST = 0.15
"""Seconds between two actions."""
ACTIONS = {
    "simulate, a slider is moved": ("simulate", ""),
    "simulate, the whole page": ("simulate", None),
    "data_sets, another curve": ("data_sets", "Curve"),
    "data_sets, the whole page": ("data_sets", None),
    "compare, the whole page": ("compare", None),
    "predict, the whole page": ("predict", None),
}
"""What is done -> page, and the label of its slider ("": the first, None: none)."""


@dataclass
class Visitor(Tab):
    """A tab that moves one slider of a page, or none.

    Attributes
    ----------
    label : str or None
        Part of its label.
    """

    label: str | None = None

    def _look_at(self, delta: Delta) -> None:
        element = delta.new_element
        if element.WhichOneof("type") == "exception":
            self.errors.append(element.exception.message)
        if element.WhichOneof("type") != "slider" or self._slider or self.label is None:
            return
        slider = element.slider
        if self.label in slider.label:
            step = slider.step or 1.0
            self._slider = Slider(slider.id, delta.fragment_id, slider.min, slider.max, step)


def fill(folder: Path) -> None:
    """Make data sets and runs, all but three of them copies under new ids."""
    os.environ["NMR_DATA"] = str(folder)
    small = nmr.preset("ml4sci_2020_secular").fix(n_x=16, n_y=16)
    dataset = nmr.generate(small, 200, seed=0, path=folder / "datasets" / "ds-0", n_jobs=1)
    copies(folder / "datasets" / "ds-0", 200)
    for k, model in enumerate(("ridge", "mean")):
        run = nmr.train(dataset, featurizer="polynomial", model=model, seed=0, id=f"run-{k}")
        run.save(folder / "runs" / run.id)
        copies(folder / "runs" / run.id, 50)


async def measure(pid: int, url: str, n: int) -> list[str]:
    """Rows of the table."""
    for page in {page for page, _ in ACTIONS.values()}:
        visitor = Visitor(url, page=page)
        await visitor.open()
        await visitor.close()
    await asyncio.sleep(20)  # what the server prepares after its first page
    rows = []
    for name, (page, label) in ACTIONS.items():
        visitor = Visitor(url, page=page, label=label)
        await visitor.open()
        visitor._forget_polls()
        for _ in range(WARM):
            await visitor.run()
        before, n_bytes = _cpu(pid), visitor.n_bytes
        for _ in range(n):
            await visitor.run()
            await asyncio.sleep(REST)
        cpu, sent = (_cpu(pid) - before) / n, (visitor.n_bytes - n_bytes) / n
        await visitor.close()
        rows.append(f"| {name} | {cpu * 1e3:.1f} | {sent / 1e3:.0f} | {len(visitor.errors)} |")
        print(rows[-1], flush=True)
    return rows


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--root", type=Path, default=app_server.ROOT, help="checkout to serve")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fill(Path(folder))
        port = free_port()
        options = ["--server.port", str(port), "--server.headless", "true"]
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=args.root,
            env=os.environ | {"NMR_DATA": folder, "NMR_WORKERS": "0"},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until_answered(port)
            rows = asyncio.run(measure(server.pid, f"http://localhost:{port}", args.runs))
        finally:
            server.terminate()
            server.wait()
    text = report(args, rows)
    print(f"\n{text}")
    with RESULTS.open("a") as file:
        file.write(text)


def report(args: argparse.Namespace, rows: list[str]) -> str:
    """A table in Markdown."""
    describe = ["git", "-C", str(args.root), "log", "-1", "--format=%h %s"]
    commit = subprocess.run(describe, capture_output=True, text=True).stdout.strip()[:100]
    return "\n".join(
        [
            f"## {datetime.now():%Y-%m-%d %H:%M}, {commit}",
            "",
            f"{args.runs} actions each, 200 data sets, 100 runs; load average "
            f"{os.getloadavg()[0]:.1f}. {machine()}",
            "",
            "| action | CPU ms | kB | errors |",
            "|---|---|---|---|",
            *rows,
            "",
            "",
        ]
    )


if __name__ == "__main__":
    main()
