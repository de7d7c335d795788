"""What a file of one's own holds: its first rows, and the questions that it leaves open: unit, columns, which measurement."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from nmr_core.io.options import ReadOptions
from nmr_core.io.units import TIME_UNITS
from nmr_core.measured import READERS, Measurement, Peek, read_measurements
from ui.shared.text import quoted

UNITS = {"s": "s", "ms": "ms", "us": "µs", "ns": "ns"}
NONE = "—"


def asked(found: Peek) -> ReadOptions | None:
    """What a person says about the file; None as long as something is open. It is asked where the file does not tell; what it
    tells can be changed."""
    st.markdown(f":small[{quoted(f'{found.label}: {found.reason}.')}]")
    if not READERS[found.kind].asks:
        return ReadOptions()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        columns = _columns(found)
        step = _step(found, columns)
        unit = _unit(found)
        if found.rows:
            with st.popover("First rows", icon=":material/table_rows:"):
                st.dataframe(pd.DataFrame(found.rows, columns=found.columns), hide_index=True)
                for note in found.notes:
                    st.caption(quoted(note))
    if not found.columns and columns is None and "columns" in found.asks:
        st.info(quoted(found.unit_reason), icon=":material/help:")
        return None
    if unit is None:
        st.info(quoted(f"In which unit are the times? {found.unit_reason}"), icon=":material/help:")
        return None
    if found.columns and columns is None:
        st.info("Which columns hold the signal? Choose them above.", icon=":material/help:")
        return None
    if columns is not None and not columns[0] and step is None:
        st.info("No column holds times. How far apart are the points?", icon=":material/help:")
        return None
    return ReadOptions(unit, columns, step)


def _columns(found: Peek) -> tuple[str, str, str] | None:
    """(time, re, im) by name; None as long as nobody has said which column is the signal."""
    if not found.columns or found.kind != "csv":
        text = (
            st.text_input("Columns", key="own-columns", placeholder="time,re,im")
            if "columns" in found.asks
            else ""
        )
        return tuple([*text.split(","), ""][:3]) if text.count(",") else None
    chosen = []
    for role, label, guess in zip(
        ("t", "re", "im"), ("Time", "Re", "Im"), found.guessed, strict=True
    ):
        options = [*found.columns] if role == "re" else [NONE, *found.columns]
        index = options.index(guess) if guess in options else None if role == "re" else 0
        key = f"own-column-{role}-{'|'.join(found.columns)[:80]}"
        chosen.append(st.selectbox(label, options, index=index, key=key, width=130))
    time, re, im = ("" if name == NONE else name for name in chosen)
    return None if re is None else (time, re, im)


def _step(found: Peek, columns: tuple[str, ...] | None) -> float | None:
    """The time between two points, where no column holds times."""
    if not (columns and not columns[0]) and "step" not in found.asks:
        return None
    return (
        st.number_input(
            "Time between points",
            min_value=0.0,
            value=None,
            key="own-step",
            format="%.6g",
            width=160,
        )
        or None
    )


def _unit(found: Peek) -> str | None:
    """The unit of the times, None as long as nobody has said it."""
    index = list(TIME_UNITS).index(found.time_unit) if found.time_unit in TIME_UNITS else None
    return st.selectbox(
        "Unit of time",
        list(TIME_UNITS),
        index=index,
        format_func=UNITS.get,
        placeholder="choose",
        key=f"own-unit-{found.time_unit}-{found.unit_reason[:60]}",
        width=130,
        help=found.unit_reason or None,
    )


def read(paths: Sequence[Path], kind: str, said: ReadOptions) -> list[Measurement]:
    """The measurements of all files, in their order."""
    return [
        measurement
        for path in paths
        for measurement in read_measurements(
            path, kind=kind or None, time_unit=said.time_unit, columns=said.columns, step=said.step
        )
    ]


def which(measurements: Sequence[Measurement], n: int) -> list[int] | None:
    """Numbers (from 1) of the measurements that are meant; None as long as nobody has said it."""
    if len(measurements) <= n:
        return list(range(1, len(measurements) + 1))
    names = {k: f"{k}: {measurement.name}" for k, measurement in enumerate(measurements, 1)}
    chosen = st.multiselect(
        f"Which of the {len(measurements)} measurements? The run takes {n}.",
        list(names),
        format_func=names.get,
        max_selections=n,
        key=f"own-which-{len(measurements)}-{n}",
    )
    return chosen if len(chosen) == n else None


def flags(said: ReadOptions, kind: str) -> str:
    """The same for the command line."""
    given = {
        "--format": kind,
        "--time-unit": said.time_unit,
        "--columns": said.columns and ",".join(said.columns),
        "--dwell": said.step,
    }
    return "".join(f" {flag} {value}" for flag, value in given.items() if value)
