"""What a measurement's file leaves open: separator, columns, unit of time, and which of its
echoes.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote

import pandas as pd
import streamlit as st

from nmr_core.io.options import ReadOptions
from nmr_core.io.text_options import TextOptions
from nmr_core.io.units import TIME_UNITS
from nmr_core.measured import READERS, Measurement, Peek
from nmr_core.measured.reading import numbered
from nmr_core.parameters import Parameter
from ui.shared import inputs, table_readings
from ui.shared.text import quoted

UNITS = {"s": "s", "ms": "ms", "us": "µs", "ns": "ns"}
STEP = Parameter("step", "Time between points", "", 0, 1e12, 0.0, open_low=True)
FIRST = Parameter(
    "first",
    "First point at",
    "",
    -1e12,
    1e12,
    0.0,
    description="Time of the first point, in the unit of time; empty: as in the file.",
)
NONE = "—"


def options(found: Peek, text: TextOptions, id: str) -> ReadOptions | None:
    """Let the visitor fill in what the file leaves open; None while something is missing.

    Parameters
    ----------
    found : Peek
        Preview of the first file.
    text : TextOptions
        How it is written.
    id : str
        Of the upload: another one begins with empty fields.
    """
    own = table_readings.own(id)
    st.markdown(f":small[{quoted(f'{found.label}: {found.reason}.')}]")
    if not READERS[found.kind].asks:
        return ReadOptions()
    if found.readings:
        table_readings.choose(found, "measurement", id)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        columns = _columns(found, own)
        step = _step(found, columns, own)
        unit = _unit(found, own)
        first = inputs.number(
            FIRST,
            f"measurement-first{own}",
            link="measurement-first",
            empty=True,
            format="%.6g",
            width=130,
        )
        if found.rows:
            with st.popover("First rows", icon=":material/table_rows:"):
                st.dataframe(pd.DataFrame(found.rows, columns=found.columns), hide_index=True)
                for note in found.notes:
                    st.caption(quoted(note))
    question = _open_question(found, columns, unit, step)
    if question:
        st.info(quoted(question), icon=":material/help:")
        return None
    return ReadOptions(unit, columns, step, text=text, first=first)


def _open_question(
    found: Peek, columns: tuple[str, ...] | None, unit: str | None, step: float | None
) -> str:
    """What has to be filled in first; "" if nothing."""
    if not _is_table(found) and columns is None and "columns" in found.asks:
        return found.unit_reason
    if _is_table(found) and columns is None:
        return f"Which columns hold the signal? {found.unit_reason}"
    if unit is None and _has_unit(found):
        return f"In which unit are the times? {found.unit_reason}"
    if columns is not None and not columns[0] and step is None and found.step is None:
        return "No column holds times. What is the time between two points?"
    return ""


def _is_table(found: Peek) -> bool:
    """Whether columns of a text table are chosen, rather than arrays named."""
    return found.kind == "csv" and bool(found.columns)


def _has_unit(found: Peek) -> bool:
    """Whether the unit of time is chosen; named arrays and vendors' files that give it keep it."""
    return found.kind == "csv" or "time_unit" in found.asks


def _columns(found: Peek, own: str) -> tuple[str, ...] | None:
    """(time, re, im) by name; None while no column is chosen for the signal."""
    if not _is_table(found):
        if "columns" not in found.asks:
            return None
        text = inputs.text(
            "Columns",
            f"measurement-columns{own}",
            link="measurement-columns",
            placeholder="time,re,im",
        )
        return tuple([*text.split(","), ""][:3]) if text.count(",") else None
    chosen = []
    for role, label, guess in zip(
        ("t", "re", "im"), ("Time", "Re", "Im"), found.guessed, strict=True
    ):
        names = [*found.columns] if role == "re" else [NONE, *found.columns]
        index = None if role == "re" else 0
        if guess in names:
            index = names.index(guess)
        key = f"measurement-column-{role}-{'|'.join(found.columns)[:80]}{own}"
        labels = {name: name for name in names}
        chosen.append(
            inputs.choice(label, labels, key, link=f"column-{role}", index=index, width=130)
        )
    time, re, im = ("" if name == NONE else name for name in chosen)
    return None if re is None else (time, re, im)


def _step(found: Peek, columns: tuple[str, ...] | None, own: str) -> float | None:
    """Time between two points, where no column holds times."""
    if not (columns and not columns[0]) and "step" not in found.asks:
        return None
    return inputs.number(
        STEP,
        f"measurement-step{own}",
        link="measurement-step",
        empty=True,
        format="%.6g",
        width=160,
    )


def _unit(found: Peek, own: str) -> str | None:
    """Unit of the times, None while it is not chosen."""
    if not _has_unit(found):
        return None
    units = list(TIME_UNITS)
    return inputs.choice(
        "Unit of time",
        {unit: UNITS[unit] for unit in units},
        f"measurement-unit-{found.time_unit}-{found.unit_reason[:60]}{own}",
        link="time-unit",
        index=units.index(found.time_unit) if found.time_unit in units else None,
        placeholder="choose",
        width=130,
        help=found.unit_reason or None,
    )


def read(
    paths: Sequence[Path],
    kind: str,
    chosen: ReadOptions,
    read_file: Callable[..., list[Measurement]],
) -> list[Measurement]:
    """Return the measurements of all files, in their order, by a function that reads one."""
    return [
        measurement
        for path in paths
        for measurement in read_file(
            path,
            kind=kind or None,
            time_unit=chosen.time_unit,
            columns=chosen.columns,
            step=chosen.step,
            text=chosen.text,
            first=chosen.first,
        )
    ]


def which(measurements: Sequence[Measurement], n: int) -> list[int] | None:
    """Let the visitor choose ``n`` measurements, by their numbers; None until they are chosen."""
    by_number = numbered(measurements)
    if len(measurements) <= n:
        return list(by_number)
    names = {str(number): f"{number}: {one.name}" for number, one in by_number.items()}
    chosen = inputs.several(
        f"Which of the {len(measurements)} measurements? The run takes {n}.",
        names,
        f"measurement-which-{len(measurements)}-{n}",
        link="which",
        max_selections=n,
    )
    return [int(name) for name in chosen] if len(chosen) == n else None


def flags(chosen: ReadOptions, kind: str) -> str:
    """Return the same as options of the command line."""
    values = {
        "--format": kind,
        "--time-unit": chosen.time_unit,
        "--columns": chosen.columns and ",".join(chosen.columns),
        "--dwell": chosen.step,
        "--first-point": None if chosen.first is None else f"{chosen.first:g}",
    }
    given = {flag: quote(str(value)) for flag, value in values.items() if value}
    return "".join(f" {flag} {value}" for flag, value in given.items()) + chosen.text.flags
