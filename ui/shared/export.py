"""Downloads of what is shown, and the code that reproduces it."""

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.glossary import csv_text
from nmr_core.simulator import Echo, Sweep
from nmr_core.storage import audit
from nmr_core.storage.spaces.person import acting, acting_as
from nmr_core.storage.workspace import workspace_id


class Thing(NamedTuple):
    """A stored thing: kind, id and owner ("" for none)."""

    kind: str
    id: str
    owner: str


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


def download(
    label: str,
    make: Callable | bytes | str,
    name: str,
    mime: str,
    key: str,
    *,
    of: Sequence[Thing] = (),
) -> None:
    """A download whose bytes are only made when it is clicked.

    Parameters
    ----------
    label, name, mime, key : str
        Words on the button, name and type of the file, key of the widget.
    make : callable, bytes or str
        Makes the content, or the content.
    of : sequence of Thing
        Stored things that it holds; that of another person is recorded.
    """
    content = _recorded(make, of) if of else make
    st.download_button(
        label, content, name, mime, key=key, on_click="ignore", icon=":material/download:"
    )


def _recorded(make: Callable | bytes | str, things: Sequence[Thing]) -> Callable | bytes | str:
    """The same content, whose making is recorded: it is made outside of the page."""
    person, workspace = acting(), workspace_id()
    if person is None or all(thing.owner in ("", person.id) for thing in things):
        return make

    def made() -> bytes | str:
        with acting_as(person):
            for thing in things:
                audit.note_download(thing.kind, thing.id, thing.owner, workspace)
        return make() if callable(make) else make

    return made
