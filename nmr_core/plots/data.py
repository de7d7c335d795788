"""The numbers that a figure shows, as a table."""

import html
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from nmr_core.glossary.csv_text import plain_csv
from nmr_core.plots.content import content

TAG = re.compile(r"<[^>]+>")
ERRORS = {"x": "error_x", "y": "error_y"}


def figure_table(figure: go.Figure) -> pd.DataFrame:
    """Return the points that a figure draws.

    Curves over the same points stand beside each other, one column per curve; others below each
    other, named in the column "curve". A map has one row per cell, a band the columns "low" and
    "high".

    Parameters
    ----------
    figure : Figure
        Titles of its axes, with units, name the columns.

    Returns
    -------
    DataFrame
        Lengths of error bars are added to the column's name: "predicted α, error up".
    """
    traces, layout = content(figure)
    tables = [table for table in _tables(traces, layout) if len(table)]
    if not tables:
        return pd.DataFrame()
    return _beside(tables) if _alike(tables) else pd.concat(tables, ignore_index=True)


def figure_csv(figure: go.Figure) -> bytes:
    """Return :func:`figure_table` as CSV in UTF-8 with a byte order mark, which Excel needs."""
    return plain_csv(figure_table(figure)).encode("utf-8-sig")


def _tables(traces: list[dict], layout: dict) -> Iterator[pd.DataFrame]:
    """One table per trace, lower and upper edges of a band in one."""
    names = _names(traces, layout)
    k = 0
    while k < len(traces):
        trace = traces[k]
        after = traces[k + 1] if k + 1 < len(traces) else {}
        across, up = _columns(trace, layout)
        if trace.get("type") == "heatmap":
            yield _cells(trace, names[k], across, up)
        elif trace.get("fill") == "toself":
            yield _closed_band(trace, names[k], across, up)
        elif after.get("fill") == "tonexty" and _shares_x(trace, after):
            yield _band(trace["x"], trace["y"], after["y"], names[k + 1], across, up)
            k += 1
        elif trace.get("y") is not None and trace.get("x") is not None:
            yield _points(trace, names[k], across, up)
        k += 1


def _names(traces: list[dict], layout: dict) -> list[str]:
    """Name of each trace; those without one are numbered."""
    return [_text(trace.get("name")) or f"curve {k + 1}" for k, trace in enumerate(traces)]


def _columns(trace: dict, layout: dict) -> tuple[str, str]:
    """Titles of the two axes of a trace; "x" and "y" where they have none."""
    titles = []
    for letter in "xy":
        axis = trace.get(f"{letter}axis") or letter
        own = layout.get(f"{letter}axis{axis[1:]}") or {}
        titles.append(_title(own) or _only_title(layout, letter) or letter)
    across, up = titles
    return across, up if up != across else f"{up} "


def _title(axis: dict) -> str:
    title = axis.get("title") or {}
    return _text(title.get("text") if isinstance(title, dict) else title)


def _only_title(layout: dict, letter: str) -> str:
    """The title of all axes of a kind, if just one of them has one."""
    axes = [axis for name, axis in layout.items() if name.startswith(f"{letter}axis")]
    titles = {_title(axis) for axis in axes} - {""}
    return titles.pop() if len(titles) == 1 else ""


def _text(text: object) -> str:
    """Text without markup."""
    return html.unescape(TAG.sub(" ", str(text or ""))).replace("\xa0", " ").strip()


def _points(trace: dict, name: str, across: str, up: str) -> pd.DataFrame:
    x, y = _array(trace["x"]), _array(trace["y"])
    n = min(len(x), len(y))
    columns = {"curve": name, across: x[:n], up: y[:n]}
    for letter, title in (("x", across), ("y", up)):
        columns |= _error_columns(trace.get(ERRORS[letter]), title.strip(), n)
    text = trace.get("text")
    if not isinstance(text, str) and text is not None and len(text) == n:
        columns["label"] = [_text(entry) for entry in text]
    table = pd.DataFrame(columns)
    return table.dropna(subset=[across, up], how="all")


def _error_columns(bars: dict | None, title: str, n: int) -> dict[str, np.ndarray]:
    if not bars or bars.get("array") is None or len(bars["array"]) != n:
        return {}
    above = _array(bars["array"])
    below = above if bars.get("arrayminus") is None else _array(bars["arrayminus"])
    return {f"{title}, error up": above, f"{title}, error down": below}


def _closed_band(trace: dict, name: str, across: str, up: str) -> pd.DataFrame:
    """The closed line of :func:`nmr_core.plots.traces.band`: upper edge, lower edge backwards."""
    x, y = _array(trace["x"]), _array(trace["y"])
    half = len(x) // 2
    if len(x) % 2 or not np.array_equal(x[:half], x[: half - 1 : -1]):
        return _points(trace, name, across, up)
    return _band(x[:half], y[: half - 1 : -1], y[:half], name, across, up)


def _band(
    x: ArrayLike, low: ArrayLike, high: ArrayLike, name: str, across: str, up: str
) -> pd.DataFrame:
    low, high = _array(low), _array(high)
    swapped = low > high if low.dtype.kind == "f" and high.dtype.kind == "f" else False
    edges = {
        f"{up.strip()}, low": np.where(swapped, high, low),
        f"{up.strip()}, high": np.where(swapped, low, high),
    }
    return pd.DataFrame({"curve": name, across: _array(x)} | edges)


def _cells(trace: dict, name: str, across: str, up: str) -> pd.DataFrame:
    """One row per cell; of cells given by their edges, the middles."""
    z = np.asarray(trace["z"], dtype=float)
    x = _middles(trace.get("x"), z.shape[1])
    y = _middles(trace.get("y"), z.shape[0])
    bar = trace.get("colorbar") or {}
    value = _title(bar) or "value"
    table = pd.DataFrame(
        {
            "curve": name,
            across: np.tile(x, z.shape[0]),
            up: np.repeat(y, z.shape[1]),
            value: z.ravel(),
        }
    )
    return table.dropna(subset=[value])


def _middles(values: object, n: int) -> np.ndarray:
    if values is None:
        return np.arange(n)
    array = _array(values)
    return (array[1:] + array[:-1]) / 2 if len(array) == n + 1 else array[:n]


def _array(values: object) -> np.ndarray:
    """Numbers as floats with as many digits as they are drawn with, names as text."""
    array = np.asarray(values)
    if array.dtype == object:
        try:
            return array.astype(float)
        except (TypeError, ValueError):
            return np.array([_text(value) for value in array], dtype=object)
    return np.array([_text(v) for v in array], dtype=object) if array.dtype.kind == "U" else array


def _shares_x(one: dict, other: dict) -> bool:
    if one.get("x") is None or other.get("x") is None:
        return False
    return np.array_equal(_array(one["x"]), _array(other["x"]))


def _alike(tables: list[pd.DataFrame]) -> bool:
    """Whether all tables are curves over the same points."""
    first = tables[0]
    names = {table["curve"].iloc[0] for table in tables}
    return (
        len(tables) > 1
        and len(names) == len(tables)
        and all(
            table.shape == first.shape
            and table.shape[1] == 3
            and list(table.columns) == list(first.columns)
            and table.iloc[:, 1].equals(first.iloc[:, 1])
            for table in tables
        )
    )


def _beside(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """One column per curve, named "curve: title of the axis" unless both are the same."""
    table = tables[0].iloc[:, [1]].copy()
    title = tables[0].columns[2].strip()
    for one in tables:
        name = one["curve"].iloc[0]
        table[name if title in ("", "y") else f"{name}: {title}"] = one.iloc[:, 2].to_numpy()
    return table
