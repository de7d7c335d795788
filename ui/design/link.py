"""The link from an estimate to the page Design: its intervals are what is known."""

import math

import pandas as pd

from nmr_core.learning import Run
from nmr_core.learning.origin import preset_of
from nmr_core.presets import PRESETS
from ui.design import known
from ui.shared import pages, state


def from_estimates(run: Run, row: pd.Series) -> None:
    """Show the link, if the prior of the run is a preset or a data set that the page offers.

    Parameters
    ----------
    run : Run
        Its data set, or its preset, is the prior.
    row : Series
        Estimates of one sample, with ``low_x`` and ``high_x`` of the parameters x.
    """
    preset = preset_of(run)
    if preset is None:
        return
    entry = state.datasets().get(run.manifest.dataset)
    is_stored = entry is not None and not entry.manifest.joined
    source = run.manifest.dataset if is_stored else preset.name
    if not is_stored and source not in PRESETS:
        return
    intervals = {
        spec.name: (float(row[f"low_{spec.name}"]), float(row[f"high_{spec.name}"]))
        for spec in preset.drawn
        if f"low_{spec.name}" in row and math.isfinite(row[f"low_{spec.name}"])
    }
    values = known.link_values(intervals, preset.drawn)
    if values:
        pages.link("design", "Which measurement is next?", of=source, known=values)
