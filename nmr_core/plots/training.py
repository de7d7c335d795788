"""Training and validation error per epoch, of finished runs and while a model learns."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette


def training_figure(curve: np.ndarray, palette: Palette, colour: str) -> go.Figure:
    """Training loss and validation error per epoch, the epoch that was kept marked. ``curve`` : (n_epochs, 2)."""
    epoch, best = np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": epoch,
            "y": 2 * curve[:, 0],
            "name": "training",
            "line": {"color": palette.ink, "width": 1.4},
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": epoch,
            "y": curve[:, 1],
            "name": "validation",
            "line": {"color": colour, "width": 2.2},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [best + 1],
            "y": [curve[best, 1]],
            "name": "kept",
            "marker": {"size": 11, "color": colour, "line": {"color": palette.ink, "width": 1}},
        },
    ]
    return figure(
        traces,
        palette,
        axis("epoch", palette),
        axis("mean square (1 = baseline)", palette, type="log"),
        height=330,
    )


def training_curves_figure(
    curves: dict[str, tuple[str, np.ndarray, str]], palette: Palette
) -> go.Figure:
    """Several runs together: training error thin, validation error thick, the epoch that was kept as a dot.

    curves : run id -> (title, (n_epochs, 2) training loss and validation error, colour)
    """
    traces = []
    for title, curve, colour in curves.values():
        name, epoch, best = plain(title), np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
        traces += [
            _line(epoch, 2 * curve[:, 0], colour, 1, name, dash="dot"),
            _line(epoch, curve[:, 1], colour, 2.2, name),
            {
                "type": "scatter",
                "mode": "markers",
                "x": [best + 1],
                "y": [curve[best, 1]],
                "hoverinfo": "skip",
                "showlegend": False,
                "marker": {"size": 9, "color": colour, "line": {"color": palette.ink, "width": 1}},
            },
        ]
    return figure(
        traces,
        palette,
        axis("epoch", palette),
        axis("mean square (1 = baseline)", palette, type="log"),
        height=420,
        legend={"orientation": "v", "x": 1, "y": 1, "xanchor": "right", "bgcolor": "rgba(0,0,0,0)"},
    )


def _line(x, y, colour: str, width: float, name: str, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "name": name,
        "showlegend": dash == "solid",
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{'training' if dash == 'dot' else 'validation'} %{{y:.4g}}<extra>{name}</extra>",
    }


NULL_SHOWN = 0.3
"""A validation error that was never above this leaves the baseline, 1, out of the picture."""


def live_curve(value: object, length: int | None = None) -> tuple[np.ndarray, np.ndarray] | None:
    """What a job published as "curve" -> (epochs (n,), [training loss, validation error] (n, 2)), None if there is nothing to
    draw. ``length`` : epochs there were before the curve was thinned; epochs whose validation is no number are left out."""
    try:
        curve = np.array(value, dtype=float)
    except (TypeError, ValueError):
        return None
    if curve.ndim != 2 or curve.shape[1] != 2:
        return None
    n = len(curve) if length is None else max(length, len(curve))
    epochs = np.linspace(1, n, len(curve)).round()
    drawn = np.isfinite(curve[:, 1]) & (curve[:, 1] > 0)
    return (epochs[drawn], curve[drawn]) if drawn.any() else None


def live_figure(
    epochs: np.ndarray,
    curve: np.ndarray,
    palette: Palette,
    colour: str,
    *,
    log_loss: bool = False,
    finished: bool = False,
) -> go.Figure:
    """Training and validation error per epoch on a log axis, the best epoch so far marked, the baseline as a dashed line.

    epochs   : (n,)
    curve    : (n, 2) training loss (half a mean square, as scikit-learn counts it) and validation error (1 = baseline)
    log_loss : both are log losses of a classifier; its baseline is not known here
    """
    best = int(np.argmin(curve[:, 1]))
    training = np.where(curve[:, 0] > 0, curve[:, 0] * (1 if log_loss else 2), np.nan)
    mark = "kept" if finished else "best so far"
    traces = [
        _live_line(epochs, training, "training", palette.ink, 1.2),
        _live_line(epochs, curve[:, 1], "validation", colour, 2.2),
        _live_line(epochs[best : best + 1], curve[best : best + 1, 1], mark, colour, 0)
        | {
            "mode": "markers",
            "marker": {"size": 10, "color": colour, "line": {"color": palette.ink, "width": 1}},
        },
    ]
    notes = [key_note([("training", palette.ink), ("validation", colour)])]
    notes.append(
        notes[0]
        | {
            "x": 1,
            "xanchor": "right",
            "text": f"{mark}: epoch {epochs[best]:.0f}, {curve[best, 1]:.3g}",
        }
    )
    shapes = []
    if not log_loss and curve[:, 1].max() > NULL_SHOWN:
        shapes = [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 1,
                "y1": 1,
                "line": {"color": palette.ink, "dash": "dash", "width": 1},
            }
        ]
        notes.append(
            {
                "xref": "paper",
                "x": 1,
                "y": 0,
                "xanchor": "right",
                "yanchor": "bottom",
                "text": "baseline",
                "showarrow": False,
                "font": {"size": 11},
            }
        )  # y: the axis is logarithmic, so 0 is 1
    room = max(0.5, 0.02 * float(epochs[-1] - epochs[0]))
    return figure(
        traces,
        palette,
        axis(
            "epoch",
            palette,
            range=[epochs[0] - room, epochs[-1] + room],
            tickformat="d",
            **({"dtick": 1} if epochs[-1] < 10 else {"nticks": 9}),
        ),
        axis(
            "log loss" if log_loss else "mean square",
            palette,
            type="log",
            **_ticks(training, curve[:, 1]),
        ),
        height=230,
        showlegend=False,
        shapes=shapes,
        annotations=notes,
        margin={"l": 60, "r": 12, "t": 26, "b": 42},
    )


def _live_line(x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": colour, "width": width},
        "hovertemplate": f"{name}, epoch %{{x:.0f}}: %{{y:.4g}}<extra></extra>",
    }


def _ticks(*curves: np.ndarray) -> dict:
    """Powers of ten, and where they would be few also their twofold and fivefold; written out."""
    seen = np.concatenate([curve[np.isfinite(curve)] for curve in curves])
    low, high = int(np.floor(np.log10(seen.min()))), int(np.ceil(np.log10(seen.max())))
    steps = (1, 2, 5) if high - low <= 2 else (1,)
    values = [step * 10.0**power for power in range(low, high + 1) for step in steps]
    return {"tickvals": values, "ticktext": [f"{value:.3g}" for value in values]}
