"""Arrays -> plotly figures: pure functions, one file per kind of picture; colours come from palette.py."""

from nmr_core.plots.behind import behind_figure
from nmr_core.plots.classes import calibration_figure, confusion_figure, f1_along_figure, f1_figure
from nmr_core.plots.colours import run_colours
from nmr_core.plots.correlation import correlation_figure
from nmr_core.plots.curves import bands_figure, prior_figure
from nmr_core.plots.distributions import distributions_figure
from nmr_core.plots.echo import COMPONENTS, echo_figure, overlay_figure
from nmr_core.plots.lattice import COMPONENTS_OF_SPIN, lattice_figure
from nmr_core.plots.layout import CONFIG
from nmr_core.plots.leaderboard import leaderboard_figure
from nmr_core.plots.nearest import nearest_figure
from nmr_core.plots.noise_floor import noise_floor_figure
from nmr_core.plots.palette import DARK, LIGHT, Palette
from nmr_core.plots.parity import Panel, parity_figure, parity_grid_figure, residual_figure
from nmr_core.plots.regime import regime_figure, regime_map_figure
from nmr_core.plots.spectrum import spectrum_figure
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
    "behind_figure",
    "calibration_figure",
    "confusion_figure",
    "correlation_figure",
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
    "spectrum_figure",
    "sweep_figure",
    "sweep_lines_figure",
    "training_curves_figure",
    "training_figure",
]
