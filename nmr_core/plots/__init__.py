"""Plotly figures of arrays and results: pure functions, one module per subject."""

from nmr_core.plots.classes import calibration_figure, confusion_figure, f1_along_figure, f1_figure
from nmr_core.plots.dataset import (
    bands_figure,
    correlation_figure,
    distributions_figure,
    nearest_figure,
    noise_floor_figure,
    prior_figure,
)
from nmr_core.plots.density import density_figure
from nmr_core.plots.echo import (
    COMPONENTS,
    echo_figure,
    overlay_figure,
    signal_figure,
    spectrum_figure,
)
from nmr_core.plots.lattice import COMPONENTS_OF_SPIN, lattice_figure
from nmr_core.plots.layout import CONFIG
from nmr_core.plots.leaderboard import leaderboard_figure
from nmr_core.plots.palette import DARK, LIGHT, Palette, run_colours
from nmr_core.plots.parity import Panel, parity_figure, parity_grid_figure
from nmr_core.plots.residuals import regime_figure, regime_map_figure, residual_figure
from nmr_core.plots.sweep import sweep_figure, sweep_lines_figure
from nmr_core.plots.training import training_curves_figure, training_figure

__all__ = [
    "COMPONENTS",
    "COMPONENTS_OF_SPIN",
    "CONFIG",
    "DARK",
    "LIGHT",
    "Palette",
    "Panel",
    "bands_figure",
    "calibration_figure",
    "confusion_figure",
    "correlation_figure",
    "density_figure",
    "distributions_figure",
    "echo_figure",
    "f1_along_figure",
    "f1_figure",
    "lattice_figure",
    "leaderboard_figure",
    "nearest_figure",
    "noise_floor_figure",
    "overlay_figure",
    "parity_figure",
    "parity_grid_figure",
    "prior_figure",
    "regime_figure",
    "regime_map_figure",
    "residual_figure",
    "run_colours",
    "signal_figure",
    "spectrum_figure",
    "sweep_figure",
    "sweep_lines_figure",
    "training_curves_figure",
    "training_figure",
]
