"""Tables whose heads, tooltips and number formats come from the glossary."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes

from nmr_core.glossary import Targets, Term, column
from nmr_core.glossary.csv_text import guarded
from ui.shared import address, inputs
from ui.shared.text import quoted

HEADER, ROW, MAX_ROWS = 38, 35, 16
"""Pixels of a table's header and rows; more rows are scrolled."""
_QUANTITY = re.compile(r"[+-]\d[\d.,]*( ?[A-Za-zµ%°]+)?")
"""A text that begins like a formula, and is a number with its unit."""
_SELECTED = "_selected-{}"
"""In the session: table and number of the selected row."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A table that is ready to be sent, to be kept by :mod:`ui.shared.once`.

    Making a table of pandas into bytes takes half of the time of showing it.

    Attributes
    ----------
    data : pyarrow.Table
        With its heads.
    config : dict
        Head -> configuration of the column.
    """

    data: pa.Table
    config: dict[str, Any]

    def __len__(self) -> int:
        return int(self.data.num_rows)

    @property
    def nbytes(self) -> int:
        """Size of the data in memory."""
        return int(self.data.nbytes)


def ready(
    frame: pd.DataFrame,
    targets: Targets | None = None,
    *,
    kind: str = "",
    columns: Mapping[str, Any] | None = None,
) -> Ready:
    """Return a table with the heads and tooltips of the glossary, ready to be sent.

    Parameters
    ----------
    frame, targets, kind, columns
        As in :func:`show`.
    """
    config = column_config(frame, targets, kind=kind, columns=columns)
    heads = [config[name]["label"] for name in frame]
    # The download of a table in the browser takes the names of the frame's columns
    sent = convert_pandas_df_to_arrow_bytes(without_formulas(frame.set_axis(heads, axis=1)))
    data = pa.ipc.open_stream(sent).read_all()
    return Ready(data, dict(zip(heads, config.values(), strict=True)))


def show(
    frame: pd.DataFrame | Ready,
    targets: Targets | None = None,
    *,
    kind: str = "",
    columns: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Show a table with the heads and tooltips of the glossary.

    Parameters
    ----------
    frame : DataFrame or Ready
        Columns by their names in the glossary, such as "r2" or "predicted_alpha". What belongs to
        the columns of a table that is ready is in it.
    targets : mapping, optional
        Parameters that columns may be about: ``run.manifest.targets``.
    kind : str
        Kind of the table, whose own terms come first ("coverage", "identify", ...).
    columns : mapping, optional
        Name -> what its column has beyond the glossary: a width, another head (``label``), a
        type of column (``type``).
    options
        Of :func:`streamlit.dataframe`.

    Returns
    -------
    The selection, as :func:`streamlit.dataframe` returns it.
    """
    if not isinstance(frame, Ready):
        frame = ready(frame, targets, kind=kind, columns=columns)
    options.setdefault("hide_index", True)
    return st.dataframe(frame.data, column_config=frame.config, **options)


def plain(rows: Any, **options: Any) -> Any:
    """Show a table about people and machines: its heads are everyday words, not in the glossary.

    Parameters
    ----------
    rows : DataFrame, dict or list
        As :func:`streamlit.dataframe` takes it.
    options
        Of :func:`streamlit.dataframe`.

    Returns
    -------
    The selection, as :func:`streamlit.dataframe` returns it.
    """
    frame = without_formulas(pd.DataFrame(rows))
    return st.dataframe(frame, **({"hide_index": True} | options))


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts a spreadsheet does not run.

    The toolbar of a table writes its cells into a CSV file as they are, in the browser.
    """
    safe = frame.copy(deep=False)
    for k, kind in enumerate(frame.dtypes):
        if pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind):
            safe.isetitem(k, frame.iloc[:, k].map(_guarded))
    return safe


def _guarded(value: Any) -> Any:
    is_quantity = isinstance(value, str) and _QUANTITY.fullmatch(value)
    return value if is_quantity else guarded(value)


def select(
    frame: pd.DataFrame | Ready,
    targets: Targets | None = None,
    *,
    key: str,
    link: str,
    columns: Mapping[str, Any] | None = None,
    **options: Any,
) -> int:
    """Show a table of which one row is selected, at first the first one; return its number.

    Parameters
    ----------
    frame, targets, columns
        As in :func:`show`.
    key : str
        Of the table.
    link : str
        Key of the row's number in the address.
    options
        Of :func:`show`.
    """
    # The browser drops the selection of a table whose heads or number of rows change
    if not isinstance(frame, Ready):
        frame = ready(frame, targets, columns=columns)
    heads = repr((list(frame.config), len(frame)))
    table = f"{key}-{hashlib.sha256(heads.encode()).hexdigest()[:8]}"
    last, number = st.session_state.get(_SELECTED.format(key), ("", 0))
    if table == last and table in st.session_state:
        number = [*st.session_state[table]["selection"]["rows"], number][0]
    linked = [row for row in address.read(link, int) if 0 <= row < len(frame)]
    number = min([*linked, number][0], len(frame) - 1)
    inputs.assign(table, {"selection": {"rows": [number], "columns": [], "cells": []}})
    st.session_state[_SELECTED.format(key)] = (table, number)
    show(
        frame,
        key=table,
        on_select="rerun",
        selection_mode="single-row-required",
        **options,
    )
    address.write(link, str(number))
    return number


def column_config(
    frame: pd.DataFrame,
    targets: Targets | None = None,
    *,
    kind: str = "",
    columns: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the configuration of all columns; parameters as in :func:`show`."""
    own = dict(columns or {})
    return {
        name: _column(frame[name], column(str(name), targets, kind), dict(own.get(name, {})))
        for name in frame
    }


def height(n_rows: int, most: int = MAX_ROWS) -> int:
    """Pixels of a table of ``n_rows`` rows, of which at most ``most`` are seen at once."""
    return HEADER + ROW * min(n_rows, most)


def _column(values: pd.Series, entry: Term, own: dict[str, Any]) -> Any:
    """One column: numbers with the format of the glossary, everything else by its type."""
    settings = {"label": entry.head, "help": quoted(entry.help)} | own
    make = settings.pop("type", None)
    if make is not None:
        return make(**settings)
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if is_number and entry.format:
        return st.column_config.NumberColumn(**{"format": entry.format} | settings)
    return st.column_config.Column(**settings)
