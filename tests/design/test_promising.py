"""The promise: learned on materials of its own, by what proves a design."""

import numpy as np
import pytest

from nmr_core.design.problem import DesignProblem
from nmr_core.design.promising import N_FOLDS, promise
from nmr_core.design.settings import Design, Setting
from nmr_core.presets import preset
from nmr_core.progress import silent

WEAK = preset("lab").fix(n_x=8, n_y=8, tau=5, omega_p=0.3, ratio_y=1, ratio_z=0)
"""Weak coupling: the echo falls by exp(-gamma_3 s/2) and hardly by anything else."""


def of(tau: float, shots: int) -> Design:
    return Design.of({Setting.of(tau=tau): shots})


@pytest.fixture(scope="module")
def problem():
    return DesignProblem.of(
        WEAK,
        vary={"tau": [5.0, 30.0]},
        default=[{"tau": 5.0}],
        noise=0.02,
        budget=8,
        weights={"d": 1, "xi": 0},
        seed=1,
    )


@pytest.fixture(scope="module")
def promised(problem):
    return promise(problem, of(30.0, 8), of(5.0, 8), n_most=256, progress=silent)


def test_a_long_delay_shows_slow_dephasing(promised):
    """The amplitude is exp(-R t): its slope in R grows with t as long as R t < 1."""
    assert promised.ratio.value < 0.7
    assert promised.ratio.high < 1


def test_only_what_counts_is_learned(problem, promised):
    assert [problem.names[k] for k in promised.learned] == ["d"]
    assert promised.squared.shape == (2, N_FOLDS, 256 // N_FOLDS, 1)
    assert promised.ratio.value == pytest.approx(promised.ratios[0].value)
    assert promised.ratio.value == pytest.approx(np.divide(*promised.errors)[0])


def test_a_design_against_itself_is_no_gain(problem):
    same = promise(problem, of(30.0, 8), of(30.0, 8), n_most=64, progress=silent)
    assert (same.ratio.value, same.ratio.low, same.ratio.high) == (1, 1, 1)
