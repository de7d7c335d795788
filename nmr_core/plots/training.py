"""Training and validation error per epoch: of one run, of several, and while a model learns."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from nmr_core.learning.curves import TrainingCurve
from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, line, note

BASELINE_SHOWN = 0.3
"""If no validation error was ever above this, the baseline at 1 is left out of the live figure."""
ERRORS = {"regression": "mean square (1 = baseline)", "classification": "log loss"}
"""Task -> title of the axis."""
FAINT = 0.25
"""Opacity of the errors behind their smoothed curve."""


def training_figure(curve: TrainingCurve, palette: Palette, colour: str) -> go.Figure:
    """Draw the errors of one run per epoch on a logarithmic axis.

    Parameters
    ----------
    curve : TrainingCurve
        Its errors.
    palette : Palette
        Colours of the theme.
    colour : str
        Of the validation error and of the best epoch.
    """
    traces = [
        line(curve.epochs, curve.training, "training", palette.ink, 1.4, hover="%{y:.4g}"),
        line(curve.epochs, curve.validation, "validation", colour, 2.2, hover="%{y:.4g}"),
        _mark(curve, curve.best, colour, palette) | {"name": "best epoch"},
    ]
    y = _error_axis([curve], palette)
    return figure(traces, palette, axis("epoch", palette), y, height=330)


def training_curves_figure(
    curves: Sequence[TrainingCurve],
    colours: Mapping[str, str],
    palette: Palette,
    *,
    smoothing: float = 0.0,
    log_epochs: bool = False,
    training: bool = True,
    dashed: Collection[str] = (),
) -> go.Figure:
    """Draw the errors of several trainings of one task per epoch.

    Validation errors are thick and training errors dotted. A filled point marks the epoch of the
    model, a ring the newest epoch of a training that goes on.

    Parameters
    ----------
    curves : sequence of TrainingCurve
        Of runs and of jobs that train.
    colours : mapping
        Id of a curve -> its colour as #RRGGBB.
    palette : Palette
        Colours of the theme.
    smoothing : float
        Weight of the past epochs in the drawn error, from 0 to below 1, see :func:`smoothed`.
    log_epochs : bool
        Logarithmic axis of epochs.
    training : bool
        Whether training errors are drawn.
    dashed : collection of str
        Ids of curves that are drawn with dashes, e.g. those of other people.
    """
    traces = []
    for curve in curves:
        colour = colours[curve.id]
        dash = "dash" if curve.id in dashed else "solid"
        if training:
            errors = smoothed(curve.training, smoothing)
            dotted = _line(curve, errors, colour, "training", 1, "dot")
            traces.append(dotted | {"showlegend": False})
        if smoothing:
            faint = _line(curve, curve.validation, faded(colour, FAINT), "", 1.4, dash)
            traces.append(faint | {"showlegend": False, "hoverinfo": "skip"})
        errors = smoothed(curve.validation, smoothing)
        traces.append(_line(curve, errors, colour, "validation", 2.2, dash))
        place = -1 if curve.is_running else curve.best
        mark = _mark(curve, place, colour, palette, is_open=curve.is_running)
        traces.append(mark | {"showlegend": False})
    x = axis("epoch", palette, **({"type": "log", "dtick": 1} if log_epochs else {}))
    return figure(
        traces,
        palette,
        x,
        _error_axis(curves, palette),
        height=440,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"l": 60, "r": 16, "t": 24 + 22 * -(-len(curves) // 3), "b": 48},
    )


def smoothed(errors: np.ndarray, weight: float) -> np.ndarray:
    """The exponential moving average of errors, as TensorBoard draws it.

    s_k = (w s_{k-1} + (1 - w) e_k), divided by 1 - w^k so that it does not begin at 0.

    Parameters
    ----------
    errors : array, (n,)
        One per epoch; NaN stays NaN and is skipped.
    weight : float
        w, from 0 (the errors themselves) to below 1.

    Returns
    -------
    array, (n,)
        The average of each epoch and those before.
    """
    if not weight:
        return errors
    average, total = 0.0, 0.0
    result = np.full(len(errors), np.nan)
    for k, error in enumerate(errors):
        if np.isfinite(error):
            average = weight * average + (1 - weight) * error
            total = weight * total + (1 - weight)
            result[k] = average / total
    return result


def _line(
    curve: TrainingCurve, errors: np.ndarray, colour: str, part: str, width: float, dash: str
) -> dict:
    trace = line(curve.epochs, errors, curve.title, colour, width, dash=dash)
    hover = f"{part}, epoch %{{x:.0f}}: %{{y:.4g}}<extra>{trace['name']}</extra>"
    return trace | {"hovertemplate": hover, "hoverinfo": "all", "legendgroup": curve.id}


def _mark(
    curve: TrainingCurve, place: int, colour: str, palette: Palette, *, is_open: bool = False
) -> dict:
    """A point at one epoch, or a ring."""
    edge = {"color": colour if is_open else palette.ink, "width": 2 if is_open else 1}
    symbol = "circle-open" if is_open else "circle"
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.array([curve.epochs[place]]),
        "y": np.array([curve.validation[place]]),
        "hoverinfo": "skip",
        "legendgroup": curve.id,
        "marker": {"size": 10, "color": colour, "symbol": symbol, "line": edge},
    }


def _error_axis(curves: Sequence[TrainingCurve], palette: Palette) -> dict:
    task = curves[0].task if curves else "regression"
    values = [part for curve in curves for part in (curve.training, curve.validation)]
    return axis(ERRORS[task], palette, type="log", **_ticks(*values))


def live_figure(
    curve: TrainingCurve,
    palette: Palette,
    colour: str,
) -> go.Figure:
    """Draw the errors per epoch so far on a logarithmic axis, small enough for the card of a job.

    Parameters
    ----------
    curve : TrainingCurve
        Of the job.
    palette : Palette
        Colours of the theme.
    colour : str
        Colour of the markers or lines, as a CSS value.
    """
    epochs, best = curve.epochs, curve.best
    is_loss = curve.task == "classification"
    traces = [
        line(epochs, curve.training, "training", palette.ink, 1.2, hover=_hover("training")),
        line(epochs, curve.validation, "validation", colour, 2.2, hover=_hover("validation")),
        _mark(curve, best, colour, palette),
    ]
    key = key_note([("training", palette.ink), ("validation", colour)])
    mark = "best so far: epoch" if curve.is_running else "best epoch"
    text = f"{mark} {epochs[best]:.0f}, {curve.validation[best]:.3g}"
    notes, shapes = [key, key | {"x": 1, "xanchor": "right", "text": text}], []
    if not is_loss and curve.validation.max() > BASELINE_SHOWN:
        shapes = [horizontal(1, palette.ink, "dash", 1)]
        # On a logarithmic axis y = 0 stands for 1
        place = {"xref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"}
        notes.append(note("baseline", palette.ink, size=11, **place))
    room = max(0.5, 0.02 * float(epochs[-1] - epochs[0]))
    ticks = {"dtick": 1} if epochs[-1] < 10 else {"nticks": 9}
    ends = [epochs[0] - room, epochs[-1] + room]
    y_title = "log loss" if is_loss else "mean square"
    return figure(
        traces,
        palette,
        axis("epoch", palette, range=ends, tickformat="d", **ticks),
        axis(y_title, palette, type="log", **_ticks(curve.training, curve.validation)),
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
