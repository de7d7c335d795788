"""Which run reads a measured echo: the one that looks at most of the points that were measured."""

import numpy as np
import pytest

from nmr_core import InputError, fitting_run, generate, preset, target_for_run, train
from nmr_core.learning.origin import fresh_signals
from nmr_core.measured import Measurement
from nmr_core.measured.choice import points_used
from nmr_core.measured.estimating import estimate
from nmr_core.measured.prepare import prepare

NOISE = "gaussian_noise:sigma=0.002"


@pytest.fixture(scope="module")
def dataset():
    small = preset("ml4sci_2020_secular").fix(n_x=10, n_y=10, tau=20.0, offsets="stratified")
    return generate(small, 120, seed=1, effects=NOISE)


@pytest.fixture(scope="module")
def runs(dataset):
    """One that looks at all points, and one that looks at those after the second pulse."""
    time = dataset.time
    first = int(np.searchsorted(time, 20.0, "right"))
    options = {"n_components": 8}
    return [
        train(
            dataset,
            featurizer="pca",
            featurizer_options=options | window,
            model="ridge",
            split=30,
            id=f"run-{name}",
        )
        for name, window in (("full", {}), ("late", {"window": [first, len(time)]}))
    ]


@pytest.fixture(scope="module")
def echoes(runs):
    """Twenty signals without faults, complex (20, n_times)."""
    return fresh_signals(runs[0], 20, seed=5, effects=())[1][:, 0].astype(complex)


@pytest.mark.parametrize(("start", "run"), [(0.0, "run-full"), (20.0, "run-late")])
def test_the_measured_points_choose_the_run(runs, dataset, echoes, start, run):
    inside = dataset.time > start
    choice = fitting_run([Measurement(dataset.time[inside], echoes[0, inside])], runs=runs)
    assert choice.run.id == run
    n = points_used(choice.run.manifest)
    assert n == inside.sum() == choice.target.needed.sum()
    assert f"{run} reads this measurement: it looks at " in choice.sentence
    assert str(n) in choice.sentence
    (one,) = choice.prepared
    if start:
        assert f"The model looks at {n} of them, 20." in one.stage("resample").sentence
    assert len(estimate(choice.run, choice.prepared)) == 1


def test_without_enough_points_the_reason_is_that_of_the_first_run(runs, dataset, echoes):
    inside = dataset.time > 40.0
    with pytest.raises(InputError, match="Measure at least that long"):
        fitting_run([Measurement(dataset.time[inside], echoes[0, inside])], runs=runs)
    with pytest.raises(InputError, match="No run for measured echoes ships"):
        fitting_run([Measurement(dataset.time, echoes[0])], runs=[])


@pytest.mark.parametrize("later", [0.0, 35.0])
def test_an_ideal_echo_without_the_decay_is_left_as_it_is(runs, dataset, echoes, later):
    """On the clock of the protocol, or on one that starts with the recording."""
    target = target_for_run(runs[1])
    inside = dataset.time > 20.0
    off = []
    for echo in echoes:
        measurement = Measurement(dataset.time[inside] + later, echo[inside])
        one = prepare(measurement, target)
        assert abs(one.time_zero - later) <= 4 * target.step
        off.append(np.abs(one.signal[inside] - echo[inside]).max())
    assert np.median(off) < 0.03
