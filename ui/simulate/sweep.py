"""Echoes along one parameter, or those of all settings of the sample."""

from dataclasses import dataclass

import streamlit as st

from nmr_core.parameters import Parameter
from nmr_core.plots import sweep_figure, sweep_lines_figure
from nmr_core.simulator.sweep import swept_parameter, values_between
from ui.shared import compute, export, inputs, picture_cost
from ui.shared.experiment_form import setting_label
from ui.shared.figure import palette, show
from ui.shared.query import EchoQuery

N_VALUES = Parameter("n_values", "values", "", 2, 101, 25, integer=True)
RANGES = {
    "alpha_x": (0.0, 0.1),
    "alpha_y": (0.0, 0.1),
    "alpha_z": (0.0, 0.1),
    "xi": (0.5, 20.0),
    "tau": (10.0, 100.0),
    "angle_1": (10.0, 180.0),
    "angle_2": (10.0, 180.0),
    "phase_1": (0.0, 360.0),
    "phase_2": (0.0, 360.0),
    "gamma_3": (0.0, 0.01),
    "line_width": (0.01, 0.2),
    "p_w": (0.0, 2.0),
    "d_w": (0.0, 2.0),
    "n_x": (8, 100),
}
"""Default range of a physical parameter, in its unit."""
SETTINGS = "settings"
"""Choice that takes all settings of the sample instead of a parameter."""


@dataclass(frozen=True)
class Sweep:
    """What is swept.

    Attributes
    ----------
    name : str
        Parameter; "" stands for the settings of the sample.
    low, high : float
        Ends of the range, in the parameter's unit.
    n_values : int
    """

    name: str
    low: float
    high: float
    n_values: int


def view(query: EchoQuery) -> None:
    """Show |M| over time and one parameter, and the height and width of the echo."""
    sweep = _choose(query)
    steps: tuple[float, ...] = ()
    if sweep.name:
        parameter = swept_parameter(query.source, sweep.name)
        steps = tuple(values_between(parameter, sweep.low, sweep.high, sweep.n_values).tolist())
    advice = "Take fewer values or a smaller lattice"
    experiments = compute.swept(query.source, dict(query.values), sweep.name, steps)
    cost = picture_cost.of_echoes(experiments)
    if picture_cost.refused(cost, "This sweep", advice, _command(query, sweep)):
        return
    echoes = compute.sweep(query.source, dict(query.values), query.seed, sweep.name, steps)
    label = echoes.parameter.label
    show(
        sweep_figure(echoes.time, echoes.values, abs(echoes.signals), label, palette()),
        key="sweep",
        name=f"sweep-{sweep.name or 'settings'}-{query.preset}",
        code=_code(
            query,
            sweep,
            "figure = sweep_figure(",
            "    echoes.time, echoes.values, abs(echoes.signals), echoes.parameter.label, LIGHT",
            ")",
        ),
        alt=f"|M| against time and {label}.",
    )
    show(
        sweep_lines_figure(echoes.values, echoes.shapes, label, palette()),
        key="sweep-lines",
        name=f"sweep-height-width-{sweep.name or 'settings'}-{query.preset}",
        code=_code(
            query,
            sweep,
            "figure = sweep_lines_figure(",
            "    echoes.values, echoes.shapes, echoes.parameter.label, LIGHT",
            ")",
        ),
        alt=f"Height and width of the echo against {label}.",
    )
    with st.container(horizontal=True):
        export.download(
            "CSV", lambda: export.sweep_csv(echoes), "sweep.csv", "text/csv", "sweep-csv"
        )
        export.download(
            "NPZ",
            lambda: export.npz(time=echoes.time, values=echoes.values, signals=echoes.signals),
            "sweep.npz",
            "application/octet-stream",
            "sweep-npz",
        )
        export.reproduce(_python(query, sweep), _command(query, sweep))


def _code(query: EchoQuery, sweep: Sweep, *statements: str) -> str:
    imports = "from nmr_core.plots import LIGHT, sweep_figure, sweep_lines_figure"
    return "\n".join([imports, _python(query, sweep), *statements])


def _choose(query: EchoQuery) -> Sweep:
    """Widgets for the parameter, its range and the number of values."""
    preset = query.source
    specs = {spec.name: spec for spec in preset.space}
    specs |= {name: swept_parameter(preset, name) for name in RANGES if name not in specs}
    options = {name: spec.label for name, spec in specs.items()}
    n_settings = len(preset.settings)
    if n_settings > 1:
        first, last = (setting_label(preset.settings[k]) for k in (0, -1))
        options = {SETTINGS: f"the {n_settings} echoes: {first} to {last}"} | options
    elif query.experiment.protocol.sequence == "hahn_echo":
        options = {"angle_2": options["angle_2"]} | options
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = inputs.choice("Swept", options, f"{preset.name}-swept", link=True)
        if name == SETTINGS:
            return Sweep("", 0.0, 0.0, n_settings)
        spec = specs[name]
        own = name in preset.space
        defaults = (spec.low or spec.high / 50, spec.high) if own else RANGES[name]
        low, high = (
            inputs.number(
                spec.within(spec.low, spec.high, default, symbol=word, description=""),
                f"{preset.name}-{name}-{word}",
                link=True,
            )
            for word, default in zip(("from", "to"), defaults, strict=True)
        )
        n_values = inputs.number(N_VALUES, "n_values", link=True)
    return Sweep(name, low, high, n_values)


def _command(query: EchoQuery, sweep: Sweep) -> str:
    span = f"{sweep.low:g}:{sweep.high:g}:{sweep.n_values}"
    option = f" --sweep {sweep.name}={span}" if sweep.name else ""
    return f"{query.command}{option} --figure sweep.html --out sweep.csv"


def _python(query: EchoQuery, sweep: Sweep) -> str:
    preset = f"nmr.preset({query.preset!r})"
    arguments = "".join(f", {key}={value!r}" for key, value in query.values)
    if not sweep.name:
        return (
            "import nmr_core as nmr\nfrom nmr_core.simulator import sweep_settings\n\n"
            f"echoes = sweep_settings({preset}, seed={query.seed}{arguments})"
        )
    return (
        "import numpy as np\nimport nmr_core as nmr\n\n"
        f"values = np.linspace({sweep.low!r}, {sweep.high!r}, {sweep.n_values})\n"
        f"echoes = nmr.sweep({preset}, {sweep.name!r}, values, seed={query.seed}{arguments})"
    )
