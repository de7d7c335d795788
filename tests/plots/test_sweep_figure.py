"""Sweeps: a map with fixed colours and bounded size; heights and widths with gaps."""

import numpy as np
import pytest

from nmr_core.plots import LIGHT, sweep_figure, sweep_lines_figure
from nmr_core.simulator.shape import EchoShape


def test_time_runs_along_x_and_the_parameter_along_y(palette):
    time, angles = np.linspace(0, 150, 300), np.linspace(0, 180, 7)
    magnitude = np.random.default_rng(0).uniform(0, 0.5, (7, 300))
    magnitude[2, 250:] = np.nan
    figure = sweep_figure(time, angles, magnitude, "β₂ (°)", palette)
    (cells,) = figure.data
    np.testing.assert_allclose(cells.z, magnitude, atol=1e-6)
    np.testing.assert_allclose(cells.x, time, atol=1e-4)
    np.testing.assert_allclose(cells.y, angles)
    assert (cells.zmin, cells.zmax, cells.colorbar.title.text) == (0, 0.5, "|M|")
    assert figure.layout.xaxis.title.text == "time t (µs)"
    assert figure.layout.yaxis.title.text == "β₂ (°)"


def test_colours_grow_evenly_brighter():
    figure = sweep_figure(np.arange(3.0), np.arange(2.0), np.zeros((2, 3)), "x", LIGHT)
    scale = figure.data[0].colorscale
    rgb = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for _, colour in scale])
    assert (np.diff(rgb @ [0.2126, 0.7152, 0.0722]) > 0).all()


@pytest.mark.parametrize("n_times", [1, 500, 501, 20_000])
@pytest.mark.parametrize("n_values", [1, 170, 200])
def test_a_map_is_light_and_starts_at_the_first_sample(n_values, n_times):
    magnitude = np.random.default_rng(0).uniform(0, 0.5, (n_values, n_times)).astype(np.float32)
    figure = sweep_figure(np.arange(n_times) / 4, np.arange(n_values), magnitude, "x", LIGHT)
    (cells,) = figure.data
    stride = round(4 * float(cells.x[1] - cells.x[0])) if n_times > 1 else 1
    assert np.array_equal(cells.z, magnitude[:, ::stride])
    assert len(cells.x) <= 500
    assert len(figure.to_json()) < 500_000


def test_height_and_width_stand_side_by_side(palette):
    widths = np.array([12.0, np.nan, 20.0])
    shapes = EchoShape(np.array([0.4, 0.3, 0.1]), np.full(3, 100.0), widths, np.zeros(3))
    figure = sweep_lines_figure(np.array([60, 120, 180]), shapes, "β₂ (°)", palette)
    height, width = figure.data
    np.testing.assert_allclose(height.y, [0.4, 0.3, 0.1])
    np.testing.assert_allclose(width.y, widths)
    assert width.connectgaps is False
    titles = figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text
    assert titles == ("echo height |M|", "width at half height (µs)")
