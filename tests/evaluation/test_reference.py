"""The change of the error relative to a reference run."""

import math

import pytest
from made_runs import classifier, regression

from nmr_core.evaluation.reference import Change, error_change, rmse_change, same_samples

NOTHING = pytest.approx(tuple(Change()), nan_ok=True)


def _twice_as_far() -> object:
    run = regression("run-twice")
    table = run.predictions
    run.predictions = table.assign(predicted_alpha=table["true_alpha"] + 0.04).iloc[::-1]
    return run


def test_twice_the_deviation_is_four_times_the_error():
    """All four curves are equally far off, so that every resample has the same difference."""
    change = error_change(_twice_as_far(), regression())
    assert change == pytest.approx((3.0, 3.0, 3.0))
    assert rmse_change(_twice_as_far(), regression(), "alpha") == pytest.approx(1.0)
    assert error_change(regression(), regression()) == pytest.approx((0, 0, 0))


def test_other_samples_have_no_interval():
    other = _twice_as_far()
    other.predictions = other.predictions.assign(sample=[5, 2, 9, 1])
    assert not same_samples(other, regression())
    value, *interval = error_change(other, regression())
    assert value == pytest.approx(3.0)
    assert all(map(math.isnan, interval))


@pytest.mark.parametrize(
    "reference",
    [
        classifier(),
        regression(dataset="ds-other"),
        regression(unidentifiable={"xi": "cancels."}),
    ],
)
def test_what_cannot_be_compared_has_no_change(reference):
    assert tuple(error_change(regression(), reference)) == NOTHING
