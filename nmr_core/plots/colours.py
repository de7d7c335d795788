"""Colours of runs: a hue for a family of models, a shade for each run of it."""

from collections.abc import Sequence

from nmr_core.learning import Run
from nmr_core.models import MODELS
from nmr_core.plots.palette import Palette

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
