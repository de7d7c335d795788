"""Every parameter of a series with its interval over the swept quantity."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.measured.series.result import HIDDEN, NOT_PREPARED, SeriesResult
from nmr_core.plots.layout import axis, figure, plain, row_axis
from nmr_core.plots.palette import Palette, faded

ROW = 190
"""Pixels of a parameter."""
TOP, BOTTOM = 40, 56
GAP = 0.03
"""Between two parameters, as a fraction of the height."""
DECADES = 100.0
"""Ratio of the largest and smallest positive value from which the axis is logarithmic."""
EDGE = 0.06
"""Of the range of a parameter, on either side."""
IN, BORDER, OUT, WRONG = "in domain", "borderline", "out of domain", "does not explain the echo"
UNTOLD, OUTSIDE = "not determined by the record", "outside of its interval"


def series_figure(
    result: SeriesResult, palette: Palette, *, log: bool | None = None, row: int = ROW
) -> go.Figure:
    """Draw each parameter over the swept quantity, one row per parameter.

    In domain: filled points; borderline: open ones; estimates that the re-simulation rejects have
    a cross. Of an echo that may be quoted, parameters that it does not determine are pale, and
    estimates outside of their interval are diamonds. Echoes out of domain have
    no estimate: a mark at the lower edge shows where they are.

    Parameters
    ----------
    result : SeriesResult
        Its echoes without a value of the swept quantity are not drawn.
    palette : Palette
        Colours of the theme.
    log : bool, optional
        Whether the axis of the swept quantity is logarithmic; default: where all values are
        positive and span two decades, as recovery delays do.
    row : int
        Pixels of a parameter.
    """
    table = result.table[np.isfinite(result.table["value"].astype(float))]
    names = [name for name in result.targets if name not in result.unidentifiable]
    log = _spans_decades(table["value"]) if log is None else log
    traces: list[dict] = []
    layout: dict[str, Any] = {}
    height = 1 / max(len(names), 1)
    for k, name in enumerate(names):
        spec = result.targets[name]
        y = row_axis(k)
        traces += _parameter(table, name, spec, result, y, palette, first=k == 0)
        unit = f" ({spec['unit']})" if spec.get("unit") else ""
        low, high = float(spec["low"]), float(spec["high"])
        pad = EDGE * (high - low)
        domain = [1 - (k + 1) * height + GAP / 2, 1 - k * height - GAP / 2]
        layout[y.replace("y", "yaxis")] = axis(
            f"{spec['symbol']}{unit}",
            palette,
            domain=[max(0.0, domain[0]), min(1.0, domain[1])],
            range=[low - pad, high + pad],
            anchor="x",
        )
    x = axis(result.quantity.label, palette, type="log" if log else "linear", domain=[0, 1])
    x["anchor"] = row_axis(max(len(names) - 1, 0))
    first = layout.pop("yaxis", axis("", palette))
    return figure(
        traces,
        palette,
        x,
        first,
        height=TOP + BOTTOM + row * max(len(names), 1),
        margin={"l": 68, "r": 16, "t": TOP, "b": BOTTOM},
        shapes=_ranges(result, names, palette),
        **layout,
    )


def _spans_decades(values: pd.Series) -> bool:
    numbers = values.to_numpy(float)
    return bool(len(numbers) and numbers.min() > 0 and numbers.max() >= DECADES * numbers.min())


def _parameter(
    table: pd.DataFrame,
    name: str,
    spec: dict,
    result: SeriesResult,
    y: str,
    palette: Palette,
    *,
    first: bool,
) -> list[dict]:
    """Points of one parameter, by what the checks say about them."""
    symbol, unit = plain(str(spec["symbol"])), spec.get("unit", "")
    there = np.isfinite(table[f"predicted_{name}"].astype(float))
    untold = there & _is_not_quoted(table, name)
    rejected = there & (table["quotable"] == "no") & ~untold
    outside = there & _is_outside(table, name) & ~untold & ~rejected
    border = there & (table["applicability"] == BORDER) & ~untold & ~rejected & ~outside
    good = there & ~untold & ~rejected & ~outside & ~border
    colour = palette.series[0]
    looks = {
        IN: (good, {"color": colour, "size": 8}),
        BORDER: (border, {"color": palette.series[1], "size": 9, "symbol": "circle-open"}),
        UNTOLD: (untold, {"color": palette.muted, "size": 7, "opacity": 0.4}),
        OUTSIDE: (outside, {"color": palette.series[1], "size": 9, "symbol": "diamond-open"}),
        WRONG: (rejected, {"color": palette.series[3], "size": 9, "symbol": "x-thin-open"}),
    }
    traces = []
    for words, (chosen, marker) in looks.items():
        if not chosen.any():
            continue
        rows = table[chosen]
        estimate = rows[f"predicted_{name}"].to_numpy(float)
        trace = {
            "type": "scatter",
            "mode": "markers",
            "x": rows["value"].to_numpy(float),
            "y": estimate,
            "yaxis": y,
            "name": words,
            "legendgroup": words,
            "showlegend": first,
            "marker": marker | {"line": {"width": 1.6, "color": marker["color"]}},
            "text": [plain(text) for text in rows["file"]],
            "hovertemplate": f"%{{text}}<br>%{{x:.5g}} {result.quantity.unit}<br>{symbol} "
            f"%{{y:.4g}} {unit}<extra>{words}</extra>",
        }
        traces.append(trace)
        if f"low_{name}" not in rows:
            continue
        low, high = rows[f"low_{name}"].to_numpy(float), rows[f"high_{name}"].to_numpy(float)
        bar = {
            "type": "data",
            "symmetric": False,
            "color": faded(str(marker["color"]), 0.3 if words == UNTOLD else 0.75),
            "thickness": 1.5,
            "width": 3,
        }
        if not ((low <= estimate) & (estimate <= high)).all():
            # The bar of an estimate outside of its interval does not begin at the estimate
            half = (high - low) / 2
            middle = {
                "y": low + half,
                "name": f"{words}: interval",
                "showlegend": False,
                "marker": {"color": marker["color"], "size": 1},
                "error_y": bar | {"array": half, "arrayminus": half},
            }
            traces.append(trace | middle)
        else:
            trace["error_y"] = bar | {"array": high - estimate, "arrayminus": estimate - low}
    return traces + _hidden(table, spec, result, y, palette, first)


def _is_not_quoted(table: pd.DataFrame, name: str) -> pd.Series:
    """Whether a parameter may not be quoted of an echo, though others may."""
    if "not_quoted" not in table:
        return pd.Series(False, index=table.index)
    return pd.Series([name in str(names).split(", ") for names in table["not_quoted"]], table.index)


def _is_outside(table: pd.DataFrame, name: str) -> pd.Series:
    """Whether an estimate is outside of its own interval."""
    if f"low_{name}" not in table:
        return pd.Series(False, index=table.index)
    estimate = table[f"predicted_{name}"].astype(float)
    return (estimate < table[f"low_{name}"]) | (estimate > table[f"high_{name}"])


def _hidden(
    table: pd.DataFrame, spec: dict, result: SeriesResult, y: str, palette: Palette, first: bool
) -> list[dict]:
    """Marks at the lower edge where an echo has no estimate."""
    words = {HIDDEN: "out of domain: estimate hidden", NOT_PREPARED: "does not fit the model"}
    symbols = {HIDDEN: "triangle-up-open", NOT_PREPARED: "square-open"}
    traces = []
    for state, text in words.items():
        rows = table[table["state"] == state]
        if not len(rows):
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": rows["value"].to_numpy(float),
                "y": np.full(len(rows), float(spec["low"])),
                "yaxis": y,
                "name": text,
                "legendgroup": text,
                "showlegend": first,
                "marker": {"color": palette.muted, "size": 9, "symbol": symbols[state]},
                "text": [plain(name) for name in rows["file"]],
                "hovertemplate": f"%{{text}}<br>%{{x:.5g}} {result.quantity.unit}"
                f"<extra>{text}</extra>",
            }
        )
    return traces


def _ranges(result: SeriesResult, names: list[str], palette: Palette) -> list[dict]:
    """Dotted lines at the ends of the range that the model was trained on."""
    return [
        {
            "type": "line",
            "xref": "x domain",
            "yref": row_axis(k),
            "x0": 0,
            "x1": 1,
            "y0": float(result.targets[name][end]),
            "y1": float(result.targets[name][end]),
            "line": {"color": palette.muted, "width": 1, "dash": "dot"},
        }
        for k, name in enumerate(names)
        for end in ("low", "high")
    ]
