"""Importances, drawn: every group has its bar at its place, nothing is lost or moved."""

import numpy as np
import pytest

from nmr_core import explain, load_run, train
from nmr_core.datasets import load_dataset
from nmr_core.plots import DARK, LIGHT, sensitivity
from nmr_core.plots import explain as drawing
from nmr_core.plots.classes import probability_figure

SYMBOLS = {"alpha": "α", "xi": "ξ", "p": "<p>", "d": "d"}


@pytest.fixture(scope="module")
def data():
    return load_dataset("example-ml4sci-2020")


@pytest.fixture(scope="module")
def raw(data):
    return explain(
        train(data, featurizer="raw", model="ridge", split=0.2, seed=1), data, n_repeats=3
    )


@pytest.fixture(scope="module")
def polynomial(data):
    return explain(load_run("example-ridge"), data, n_repeats=3)


@pytest.fixture(scope="module")
def shape(data):
    return explain(
        train(data, featurizer="echo_shape", model="ridge", split=0.2, seed=1),
        data,
        parts=["importance"],
    )


def _bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_blocks_of_time_are_drawn_where_they_are(raw, palette):
    figure = drawing.importance_figure(raw, raw.importance, palette, SYMBOLS)
    bars = _bars(figure)
    shown = np.array(raw.importance.channels) == "together"
    assert [bar.name for bar in bars] == ["α", "ξ", "‹p›", "d"]
    for k, bar in enumerate(bars):
        np.testing.assert_allclose(bar.y, raw.importance.mean[shown, k])
        np.testing.assert_allclose(
            np.diff(bar.x),
            np.diff(raw.time)[0] * np.diff(raw.importance.support[shown].mean(axis=1)),
            rtol=1e-3,
        )
    assert figure.layout.xaxis.title.text == "time t (µs)"
    echo = next(
        trace for trace in figure.data if trace.type == "scatter" and trace.line.width == 1.3
    )
    np.testing.assert_allclose(echo.y, raw.echo[0, 0])


def test_every_polynomial_coefficient_has_a_bar_over_its_window(polynomial):
    figure = drawing.window_bars_figure(polynomial, polynomial.importance, LIGHT, 2, channel="im")
    bars, kind, edges = (
        _bars(figure),
        polynomial.importance,
        np.append(polynomial.time, polynomial.time[-1] + 1),
    )
    drawn = {
        name: (x, y, width)
        for bar in bars
        for name, x, y, width in zip(bar.customdata, bar.x, bar.y, bar.width, strict=True)
    }
    wanted = [k for k, channel in enumerate(kind.channels) if channel == "im"]
    assert len(drawn) == len(wanted) == 76
    for k in wanted:
        x, y, width = drawn[kind.names[k]]
        assert y == pytest.approx(kind.mean[k, 2])
        assert (
            edges[kind.support[k, 0]] - 1
            < x - width / 2
            < x + width / 2
            < edges[kind.support[k, 1]] + 1
        )
    assert {bar.marker.color for bar in bars} == set(LIGHT.series[:4])
    assert drawing.windowed_kinds(kind) == ["polynomial"]
    assert not len(drawing.other_features(kind))


def test_other_features_are_listed_the_best_on_top(shape):
    rows = drawing.other_features(shape.importance)
    assert len(rows) == len(shape.importance.names)
    figure = drawing.feature_bars_figure(shape.importance, rows, LIGHT, SYMBOLS)
    assert len(figure.data) == 4
    assert len(figure.data[0].y) <= drawing.MOST_BARS
    best = shape.importance.names[
        int((shape.importance.mean / shape.importance.mean.max(axis=0)).sum(axis=1).argmax())
    ]
    assert figure.data[0].y[-1] == best


def test_the_heat_map_has_a_row_a_target_the_first_on_top(raw):
    heat = sensitivity.sensitivity_figure(raw, raw.sensitivity, LIGHT, SYMBOLS).data[0]
    assert list(heat.y) == ["d", "‹p›", "ξ", "α"]
    np.testing.assert_allclose(
        heat.z[-1], raw.sensitivity.strength()[:, 0, 0].mean(axis=0), rtol=1e-5
    )
    assert len(heat.x) == heat.z.shape[1] + 1


def test_curves_are_sorted_and_coloured_by_sign(raw):
    values = np.arange(len(raw.sensitivity.samples))[::-1].astype(float)
    figure = sensitivity.curve_slopes_figure(raw, raw.sensitivity, values, "p", DARK, 2, part="im")
    heat = figure.data[0]
    np.testing.assert_allclose(
        heat.z, raw.sensitivity.slopes[::-1, 2, 0, 1] / raw.sensitivity.scale[2], rtol=1e-5
    )
    assert heat.zmin == -heat.zmax


def test_the_top_k_curve_shows_the_baseline_and_its_intervals(polynomial):
    figure = drawing.top_k_figure(polynomial.top_k, LIGHT, SYMBOLS)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    np.testing.assert_allclose(lines[0].y, polynomial.top_k.scores[:, 0, 0])
    assert figure.layout.shapes[0].y0 == pytest.approx(polynomial.top_k.baseline.mean())
    assert figure.layout.xaxis.type == "log"


def test_the_most_probable_class_stands_out():
    figure = probability_figure(["a", "<b>"], np.array([0.2, 0.8]), LIGHT)
    assert list(figure.data[0].y) == ["a", "‹b›"]
    assert figure.data[0].marker.color[1] == LIGHT.series[0] != figure.data[0].marker.color[0]
