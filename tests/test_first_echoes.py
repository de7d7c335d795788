"""The shipped echoes of the first page are those that the simulator gives."""

import numpy as np

from nmr_core.pretrained.first_echoes import first_echoes, first_experiments
from nmr_core.simulator import simulate


def test_they_are_what_the_simulator_gives():
    for echo, experiment in zip(first_echoes().values(), first_experiments(), strict=True):
        simulated = simulate(experiment, seed=0)
        assert echo.experiment == experiment
        assert np.array_equal(echo.time, simulated.time)
        assert np.abs(echo.signal - simulated.signal).max() < 5e-5
        assert np.abs(echo.mz - simulated.mz).max() < 5e-5
