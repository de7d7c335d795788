"""Training and validation error per epoch, of finished runs and while a model learns."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import horizontal, line, note

BASELINE_SHOWN = 0.3
"""If no validation error was ever above this, the baseline at 1 is left out of the live figure."""
ERROR = "mean square (1 = baseline)"


def training_figure(curve: np.ndarray, palette: Palette, colour: str) -> go.Figure:
    """Draw the errors of one run per epoch on a logarithmic axis, in units of the baseline's.

    Parameters
    ----------
    curve : array, (n_epochs, 2)
        Training loss (half a mean square, as in scikit-learn) and validation error.
    palette : Palette
        Colours of the theme.
    colour : str
        Of the validation error and of the best epoch.
    """
    epoch, best = np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
    traces = [
        line(epoch, 2 * curve[:, 0], "training", palette.ink, 1.4, hover="%{y:.4g}"),
        line(epoch, curve[:, 1], "validation", colour, 2.2, hover="%{y:.4g}"),
        _best(epoch[best], curve[best, 1], colour, palette) | {"name": "best epoch"},
    ]
    y = axis(ERROR, palette, type="log", **_ticks(2 * curve[:, 0], curve[:, 1]))
    return figure(traces, palette, axis("epoch", palette), y, height=330)


def training_curves_figure(
    curves: dict[str, tuple[str, np.ndarray, str]], palette: Palette
) -> go.Figure:
    """Draw the errors of several runs per epoch, in units of the baseline's.

    Training errors are dotted, validation errors thick, and a point marks the best epoch.

    Parameters
    ----------
    curves : dict of str to (title, curve, colour)
        By run id; curves as of :func:`training_figure`.
    palette : Palette
        Colours of the theme.
    """
    traces = []
    for title, curve, colour in curves.values():
        name, epoch = plain(title), np.arange(1, len(curve) + 1)
        best = int(np.argmin(curve[:, 1]))
        hover = f"%{{y:.4g}}<extra>{name}</extra>"
        training = line(
            epoch, 2 * curve[:, 0], name, colour, 1, dash="dot", hover="training " + hover
        )
        validation = line(epoch, curve[:, 1], name, colour, 2.2, hover="validation " + hover)
        mark = _best(epoch[best], curve[best, 1], colour, palette)
        traces += [training | {"showlegend": False}, validation, mark | {"showlegend": False}]
    values = [curve[:, 1] for _, curve, _ in curves.values()]
    values += [2 * curve[:, 0] for _, curve, _ in curves.values()]
    return figure(
        traces,
        palette,
        axis("epoch", palette),
        axis(ERROR, palette, type="log", **_ticks(*values)),
        height=420,
        legend={"orientation": "v", "x": 1, "y": 1, "xanchor": "right", "bgcolor": "rgba(0,0,0,0)"},
    )


def _best(epoch: float, error: float, colour: str, palette: Palette) -> dict:
    edge = {"color": palette.ink, "width": 1}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.array([epoch]),
        "y": np.array([error]),
        "hoverinfo": "skip",
        "marker": {"size": 10, "color": colour, "line": edge},
    }


def live_curve(value: object, length: int | None = None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what a job published as "curve", as arrays; None if there is nothing to draw.

    Parameters
    ----------
    value : object
        Rows of training loss and validation error. A job may have published anything.
    length : int, optional
        Number of epochs before the curve was thinned.

    Returns
    -------
    epochs : array, (n,)
        Those whose validation error is a positive number.
    curve : array, (n, 2)
    """
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
    """Draw the errors per epoch so far on a logarithmic axis, small enough for the card of a job.

    Parameters
    ----------
    epochs : array, (n,)
        Numbers of the epochs.
    curve : array, (n, 2)
        Training loss (half a mean square, as in scikit-learn) and validation error (1 = baseline).
    palette : Palette
        Colours of the theme.
    colour : str
        Colour of the markers or lines, as a CSS value.
    log_loss : bool
        Both are log losses of a classifier, without a baseline.
    finished : bool
        Whether the training is over, so that the best epoch is the one of the model.
    """
    best = int(np.argmin(curve[:, 1]))
    factor = 1 if log_loss else 2
    training = np.where(curve[:, 0] > 0, factor * curve[:, 0], np.nan)
    traces = [
        line(epochs, training, "training", palette.ink, 1.2, hover=_hover("training")),
        line(epochs, curve[:, 1], "validation", colour, 2.2, hover=_hover("validation")),
        _best(epochs[best], curve[best, 1], colour, palette),
    ]
    key = key_note([("training", palette.ink), ("validation", colour)])
    mark = "best epoch" if finished else "best so far: epoch"
    text = f"{mark} {epochs[best]:.0f}, {curve[best, 1]:.3g}"
    notes, shapes = [key, key | {"x": 1, "xanchor": "right", "text": text}], []
    if not log_loss and curve[:, 1].max() > BASELINE_SHOWN:
        shapes = [horizontal(1, palette.ink, "dash", 1)]
        # On a logarithmic axis y = 0 stands for 1
        place = {"xref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"}
        notes.append(note("baseline", palette.ink, size=11, **place))
    room = max(0.5, 0.02 * float(epochs[-1] - epochs[0]))
    ticks = {"dtick": 1} if epochs[-1] < 10 else {"nticks": 9}
    ends = [epochs[0] - room, epochs[-1] + room]
    y_title = "log loss" if log_loss else "mean square"
    return figure(
        traces,
        palette,
        axis("epoch", palette, range=ends, tickformat="d", **ticks),
        axis(y_title, palette, type="log", **_ticks(training, curve[:, 1])),
        height=230,
        showlegend=False,
        shapes=shapes,
        annotations=notes,
        margin={"l": 60, "r": 12, "t": 26, "b": 42},
    )


def _hover(name: str) -> str:
    return f"{name}, epoch %{{x:.0f}}: %{{y:.4g}}<extra></extra>"


def _ticks(*curves: np.ndarray) -> dict:
    """Powers of ten, and their twofold and fivefold within two decades; written out."""
    values = np.concatenate([np.asarray(curve, dtype=float) for curve in curves])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return {}
    low, high = int(np.floor(np.log10(values.min()))), int(np.ceil(np.log10(values.max())))
    steps = (1, 2, 5) if high - low <= 2 else (1,)
    ticks = [step * 10.0**power for power in range(low, high + 1) for step in steps]
    return {"tickvals": ticks, "ticktext": [f"{tick:.3g}" for tick in ticks]}
