"""Colours for light and dark pages (Okabe-Ito, readable with every kind of colour vision), and of runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from nmr_core.learning import Run
from nmr_core.models import MODELS


@dataclass(frozen=True)
class Palette:
    """series: distinct colours, in order; ink: text and lines; faint: grids, identity lines; diverging: low, 0, high."""

    series: tuple[str, ...]
    ink: str
    faint: str
    diverging: tuple[str, str, str]

    def of(self, key: str) -> str:
        """The colour of a model wherever it is drawn: fixed for the registered ones, hashed for others."""
        known = {"mean": 5, "ridge": 0, "random_forest": 1, "mlp": 2}
        return self.series[known.get(key, sum(key.encode())) % len(self.series)]


LIGHT = Palette(
    ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#7F7F7F"),
    "#31333F",
    "#E3E5EA",
    ("#0072B2", "#F7F7F7", "#D55E00"),
)
DARK = Palette(
    ("#56B4E9", "#F0B93A", "#2FC79B", "#FF8A4C", "#E6A6C7", "#A6A6A6"),
    "#FAFAFA",
    "#353A45",
    ("#56B4E9", "#1B1F27", "#FF8A4C"),
)


def faded(colour: str, opacity: float) -> str:
    """``#RRGGBB`` as ``rgba(...)``."""
    r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({r},{g},{b},{opacity})"


HUES = {
    "baseline": 5,
    "linear": 0,
    "neighbours": 4,
    "kernels": 4,
    "trees": 1,
    "networks": 2,
    "ensembles": 3,
    "deep": 3,
}
SHADES = (0.0, -0.3, 0.35, -0.5, 0.55)
"""Towards black (negative) or white, of the first, second ... run of a family."""


def family(model: str) -> str:
    """The family of a registered model, "" of another."""
    return MODELS[model].family if model in MODELS else ""


def run_colours(runs: Sequence[Run], palette: Palette) -> dict[str, str]:
    """Run id -> colour. It does not depend on the runs' order, and a family's first run has the family's own hue."""
    found, seen = {}, {}
    for run in sorted(runs, key=lambda run: (run.manifest.created, run.id)):
        hue = HUES.get(family(run.manifest.model), sum(run.manifest.model.encode())) % len(
            palette.series
        )
        found[run.id] = shaded(palette.series[hue], SHADES[seen.get(hue, 0) % len(SHADES)])
        seen[hue] = seen.get(hue, 0) + 1
    return found


def shaded(colour: str, amount: float) -> str:
    """``#RRGGBB`` mixed with white (amount > 0) or black (< 0)."""
    end = 255 if amount > 0 else 0
    return "#" + "".join(
        f"{round(c + (end - c) * abs(amount)):02X}"
        for c in (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    )
