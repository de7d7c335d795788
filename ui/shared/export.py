"""Downloads of what is shown, and the code that reproduces it."""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.glossary import csv_text
from nmr_core.simulator import Echo, Sweep


def reproduce(python: str, command: str) -> None:
    """A popover with the Python and the command line that give what the page shows."""
    with st.popover("Reproduce", icon=":material/code:"):
        st.code(python, language="python", wrap_lines=True)
        st.code(command, language="bash", wrap_lines=True)


def echo_csv(echo: Echo) -> bytes:
    """Columns time, Re M, Im M, Mz."""
    table = pd.DataFrame(
        {"time_us": echo.time, "re": echo.signal.real, "im": echo.signal.imag, "mz": echo.mz}
    )
    return csv_text(table).encode()


def spectrum_csv(frequency: np.ndarray, spectrum: np.ndarray) -> bytes:
    """Columns frequency, real and imaginary part."""
    table = pd.DataFrame({"frequency_mhz": frequency, "re": spectrum.real, "im": spectrum.imag})
    return csv_text(table, table="spectrum").encode()


def sweep_csv(swept: Sweep) -> bytes:
    """One row per value and time: the parameter, time, Re M, Im M; shorter records end earlier."""
    n_values, n_times = swept.signals.shape
    name = swept.parameter.name
    table = pd.DataFrame(
        {
            name: np.repeat(swept.values, n_times),
            "time_us": np.tile(swept.time, n_values),
            "re": swept.signals.real.ravel(),
            "im": swept.signals.imag.ravel(),
        }
    )
    return csv_text(table.dropna(), {name: swept.parameter}).encode()


def npz(**arrays: np.ndarray) -> bytes:
    """Arrays as one compressed NPZ file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def download(label: str, make: Callable, name: str, mime: str, key: str) -> None:
    """A download whose bytes are only made when it is clicked."""
    st.download_button(
        label, make, name, mime, key=key, on_click="ignore", icon=":material/download:"
    )
