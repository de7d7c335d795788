"""What an echo can tell, drawn: sensitivities over time, directions, bounds against settings, profiles."""

from nmr_core.plots.identify_directions import (
    PRIOR_PERCENT,
    directions_figure,
    percent,
    places_figure,
)
from nmr_core.plots.identify_scan import CHI2_95, bound_map_figure, profile_figure, scan_figure
from nmr_core.plots.identify_time import sensitivity_curves_figure

__all__ = [
    "CHI2_95",
    "PRIOR_PERCENT",
    "bound_map_figure",
    "directions_figure",
    "percent",
    "places_figure",
    "profile_figure",
    "scan_figure",
    "sensitivity_curves_figure",
]
