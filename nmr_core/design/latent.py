"""Nuisances that one standard normal number of a sample determines, as parameters."""

import numpy as np

SMOOTH = (
    "amplitude_scale",
    "frequency_offset",
    "line_width_error",
    "phase_error",
    "pulse_angle_error",
    "time_shift",
)
"""Effects whose signal is a smooth function of one standard normal number."""


class Latent(np.random.Generator):
    """A generator whose standard normal numbers all have one value: the nuisance as a parameter.

    Parameters
    ----------
    value : float
        In units of the strength of the effect.
    """

    def __init__(self, value: float):
        super().__init__(np.random.PCG64(0))
        self.value = value

    def standard_normal(self, size=None, dtype=np.float64, out=None):  # noqa: ANN001
        """Return the value, in the shape ``size``."""
        return self.value if size is None else np.full(size, self.value, dtype)
