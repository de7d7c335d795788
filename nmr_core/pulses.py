"""Elements of a pulse sequence: pulses, delays in µs, and delays cut to whole time steps."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pulse:
    """The operator exp(sense i angle (cos(phase) Ix + sin(phase) Iy)).

    Parameters
    ----------
    angle, phase : float
        Degrees; phase 0 is a rotation about x, 90 about y.
    sense : int
        Rotation sense, +1 or -1.
    """

    angle: float
    phase: float = 0.0
    sense: int = 1

    def rotation(self) -> np.ndarray:
        """Rotation matrix of the polarisation vector.

        Returns
        -------
        float64 array, (3, 3)
            R = cos(a) 1 + sin(a) [n]x + (1 - cos(a)) n n^T (Rodrigues), right-handed about the
            pulse axis n for sense -1.
        """
        angle = -self.sense * math.radians(self.angle)
        phase = math.radians(self.phase)
        n = np.array([math.cos(phase), math.sin(phase), 0.0])
        cross = np.array([[0, 0, n[1]], [0, 0, -n[0]], [-n[1], n[0], 0]])
        parallel = np.outer(n, n)
        cosine, sine = math.cos(angle), math.sin(angle)
        return cosine * np.eye(3) + sine * cross + (1 - cosine) * parallel


@dataclass(frozen=True)
class Delay:
    """Free evolution for ``duration`` µs, recorded at every step, as a user writes it."""

    duration: float


@dataclass(frozen=True)
class Steps:
    """Free evolution over ``n_steps`` steps of dt, as it is simulated."""

    n_steps: int
