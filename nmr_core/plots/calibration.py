"""Calibration of intervals: coverage, ranks, width against error."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.stats import binom

from nmr_core.inference.intervals import Coverage
from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, horizontal_band

BINS = 20
HEIGHT = 380
SPREAD = 0.7
"""Width of all ranges of a parameter, in units of the distance between two parameters."""


def coverage_figure(coverage: Coverage, labels: Mapping[str, str], palette: Palette) -> go.Figure:
    """Draw coverage minus nominal level, in percentage points, against the level (%).

    The band holds 95 % of the differences that a calibrated run would show by chance.

    Parameters
    ----------
    coverage : Coverage
        Coverage of a calibration.
    labels : mapping of str to str
        Target, or the name of the joint rows, -> label; one line each.
    palette : Palette
        Colours of the theme.
    """
    traces = [_chance(coverage.table[coverage.table["target"] == next(iter(labels))], palette)]
    for k, (target, name) in enumerate(labels.items()):
        rows = coverage.table[coverage.table["target"] == target]
        joint = target not in coverage.ranks and len(labels) > 1
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": 100 * rows["level"].to_numpy(),
                "name": plain(name),
                "y": 100 * (rows["covered"] - rows["level"]).to_numpy(),
                "customdata": 100 * rows[["covered", "low", "high"]].to_numpy(),
                "marker": {"size": 6},
                "line": {
                    "width": 2,
                    "color": palette.ink if joint else palette.series[k % len(palette.series)],
                    "dash": "dot" if joint else "solid",
                },
                "hovertemplate": "level %{x:.3g} %, coverage %{customdata[0]:.1f} % "
                "(%{customdata[1]:.1f} to %{customdata[2]:.1f})<extra>" + plain(name) + "</extra>",
            }
        )
    reach = max(4.0, 1.15 * max(float(np.nanmax(np.abs(trace["y"]))) for trace in traces))
    zero = horizontal(0, palette.ink, width=1)
    return figure(
        traces,
        palette,
        axis("level (%)", palette, range=[0, 100.5]),
        axis("coverage − level (points)", palette, range=[-reach, reach]),
        height=HEIGHT,
        shapes=[zero],
    )


def _chance(rows: pd.DataFrame, palette: Palette) -> dict:
    """The band of one target; that of all, as they have equally many echoes."""
    x, low, high = (
        100 * rows["level"].to_numpy(),
        *(100 * (rows[f"expected_{end}"] - rows["level"]).to_numpy() for end in ("low", "high")),
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
        "fillcolor": faded(palette.series[5], 0.2),
        "line": {"width": 0},
        "name": "exact intervals (95 %)",
        "hoverinfo": "skip",
    }


def regimes_figure(
    rows: pd.DataFrame, level: float, labels: Mapping[str, str], palette: Palette
) -> go.Figure:
    """Draw the coverage (%) of one target by range of every parameter, with 95 % intervals.

    The band holds 95 % of the values of exact intervals for as many echoes.

    Parameters
    ----------
    rows : DataFrame
        Rows of one target of ``Coverage.regimes``.
    level : float
        Nominal level, dashed.
    labels : mapping of str to str
        Parameter -> label, in order.
    palette : Palette
        Colours of the theme.
    """
    x = pd.Series(np.nan, rows.index)
    for k, name in enumerate(labels):
        own = rows.index[rows["by"] == name]
        x[own] = k + ((np.arange(len(own)) + 0.5) / max(len(own), 1) - 0.5) * SPREAD
    covered, colour = 100 * rows["covered"].to_numpy(), palette.series[0]
    out = (rows["high"] < level).to_numpy()
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": x.to_numpy(),
        "y": covered,
        "showlegend": False,
        "marker": {"size": 7, "color": np.where(out, palette.series[3], colour)},
        "text": [_range(*of) for of in zip(rows["from"], rows["to"], rows["n"], strict=True)],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": 100 * rows["high"].to_numpy() - covered,
            "arrayminus": covered - 100 * rows["low"].to_numpy(),
            "color": colour,
            "thickness": 1.2,
            "width": 0,
        },
        "hovertemplate": "%{text}: %{y:.1f} %<extra></extra>",
    }
    low, high = (100 * rows[f"expected_{end}"].median() for end in ("low", "high"))
    band = horizontal_band(low, high, faded(palette.series[5], 0.2), "below")
    promised = horizontal(100 * level, palette.ink, "dash")
    lowest = 100 * float(rows["low"].min()) if len(rows) else 75.0
    names = list(map(plain, labels.values()))
    return figure(
        [dots],
        palette,
        axis(
            "",
            palette,
            tickvals=list(range(len(names))),
            ticktext=names,
            showgrid=False,
            range=[-0.5, len(names) - 0.5],
        ),
        axis("coverage (%)", palette, range=[min(75.0, lowest - 3), 101.5]),
        height=HEIGHT,
        shapes=[band, promised],
    )


def _range(first: float, last: float, n: int) -> str:
    """ "0.05 to 0.1, 250 echoes"; for a class its name."""
    return (
        f"{plain(first) if isinstance(first, str) else f'{first:.3g} to {last:.3g}'}, {n:,} echoes"
    )


def rank_figure(
    ranks: np.ndarray, symbol: str, palette: Palette, colour: str, n_bins: int = BINS
) -> go.Figure:
    """Draw a histogram of the ranks (%) of true values within their predicted distributions.

    It is flat for a calibrated distribution, U-shaped for one that is too narrow, hill-shaped for
    one that is too wide, and sloped for one that is shifted. The band holds 95 % of the counts
    under calibration.

    Parameters
    ----------
    ranks : array, (n,)
        Predicted probability of a smaller value, in (0, 1).
    symbol : str
        Of the target.
    palette : Palette
        Colours of the theme.
    colour : str
        Colour of the markers or lines, as a CSS value.
    n_bins : int
        Number of ranges.

    References
    ----------
    Talts et al., arXiv:1804.06788 (2018).
    """
    counts, edges = np.histogram(ranks, bins=n_bins, range=(0, 1))
    centres, n = 100 * (edges[:-1] + edges[1:]) / 2, len(ranks)
    low, high = (float(binom.ppf(share, n, 1 / n_bins)) for share in (0.025, 0.975))
    out = (counts < low) | (counts > high)
    bars = {
        "type": "bar",
        "x": centres,
        "y": counts,
        "width": 100 / n_bins * 0.94,
        "showlegend": False,
        "marker": {
            "color": [palette.series[3] if beyond else faded(colour, 0.8) for beyond in out]
        },
        "hovertemplate": "rank %{x:.3g} %: %{y} echoes<extra></extra>",
    }
    band = horizontal_band(low, high, faded(palette.series[5], 0.28), "above")
    even = horizontal(n / n_bins, palette.ink, "dash")
    return figure(
        [bars],
        palette,
        axis(f"rank of the true {plain(symbol)} (%)", palette, range=[0, 100]),
        axis("echoes", palette, range=[0, 1.15 * max(high, counts.max())]),
        height=300,
        shapes=[band, even],
    )


def applicability_bars_figure(
    shares: Sequence[tuple[str, float, float]], palette: Palette
) -> go.Figure:
    """Fractions of signals, one bar per (label, borderline, out of domain)."""
    labels = [plain(label) for label, *_ in shares]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "y": labels,
            "x": 100 * np.array([row[k] for row in shares]),
            "name": name,
            "marker": {"color": faded(colour, 0.85)},
            "hovertemplate": "%{y}: %{x:.1f} % " + name + "<extra></extra>",
        }
        for k, name, colour in (
            (2, "out of domain", palette.series[3]),
            (1, "borderline", palette.series[1]),
        )
    ]
    return figure(
        bars,
        palette,
        axis("of the echoes (%)", palette, range=[0, 101]),
        axis("", palette, automargin=True, showgrid=False, autorange="reversed"),
        height=110 + 30 * len(labels),
        barmode="stack",
    )


FEW = 8
"""Ranges of the width, each with equally many echoes."""
WIDTH_HEIGHT = 420


def width_error_figure(
    reach: np.ndarray, error: np.ndarray, level: float, label: str, palette: Palette
) -> go.Figure:
    """Draw |error| of every echo against the reach of its interval towards the true value.

    Points above the diagonal are missed. The thick line is the ``level`` quantile of |error| in
    ranges of the reach; it follows the diagonal if the width follows the error.

    Parameters
    ----------
    reach, error : array, (n,)
        In the unit of the target.
    level : float
        Nominal level.
    label : str
        Symbol and unit of the target.
    palette : Palette
        Colours of the theme.
    """
    reach = np.maximum(reach, 1e-6 * max(float(reach.max()), 1e-12))
    low = max(0.01 * float(np.median(error)), 1e-6 * float(reach.max()), 1e-12)
    order = np.array_split(np.argsort(reach, kind="stable"), FEW if len(reach) >= 12 * FEW else 1)
    x = np.array([np.median(reach[part]) for part in order])
    y = np.array([np.quantile(error[part], level) for part in order])
    ends = np.array([reach.min() * 0.95, reach.max() * 1.05])
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": ends,
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"color": palette.ink, "width": 1.2, "dash": "dash"},
    }
    share = f"{100 * level:g} % of the errors"
    middle = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "line": {"color": palette.series[1], "width": 3},
        "marker": {"size": 8},
        "showlegend": False,
        "hovertemplate": "reach %{x:.3g}: " + share + " are below %{y:.3g}<extra></extra>",
    }
    dots = _dots(
        reach, np.maximum(error, low), error > reach, palette, "reach %{x:.3g}, error %{y:.3g}"
    )
    return figure(
        [*dots, edge, middle],
        palette,
        _log(f"reach of the interval of {label}", palette),
        _log(f"|error| of {label}", palette, 1),
        height=WIDTH_HEIGHT,
        annotations=[_key(share, palette)],
        margin={"l": 76, "r": 16, "t": 24, "b": 48},
    )


def width_over_figure(
    values: np.ndarray,
    width: np.ndarray,
    missed: np.ndarray,
    x_label: str,
    y_label: str,
    palette: Palette,
) -> go.Figure:
    """Draw the width of every interval over a parameter, with the running median.

    Parameters
    ----------
    values, width : array, (n,)
        True value of the parameter, and width in the unit of the target.
    missed : bool array, (n,)
        Whether the interval misses the true value; drawn in another colour.
    x_label, y_label : str
        Symbols and units.
    palette : Palette
        Colours of the theme.
    """
    dots = _dots(values, width, missed, palette, "%{x:.3g}: width %{y:.3g}")
    order = np.array_split(np.argsort(values, kind="stable"), 12 if len(values) >= 120 else 1)
    middle = {
        "type": "scatter",
        "mode": "lines",
        "x": np.array([np.median(values[part]) for part in order]),
        "y": np.array([np.median(width[part]) for part in order]),
        "line": {"color": palette.series[1], "width": 3},
        "showlegend": False,
        "hovertemplate": "%{x:.3g}: median width %{y:.3g}<extra></extra>",
    }
    wide = bool(width.min() > 0 and width.max() > min(20 * width.min(), 5 * np.median(width)))
    title = f"width of the interval of {y_label}"
    return figure(
        [*dots, middle],
        palette,
        axis(x_label, palette),
        _log(title, palette) if wide else axis(title, palette, rangemode="tozero"),
        height=WIDTH_HEIGHT,
        annotations=[_key("median width", palette)],
    )


def set_size_figure(sizes: np.ndarray, inside: np.ndarray, palette: Palette) -> go.Figure:
    """Draw how many classes the prediction sets hold, by whether they contain the true class.

    Parameters
    ----------
    sizes : int array, (n,)
        Classes in each set.
    inside : bool array, (n,)
        Whether the set holds the true class.
    palette : Palette
        Colours of the theme.
    """
    kinds = np.arange(0, max(1, int(sizes.max())) + 1)
    bars = [
        {
            "type": "bar",
            "x": kinds,
            "y": np.array([(chosen & (sizes == k)).sum() for k in kinds]),
            "name": name,
            "marker": {"color": faded(colour, 0.8)},
            "hovertemplate": "%{x} classes: %{y} echoes<extra>" + name + "</extra>",
        }
        for name, chosen, colour in (
            ("true class inside", inside, palette.series[0]),
            ("missed", ~inside, palette.series[3]),
        )
    ]
    return figure(
        bars,
        palette,
        axis("classes in the set", palette, tickvals=kinds),
        axis("echoes", palette),
        height=360,
        barmode="stack",
    )


def _dots(
    x: np.ndarray, y: np.ndarray, missed: np.ndarray, palette: Palette, hover: str
) -> list[dict]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": x[chosen],
            "y": y[chosen],
            "showlegend": False,
            "marker": {"size": 5, "color": faded(colour, 0.55)},
            "hovertemplate": hover + "<extra></extra>",
        }
        for chosen, colour in ((~missed, palette.series[0]), (missed, palette.series[3]))
    ]


def _log(title: str, palette: Palette, decades: int | str = "D2") -> dict:
    return axis(title, palette, type="log", dtick=decades, tickformat="~g")


def _key(line: str, palette: Palette) -> dict:
    return key_note(
        [("inside", palette.series[0]), ("missed", palette.series[3]), (line, palette.series[1])]
    )
