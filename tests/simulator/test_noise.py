"""The receiver's noise: its size, and whose random numbers it uses."""

import numpy as np
import pytest

from nmr_core import Experiment, Material, Protocol, Sample, simulate
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import draw_offsets

SAMPLE = Sample(4, 3, "iid")


def experiment(noise: float) -> Experiment:
    return Experiment(Material(), Protocol(tau=20.0, noise=noise), SAMPLE)


def only_noise(seed=1, setting=0, sigma=0.02, n=20_000) -> np.ndarray:
    return with_noise(np.zeros(n, complex), Protocol(noise=sigma), seed, setting)


def test_noise_is_white_and_gaussian_in_both_parts():
    noise = only_noise()
    for part in (noise.real, noise.imag):
        assert part.std() == pytest.approx(0.02, rel=0.03)
        assert abs(part.mean()) < 4 * 0.02 / np.sqrt(len(noise))
        assert (np.abs(part) > 2 * 0.02).mean() == pytest.approx(0.0455, rel=0.15)
        assert abs(np.corrcoef(part[1:], part[:-1])[0, 1]) < 0.03
    assert abs(np.corrcoef(noise.real, noise.imag)[0, 1]) < 0.03


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_it_is_added_and_keeps_the_precision(dtype):
    signal = np.linspace(0, 0.5, 500).astype(dtype)
    noisy = with_noise(signal, Protocol(noise=0.01), 3)
    assert noisy.dtype == dtype
    expected = with_noise(np.zeros(500, complex), Protocol(noise=0.01), 3)
    assert np.abs(noisy - signal - expected).max() < 1e-7


def test_no_noise_is_no_change():
    signal = np.ones(7, complex)
    assert with_noise(signal, Protocol(), 3) is signal


def test_it_belongs_to_seed_and_setting():
    one = only_noise(seed=1)
    assert one.tobytes() == only_noise(seed=1).tobytes() == only_noise(seed=[1]).tobytes()
    for other in (
        only_noise(seed=2),
        only_noise(setting=1),
        only_noise(seed=[1, 0, 1]),
        only_noise(seed=[1, 1, 1]),
    ):
        assert abs(np.corrcoef(one.real, other.real)[0, 1]) < 0.03
        assert abs(np.corrcoef(one.real, other.imag)[0, 1]) < 0.03
    assert only_noise(seed=[4, 7, 1]).tobytes() != only_noise(seed=[4, 8, 1]).tobytes()


@pytest.mark.parametrize("seed", [0, 5, [0, 0, 1], [3, 4, 1]])
def test_it_does_not_use_the_random_numbers_of_the_offsets(seed):
    """Standard normal numbers of the offsets' own generator would be the same bits."""
    own = np.random.default_rng(seed).normal(scale=0.02, size=(2, 50))
    for setting in range(4):
        noise = only_noise(seed, setting, n=50)
        assert abs(np.corrcoef(own[0], noise.real)[0, 1]) < 0.5
        assert not np.isin(noise.real, own).any()


def test_noise_leaves_offsets_and_mz_alone():
    clean, noisy = (simulate(experiment(sigma), seed=4) for sigma in (0.0, 0.03))
    assert noisy.mz.tobytes() == clean.mz.tobytes()
    difference = noisy.signal - clean.signal
    assert difference.real.std() == pytest.approx(0.03, rel=0.2)
    assert (
        difference.tobytes()
        == (with_noise(clean.signal, noisy.experiment.protocol, 4) - clean.signal).tobytes()
    )
    fixed = [
        simulate(experiment(0.03), seed=seed, offsets=draw_offsets(SAMPLE, 4)).signal
        for seed in (4, 5)
    ]
    assert np.allclose(fixed[0], noisy.signal, rtol=0, atol=1e-15)
    assert np.abs(fixed[1] - fixed[0]).max() > 0.01


def test_the_settings_of_a_sample_have_their_own_noise():
    first, second = (
        simulate(experiment(0.03), seed=4, setting=setting).signal for setting in (0, 1)
    )
    assert np.abs(second - first).std() > 0.01
    quiet = [simulate(experiment(0.0), seed=4, setting=setting).signal for setting in (0, 1)]
    assert quiet[0].tobytes() == quiet[1].tobytes()
