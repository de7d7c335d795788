"""Figures that compare runs: drawn scores, the baseline, crowds that stay light."""

import re

import numpy as np
import pandas as pd
import pytest

from nmr_core.evaluation.published import published
from nmr_core.evaluation.regimes import error_by, error_map
from nmr_core.glossary import FAR_WORSE
from nmr_core.plots import (
    LIGHT,
    Panel,
    calibration_figure,
    confusion_figure,
    f1_along_figure,
    f1_figure,
    leaderboard_figure,
    parity_figure,
    parity_grid_figure,
    regime_figure,
    regime_map_figure,
    residual_figure,
)

ALPHA = {"label": "α (MHz)", "symbol": "α", "unit": "MHz", "low": 0.0, "high": 0.2}
BLUE = "#0072B2"
NASTY, SAFE = "<b>run</b>", "‹b›run‹/b›"


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    true = rng.uniform(0, 0.2, 20_000)
    return true, true + rng.normal(0, 0.01, 20_000)


def _titles(figure) -> tuple[str, str]:
    return figure.layout.xaxis.title.text, figure.layout.yaxis.title.text


def _board(n: int, title: str = "Ridge on raw curve", **columns) -> pd.DataFrame:
    value = np.linspace(0.1, 0.3, n)
    runs = [f"run-{k:04d}" for k in range(n)]
    table = {"run": runs, "title": title, "value": value, "low": value - 0.02, "high": value + 0.03}
    return pd.DataFrame(table | {"baseline": 0.33} | columns)


def _colours(n: int) -> dict[str, str]:
    return {f"run-{k:04d}": LIGHT.series[k % 6] for k in range(n)}


def test_the_leaderboard_has_the_best_run_on_top(palette):
    figure = leaderboard_figure(_board(3), _colours(3), palette, "weighted error")
    (points,) = figure.data
    low, high = figure.layout.yaxis.range
    assert low > high, "rows are counted from the top"
    np.testing.assert_allclose(points.x, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(points.error_x.array, 0.03)
    np.testing.assert_allclose(points.error_x.arrayminus, 0.02)
    assert list(points.marker.color) == list(LIGHT.series[:3])
    assert figure.layout.xaxis.title.text == "weighted error"
    assert "· 0.100 [0.080, 0.130]" in figure.layout.annotations[0].text


def test_good_runs_are_apart_although_the_baseline_is_far(palette):
    """Errors of .010 and .013 beside a baseline of .33, which are 1 % of a linear axis apart."""
    table = _board(2, value=[0.010, 0.013], low=[0.0095, 0.0125], high=[0.0105, 0.0135])
    first, last = leaderboard_figure(table, _colours(2), palette, "error").layout.xaxis.range
    assert np.log10(1.3) / (last - first) > 0.06
    assert first < np.log10(0.0095) < np.log10(0.33) < last


def test_a_run_far_worse_than_the_baseline_is_said_in_words(palette):
    table = _board(2, value=[0.1, 4000.0], low=[0.09, 3000.0], high=[0.11, 5000.0])
    figure = leaderboard_figure(table, _colours(2), palette, "error")
    assert list(figure.data[0].marker.symbol) == ["circle", "triangle-right"]
    assert np.log10(figure.data[0].x[1]) == pytest.approx(figure.layout.xaxis.range[1])
    assert FAR_WORSE in figure.layout.annotations[1].text
    scores = _board(2, value=[0.9, -5e5], low=[0.89, -6e5], high=[0.91, -4e5], baseline=0.0)
    figure = leaderboard_figure(scores, _colours(2), palette, "R²", higher_is_better=True)
    assert 0.5 < figure.layout.xaxis.range[0] < 0.89 < figure.layout.xaxis.range[1]
    assert FAR_WORSE in figure.layout.annotations[1].text


def test_the_baseline_and_published_results_are_lines_with_their_names(palette):
    others = published("ml4sci_2020_secular", "error")[:3]
    figure = leaderboard_figure(_board(3), _colours(3), palette, "error", others)
    lines = [(float(shape.path.split()[1]), shape.line.dash) for shape in figure.layout.shapes]
    assert lines == [(0.33, "dash"), *((p.value, "dot") for p in others)]
    names = figure.layout.annotations[3:]
    assert [note.text for note in names] == ["baseline", *(p.label for p in others)]
    assert [10**note.x for note in names] == pytest.approx([x for x, _ in lines])
    assert len({note.yshift for note in names}) == 4, "names do not lie on each other"


def test_no_line_crosses_the_name_of_a_run(palette):
    others = published("ml4sci_2020_secular", "error")[:3]
    figure = leaderboard_figure(_board(3), _colours(3), palette, "error", others)
    margins = figure.layout.margin
    rows = 3.35 / (figure.layout.height - margins.t - margins.b)
    for shape in figure.layout.shapes:
        ends = [float(number) for number in re.findall(r" (-?[\d.]+)(?= [ML]|$)", shape.path)]
        pieces = list(zip(ends[::2], ends[1::2], strict=True))
        for row, name in enumerate(figure.layout.annotations[:3]):
            bottom = row - name.yshift * rows
            top = bottom - name.font.size * rows
            assert not any(a < bottom and top < b for a, b in pieces)


@pytest.mark.parametrize("n", [0, 1])
def test_a_leaderboard_of_no_run_or_one(n):
    assert len(leaderboard_figure(_board(n), _colours(1), LIGHT, "error").data[0].y) == n


def test_baselines_that_differ_are_no_line():
    table = _board(3, baseline=[1.0, 2.0, 3.0])
    assert not leaderboard_figure(table, _colours(3), LIGHT, "error").layout.shapes


def test_an_unknown_interval_is_not_drawn():
    table = _board(2, low=np.nan, high=np.nan)
    points = leaderboard_figure(table, _colours(2), LIGHT, "R²").data[0]
    np.testing.assert_allclose(points.error_x.array, 0)


def test_equal_and_long_titles_can_be_told_apart():
    names = leaderboard_figure(_board(2, "x" * 200), _colours(2), LIGHT, "error").data[0].text
    assert len(set(names)) == 2
    assert all(len(name) < 60 for name in names)
    safe = leaderboard_figure(_board(1, NASTY), _colours(1), LIGHT, "error")
    assert list(safe.data[0].text) == [SAFE]


def test_parity_draws_every_echo_the_identity_and_r2(many, palette):
    true, predicted = (values[:500] for values in many)
    numbers = np.arange(500) + 400_000_000
    figure = parity_figure(Panel("α", true, predicted, 0.98765, BLUE, numbers), ALPHA, palette)
    points, identity = figure.data
    np.testing.assert_allclose(points.x, true, rtol=1e-6)
    np.testing.assert_allclose(points.y, predicted, rtol=1e-5)
    assert list(points.customdata) == list(numbers)
    assert list(identity.x) == list(identity.y) == pytest.approx([-0.01, 0.21])
    assert figure.layout.title.text == "α  R² = 0.988"
    assert _titles(figure) == ("true α (MHz)", "predicted α (MHz)")


def test_the_clicked_echo_has_a_ring_in_every_figure(many):
    true, predicted = (values[:50] for values in many)
    ring = parity_figure(
        Panel("", true, predicted, 0.9, BLUE, np.arange(50)), ALPHA, LIGHT, marked=7
    ).data[-1]
    assert (ring.x[0], ring.y[0]) == pytest.approx((true[7], predicted[7]))
    panels = [Panel("", true, predicted, 0.9, BLUE, np.arange(50))] * 3
    rings = parity_grid_figure(panels, ALPHA, LIGHT, marked=7).data[-3:]
    assert [trace.x[0] for trace in rings] == pytest.approx([true[7]] * 3)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_parity_of_few_echoes_far_outside_of_the_prior(n):
    figure = parity_figure(Panel("", np.full(n, 0.1), np.full(n, 1e6), -1e9, BLUE), ALPHA, LIGHT)
    assert figure.layout.yaxis.range == pytest.approx((-0.01, 0.21))
    assert figure.layout.title.text == "R² below −1", "digits of an absurd value mean nothing"


def test_crowded_parity_counts_every_echo_under_the_farthest_points(many, palette):
    true, predicted = many
    figure = parity_figure(Panel("", true, predicted, 0.9, BLUE, np.arange(20_000)), ALPHA, palette)
    points, density, _ = figure.data
    counts = 10 ** np.asarray(density.z, float) - 1
    inside = ((predicted >= -0.01) & (predicted <= 0.21)).sum()
    assert counts.sum() == pytest.approx(inside, rel=1e-3)
    off = np.abs(predicted - true)
    assert off[np.asarray(points.customdata)].min() >= np.sort(off)[-300]
    assert len(figure.to_json()) < 3_000_000


def test_the_density_is_not_transposed():
    """Everything predicted low fills the bottom row, whatever is true."""
    true = np.linspace(0, 0.2, 6000)
    density = parity_figure(Panel("", true, np.zeros(6000), 0.0, BLUE), ALPHA, LIGHT).data[1]
    filled = np.asarray(density.z) > 0
    assert filled.any(axis=1).sum() == 1
    assert filled.any(axis=0).sum() > 60


@pytest.mark.parametrize("n", [1, 5, 20])
def test_a_grid_of_parity_panels_stays_light(many, n):
    true, predicted = (values[:1000] for values in many)
    panel = Panel(NASTY, true, predicted, 0.9, BLUE, np.arange(1000))
    figure = parity_grid_figure([panel] * n, ALPHA, LIGHT)
    assert len({trace.xaxis for trace in figure.data}) == n
    assert not any("<" in note.text for note in figure.layout.annotations)
    assert len(figure.to_json()) < 1_000_000


def test_residuals_with_their_quantiles(many, palette):
    figure = residual_figure(Panel("α", *many, 0.9, BLUE), ALPHA, palette)
    points, low, median, high = figure.data
    np.testing.assert_allclose(median.y, 0, atol=1e-3)
    np.testing.assert_allclose(high.y, 0.01645, rtol=0.1)
    np.testing.assert_allclose(low.y, -0.01645, rtol=0.1)
    assert len(points.x) == 5000
    assert _titles(figure) == ("true α (MHz)", "predicted − true α (MHz)")
    start, end = figure.layout.yaxis.range
    assert start == -end


def test_residuals_against_another_parameter_show_its_bias(many):
    true, predicted = (values[:2000] for values in many)
    other = np.random.default_rng(0).exponential(5, 2000)
    biased = predicted + 0.001 * other
    figure = residual_figure(Panel("", true, biased, 0.9, BLUE), ALPHA, LIGHT, against=("W", other))
    median = np.asarray(figure.data[2].y)
    assert figure.layout.xaxis.title.text == "W"
    assert median[-1] > median[0] + 0.005


def test_residuals_of_one_echo_have_no_quantiles():
    figure = residual_figure(Panel("", np.full(1, 0.1), np.full(1, 0.1), 0.9, BLUE), ALPHA, LIGHT)
    assert len(figure.data[2].x) == 0


def test_the_error_by_range_has_the_baseline_and_a_band_per_run(many, palette):
    true, predicted = (values[:1000] for values in many)
    table = error_by(true, predicted - true, 0.1 - true)
    figure = regime_figure(dict.fromkeys("ab", (NASTY, table, BLUE)), "α (MHz)", ALPHA, palette)
    baseline, first_band, first, _, _ = figure.data
    np.testing.assert_allclose(baseline.y, table["baseline"], rtol=1e-6)
    np.testing.assert_allclose(first.y, table["rmse"], rtol=1e-6)
    assert np.max(first_band.y) == pytest.approx(table["rmse_high"].max())
    assert first.name == SAFE
    assert _titles(figure) == ("α (MHz)", "RMSE of α (MHz)")


def test_the_map_of_the_error_greys_empty_cells(palette):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(2, 60))
    x_edges, y_edges, rmse, n = error_map(x, x + 0.01 * y, y, 4)
    assert np.isnan(rmse).any()
    figure = regime_map_figure(x_edges, y_edges, rmse, n, ("α", "k"), ALPHA, palette, BLUE)
    cells, grey = figure.data
    np.testing.assert_allclose(np.asarray(cells.z, float), rmse)
    assert np.array_equal(np.isfinite(np.asarray(grey.z, float)), np.isnan(rmse))


def test_the_confusion_matrix_has_counts_and_fractions_of_the_row(palette):
    names = ["gaussian", "<rkky>"]
    counts = pd.DataFrame([[8, 2], [0, 5]], index=names, columns=names)
    (cells,) = confusion_figure(counts, palette, BLUE).data
    assert np.asarray(cells.z).tolist() == [[0.8, 0.2], [0.0, 1.0]]
    assert cells.text[0][1] == "2<br>20.0%"
    assert list(cells.x) == ["gaussian", "‹rkky›"]


def test_f1_by_class_beside_the_baseline(palette):
    table = pd.DataFrame(
        {"f1": [0.9, 0.8], "baseline_f1": [0.5, 0.0], "support": [10, 5]}, index=["a", "b"]
    )
    figure = f1_figure(dict.fromkeys("xy", (NASTY, table, BLUE)), palette)
    assert list(figure.data[1].y) == [0.9, 0.8]
    assert [shape.y0 for shape in figure.layout.shapes] == [0.5, 0.0]


def test_f1_along_a_parameter_has_its_intervals():
    table = pd.DataFrame(
        {"value": [1.0, 2], "f1": [0.9, 0.8], "low": [0.8, 0.7], "high": [0.95, 0.9], "n": [5, 6]}
    )
    (curve,) = f1_along_figure({"x": ("t", table, BLUE)}, "W", LIGHT).data
    np.testing.assert_allclose(curve.error_y.array, [0.05, 0.1])
    np.testing.assert_allclose(curve.error_y.arrayminus, [0.1, 0.1])


def test_calibration_of_probabilities_has_the_diagonal():
    edges = {"low": [0.1, 0.6], "high": [0.3, 0.9], "n": [9, 9]}
    table = pd.DataFrame({"probability": [0.1, 0.9], "share": [0.2, 0.8]} | edges)
    diagonal, _, curve = calibration_figure({"a": table}, LIGHT).data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert (list(curve.x), list(curve.y)) == ([0.1, 0.9], [0.2, 0.8])
