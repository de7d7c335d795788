"""Snapshots of the lattice, and simulations that are stopped on the way."""

import numpy as np
import pytest
from any_physics import LISTS, coupled, materials, protocol, samples
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import (
    Cancelled,
    Experiment,
    InputError,
    Material,
    Protocol,
    Sample,
    movie,
    simulate,
    simulate_batch,
)
from nmr_core.experiment import RECORDS
from nmr_core.progress import reporting
from nmr_core.simulator.batch import REPORT_EVERY


@given(
    sample=samples,
    material=materials(),
    sequence=st.sampled_from(LISTS),
    record=st.sampled_from(sorted(RECORDS)),
    seed=st.integers(0, 99),
    n_frames=st.integers(1, 10),
)
def test_frames_are_the_spins_of_the_echo(sample, material, sequence, record, seed, n_frames):
    """The mean over the lattice is M(t) and M_z(t) of ``simulate`` in single precision, to the last
    bits of a mean.
    """
    experiment = Experiment(
        coupled(material, sample, gamma_2=0.01), protocol(sequence, record=record), sample
    )
    echo, snapshots = (
        simulate(experiment, seed=seed, dtype="float32"),
        movie(experiment, n_frames, seed=seed),
    )
    at = np.linspace(0, len(echo.time) - 1, n_frames).round().astype(int)
    assert snapshots.m.shape == snapshots.mz.shape == (n_frames, sample.n_x, sample.n_y)
    assert (snapshots.m.dtype, snapshots.mz.dtype) == (np.complex64, np.float32)
    assert_allclose(snapshots.time, echo.time[at], rtol=1e-14)
    assert_allclose(snapshots.m.mean((1, 2)), echo.signal[at], rtol=0, atol=1e-6)
    assert_allclose(snapshots.mz.mean((1, 2)), echo.mz[at], rtol=0, atol=1e-6)
    assert snapshots.experiment == experiment


def test_as_many_frames_as_points_are_all_points():
    experiment = Experiment(Material(), Protocol(tau=3.0, record="all"), Sample(4, 5))
    n = len(experiment.protocol.time)
    snapshots = movie(experiment, n)
    assert_allclose(snapshots.time, experiment.protocol.time, rtol=0, atol=0)
    assert np.ptp(np.angle(snapshots.m[-2])) > 1e-2
    for impossible in (0, -1, n + 1):
        with pytest.raises(
            InputError, match=rf"A movie of this record has 1 to {n} frames, got {impossible}"
        ):
            movie(experiment, impossible)


def test_a_film_shows_no_noise():
    """Noise is the receiver's, not the spins'."""
    clean, noisy = (
        movie(Experiment(Material(), Protocol(tau=3.0, noise=noise), Sample(4, 5)), 9)
        for noise in (0.0, 0.5)
    )
    assert noisy.m.tobytes() == clean.m.tobytes()


@pytest.mark.parametrize(
    "work",
    [
        lambda e: simulate(e),
        lambda e: movie(e),
        lambda e: simulate_batch([e] * 100, [0] * 100),
    ],
    ids=["simulate", "movie", "simulate_batch"],
)
@pytest.mark.parametrize("allowed", [0, 3])
def test_a_cancelled_simulation_stops_within_a_few_steps(work, allowed):
    experiment = Experiment(Material(), Protocol(tau=100.0), Sample(4, 5))
    work(Experiment(Material(), Protocol(tau=20.0), Sample(4, 5)))  # compiled
    heard = []

    def progress(done, total, message):
        heard.append((done, total))
        if len(heard) > allowed:
            raise Cancelled

    with reporting(progress), pytest.raises(Cancelled):
        work(experiment)
    assert len(heard) == allowed + 1
    assert {total for _, total in heard} == {len(experiment.protocol.time)}
    assert heard[-1][0] <= REPORT_EVERY * (allowed + 1)
    assert len(experiment.protocol.time) > 10 * REPORT_EVERY
