"""Curves of the published code of 2020 are read as well as those of its preset.

published_2020.npz (``python tests/simulator/published_2020.py``) holds 100 curves of the
independent port: parameters from the published ranges, offsets drawn as the published code does.
They are compared with curves of the preset for the same parameters and other offsets, because a few
parameters make half of the error: means over 100 curves with other parameters differ by half by
chance. benchmarks/published_2020.py has 600 curves, and the interval of the ratio.
"""

import numpy as np
import pytest
from published_2020 import FILE, SEED, published_curve

from nmr_core import load_run, preset
from nmr_core.measured.signals import simulate_at

MOST = 1.3
REPEATS = 4
NAMES, WIDTHS = ("alpha", "xi", "p", "d"), {"alpha": 0.2, "p": 2.0, "d": 3.0}


@pytest.fixture(scope="module")
def stored():
    """Parameters (100, 4) and signals (100, 471) of the port."""
    with np.load(FILE, allow_pickle=False) as file:
        return file["parameters"], file["signals"]


@pytest.fixture(scope="module")
def of_preset(stored):
    """Curves of the preset for the same parameters, (4, 100, 1, 471)."""
    samples = [dict(zip(NAMES, row, strict=True)) for row in stored[0]]
    seeds = [[[SEED, repeat, k] for k in range(len(samples))] for repeat in range(REPEATS)]
    return [simulate_at(preset("ml4sci_2020"), samples, repeat) for repeat in seeds]


def error(name: str, signals: np.ndarray, parameters: np.ndarray) -> float:
    """Mean over the curves of the sum of (estimate - truth)^2 / w^2 over alpha, p and d."""
    estimates = load_run(name).predict(signals, insist=True)
    truth = dict(zip(NAMES, parameters.T, strict=True))
    parts = [((estimates[key] - truth[key]) / width) ** 2 for key, width in WIDTHS.items()]
    return float(np.sum(parts, axis=0).mean())


def test_the_stored_curves_are_those_of_the_port(stored):
    parameters, signal = published_curve(SEED, 7)
    np.testing.assert_array_equal(stored[0][7], parameters)
    np.testing.assert_allclose(stored[1][7], signal, rtol=0, atol=1e-6)


def test_the_shipped_run_reads_them_as_its_own(stored, of_preset):
    parameters, signals = stored
    own = np.mean([error("pretrained-ml4sci-2020", one, parameters) for one in of_preset])
    assert error("pretrained-ml4sci-2020", signals, parameters) < MOST * own


def test_the_secular_run_does_not(stored, of_preset):
    """Without the counter-rotating terms in its training data the error is beyond the baseline."""
    parameters, signals = stored
    own = error("pretrained-ml4sci-2020", of_preset[0], parameters)
    assert error("pretrained-ml4sci-2020-secular", signals, parameters) > 20 * own
