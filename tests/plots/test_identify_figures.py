"""Identifiability, drawn: nothing lost, moved or beautified; unknown shown as unknown."""

import numpy as np
import pytest

from nmr_core.parameters import Parameter
from nmr_core.plots import DARK, LIGHT, scans
from nmr_core.plots import identifiability as drawing

ALPHA = Parameter("alpha", "α", "MHz", 0, 0.2, 0.1)
XI = Parameter("xi", "<ξ>", "sites", 0, 20, 10)
D = Parameter("d", "d", "", 3, 6, 4)
SPECS = (ALPHA, XI, D)
TIME = np.linspace(0, 150, 300)


def _curves() -> np.ndarray:
    alpha = np.exp(-(((TIME - 100) / 20) ** 2)) * np.exp(0.1j * TIME)
    return np.stack([alpha, np.zeros(len(TIME), complex), 0.01 * alpha])


def _fills(figure) -> list:
    return [trace for trace in figure.data if trace.fill == "tonexty"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_parameter_has_a_row_with_both_parts_over_the_band(palette):
    curves, band = _curves(), np.full(len(TIME), 0.05)
    figure = drawing.sensitivity_curves_figure(TIME, curves, band, SPECS, palette)
    lines = [trace for trace in figure.data if trace.line.width == 1.6]
    assert [line.name for line in lines] == [
        "Re, α",
        "Im, α",
        "Re, ‹ξ›",
        "Im, ‹ξ›",
        "Re, d",
        "Im, d",
    ]
    assert [line.yaxis for line in lines] == ["y", "y", "y2", "y2", "y3", "y3"]
    np.testing.assert_allclose(lines[0].y, curves[0].real, atol=1e-6)
    np.testing.assert_allclose(lines[5].y, curves[2].imag, atol=1e-6)
    assert {fill.yaxis for fill in _fills(figure)} == {"y", "y2", "y3"}
    for fill in _fills(figure):
        np.testing.assert_allclose(fill.y, -band, rtol=1e-6)
    assert figure.layout.xaxis.title.text == "time t (µs)"


def test_a_row_keeps_its_curve_visible_and_an_empty_row_shows_the_band():
    figure = drawing.sensitivity_curves_figure(
        TIME, _curves(), np.full(len(TIME), 0.5), SPECS, LIGHT
    )
    peak = np.abs(_curves()[2].real).max()
    assert figure.layout.yaxis.range[1] > np.abs(_curves()[0].real).max()
    assert figure.layout.yaxis2.range[1] > 0.5
    assert peak < figure.layout.yaxis3.range[1] < 6 * peak


def test_without_any_noise_rows_of_zeros_still_have_an_axis():
    figure = drawing.sensitivity_curves_figure(
        TIME, np.zeros((2, len(TIME)), complex), np.zeros(len(TIME)), SPECS[:2], LIGHT
    )
    assert tuple(figure.layout.yaxis.range) == (-1, 1)


def test_directions_are_panels_with_their_components_and_what_is_known():
    turn = np.array([[0.6, 0.8, 0], [-0.8, 0.6, 0], [0, 0, -1.0]])
    figure = drawing.directions_figure(np.array([0.004, 0.3, np.inf]), turn.T, SPECS, LIGHT)
    bars = list(figure.data)
    assert [bar.xaxis for bar in bars] == ["x", "x2", "x3"]
    # The largest component points to the right
    np.testing.assert_allclose(bars[0].x, [-0.6, 0.8, 0], rtol=1e-6)
    np.testing.assert_allclose(bars[2].x, [0, 0, 1])
    assert [note.text for note in figure.layout.annotations] == [
        "to 0.4 %",
        "to 30 %,<br>the prior is better",
        "not determined",
    ]
    assert bars[0].marker.color[0] == LIGHT.series[0] != bars[2].marker.color[0]
    assert list(bars[0].y) == ["α", "‹ξ›", "d"]


def test_every_point_has_a_dot_beside_rms_median_worst_and_the_best_run():
    errors = np.array([[0.5, 28.9, 3.0], [2.0, 28.9, 4.0], [1.0, 28.9, 12.0]])
    figure = drawing.points_figure(errors, SPECS, DARK, {"d": 2.5})
    dots, summary = figure.data[:2]
    np.testing.assert_allclose(dots.x, [0.5, 2.0, 1.0])
    np.testing.assert_allclose(summary.x, [np.sqrt(5.25 / 3), 1.0, 2.0])
    assert list(summary.marker.symbol) == ["diamond", "line-ns", "circle-open"]
    assert summary.text[2] == "worst point: ± 0.004 MHz, 2 % of the range"
    np.testing.assert_allclose(figure.data[-1].x, [2.5])
    assert figure.data[-1].marker.symbol == "star"
    assert figure.layout.shapes[0].x0 == pytest.approx(28.8675, abs=1e-3)


def test_errors_below_single_precision_are_not_written():
    assert [drawing.percent(value) for value in (1e-5, 0.02, 12.3, np.inf)] == [
        "< 0.01 %",
        "0.02 %",
        "12 %",
        "nothing",
    ]


def test_a_scan_draws_a_line_a_parameter_and_leaves_out_what_is_not_known():
    values = np.array([25, 50, 100.0])
    errors = {
        "alpha": np.array([1, 0.5, 0.25]),
        "xi": np.full(3, np.inf),
        "d": np.array([np.nan, 40.0, 20.0]),
    }
    figure = scans.scan_figure(
        values, errors, {spec.name: spec for spec in SPECS}, "τ (µs)", LIGHT, now=50.0
    )
    lines = list(figure.data)
    assert [line.name for line in lines] == ["α", "‹ξ› (not determined)", "d"]
    np.testing.assert_allclose(lines[0].y, errors["alpha"])
    assert not np.isfinite(np.asarray(lines[1].y, dtype=float)).any()
    assert lines[0].customdata[0] == "± 0.002 MHz"
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.xaxis.type is None
    assert [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1] == [50.0]


def test_a_scan_over_decades_has_a_logarithmic_axis_with_whole_labels():
    values = np.geomspace(3, 3000, 7)
    figure = scans.scan_figure(values, {"alpha": 1 / values}, {"alpha": ALPHA}, "SNR", LIGHT)
    assert figure.layout.xaxis.type == "log"
    assert {"10", "100", "1,000"} <= set(figure.layout.xaxis.ticktext)


def test_a_scan_in_which_nothing_is_known_can_be_drawn():
    figure = scans.scan_figure(
        np.array([1.0, 2.0]), {"xi": np.full(2, np.inf)}, {"xi": XI}, "τ (µs)", LIGHT
    )
    assert figure.layout.yaxis.range[0] < np.log10(28.9) < figure.layout.yaxis.range[1]


def test_a_map_shows_the_bound_logarithmically_and_leaves_holes():
    x, y = np.array([1.0, 2, 3]), np.array([10.0, 20])
    errors = np.array([[1, 10, np.inf], [0.1, np.nan, 1e9]])
    figure = scans.error_map_figure(x, y, errors, XI, "τ (µs)", "β₂ (°)", LIGHT, now=(2, 10))
    z = np.asarray(figure.data[0].z, dtype=float)
    np.testing.assert_allclose(z[:, 0], [0, -1], atol=1e-6)
    assert np.isnan(z[0, 2])
    assert np.isnan(z[1, 1:]).all()
    assert figure.data[0].customdata[0][1] == "10 % of its range, ± 2 sites"
    assert (figure.data[0].zmin, figure.data[0].zmax) == pytest.approx((-1, 1))
    assert list(figure.data[1].x) == [2]
    assert "‹ξ›" in figure.data[0].colorbar.title.text


@pytest.mark.parametrize("errors", [np.full((2, 2), np.inf), np.full((2, 2), 3.0)])
def test_a_map_without_any_difference_can_be_drawn(errors):
    heat = scans.error_map_figure(np.arange(2.0), np.arange(2.0), errors, D, "a", "b", DARK).data[0]
    assert heat.zmin < heat.zmax
    assert len(set(heat.colorbar.ticktext)) > 1


def test_a_profile_shows_its_line_its_truth_and_the_way_of_the_others():
    values = np.linspace(3, 6, 9)
    rise = ((values - 4) / 0.3) ** 2
    path = np.linspace(0.2, 0.9, 9)
    figure = scans.profile_figure(values, rise, D, LIGHT, truth=4.0, others=[(ALPHA, path)])
    np.testing.assert_allclose(figure.data[0].y, rise)
    assert figure.layout.shapes[0].y0 == pytest.approx(3.8416)
    assert figure.layout.shapes[1].x0 == 4.0
    np.testing.assert_allclose(figure.data[1].y, path)
    assert figure.layout.yaxis.range[1] > 3.84
    flat = scans.profile_figure(values, np.zeros(9), D, DARK)
    assert flat.layout.yaxis.range[1] > 3.84, (
        "the line that a flat profile does not reach must be seen"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.042, "0.042 %"),
        (0.5, "0.5 %"),
        (28.87, "29 %"),
        (400, "nothing"),
        (np.inf, "nothing"),
        (np.nan, "nothing"),
    ],
)
def test_per_cents_are_short(value, text):
    assert drawing.percent(value) == text
