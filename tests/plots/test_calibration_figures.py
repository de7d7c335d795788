"""Calibration, drawn: coverage, regimes, ranks and widths are the numbers of the result."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from nmr_core.inference.intervals import Coverage, coverage_map
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots import calibration as drawing
from nmr_core.plots import coverage_ranges as ranges

LEVELS = (0.5, 0.9)
JOINT = "all parameters jointly"


@pytest.fixture(scope="module")
def found() -> Coverage:
    rows = [
        {
            "target": name,
            "level": level,
            "covered": level + shift,
            "low": level + shift - 0.02,
            "high": level + shift + 0.02,
            "expected_low": level - 0.03,
            "expected_high": level + 0.02,
            "p_value": 0.3,
            "width": 1.0,
            "width_percent": 10.0,
        }
        for level in LEVELS
        for name, shift in (("alpha", 0.01), ("d", -0.06), (JOINT, 0.0))
    ]
    regimes = [
        {
            "target": "d",
            "by": by,
            "range": k + 1,
            "from": k / 4,
            "to": (k + 1) / 4,
            "n": 50,
            "covered": 0.9 - 0.1 * k,
            "low": 0.85 - 0.1 * k,
            "high": 0.95 - 0.1 * k,
            "expected_low": 0.82,
            "expected_high": 0.97,
        }
        for by in ("alpha", "d")
        for k in range(4)
    ]
    rng = np.random.default_rng(0)
    return Coverage(
        "run-x",
        "scaled",
        200,
        300,
        0.9,
        LEVELS,
        1.0,
        pd.DataFrame(rows),
        pd.DataFrame(regimes),
        pd.DataFrame({"alpha": rng.random(200), "d": rng.random(200)}),
        pd.DataFrame(),
        pd.DataFrame({name: rng.random(200) for name in ("alpha", "d", "predicted_d")}),
        pd.DataFrame({name: rng.random(200) < 0.9 for name in ("alpha", "d")}),
        np.ones(200),
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_covered_minus_promised(found, palette):
    figure = drawing.coverage_figure(found, {"alpha": "α", "d": "<d>", JOINT: "joint"}, palette)
    band, *lines = figure.data
    assert [line.name for line in lines] == ["α", "‹d›", "joint"]
    for line, shift in zip(lines, (1, -6, 0), strict=True):
        np.testing.assert_allclose(line.y, shift, atol=1e-9)
    assert [line.line.dash for line in lines] == ["solid", "solid", "dot"]
    np.testing.assert_allclose(sorted(set(np.round(band.y, 6))), [-3, 2])
    assert figure.layout.yaxis.range[1] > 6


def test_every_quarter_is_a_dot_in_its_place_and_what_is_out_stands_out(found):
    rows = found.regimes
    figure = drawing.regimes_figure(rows, 0.9, {"alpha": "α", "d": "d"}, LIGHT)
    dots = figure.data[0]
    np.testing.assert_allclose(dots.y, [90, 80, 70, 60] * 2)
    assert (np.diff(dots.x[:4]) > 0).all()
    assert np.mean(dots.x[:4]) == pytest.approx(0)
    assert np.mean(dots.x[4:]) == pytest.approx(1)
    assert list(dots.marker.color[:4]) == [LIGHT.series[0], *[LIGHT.series[3]] * 3]
    assert dots.text[1] == "0.25 to 0.5, 50 echoes"
    assert figure.layout.yaxis.range[0] < 55


def test_a_class_is_called_by_its_name(found):
    rows = found.regimes.iloc[:2].assign(
        by="kernel", range=0, **{"from": ["rkky", "<b>"], "to": ["rkky", "<b>"]}
    )
    dots = drawing.regimes_figure(rows, 0.9, {"kernel": "kernel"}, LIGHT).data[0]
    assert list(dots.text) == ["rkky, 50 echoes", "‹b›, 50 echoes"]


def test_flat_ranks_stay_in_the_band_and_narrow_ones_do_not():
    n, rng = 1000, np.random.default_rng(1)
    flat = drawing.rank_figure(rng.random(n), "α", LIGHT, LIGHT.series[0])
    narrow = drawing.rank_figure(rng.beta(0.4, 0.4, n), "α", LIGHT, LIGHT.series[0])
    out = [
        sum(colour == LIGHT.series[3] for colour in figure.data[0].marker.color)
        for figure in (flat, narrow)
    ]
    assert out[0] <= 3 < 8 <= out[1]
    assert flat.data[0].y.sum() == n
    band = flat.layout.shapes[0]
    assert (band.y0, band.y1) == (binom.ppf(0.025, n, 0.05), binom.ppf(0.975, n, 0.05))


def test_width_against_error():
    rng = np.random.default_rng(2)
    sigma = 10 ** rng.uniform(-3, -1, 4000)
    error, reach = np.abs(rng.normal(0, sigma)), 1.645 * sigma
    figure = drawing.width_error_figure(reach, error, 0.9, "α", LIGHT)
    inside, missed, edge, middle = figure.data
    assert len(inside.x) + len(missed.x) == 4000
    assert len(missed.x) / 4000 == pytest.approx(0.1, abs=0.02)
    assert (missed.y > missed.x).all()
    assert edge.x[0] == edge.y[0]
    np.testing.assert_allclose(middle.y / middle.x, 1, rtol=0.25)


def test_width_over_a_parameter():
    x = np.linspace(0, 1, 240)
    figure = drawing.width_over_figure(x, 1 + x, x > 0.9, "α (MHz)", "d", LIGHT)
    assert len(figure.data[1].x) == (x > 0.9).sum()
    np.testing.assert_allclose(figure.data[2].y, 1 + figure.data[2].x)
    assert figure.layout.yaxis.rangemode == "tozero"
    assert (
        drawing.width_over_figure(x, 10 ** (3 * x), x > 2, "α", "d", LIGHT).layout.yaxis.type
        == "log"
    )
    assert (
        len(drawing.width_over_figure(x[:5], 1 + x[:5], x[:5] > 2, "α", "d", LIGHT).data[2].x) == 1
    )


def test_set_sizes_and_lamps():
    sizes, inside = np.array([1, 1, 2, 3]), np.array([True, False, True, True])
    figure = drawing.set_size_figure(sizes, inside, LIGHT)
    assert list(figure.data[0].y) == [0, 1, 1, 1]
    assert list(figure.data[1].y) == [0, 1, 0, 0]
    bars = drawing.applicability_bars_figure(
        [("as <b>", 0.1, 0.02), ("noise", 0.3, 0.6)], LIGHT
    ).data
    assert list(bars[0].x) == [2, 60]
    assert list(bars[1].x) == [10, 30]
    assert list(bars[0].y) == ["as ‹b›", "noise"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_map_shows_coverage_and_number_of_every_cell(found, palette):
    cells = coverage_map(found, "alpha", "predicted_d", "d", n_ranges=2)
    figure = ranges.coverage_map_figure(cells, ("<α>", "d"), palette)
    filled, grey = figure.data
    np.testing.assert_allclose(filled.z, 100 * cells.grid("covered"))
    assert filled.zmid is None
    assert (filled.zmin, filled.zmax) == (80, 100)
    assert filled.colorscale[1] == (0.5, palette.diverging[1])
    assert np.isnan(grey.z).all()
    row, column = np.unravel_index(np.nanargmin(cells.grid("covered")), (2, 2))
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.y0) == (column - 0.5, row - 0.5)
    assert f"n {cells.grid('n')[row, column]}" in filled.text[row][column]
    assert figure.layout.xaxis.title.text == "‹α›"


def test_cells_with_few_echoes_have_no_coverage(found):
    cells = coverage_map(found, "alpha", "predicted_d", "d", n_ranges=8)
    figure = ranges.coverage_map_figure(cells, ("α", "d"), LIGHT)
    assert np.isnan(figure.data[0].z).all()
    assert np.isfinite(figure.data[1].z).all()
    assert not figure.layout.shapes
    assert cells.worst is None
    assert "too few" in cells.sentence({})


def test_the_lowest_range_of_every_parameter_is_a_dot(found):
    labels = {"alpha": "α", "d": "d"}
    figure = ranges.worst_ranges_figure(found, {"d": "d"}, labels, LIGHT)
    (dots,) = figure.data
    np.testing.assert_allclose(dots.x, [60, 60])
    np.testing.assert_allclose(dots.y, [0, 1])
    assert dots.text[0] == "0.75 to 1, 50 echoes"
    assert list(figure.layout.yaxis.ticktext) == ["α", "d"]
