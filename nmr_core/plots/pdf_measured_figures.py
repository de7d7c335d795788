"""Figures of the report as vectors: echo before and after, its simulation, and the estimates."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.measured.answering import Answer
from nmr_core.measured.estimating import NOT_IDENTIFIABLE
from nmr_core.plots.measured import SPREAD
from nmr_core.plots.palette import LIGHT
from nmr_core.plots.pdf_axes import Axes, padded
from nmr_core.plots.pdf_text import label, markup, paragraph

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

BLUE, YELLOW, GREEN, RED = LIGHT.series[:4]
PANEL = 128.0
"""Height of the panels of an echo with their labels, pt."""
MOST_SETTINGS = 3
BELOW, LEFT = 22.0, 38.0
"""Space for the labels of the axes, pt."""
COLUMNS = (0.0, 0.11, 0.41, 0.56, 0.73, 0.9)
"""Parameter, bar, estimate, interval, joint interval, range: left ends as shares of the width."""
BAR = 0.28
SHARE = 0.43
"""Of the width, for the echo as measured."""


def echo_height(result: Answer, scale: float = 1.0) -> float:
    """Return the height of :func:`echo_row`, pt."""
    rows = min(len(result.prepared), MOST_SETTINGS)
    more = 10.0 * (len(result.prepared) > MOST_SETTINGS)
    return rows * _panel(rows, scale) + more


def _panel(rows: int, scale: float) -> float:
    return scale * (PANEL if rows == 1 else PANEL * 0.8)


def echo_row(
    canvas: "Canvas", result: Answer, place: tuple[float, float, float], scale: float = 1.0
) -> None:
    """Draw each setting as measured, and prepared beside the simulation of its estimate.

    Parameters
    ----------
    canvas : Canvas
        Page.
    result : Answer
        Of one measured sample.
    place : (left, top, width)
        pt.
    scale : float
        Of the height.
    """
    left, top, width = place
    rows = min(len(result.prepared), MOST_SETTINGS)
    height = _panel(rows, scale)
    for k in range(rows):
        bottom = top - (k + 1) * height + BELOW
        inner = height - BELOW - 12
        split = SHARE * width
        _measured(canvas, result, k, (left + LEFT, bottom, split - LEFT - 12, inner))
        _prepared(canvas, result, k, (left + split + LEFT, bottom, width - split - LEFT, inner))
    if len(result.prepared) > rows:
        text = f"{rows} of {len(result.prepared)} settings are drawn."
        label(canvas, (left, top - rows * height - 8), text)


def _measured(
    canvas: "Canvas", result: Answer, k: int, box: tuple[float, float, float, float]
) -> None:
    """The record as it is in the file."""
    measurement = result.prepared[k].measurement
    time, signal = measurement.time, measurement.signal
    channels = [(signal.real, YELLOW, "channel 1")]
    if not (measurement.real_only or measurement.magnitude):
        channels.append((signal.imag, GREEN, "channel 2"))
    axes = Axes(
        canvas,
        *box,
        (float(time[0]), float(time[-1])),
        padded(*(values for values, _, _ in channels)),
    )
    axes.frame("time in the file (µs)", "signal of the file", title="As measured")
    for values, colour, _ in channels:
        axes.line(time, values, colour, 0.5)
    _key(axes, [(name, colour) for _, colour, name in channels])


def _prepared(
    canvas: "Canvas", result: Answer, k: int, box: tuple[float, float, float, float]
) -> None:
    """The prepared echo over the band of its simulations, and what is left."""
    one = result.prepared[k]
    again = result.resimulation
    left, bottom, width, height = box
    share = 0.27 if again is not None else 0.0
    upper = (left, bottom + share * height, width, (1 - share) * height - 4 * bool(share))
    parts = (("Re M", np.real, BLUE), ("Im M", np.imag, RED))
    x = (float(one.time[0]), float(one.time[-1]))
    drawn = [part(one.signal) for _, part, _ in parts]
    if again is not None:
        drawn += [part(again.mean[k]) for _, part, _ in parts]
    axes = Axes(canvas, *upper, x, padded(*drawn))
    title = "Prepared"
    if again is not None:
        title = f"Prepared, and 95 % of {again.n_seeds:,} simulations of the estimate"
    axes.frame("" if share else "time t (µs)", "M per spin", title=title)
    if again is not None:
        band = SPREAD * np.asarray(again.sd)[k] / np.sqrt(2)
        for _, part, colour in parts:
            mean = part(again.mean[k])
            axes.band(again.time, mean - band, mean + band, colour)
    for _, part, colour in parts:
        axes.line(one.time, part(one.signal), colour, 0.6)
    entries = [(name, colour) for name, _, colour in parts]
    if result.refinement is not None and result.refinement.curve is not None:
        curve = np.atleast_2d(result.refinement.curve)[k]
        entries.append(("refined", LIGHT.ink))
        for _, part, _ in parts:
            axes.line(one.time, part(curve), LIGHT.ink, 0.6, (2, 1))
    axes.mark(one.echo_time)
    _key(axes, entries)
    if again is not None:
        _left_over(canvas, result, k, (left, bottom, width, share * height - 4), x)


def _left_over(
    canvas: "Canvas",
    result: Answer,
    k: int,
    box: tuple[float, float, float, float],
    x: tuple[float, float],
) -> None:
    """Residuals over their band."""
    again = result.resimulation
    if again is None:
        return
    band = SPREAD * np.asarray(again.sd)[k] / np.sqrt(2)
    residual = again.residual[k]
    axes = Axes(canvas, *box, x, padded(-band, band, residual.real, residual.imag))
    axes.frame("time t (µs)", "residual")
    axes.band(again.time, -band, band, LIGHT.series[5])
    axes.line(again.time, residual.real, BLUE, 0.5)
    axes.line(again.time, residual.imag, RED, 0.5)


def _key(axes: Axes, entries: list[tuple[str, str]]) -> None:
    """Names of the lines, at the right end above the axes."""
    x = axes.left + axes.width
    for name, colour in reversed(entries):
        place = (x, axes.bottom + axes.height + 3)
        label(axes.canvas, place, name, 6.3, colour=colour, anchor="end")
        x -= 4.0 + 3.4 * len(name)


def forest(result: Answer, size: float) -> "tuple[float, Callable]":
    """Return height, and what draws a line per parameter: interval over range, and numbers."""
    line = 1.6 * size
    names = list(result.run.targets)
    height = line * (len(names) + 1)

    def draw(canvas: "Canvas", left: float, top: float, width: float) -> None:
        columns = [left + share * width for share in COLUMNS]
        heads = ("estimate", f"{result.level:.0%} interval", "joint interval", "trained on")
        if result.refinement is not None:
            heads = (*heads[:2], "refined", heads[3])
        for x, head in zip((columns[0], *columns[2:]), ("parameter", *heads), strict=True):
            label(canvas, (x, top - size), head, size - 1)
        for k, name in enumerate(names, 1):
            y = top - k * line - size
            spec = result.run.manifest.targets[name]
            unit = f" ({spec['unit']})" if spec.get("unit") else ""
            label(canvas, (columns[0], y), spec["symbol"] + unit, size, colour=LIGHT.ink)
            _bar(canvas, result, name, (columns[1], y + 0.3 * size, BAR * width))
            ends = [*columns[3:], left + width + 4]
            for x, end, text in zip(columns[2:], ends, _numbers(result, name), strict=True):
                _cell(canvas, (x, y), text, size, end - x - 4)

    return height, draw


def _cell(
    canvas: "Canvas", place: tuple[float, float], text: str, size: float, width: float
) -> None:
    """One line that shrinks to a width."""
    drawn = paragraph(markup(text), size, colour=LIGHT.ink)
    while drawn.wrap(width, 1000)[1] > 1.5 * size and size > 4:
        size -= 0.5
        drawn = paragraph(markup(text), size, colour=LIGHT.ink)
    _, height = drawn.wrap(width, 1000)
    drawn.drawOn(canvas, place[0], place[1] - height + size)


def _bar(canvas: "Canvas", result: Answer, name: str, place: tuple[float, float, float]) -> None:
    """Range of the training data in grey, joint interval thin, interval thick, estimate as dot."""
    spec = result.run.manifest.targets[name]
    left, y, width = place
    low, high = float(spec["low"]), float(spec["high"])
    axes = Axes(canvas, left, y, width, 1, (low, high), (0, 1))
    canvas.setStrokeColor(LIGHT.faint)
    canvas.setLineWidth(5)
    canvas.line(left, y, left + width, y)
    if name in result.run.manifest.unidentifiable:
        return
    canvas.setStrokeColor(BLUE)
    for kind, thick in (("joint_", 0.8), ("", 2.4)):
        ends = [result.row.get(f"{kind}{end}_{name}", np.nan) for end in ("low", "high")]
        if np.isfinite(np.asarray(ends, float)).all():
            canvas.setLineWidth(thick)
            canvas.line(float(axes.px(ends[0])), y, float(axes.px(ends[1])), y)
    value = float(result.row.get(f"predicted_{name}", np.nan))
    if np.isfinite(value):
        canvas.setFillColor(LIGHT.ink)
        canvas.circle(float(axes.px(value)), y, 2, stroke=0, fill=1)


def _numbers(result: Answer, name: str) -> tuple[str, str, str, str]:
    """Estimate; interval; joint interval or refined value; range of the training data."""
    spec = result.run.manifest.targets[name]
    trained = f"{spec['low']:g} to {spec['high']:g}"
    if name in result.run.manifest.unidentifiable:
        return NOT_IDENTIFIABLE, "–", "–", trained
    value = float(result.row.get(f"predicted_{name}", np.nan))
    shown = f"{value:.4g}" if np.isfinite(value) else "hidden"
    fit = result.refinement
    third = _interval(result, name, "joint_")
    if fit is not None:
        third = "–"
        if name in fit.values:
            third = f"{fit.values[name]:.4g} ± {fit.sd.get(name, float('nan')):.2g}"
    return shown, _interval(result, name, ""), third, trained


def _interval(result: Answer, name: str, kind: str) -> str:
    low, high = (float(result.row.get(f"{kind}{end}_{name}", np.nan)) for end in ("low", "high"))
    return f"{low:.4g} to {high:.4g}" if np.isfinite([low, high]).all() else "–"
