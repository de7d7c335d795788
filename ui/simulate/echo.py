"""The echo against time: its plot, its numbers and its downloads."""

from dataclasses import replace

import streamlit as st

from nmr_core.plots import COMPONENTS, echo_figure
from nmr_core.simulator import Echo
from nmr_core.simulator.analytic import has_uncoupled_solution, uncoupled_magnitude
from ui.shared import compute, export, figure_code, inputs, picture_cost
from ui.shared.experiment_form import setting_label
from ui.shared.figure import palette, show
from ui.shared.query import EchoQuery
from ui.simulate import pins

NUMBERS = (
    ("Echo |M|", "height", "{:.4f}", "Largest |M| of the first echo; at most 1/2."),
    ("at t", "time", "{:.1f} µs", "Time of the largest |M|."),
    ("Width", "width", "{:.2f} µs", "Full width of |M| at half of its height."),
    (
        "Asymmetry",
        "asymmetry",
        "{:+.3f}",
        "(b − a)/(b + a) of the half widths before (a) and after (b) the maximum.",
    ),
)
"""Label, attribute of the echo's shape, format, help."""


def numbers(echo: Echo, reference: Echo | None) -> None:
    """Show height, time, width and asymmetry of the echo, and their change from ``reference``."""
    shape = echo.shape
    other = None if reference is None else reference.shape
    with st.container(horizontal=True, gap="large"):
        for label, name, form, text in NUMBERS:
            value = getattr(shape, name)
            change = None if other is None else value - getattr(other, name)
            defined = value == value
            st.metric(
                label,
                form.format(value) if defined else "–",
                help=text,
                delta_color="off",
                delta_arrow="auto" if change else "off",
                delta=None if change is None or change != change else f"{change:+.3g}",
            )
    derived = echo.experiment.derived
    st.caption(
        f"Coupling **ωp = {derived['omega_p']:.3g} Γ** · kernel sum **W = {derived['W']:.4g}** · "
        f"length scale √|W| = {_sites(derived['length_scale'])} · "
        f"{echo.experiment.sample.n_sites:,} spins · {len(echo.time):,} points",
        help=(
            "ωp = 2 α |W| in line widths Γ (interesting: 2.5 to 4.5); W is the sum of K over the "
            "lattice."
        ),
    )


def _sites(number: float) -> str:
    text = f"{number:.3g}"
    return f"{text} site" if text == "1" else f"{text} sites"


def view(query: EchoQuery, echo: Echo, pinned: dict[str, EchoQuery]) -> None:
    """Show M(t) with the pinned echoes and, on demand, the exact solution without coupling."""
    drawn = dict(pinned)
    with st.container(horizontal=True, vertical_alignment="center"):
        components = inputs.several(
            "Show",
            {name: name for name in COMPONENTS},
            "show",
            first=list(COMPONENTS),
            link=True,
            pills=True,
            label_visibility="collapsed",
        )
        solvable = has_uncoupled_solution(echo.experiment)
        uncoupled = inputs.toggle(
            "No coupling",
            "uncoupled",
            link=True,
            disabled=not solvable,
            help="The dotted line is exact: the line's characteristic function times the decay.",
        )
        pins.buttons(pinned, query)
        others = _other_settings(query)
        if others and inputs.toggle(
            "All echoes", "all-echoes", link=True, help="Of this material."
        ):
            drawn |= _affordable(query, drawn, others)
    show(
        echo_figure(
            echo,
            palette(),
            tuple(components) or ("|M|",),
            uncoupled_magnitude(echo.experiment) if uncoupled and solvable else None,
            {label: echo_of(other) for label, other in drawn.items()},
        ),
        key="echo",
        alt="M of the echo against time.",
        name=f"echo-{query.preset}",
        code=_code(query, tuple(components) or ("|M|",), uncoupled and solvable, drawn),
    )
    with st.container(horizontal=True):
        export.download("CSV", lambda: export.echo_csv(echo), "echo.csv", "text/csv", "echo-csv")
        export.download(
            "NPZ",
            lambda: export.npz(time=echo.time, signal=echo.signal, mz=echo.mz),
            "echo.npz",
            "application/octet-stream",
            "echo-npz",
        )
        n_settings = len(query.source.settings)
        every = f"   # all {n_settings} echoes of the material:" if n_settings > 1 else ""
        export.reproduce(query.python, f"{query.command}{every} --out echo.csv")


def _code(
    query: EchoQuery, components: tuple[str, ...], uncoupled: bool, drawn: dict[str, EchoQuery]
) -> str:
    more = "\nfrom nmr_core.simulator.analytic import uncoupled_magnitude" if uncoupled else ""
    statements = [f"echo = {figure_code.echo(query)}"]
    arguments = ["echo", "LIGHT", repr(components)]
    if uncoupled:
        statements.append("exact = uncoupled_magnitude(echo.experiment)")
        arguments.append("uncoupled=exact")
    if drawn:
        entries = [(label, figure_code.echo(other)) for label, other in drawn.items()]
        statements.append(figure_code.dictionary("pinned", entries))
        arguments.append("pinned=pinned")
    return figure_code.lines(
        f"echo_figure{more}", *statements, f"figure = echo_figure({', '.join(arguments)})"
    )


def echo_of(query: EchoQuery) -> Echo:
    """Return the simulated echo, from the cache if it was shown before."""
    return compute.echo(query.experiment, query.seed, query.setting)


def _affordable(
    query: EchoQuery, drawn: dict[str, EchoQuery], others: dict[str, EchoQuery]
) -> dict[str, EchoQuery]:
    """The other echoes; none, with the reason, if all together are too much for a page."""
    queries = (query, *drawn.values(), *others.values())
    cost = picture_cost.of_echoes(one.experiment for one in queries)
    advice = "Take a smaller lattice"
    if picture_cost.refused(cost, "Drawing all echoes", advice, query.command):
        return {}
    return others


def _other_settings(query: EchoQuery) -> dict[str, EchoQuery]:
    """The other echoes of the material by label, if they are few enough to distinguish."""
    settings = query.source.settings
    if not 1 < len(settings) <= pins.MOST:
        return {}
    return {
        setting_label(setting): replace(query, setting=k)
        for k, setting in enumerate(settings)
        if k != query.setting
    }
