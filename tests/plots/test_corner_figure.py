"""The corner plot: its regions hold what they say, and its densities reach a bound."""

import numpy as np
import pytest

from nmr_core.plots import corner
from nmr_core.plots.corner import corner_figure

TARGETS = {
    name: {"label": name, "symbol": name, "unit": "", "low": 0.0, "high": 1.0}
    for name in ("a", "b", "c")
}


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    rng = np.random.default_rng(0)
    a, b = rng.multivariate_normal([0.5, 0.5], [[0.01, 0.008], [0.008, 0.01]], 8000).T
    return np.stack([a, b, np.abs(0.05 * rng.standard_normal(8000))], axis=1)


def test_has_one_panel_per_parameter_and_pair(samples, palette):
    figure = corner_figure(samples, TARGETS, palette, truth=np.array([0.5, np.nan, 0.0]))
    axes = [name for name in figure.layout.to_plotly_json() if name.startswith("xaxis")]
    assert len(axes) == 6
    assert sum(trace.type == "contour" for trace in figure.data) == 2 * 3
    # a in its column of three, c in its row of three
    assert len(figure.layout.shapes) == 3 + 3


@pytest.mark.parametrize("n", [1, 2, 4])
def test_takes_any_number_of_parameters(n, palette):
    rng = np.random.default_rng(1)
    targets = {f"x{k}": TARGETS["a"] for k in range(n)}
    corner_figure(rng.random((500, n)), targets, palette)


@pytest.mark.parametrize("level", corner.LEVELS)
def test_a_region_holds_its_probability(samples, palette, level):
    figure = corner_figure(samples, TARGETS, palette)
    trace = next(t for t in figure.data if t.type == "contour" and t.contours.value == level)
    column = np.searchsorted((trace.x[:-1] + trace.x[1:]) / 2, samples[:, 0])
    row = np.searchsorted((trace.y[:-1] + trace.y[1:]) / 2, samples[:, 1])
    inside = np.asarray(trace.z)[row, column] < level
    assert inside.mean() == pytest.approx(level, abs=0.03)


def test_a_density_at_a_bound_is_largest_there(samples, palette):
    figure = corner_figure(samples, TARGETS, palette)
    line = [t for t in figure.data if t.type == "scatter" and t.line.width == 2][2]
    assert line.x[0] == pytest.approx(0.0, abs=1e-6)
    assert line.y[0] > 0.95 * max(line.y)
