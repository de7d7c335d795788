"""Studies as pictures: what is drawn are the rows, on the right axes, beside the baseline."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.studies import (
    Curve,
    error_label,
    learning_curve_figure,
    sanity_figure,
    search_figure,
    spread_figure,
    validation_curve_figure,
)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two repeats at three sizes."""
    return pd.DataFrame(
        {
            "n": [20, 20, 40, 40, 80, 80],
            "error": [0.2, 0.22, 0.1, 0.12, 0.05, 0.06],
            "baseline": 0.25,
        }
    )


def test_a_learning_curve_is_log_log_with_its_fit_dashed_beyond_the_data(rows, palette):
    figure = learning_curve_figure(
        [Curve("ridge <b>", rows, lambda n: 4 / n, "#0072B2")], palette, goal=0.01
    )
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    dots, mean, inside, beyond = figure.data
    assert sorted(dots.y) == sorted(rows["error"])
    assert list(mean.x) == [20, 40, 80]
    assert mean.y == pytest.approx([0.21, 0.11, 0.055])
    assert mean.error_y.array == pytest.approx(rows.groupby("n")["error"].std().to_numpy())
    assert (inside.x[0], inside.x[-1]) == pytest.approx((20, 80))
    assert (beyond.x[0], beyond.x[-1], beyond.line.dash) == (
        pytest.approx(80),
        pytest.approx(800),
        "dash",
    )
    assert {shape.y0 for shape in figure.layout.shapes} == {0.25, 0.01}
    assert "<" not in mean.name


def test_the_ticks_of_a_log_axis_are_whole_numbers(rows, palette):
    figure = learning_curve_figure([Curve("a", rows, None, "#0072B2")], palette)
    assert {"20", "50"} <= set(figure.layout.xaxis.ticktext)
    assert [float(text.replace(",", "")) for text in figure.layout.xaxis.ticktext] == pytest.approx(
        figure.layout.xaxis.tickvals
    )
    assert len(figure.data) == 2


def test_a_learning_curve_of_one_row_or_of_a_perfect_fit_is_drawn(rows, palette):
    assert learning_curve_figure([Curve("a", rows.head(1), None, "#0072B2")], palette).data
    assert learning_curve_figure(
        [Curve("a", rows.assign(error=0.0), None, "#0072B2")], palette
    ).data


@pytest.mark.parametrize("values", [[1, 10, 100], ["third", "sqrt", "all"]])
def test_a_validation_curve_has_both_errors_and_rings_the_lowest(values, palette):
    rows = pd.DataFrame(
        {
            "option": "model.leaf",
            "value": np.repeat(values, 2).tolist(),
            "error": [3, 4, 1, 2, 5, 6],
            "train_error": [0, 0, 1, 1, 2, 2],
            "baseline": 7.0,
        }
    )
    figure = validation_curve_figure(rows, palette)
    fitted, valid, lowest = figure.data
    assert list(fitted.y) == [0, 1, 2]
    assert list(valid.y) == [3.5, 1.5, 5.5]
    assert (lowest.x[0], lowest.y[0]) == (values[1], 1.5)
    assert figure.layout.xaxis.type == ("log" if values[0] == 1 else "category")


def test_a_search_has_a_panel_an_option_and_rings_the_winner(palette):
    rows = pd.DataFrame(
        {
            "candidate": [0, 1, 2, 1],
            "n": [30, 30, 30, 90],
            "error": [0.3, 0.2, None, 0.1],
            "baseline": 0.4,
            "model.leaf": [1, 5, 9, 5],
            "model.kind": ["a", "b", "c", "b"],
        }
    )
    figure = search_figure(rows, palette, winner=1)
    assert [figure.layout.xaxis.title.text, figure.layout.xaxis2.title.text] == ["leaf", "kind"]
    assert list(figure.data[0].y) == [0.3, 0.2, 0.1]
    assert (list(figure.data[1].x), list(figure.data[3].x)) == ([5], ["b"])


def test_folds_have_their_intervals_and_a_band(palette):
    rows = pd.DataFrame(
        {
            "fold": [1, 2],
            "error": [0.2, 0.3],
            "error_low": [0.1, 0.25],
            "error_high": [0.4, 0.35],
            "baseline": 0.5,
        }
    )
    figure = spread_figure(rows, "fold", palette, 0.25, 0.05)
    (dots,) = figure.data
    assert dots.error_y.array == pytest.approx([0.2, 0.05])
    assert dots.error_y.arrayminus == pytest.approx([0.1, 0.05])
    band = next(shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (band.y0, band.y1) == pytest.approx((0.2, 0.3))


def test_sanity_checks_are_shares_of_the_baseline(palette):
    rows = pd.DataFrame(
        {
            "check": ["memorise", "true labels", "permuted", "permuted"],
            "share": [0.0, 0.3, 0.9, 1.1],
        }
    )
    bars = [trace for trace in sanity_figure(rows, palette).data if trace.type == "bar"]
    assert [bar.x[0] for bar in bars] == pytest.approx([0, 0.3, 1.0])
    assert len(sanity_figure(rows.head(1), palette).data) == 2


def test_errors_are_named_by_their_task():
    assert "F1" in error_label("classification")
    assert "MSE/w²" in error_label("regression")
