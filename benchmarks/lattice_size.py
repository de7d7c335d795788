"""Time of a step against the size of the lattice: a table, and a figure on double-logarithmic axes.

    python benchmarks/lattice_size.py [--repeats 20] [--output benchmarks/results/lattice_size]

Writes OUTPUT.md and OUTPUT.png; the picture is drawn by Chromium (playwright), as docs/picture.py
does it.
"""

import argparse
import datetime
import os
import shlex
import shutil
import sys
import tempfile
from math import log2
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from nmr_core.benchmark import LatticeSize, lattice_sizes, machine  # noqa: E402
from nmr_core.benchmark.result import PRESET  # noqa: E402
from nmr_core.benchmark.sizes import UNIT  # noqa: E402
from nmr_core.plots import LIGHT  # noqa: E402
from nmr_core.plots.layout import axis, figure  # noqa: E402
from nmr_core.presets import preset  # noqa: E402

WIDTH, HEIGHT = 760, 460


def main() -> None:
    """Measure, write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=20,
        help="a round is four turns over all lattices (default 20)",
    )
    parser.add_argument(
        "--output", type=Path, default=HERE / "results" / "lattice_size", help="without ending"
    )
    args = parser.parse_args()
    sizes = lattice_sizes(preset(PRESET), args.repeats)
    args.output.with_suffix(".md").write_text(
        page(sizes, args.repeats, f"{args.output.name}.png"), encoding="utf-8"
    )
    save_png(drawing(sizes), args.output.with_suffix(".png"))
    print(args.output.with_suffix(".md"), args.output.with_suffix(".png"), sep="\n")


def page(sizes: tuple[LatticeSize, ...], repeats: int, picture: str) -> str:
    """The table, with where and how it was made."""
    rows = [
        f"| {s.side} × {s.side} | {s.n_curves} | {s.step_us:,.4g} | {s.fft_us:,.4g} | "
        f"{s.step_us / s.fft_us:.2f} | {s.spin_step_ns:.2f} | {s.over_n_log_n:.2f} |"
        for s in sizes
    ]
    now = datetime.datetime.now(datetime.UTC)
    return "\n".join(
        [
            "# Time of a step against the size of the lattice, measured here",
            "",
            f"{now:%Y-%m-%d %H:%M} UTC, with",
            "",
            f"    {shlex.join(['python', *sys.argv])}",
            "",
            machine() + ".",
            "",
            f"Preset `{PRESET}`, float32, one core; a step of one curve, in the batch that the "
            f"simulator makes on this lattice, set-up not counted. The shortest of {4 * repeats} "
            "turns; all lattices take turns. Last column: the time over N log₂ N (N spins), "
            f"divided by the same at {UNIT} × {UNIT}; 1 everywhere would be exactly N log N.",
            "",
            "| spins | curves in a batch | a step, µs | its FFTs, µs | ratio | ns a step and spin "
            "| over N log N |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *rows,
            "",
            f"![the table as a figure]({picture})",
            "",
        ]
    )


def drawing(sizes: tuple[LatticeSize, ...]):
    """Measured points and a line through the one at UNIT × UNIT that grows as N log N."""
    unit = next(size for size in sizes if size.side == UNIT)
    n = [size.n_sites for size in sizes]
    line = [unit.step_us * sites * log2(sites) / (unit.n_sites * log2(unit.n_sites)) for sites in n]
    traces = [
        _trace(n, line, "N log N through 64 × 64", LIGHT.ink, "lines"),
        _trace(n, [size.step_us for size in sizes], "a step", LIGHT.series[0], "markers"),
        _trace(n, [size.fft_us for size in sizes], "its FFTs alone", LIGHT.series[3], "markers"),
    ]
    ticks = {"tickvals": n, "ticktext": [f"{size.side} × {size.side}" for size in sizes]}
    drawn = figure(
        traces,
        LIGHT,
        axis("spins N", LIGHT, type="log", **ticks),
        axis("time of a step and curve (µs)", LIGHT, type="log", dtick=1),
        height=HEIGHT,
    )
    return drawn.update_layout(width=WIDTH, paper_bgcolor="white", plot_bgcolor="white")


def _trace(x: list, y: list, name: str, colour: str, mode: str) -> dict:
    return {
        "type": "scatter",
        "mode": mode,
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
        "marker": {"size": 9, "color": colour},
    }


def save_png(drawn, path: Path) -> None:
    """What Chromium shows of a plotly figure."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "figure.html"
        drawn.write_html(page_file, include_plotlyjs=True, config={"staticPlot": True})
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2)
        page.goto(page_file.as_uri())
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.locator(".js-plotly-plot").screenshot(path=str(path))
        browser.close()


if __name__ == "__main__":
    main()
