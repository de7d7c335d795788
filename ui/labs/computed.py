"""Results and figures of labs, computed and drawn once for all visitors.

A result depends on the state of its lab only, not on a workspace.
"""

import plotly.graph_objects as go

from nmr_core.labs.lab import Lab, Result, State
from nmr_core.plots.labs import lab_figures
from ui.labs.states import text_of
from ui.shared import caches, once
from ui.shared.cores import turn
from ui.shared.figure import palette

ABOUT = 0.5
"""Expected time of a move, s."""


def result(lab: Lab, state: State) -> Result:
    """What a state of a lab computes."""
    return _result(lab.slug, text_of(lab, state), lab, dict(state))


@caches.common_resource(max_entries=400, show_spinner=False)
def _result(slug: str, text: str, _lab: Lab, _state: State) -> Result:
    with turn(ABOUT):
        return _lab.run(_state)


def figures(lab: Lab, states: dict[str, State]) -> dict[str, go.Figure]:
    """The figures of a lab, name -> figure.

    Parameters
    ----------
    lab : Lab
        The lab.
    states : dict of str to State
        Label -> state, the current one first, then the pinned ones.
    """
    key = tuple((label, text_of(lab, state)) for label, state in states.items())
    results = {label: result(lab, state) for label, state in states.items()}
    return once.common_figures(lambda: lab_figures(lab, results, palette()), "lab", lab.slug, key)


def code(lab: Lab, states: dict[str, State], name: str) -> str:
    """Python that draws one of the figures as the variable ``figure``."""
    own = {label: dict(state) for label, state in states.items()}
    return (
        "from nmr_core.labs.registry import LABS\n"
        "from nmr_core.plots import LIGHT\n"
        "from nmr_core.plots.labs import lab_figures\n\n"
        f"lab = LABS[{lab.slug!r}]\n"
        f"states = {own!r}\n"
        "results = {label: lab.run(state) for label, state in states.items()}\n"
        f"figure = lab_figures(lab, results, LIGHT)[{name!r}]"
    )
