"""Dead time after pulses."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class DeadTime(Effect):
    """Receiver that records nothing for a while after each pulse.

    M(t) = 0 for 0 <= t - t_p < t_dead, for each pulse at t_p

    Lost points are 0, not NaN, so that every model can read them. A point at the instant of a pulse
    is lost if it was recorded after the pulse, and left if before.

    Parameters
    ----------
    duration : float
        t_dead, µs.

    Notes
    -----
    Ring-down and recovery of probe and receiver.

    References
    ----------
    Hoult, Prog. NMR Spectrosc. 12, 41 (1978).
    """

    name = "dead_time"
    label = "Dead time"
    needs_pulses = True
    keeps_symmetry = True
    ladder = Ladder("duration", (0.5, 1, 2, 5, 10, 20))
    random_strength = LogUniform("duration", 2e-3, 0.3, of_record=True)

    duration: float = number("t_dead", "µs", 0, 30_000, 5, "Time that is lost after each pulse.")

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        assert context.since_pulse is not None  # needs_pulses
        return np.where(context.since_pulse < self.duration, np.complex64(0), signals)
