"""The pictures of the Simulate page: the echo, its spectrum, the lattice, a sweep; each with its downloads."""

from dataclasses import replace

import streamlit as st

from nmr_core.parameters import Parameter
from nmr_core.plots import (
    COMPONENTS,
    COMPONENTS_OF_SPIN,
    echo_figure,
    lattice_figure,
    spectrum_figure,
    sweep_figure,
    sweep_lines_figure,
)
from nmr_core.presets import Preset
from nmr_core.simulator import Echo
from nmr_core.simulator.analytic import has_uncoupled_solution, uncoupled_magnitude
from nmr_core.simulator.spectrum import WINDOWS, ZERO_FILLINGS, echo_spectrum
from nmr_core.simulator.sweep import swept_parameter, values_between
from ui.shared import compute, export, inputs
from ui.shared.experiment_form import setting_label
from ui.shared.palette import palette, show
from ui.shared.query import Asked
from ui.shared.text import duration
from ui.simulate import pins

BINARY = "application/octet-stream"
N_VALUES = Parameter("n_values", "values", "", 2, 101, 25, integer=True)
SPANS = {
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
"""What a sweep of a physical parameter covers until somebody changes it."""


def numbers(echo: Echo, reference: Echo | None) -> None:
    """Height, time, width and asymmetry of the echo; beside them what changed against ``reference``."""
    shape, before = echo.shape, reference.shape if reference else None
    facts = (
        ("Echo |M|", "height", "{:.4f}", "Largest |M| of the first echo; at most 1/2."),
        ("at t", "time", "{:.1f} µs", "When |M| is largest."),
        ("Width", "width", "{:.2f} µs", "Full width of |M| at half of its height."),
        (
            "Asymmetry",
            "asymmetry",
            "{:+.3f}",
            "(b − a)/(b + a) of the half widths before (a) and after (b) the top.",
        ),
    )
    with st.container(horizontal=True, gap="large"):
        for label, name, form, text in facts:
            value = getattr(shape, name)
            change = None if before is None else value - getattr(before, name)
            st.metric(
                label,
                "–" if value != value else form.format(value),
                help=text,
                delta_color="off",
                delta=None if change is None or change != change else f"{change:+.3g}",
            )
    derived = echo.experiment.derived
    st.caption(
        f"Coupling **ωp = {derived['omega_p']:.3g} Γ** · kernel sum **W = {derived['W']:.4g}** · length scale √|W| = "
        f"{derived['length_scale']:.3g} sites · {echo.experiment.sample.n_sites:,} spins · {len(echo.time):,} points",
        help="ωp = 2 α |W| in line widths Γ (interesting: 2.5 to 4.5); W is the sum of K over the lattice.",
    )


def echo_view(asked: Asked, echo: Echo, kept: dict[str, Asked]) -> None:
    """M(t), with the pinned curves and the exact curve without coupling."""
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.pills(
            "Show",
            list(COMPONENTS),
            selection_mode="multi",
            default=list(COMPONENTS),
            key="components",
            persist_state="session",
            label_visibility="collapsed",
        )
        known = has_uncoupled_solution(echo.experiment)
        plain = st.toggle(
            "No coupling",
            key="uncoupled",
            persist_state="session",
            disabled=not known,
            help="The dotted line is exact: the line's characteristic function times the decay.",
        )
        pins.buttons(list(kept.values()), asked)
        others = _others(asked)
        if others and st.toggle(
            "All echoes", key="all-echoes", persist_state="session", help="Of this material."
        ):
            kept = kept | others
    show(
        echo_figure(
            echo,
            palette(),
            tuple(shown) or ("|M|",),
            uncoupled_magnitude(echo.experiment) if plain and known else None,
            {label: _echo(pin) for label, pin in kept.items()},
        ),
        key="echo",
        alt="M of the echo against time.",
    )
    with st.container(horizontal=True):
        export.download("CSV", lambda: export.echo_csv(echo), "echo.csv", "text/csv", "echo-csv")
        export.download(
            "NPZ",
            lambda: export.npz(time=echo.time, signal=echo.signal, mz=echo.mz),
            "echo.npz",
            BINARY,
            "echo-npz",
        )
        export.reproduce(asked.python, asked.command + _all_settings(asked) + " --out echo.csv")


def _others(asked: Asked) -> dict[str, Asked]:
    """The other echoes of the material, if they are few enough to be told apart."""
    settings = asked.source.settings
    if not 1 < len(settings) <= pins.MOST:
        return {}
    return {
        setting_label(setting): replace(asked, setting=k)
        for k, setting in enumerate(settings)
        if k != asked.setting
    }


def _echo(asked: Asked) -> Echo:
    return compute.echo(asked.experiment, asked.seed, asked.setting)


def _all_settings(asked: Asked) -> str:
    n = len(asked.source.settings)
    return f"   # all {n} echoes of the material:" if n > 1 else ""


def spectrum_view(asked: Asked, echo: Echo, kept: dict[str, Asked]) -> None:
    """The Fourier transform about the echo's centre."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = inputs.choice(
            "Window",
            {name: w.label for name, w in WINDOWS.items()},
            "window",
            link=True,
            help="\n\n".join(f"{w.label}: ${w.equation}$" for w in WINDOWS.values()),
        )
        filling = inputs.choice(
            "Zero filling",
            {str(n): f"× {n}" for n in ZERO_FILLINGS[::-1]},
            "filling",
            link=True,
            help="Draws more points between the same ones; the resolution stays 1/(length of the record).",
        )
    echoes = {"this echo": echo} | {label: _echo(pin) for label, pin in kept.items()}
    spectra = {label: _spectrum(one, window, int(filling)) for label, one in echoes.items()}
    show(
        spectrum_figure(spectra, palette(), echo.experiment.line_width),
        key="spectrum",
        alt="Spectrum of the echo against frequency.",
    )
    frequency, S = spectra["this echo"]
    with st.container(horizontal=True):
        export.download(
            "CSV",
            lambda: export.spectrum_csv(frequency, S),
            "spectrum.csv",
            "text/csv",
            "spectrum-csv",
        )
        export.reproduce(
            asked.python
            + "\nfrom nmr_core.simulator.spectrum import echo_spectrum\n\nprotocol = experiment.protocol\n"
            "frequency, S = echo_spectrum(echo.time, echo.signal, *protocol.echo_span, origin=protocol.echo_time,\n"
            f"                             window={window!r}, zero_filling={filling})",
            asked.command,
        )


def _spectrum(echo: Echo, window: str, filling: int):
    protocol = echo.experiment.protocol
    return echo_spectrum(
        echo.time,
        echo.signal,
        *protocol.echo_span,
        origin=protocol.echo_time,
        window=window,
        zero_filling=filling,
    )


def lattice_view(asked: Asked) -> None:
    """Every spin at every moment."""
    component = inputs.choice(
        "Component", {name: name for name in ("phase", *COMPONENTS_OF_SPIN)}, "component", link=True
    )
    movie = compute.movie(asked.experiment, asked.seed)
    show(
        lattice_figure(movie, component, palette()),
        key="lattice",
        alt=f"{component} of every spin, playable over time.",
    )
    with st.container(horizontal=True):
        export.download(
            "NPZ",
            lambda: export.npz(time=movie.time, m=movie.m, mz=movie.mz),
            "lattice.npz",
            BINARY,
            "lattice-npz",
        )
        export.reproduce(
            asked.python + f"\nmovie = nmr.movie(experiment, {len(movie.time)}, seed={asked.seed})",
            asked.command,
        )


def sweep_view(asked: Asked) -> None:
    """|M| against time and one parameter, or the echoes of the material."""
    preset, values = asked.source, dict(asked.values)
    name, low, high, n_values = _sweep_choice(preset, asked)
    wait = compute.seconds(asked.experiment, n_values)
    if wait > compute.PATIENCE:
        st.info(
            f"This sweep takes about {duration(wait)}: take fewer values or a smaller lattice, or run the command."
        )
        st.code(_sweep_command(asked, name, low, high, n_values), language="bash")
        return
    steps = (
        tuple(values_between(swept_parameter(preset, name), low, high, n_values).tolist())
        if name
        else ()
    )
    swept = compute.sweep(preset, values, asked.seed, name, steps)
    magnitude, label = abs(swept.signals), swept.parameter.label
    show(
        sweep_figure(swept.time, swept.values, magnitude, label, palette()),
        key="sweep",
        alt=f"|M| against time and {label}.",
    )
    show(
        sweep_lines_figure(swept.values, swept.shapes, label, palette()),
        key="sweep-lines",
        alt=f"Echo against {label}.",
    )
    with st.container(horizontal=True):
        export.download(
            "CSV", lambda: export.sweep_csv(swept), "sweep.csv", "text/csv", "sweep-csv"
        )
        export.download(
            "NPZ",
            lambda: export.npz(time=swept.time, values=swept.values, signals=swept.signals),
            "sweep.npz",
            BINARY,
            "sweep-npz",
        )
        export.reproduce(
            _sweep_python(asked, name, low, high, n_values),
            _sweep_command(asked, name, low, high, n_values),
        )


def _sweep_choice(preset: Preset, asked: Asked) -> tuple[str, float, float, int]:
    """What is swept ("" = the sample's settings), from where to where, in how many values."""
    specs = {spec.name: spec for spec in preset.space} | {
        n: swept_parameter(preset, n) for n in SPANS if n not in preset.space
    }
    options = {n: f"{spec.label}" for n, spec in specs.items()}
    if len(preset.settings) > 1:
        first, last = (setting_label(preset.settings[k]) for k in (0, -1))
        options = {"settings": f"the {len(preset.settings)} echoes: {first} to {last}"} | options
    elif asked.experiment.protocol.sequence == "hahn_echo":
        options = {"angle_2": options["angle_2"]} | options
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = inputs.choice("Swept", options, f"{preset.name}-swept", link=True)
        if name == "settings":
            return "", 0.0, 0.0, len(preset.settings)
        spec = specs[name]
        low, high = (
            SPANS[name] if name not in preset.space else (spec.low or spec.high / 50, spec.high)
        )
        low, high = (
            inputs.number(
                spec.within(spec.low, spec.high, end, symbol=word, description=""),
                f"{preset.name}-{name}-{word}",
                link=True,
            )
            for word, end in (("from", low), ("to", high))
        )
        n_values = inputs.number(N_VALUES, "n_values", link=True)
    return name, low, high, n_values


def _sweep_command(asked: Asked, name: str, low: float, high: float, n_values: int) -> str:
    what = f" --sweep {name}={low:g}:{high:g}:{n_values}" if name else ""
    return f"{asked.command}{what} --figure sweep.html --out sweep.csv"


def _sweep_python(asked: Asked, name: str, low: float, high: float, n_values: int) -> str:
    arguments = "".join(f", {key}={value!r}" for key, value in asked.values)
    if not name:
        return (
            f"import nmr_core as nmr\nfrom nmr_core.simulator import sweep_settings\n\n"
            f"swept = sweep_settings(nmr.preset({asked.preset!r}), seed={asked.seed}{arguments})"
        )
    return (
        f"import numpy as np\nimport nmr_core as nmr\n\nvalues = np.linspace({low!r}, {high!r}, {n_values})\n"
        f"swept = nmr.sweep(nmr.preset({asked.preset!r}), {name!r}, values, seed={asked.seed}{arguments})"
    )
