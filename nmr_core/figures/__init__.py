"""Arrays -> plotly figures: pure functions, one file per kind of picture; colours come from palette.py."""

from nmr_core.figures.correlation import correlation_figure
from nmr_core.figures.curves import bands_figure, prior_figure
from nmr_core.figures.distributions import distributions_figure
from nmr_core.figures.echo import COMPONENTS, echo_figure, overlay_figure
from nmr_core.figures.lattice import COMPONENTS_OF_SPIN, lattice_figure
from nmr_core.figures.layout import CONFIG
from nmr_core.figures.nearest import nearest_figure
from nmr_core.figures.noise_floor import noise_floor_figure
from nmr_core.figures.palette import DARK, LIGHT, Palette
from nmr_core.figures.parity import parity_figure, residual_figure
from nmr_core.figures.spectrum import spectrum_figure
from nmr_core.figures.sweep import sweep_figure, sweep_lines_figure
from nmr_core.figures.training import leaderboard_figure, training_figure

__all__ = ["COMPONENTS", "COMPONENTS_OF_SPIN", "CONFIG", "DARK", "LIGHT", "Palette", "bands_figure", "correlation_figure",
           "distributions_figure", "echo_figure", "lattice_figure", "leaderboard_figure", "nearest_figure", "noise_floor_figure",
           "overlay_figure", "parity_figure", "prior_figure", "residual_figure", "spectrum_figure", "sweep_figure",
           "sweep_lines_figure", "training_figure"]
