"""The table behind a figure: named columns, complex values as Re and Im, bands and maps too."""

import io

import numpy as np
import pandas as pd
import plotly.io

from nmr_core import preset, simulate
from nmr_core.plots import LIGHT, correlation_figure, echo_figure, sweep_figure
from nmr_core.plots.data import figure_csv, figure_table
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.traces import band, line

TIME = np.linspace(0, 10, 50)


def _echo():
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).build()
    return simulate(small, seed=0)


def test_curves_over_the_same_points_stand_beside_each_other():
    echo = _echo()
    table = figure_table(echo_figure(echo, LIGHT))
    assert list(table.columns) == [
        "time t (µs)",
        "|M|: polarisation M per spin",
        "Re M: polarisation M per spin",
        "Im M: polarisation M per spin",
    ]
    np.testing.assert_allclose(table.iloc[:, 2], echo.signal.real, atol=1e-6)
    np.testing.assert_allclose(table.iloc[:, 3], echo.signal.imag, atol=1e-6)


def test_curves_of_different_lengths_stand_below_each_other():
    traces = [
        line(TIME, TIME, "long", LIGHT.series[0]),
        line(TIME[:5], TIME[:5], "short", LIGHT.series[1]),
    ]
    table = figure_table(figure(traces, LIGHT, axis("t (µs)", LIGHT), axis("y (mV)", LIGHT)))
    assert table["curve"].value_counts().to_dict() == {"long": 50, "short": 5}
    assert list(table.columns) == ["curve", "t (µs)", "y (mV)"]


def test_both_kinds_of_bands_have_a_low_and_a_high_edge():
    edge = line(TIME, TIME + 1, "edge", LIGHT.series[0])
    filled = line(TIME, TIME - 1, "filled", LIGHT.series[0]) | {"fill": "tonexty"}
    for traces in ([band(TIME, TIME - 1, TIME + 1, "red")], [edge, filled]):
        table = figure_table(figure(traces, LIGHT, axis("t", LIGHT), axis("M", LIGHT)))
        np.testing.assert_allclose(table["M, low"], TIME - 1, rtol=1e-6)
        np.testing.assert_allclose(table["M, high"], TIME + 1, rtol=1e-6)
        np.testing.assert_allclose(table["t"], TIME, rtol=1e-6)


def test_a_map_has_one_row_per_cell_named_by_its_scale():
    r = np.array([[0.1, 0.2, np.nan], [0.4, 0.5, 0.6]])
    table = figure_table(correlation_figure(np.arange(3.0), r, ["α", "ξ"], "Re M", LIGHT))
    assert len(table) == 5
    value = table[(table.iloc[:, 1] == 2) & (table.iloc[:, 2] == "ξ")]["r with Re M"]
    np.testing.assert_allclose(value, 0.6, rtol=1e-6)
    z = figure_table(sweep_figure(TIME, np.arange(4.0), np.ones((4, 50)), "x (mT)", LIGHT))
    assert list(z.columns) == ["curve", "time t (µs)", "x (mT)", "|M|"]
    assert len(z) == 200


def test_error_bars_and_labels_are_columns():
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [1.0, 2.0],
        "y": [3.0, 4.0],
        "text": ["<b>one</b>", "two"],
        "error_y": {"array": [0.1, 0.2], "arrayminus": [0.3, 0.4]},
    }
    table = figure_table(figure([points], LIGHT, axis("n", LIGHT), axis("E", LIGHT)))
    assert table["E, error up"].tolist() == [0.1, 0.2]
    assert table["E, error down"].tolist() == [0.3, 0.4]
    assert table["label"].tolist() == ["one", "two"]


def test_a_file_of_the_figure_gives_the_same_csv(tmp_path):
    drawn = echo_figure(_echo(), LIGHT)
    drawn.write_json(tmp_path / "echo.json")
    again = plotly.io.read_json(tmp_path / "echo.json")
    assert figure_csv(again) == figure_csv(drawn)
    read = pd.read_csv(io.BytesIO(figure_csv(drawn)))
    assert read.columns[0] == "time t (µs)"
