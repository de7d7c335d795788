"""Sweeps: a map that is not transposed, with fixed colours and a bounded size; heights and widths with gaps."""

import numpy as np
import pytest

from nmr_core.plots import DARK, LIGHT, sweep_figure, sweep_lines_figure
from nmr_core.simulator.shape import EchoShape

BUDGET = 500_000  # bytes of JSON


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


def test_time_runs_along_x_and_the_parameter_along_y(palette):
    time, angles = np.linspace(0, 150, 300), np.linspace(0, 180, 7)
    magnitude = np.random.default_rng(0).uniform(0, 0.5, (7, 300))
    figure = sweep_figure(time, angles, magnitude, "β₂ (°)", palette)
    (cells,) = figure.data
    assert np.allclose(cells.z, magnitude, atol=1e-6)
    assert np.allclose(cells.x, time, atol=1e-4)
    assert np.allclose(cells.y, angles)
    assert (cells.zmin, cells.zmax, cells.colorbar.title.text) == (0, 0.5, "|M|")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "time t (µs)",
        "β₂ (°)",
    )
    assert cells.z.dtype == np.float32


def test_a_record_that_has_ended_leaves_a_gap():
    magnitude = np.array([[0.1, 0.2, 0.3], [0.1, np.nan, np.nan]])
    cells = sweep_figure(np.arange(3.0), np.arange(2.0), magnitude, "τ (µs)", LIGHT).data[0]
    assert np.allclose(cells.z, magnitude, atol=1e-6, equal_nan=True)


def test_shades_grow_evenly_brighter():
    scale = (
        sweep_figure(np.arange(3.0), np.arange(2.0), np.zeros((2, 3)), "x", LIGHT)
        .data[0]
        .colorscale
    )
    rgb = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for _, colour in scale])
    assert (np.diff(rgb @ [0.2126, 0.7152, 0.0722]) > 0).all()


@pytest.mark.parametrize("n_times", [1, 499, 500, 501, 1885, 20_000])
@pytest.mark.parametrize("n_values", [1, 41, 170, 200])
def test_a_map_is_light_and_starts_at_the_first_sample(n_values, n_times):
    magnitude = np.random.default_rng(0).uniform(0, 0.5, (n_values, n_times)).astype(np.float32)
    figure = sweep_figure(np.arange(n_times) / 4, np.arange(n_values), magnitude, "x", LIGHT)
    (cells,) = figure.data
    stride = round(4 * float(cells.x[1] - cells.x[0])) if n_times > 1 else 1
    assert np.array_equal(cells.z, magnitude[:, ::stride])
    assert cells.z.shape == (n_values, len(cells.x))
    assert len(cells.x) <= 500
    assert stride == 1 or n_times > 500 or n_values > 170
    assert len(figure.to_json()) < BUDGET


def test_height_and_width_stand_side_by_side(palette):
    shapes = EchoShape(
        np.array([0.4, 0.3, 0.1]), np.full(3, 100.0), np.array([12.0, np.nan, 20.0]), np.zeros(3)
    )
    figure = sweep_lines_figure(np.array([60, 120, 180]), shapes, "β₂ (°)", palette)
    height, width = figure.data
    assert np.allclose(height.y, [0.4, 0.3, 0.1])
    assert np.allclose(width.y, [12, np.nan, 20], equal_nan=True)
    assert width.connectgaps is False
    assert (width.xaxis, width.yaxis) == ("x2", "y2")
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert {figure.layout.xaxis.title.text, figure.layout.xaxis2.title.text} == {"β₂ (°)"}
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == (
        "echo height |M|",
        "width at half height (µs)",
    )
    assert figure.layout.yaxis2.anchor == "x2"
