"""The training curve in a job's card: any published data are drawn, or left out."""

import numpy as np
import pytest

from nmr_core.jobs.live_data import evenly_spaced
from nmr_core.learning.curves import published_curve
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.training import live_figure

CURVE = [[0.5, 1.2], [0.3, 0.6], [0.2, 0.4], [0.1, 0.5]]


def _curve(rows, *, is_running=False, **values):
    return published_curve("job-1", "A job", {"curve": rows, **values}, is_running=is_running)


def _drawn(rows, **options):
    return live_figure(_curve(rows, **options), LIGHT, "#0072B2")


def test_training_is_a_mean_square_and_the_best_epoch_is_marked():
    training, validation, best = _drawn(CURVE).data
    np.testing.assert_allclose(training.y, [1.0, 0.6, 0.4, 0.2])
    np.testing.assert_allclose(validation.y, [1.2, 0.6, 0.4, 0.5])
    assert (best.x.tolist(), best.y.tolist()) == ([3], [0.4])


def test_the_text_says_whether_the_training_is_over():
    assert _drawn(CURVE, is_running=True).layout.annotations[1].text == "best so far: epoch 3, 0.4"
    assert _drawn(CURVE).layout.annotations[1].text == "best epoch 3, 0.4"


def test_the_baseline_is_one_on_a_logarithmic_axis():
    layout = _drawn(CURVE).layout
    assert [(line.y0, line.y1) for line in layout.shapes] == [(1, 1)]
    assert [note.y for note in layout.annotations if note.text == "baseline"] == [0]


def test_a_log_loss_has_no_baseline_and_is_not_doubled():
    figure = _drawn(CURVE, task="classification")
    assert not figure.layout.shapes
    np.testing.assert_allclose(figure.data[0].y, [0.5, 0.3, 0.2, 0.1])
    assert figure.layout.yaxis.title.text == "log loss"


def test_a_thinned_curve_keeps_its_epochs():
    epochs_kept = evenly_spaced(1200, 500)
    rows = [[1.0, 1.0 / (k + 1)] for k in epochs_kept]
    curve = _curve(rows, _lengths={"curve": 1200})
    np.testing.assert_array_equal(curve.epochs, np.array(epochs_kept) + 1)


def test_epochs_without_a_number_are_left_out():
    curve = _curve([[0.5, 1.0], [None, None], [None, 0.5], [0.1, 0.0]])
    np.testing.assert_array_equal(curve.epochs, [1, 3])
    assert len(live_figure(curve, DARK, "#56B4E9").data) == 3


@pytest.mark.parametrize(
    "value",
    [None, [], {}, "curve", 3, [[1, 2, 3]], [1, 2], [[1, None]], [["a", "b"]], [[1], [1, 2]]],
)
def test_what_is_no_curve_is_not_drawn(value):
    assert _curve(value) is None


@pytest.mark.parametrize("curve", [[[0.5, 1.0]], [[0, 1e-9]], [[0.5, 1e6]] * 300])
def test_one_epoch_and_extreme_errors_are_drawn(curve):
    assert len(_drawn(curve).data) == 3
