"""The table of the files with the values of the swept quantity, which may be typed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.errors import InputError
from nmr_core.measured.series.choosing import chosen, with_values
from nmr_core.measured.series.quantity import QUANTITIES, Quantity, parse_quantity
from nmr_core.measured.series.series import Item, Series
from ui.shared import inputs, tables
from ui.shared.text import quoted

FOUND, TYPED = "found", "typed"
TYPED_BASE = "_series-values"
"""In the session: key and table of the values that were typed."""


def series_of(items: Sequence[Item], title: str, id: str) -> Series:
    """Show how the swept quantity was found, let the visitor choose or type it, and return it.

    Parameters
    ----------
    items : sequence of Item
        As read.
    title : str
        Name of the files.
    id : str
        Of the upload or folder.
    """
    first = chosen(items, None, title)
    labels = {FOUND: "As found"} if not first.question else {}
    candidates = [one for one in first.candidates if one.known and one.varies]
    labels |= {one.key: one.words for one in candidates}
    labels |= {TYPED: "The values that are typed below"}
    way = inputs.choice(
        "Swept quantity",
        labels,
        f"series-by-{id[-12:]}-{int(bool(first.question))}",
        link="by",
        index=None if first.question else 0,
        placeholder="Choose the swept quantity",
    )
    series = first if way in (None, FOUND, TYPED) else chosen(items, way, title)
    if way != TYPED:
        _say(series)
        _table(series)
        return series
    return _typed(series, items, id)


def _say(series: Series) -> None:
    if series.question:
        st.warning(quoted(series.question), icon=":material/help:")
    else:
        st.markdown(quoted(series.reason))
    for note in series.notes:
        st.caption(quoted(note))


def _table(series: Series) -> None:
    """Files, their values and what is wrong with them."""
    frame = _frame(series.items)
    tables.show(frame, _specs(series.quantity), kind="series", height=tables.height(len(frame), 8))


def _frame(items: Sequence[Item]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": [item.path for item in items],
            "number": [item.number for item in items],
            "swept_value": [np.nan if item.value is None else item.value for item in items],
            "points": [0 if item.measurement is None else len(item.measurement) for item in items],
            "problem": [item.problem for item in items],
        }
    )


def _specs(quantity: Quantity | None) -> dict:
    if quantity is None:
        return {"swept_value": {"symbol": "value", "unit": ""}}
    return {"swept_value": {"symbol": quantity.symbol or quantity.name, "unit": quantity.unit}}


def _typed(series: Series, items: Sequence[Item], id: str) -> Series:
    """Let the visitor name the quantity and type a value per echo."""
    text = inputs.text(
        "Name and unit of the quantity", "series-quantity", first="temperature (K)", link="quantity"
    )
    quantity = _quantity(text)
    by_name = {(item.path, item.number): item.value for item in series.items}
    read = [item for item in items if item.measurement is not None]
    key = f"series-table-{id[-12:]}-{len(items)}"
    stored = st.session_state.get(TYPED_BASE)
    if stored is None or stored[0] != key:
        frame = _frame(read).drop(columns="problem")
        frame["swept_value"] = [by_name.get((item.path, item.number)) for item in read]
        frame["swept_value"] = frame["swept_value"].astype(float)
        stored = st.session_state[TYPED_BASE] = (key, frame)
    number = {"type": st.column_config.NumberColumn, "format": "%.6g"}
    fixed = {"disabled": True}
    config = tables.column_config(
        stored[1],
        _specs(quantity),
        kind="series",
        columns={"swept_value": number, "file": fixed, "number": fixed, "points": fixed},
    )
    table = st.data_editor(
        stored[1],
        key=key,
        hide_index=True,
        placeholder="",
        alt="One row per echo, with the value of the swept quantity.",
        column_config=config,
        height=tables.height(len(stored[1]), 8),
    )
    values = iter(table["swept_value"])
    numbers = [None if item.measurement is None else _number(next(values)) for item in items]
    if not any(value is not None for value in numbers):
        st.info("Type the value of each echo into the table.", icon=":material/edit:")
        return series
    bare = Series(tuple(items), title=series.title, candidates=series.candidates)
    typed = with_values(bare, numbers, quantity)
    _say(typed)
    return typed


def _quantity(text: str) -> Quantity:
    """The quantity that is named; a unit that is not known stays as it is written."""
    try:
        _, name, unit = parse_quantity(text or "value")
    except InputError:
        name, _, unit = text.partition("(")
        return Quantity(name.strip()[:40] or "value", unit.strip(" )")[:12])
    known = QUANTITIES.get(name)
    if known and unit in ("", known.unit):
        return known
    return Quantity(name[:40], unit.replace("us", "µs"), known.symbol if known else "")


def _number(value: object) -> float | None:
    number = np.nan if value is None else float(value)  # type: ignore[arg-type]
    return number if np.isfinite(number) else None
