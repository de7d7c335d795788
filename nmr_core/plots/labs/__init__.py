"""Figures of the labs: one module per lab, with the name of its slug.

Each module has ``figures(results, palette)``, which returns a figure by name. The first one shows
the failure, and does not answer the question of the lab; the others may.
"""

from collections.abc import Mapping
from importlib import import_module

import plotly.graph_objects as go

from nmr_core.labs.lab import Lab, Result
from nmr_core.plots.palette import Palette


def lab_figures(lab: Lab, results: Mapping[str, Result], palette: Palette) -> dict[str, go.Figure]:
    """Figures of one lab.

    Parameters
    ----------
    lab : Lab
        Lab of the results.
    results : mapping of str to Result
        Label -> result: the present one first, then pinned ones, drawn over each other.
    palette : Palette
        Colours of the theme.

    Returns
    -------
    dict of str to Figure
        By name; the first is the one to look at before a guess.
    """
    module = import_module(f"nmr_core.plots.labs.{lab.slug}")
    return module.figures(results, palette)
