"""A prior edited as a table: one row per parameter; kept while its visitor is here, taken home and
brought back as TOML.
"""

import math
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL
from nmr_core.presets import PRESETS, Preset, Row, rows_of, written_table
from nmr_core.presets.table import KINDS, MAX_BYTES, NEEDS, SAMPLINGS, STRENGTHS
from ui.shared import export, inputs, notice, strangers, tables

CELLS = ("low", "high", "mean", "sd")
PRESET_CELLS = ("distribution",)
"""Columns that a new line fills by itself."""
POWER = "power:"
"""Begin of a stored density that is an exponent."""
KEEP = "_prior-{}"
"""Session: preset -> what stands in its table, as the visitor left it."""


def editor(preset: Preset) -> tuple[list[Row], str]:
    """(rows, sampling) as they stand in the table; a cell that cannot be read is an
    :class:`InputError`.
    """
    version = st.session_state.get(f"_prior-version-{preset.name}", 0)
    key = f"prior-{preset.name}-{version}"
    base = f"_prior-base-{preset.name}"
    edited = KEEP.format(preset.name)
    # The first time, or back from another page
    if key not in st.session_state or base not in st.session_state:
        table = st.session_state.get(edited)
        st.session_state[base] = frame(rows_of(preset)) if table is None else table
    names = list(dict.fromkeys([*preset.space.names, *STRENGTHS, *FIELDS]))
    number = {"type": st.column_config.NumberColumn, "format": "%.6g", "width": "small"}
    own = _choices(preset, names) | dict.fromkeys(CELLS, number)
    st.session_state[edited] = st.data_editor(
        st.session_state[base],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        alt="The prior: one row per parameter.",
        column_config=tables.column_config(st.session_state[base], columns=own),
    )
    st.caption(
        f"Columns to fill: {_needs()} · **sampling density**: none, or an exponent such as -0.5 "
        "(more small values) or 0.5 (more large ones)."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sampling = inputs.choice("Sampling", dict(SAMPLINGS), "prior-sampling", width=480)
        with st.popover("TOML file", icon=":material/description:"):
            _file(preset, st.session_state[edited], sampling)
    return rows(st.session_state[edited]), sampling


def _needs() -> str:
    """Which columns every distribution needs; of the others low and high may stay empty."""
    by_columns: dict[str, list[str]] = {}
    for name, columns in NEEDS.items():
        text = " and ".join(columns) if columns else "low and high, if the range is to be searched"
        by_columns.setdefault(text, []).append(name)
    return " · ".join(f"**{', '.join(names)}**: {text}" for text, names in by_columns.items())


def _choices(preset: Preset, names: list[str]) -> dict[str, dict]:
    """Lists of the columns name and distribution, and hints on values and density."""
    return {
        "name": {
            "type": st.column_config.SelectboxColumn,
            "options": names,
            "required": True,
            "width": "medium",
            "format_func": lambda name: _label(preset, name),
        },
        "distribution": {
            "type": st.column_config.SelectboxColumn,
            "options": list(KINDS),
            "required": True,
            "default": "uniform",
            "width": 130,
            "help": " · ".join(f"{name}: {text}" for name, text in KINDS.items()),
        },
        "values": {
            "type": st.column_config.TextColumn,
            "help": "Of choice and fixed, separated by commas: 6, 8 or gaussian, rkky.",
        },
        "density": {
            "type": st.column_config.TextColumn,
            "width": "medium",
            "max_chars": 80,
            "help": "Where samples are drawn more often than in the prior, so that a model learns "
            "more there; empty: as the prior. An exponent K between -1 and 1: density ~ "
            "(value - low)^K, so -0.5 draws more small values and 0.5 more large ones; "
            "-0.5,prior=0.2: a fifth of the samples as the prior; steps:0.005=8,0.05=2: 8 times as "
            "many below 0.005, twice as many up to 0.05. Weights keep the prior: scores and "
            "intervals still refer to it.",
        },
    }


def _label(preset: Preset, name: str) -> str:
    spec = next((space[name] for space in (preset.space, PHYSICAL, DERIVED) if name in space), None)
    return name if spec is None or spec.label == name else f"{name}: {spec.label}"


def _file(preset: Preset, table: pd.DataFrame, sampling: str) -> None:
    """The table as a file that the command line understands, and back."""
    export.download(
        "Download this table",
        lambda: written_table(rows(table), preset.name, sampling).encode(),
        "prior.toml",
        "application/toml",
        "prior-download",
    )
    st.file_uploader(
        "Or bring one", type="toml", key="prior-file", on_change=_brought, max_upload_size=1
    )
    if problem := st.session_state.get("_prior-problem"):
        notice.error(problem)


def _brought() -> None:
    """The uploaded table takes the place of what stands there; one that cannot be read changes
    nothing.
    """
    st.session_state.pop("_prior-problem", None)
    if (file := st.session_state.get("prior-file")) is None:
        return
    try:
        uploaded, name, sampling = read(file.name, file.getvalue())
    except (InputError, FailedError) as error:
        st.session_state["_prior-problem"] = str(error)
        return
    version = f"_prior-version-{name}"
    inputs.assign("new-preset", name)
    inputs.assign("prior-sampling", sampling)
    st.session_state[KEEP.format(name)] = frame(uploaded)
    st.session_state[version] = st.session_state.get(version, 0) + 1


def read(name: str, content: bytes) -> tuple[list[Row], str, str]:
    """(rows, preset's name, sampling) of an uploaded file."""
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{name[:80]} has {len(content):,} bytes; a table of a prior has at most "
            f"{MAX_BYTES:,}. "
            "Give the TOML file of a prior."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prior.toml"
        path.write_bytes(content)
        try:
            table, preset, sampling = strangers.read("prior", path=path)
        except InputError as error:
            raise InputError(str(error).replace(str(path), name[:80])) from None
    if preset not in PRESETS or sampling not in SAMPLINGS:
        raise InputError(
            f"{name[:80]} asks for the preset {preset[:40]!r} and the sampling {sampling[:40]!r}; "
            f"there are {', '.join(PRESETS)} and {', '.join(SAMPLINGS)}."
        )
    return table, preset, sampling


def frame(several: list[Row]) -> pd.DataFrame:
    """Rows as the editor shows them: empty cells are NaN, values a text."""
    table = pd.DataFrame(
        [
            {
                "name": row.name,
                "distribution": row.distribution,
                **{cell: getattr(row, cell) for cell in CELLS},
                "values": ", ".join(map(str, row.values)),
                "density": row.density.removeprefix(POWER),
            }
            for row in several
        ],
        columns=["name", "distribution", *CELLS, "values", "density"],
    )
    return table.astype(dict.fromkeys(CELLS, float))


def rows(table: pd.DataFrame) -> list[Row]:
    """The rows of an edited table; lines that are empty altogether are left out."""
    return [
        _row(number, cells)
        for number, cells in enumerate(table.to_dict("records"), 1)
        if any(not _empty(value) for cell, value in cells.items() if cell not in PRESET_CELLS)
    ]


def _row(number: int, cells: dict) -> Row:
    if _empty(cells["name"]):
        raise InputError(
            f"Line {number} of the table has no parameter. Choose one, or delete the line."
        )
    values = "" if _empty(cells["values"]) else str(cells["values"])
    filled = {
        name: value for name, value in cells.items() if name != "values" and not _empty(value)
    }
    return Row.of(
        filled | {"values": [_value(text.strip()) for text in values.split(",") if text.strip()]}
    )


def _empty(value: Any) -> bool:
    return (
        value is None
        or value == ""
        or (isinstance(value, float) and math.isnan(value))
        or value is pd.NA
    )


def _value(text: str) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if text.lstrip("+-").isdigit() else number
