"""Training curves of several runs in one figure: units, marks, smoothing."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.learning.curves import TrainingCurve, curves_table
from nmr_core.plots import DARK, LIGHT, training_curves_figure, training_figure
from nmr_core.plots.training import smoothed

EPOCHS = np.array([1.0, 2, 3])
CURVE = TrainingCurve(
    "a", "<b>A</b>", "regression", EPOCHS, np.array([1, 0.6, np.nan]), np.array([1, 0.4, 0.6])
)
RUNNING = replace(CURVE, id="b", is_running=True)
COLOURS = {"a": "#0072B2", "b": "#C05400"}


def _figure(*curves, palette=LIGHT, **options):
    return training_curves_figure(curves, COLOURS, palette, **options)


def _marks(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_one_run_shows_both_errors_and_the_epoch_of_its_model(palette):
    training, validation, best = training_figure(CURVE, palette, "#0072B2").data
    np.testing.assert_allclose(training.y, CURVE.training)
    np.testing.assert_allclose(validation.y, CURVE.validation)
    assert (best.x[0], best.y[0]) == (2, 0.4)


def test_the_mark_of_a_run_is_its_best_epoch_and_of_a_training_the_newest():
    best, newest = _marks(_figure(CURVE, RUNNING))
    assert (best.x[0], best.y[0], best.marker.symbol) == (2, 0.4, "circle")
    assert (newest.x[0], newest.y[0], newest.marker.symbol) == (3, 0.6, "circle-open")


def test_titles_are_plain_and_axes_have_units():
    figure = _figure(CURVE)
    assert {trace.name for trace in figure.data if trace.mode == "lines"} == {"‹b›A‹/b›"}
    assert figure.layout.yaxis.title.text == "mean square (1 = baseline)"
    losses = _figure(replace(CURVE, task="classification"))
    assert losses.layout.yaxis.title.text == "log loss"


def test_the_training_part_can_be_left_out_and_epochs_be_logarithmic():
    assert len(_figure(CURVE).data) == 3
    figure = _figure(CURVE, training=False, log_epochs=True)
    assert len(figure.data) == 2
    assert figure.layout.xaxis.type == "log"


def test_smoothing_keeps_the_errors_faint_behind_and_the_mark_in_place():
    figure = _figure(CURVE, smoothing=0.6, training=False)
    faint, smooth, mark = figure.data
    np.testing.assert_allclose(faint.y, CURVE.validation)
    assert faint.line.color.startswith("rgba(")
    np.testing.assert_allclose(smooth.y, smoothed(CURVE.validation, 0.6))
    assert mark.y[0] == pytest.approx(0.4)


def test_the_average_weighs_past_epochs_geometrically():
    errors = np.array([4.0, 2, np.nan, 1])
    w = 0.5
    expected = [4, (w * 4 + 2) / (w + 1), np.nan, (w * w * 4 + w * 2 + 1) / (w * w + w + 1)]
    np.testing.assert_allclose(smoothed(errors, w), expected)
    assert smoothed(errors, 0) is errors


def test_the_curves_of_other_people_are_dashed():
    figure = _figure(CURVE, replace(CURVE, id="b"), training=False, dashed=("b",))
    assert [trace.line.dash for trace in figure.data if trace.mode == "lines"] == ["solid", "dash"]


def test_the_table_has_a_row_per_run_and_epoch():
    table = curves_table([CURVE, RUNNING])
    assert table["run"].tolist() == ["a"] * 3 + ["b"] * 3
    assert table["epoch"].tolist() == [1, 2, 3] * 2
    assert curves_table([]).columns.tolist() == table.columns.tolist()
