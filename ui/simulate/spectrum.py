"""The spectrum of the echo, about its centre."""

import numpy as np
import streamlit as st

from nmr_core.experiment import Protocol
from nmr_core.plots import spectrum_figure
from nmr_core.simulator import Echo
from nmr_core.simulator.spectrum import WINDOWS, ZERO_FILLINGS, echo_spectrum
from ui.shared import export, figure_code, inputs
from ui.shared.figure import palette, show
from ui.shared.query import EchoQuery
from ui.simulate.echo import echo_of

PARTS = {"echo": "the echo alone", "record": "from pulse to pulse"}
PART_HELP = (
    "The echo alone: half of the time to the nearest pulse on either side of the echo.\n\n"
    "From pulse to pulse: as much as pulses and record allow. The signal that follows a pulse "
    "directly then interferes with the echo, and the spectrum has fringes."
)


def view(query: EchoQuery, echo: Echo, pinned: dict[str, EchoQuery]) -> None:
    """Show the Fourier transform of the echo and of the pinned echoes."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = inputs.choice(
            "Part of the signal", PARTS, "spectrum-part", link=True, help=PART_HELP
        )
        window = inputs.choice(
            "Window",
            {name: window.label for name, window in WINDOWS.items()},
            "window",
            link=True,
            help="\n\n".join(f"{w.label}: ${w.equation}$" for w in WINDOWS.values()),
        )
        filling = inputs.choice(
            "Zero filling",
            {str(n): f"× {n}" for n in ZERO_FILLINGS[::-1]},
            "filling",
            link=True,
            help=(
                "Draws more points between the same ones; the resolution stays 1/(length of the "
                "part)."
            ),
        )
    echoes = {"this echo": echo} | {label: echo_of(pin) for label, pin in pinned.items()}
    spectra = {label: _spectrum(one, part, window, int(filling)) for label, one in echoes.items()}
    show(
        spectrum_figure(spectra, palette(), echo.experiment.line_width),
        key="spectrum",
        name=f"spectrum-{query.preset}",
        code=_code(query, pinned, echoes, part, f"window={window!r}, zero_filling={filling}"),
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
        start, stop = span(echo.experiment.protocol, part)
        export.reproduce(
            f"{query.python}\nfrom nmr_core.simulator.spectrum import echo_spectrum\n\n"
            f"frequency, S = echo_spectrum(echo.time, echo.signal, {start:.10g}, {stop:.10g},\n"
            "                             origin=experiment.protocol.echo_time,\n"
            f"                             window={window!r}, zero_filling={filling})",
            query.command,
        )


def _code(
    query: EchoQuery, pinned: dict[str, EchoQuery], echoes: dict[str, Echo], part: str, options: str
) -> str:
    queries = {"this echo": query} | pinned
    statements = [
        figure_code.dictionary(
            "echoes", [(label, figure_code.echo(one)) for label, one in queries.items()]
        )
    ]
    entries = []
    for label, echo in echoes.items():
        start, stop = span(echo.experiment.protocol, part)
        origin = f"origin={echo.experiment.protocol.echo_time!r}"
        entries.append((label, f"spectrum({label!r}, {start!r}, {stop!r}, {origin})"))
    return figure_code.lines(
        "spectrum_figure\nfrom nmr_core.simulator.spectrum import echo_spectrum",
        *statements,
        "",
        "def spectrum(name, start, stop, origin):",
        "    echo = echoes[name]",
        f"    options = dict(origin=origin, {options})",
        "    return echo_spectrum(echo.time, echo.signal, start, stop, **options)",
        "",
        figure_code.dictionary("spectra", entries),
        f"figure = spectrum_figure(spectra, LIGHT, {query.experiment.line_width!r})",
    )


def span(protocol: Protocol, part: str) -> tuple[float, float]:
    """Return start and end of a part of the signal, µs, symmetric about the first echo."""
    start, stop = protocol.echo_span
    if part == "record" or not protocol.echo_times:
        return start, stop
    quarter = (stop - start) / 4
    return start + quarter, stop - quarter


def _spectrum(echo: Echo, part: str, window: str, filling: int) -> tuple[np.ndarray, np.ndarray]:
    protocol = echo.experiment.protocol
    return echo_spectrum(
        echo.time,
        echo.signal,
        *span(protocol, part),
        origin=protocol.echo_time,
        window=window,
        zero_filling=filling,
    )
