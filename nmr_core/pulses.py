"""What a pulse sequence is made of: pulses, delays in µs, and delays cut to whole steps of the time grid."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pulse:
    """The operator exp(sense · i · angle (cos(phase) Ix + sin(phase) Iy)); angle and phase in degrees, sense ±1."""

    angle: float
    phase: float = 0.0
    sense: int = 1

    def rotation(self) -> np.ndarray:
        """The (3, 3) rotation of the polarisation vector: right-handed about the pulse axis for sense -1."""
        a, f = -self.sense * math.radians(self.angle), math.radians(self.phase)
        n = np.array([math.cos(f), math.sin(f), 0.0])
        cross = np.array([[0, 0, n[1]], [0, 0, -n[0]], [-n[1], n[0], 0]])
        return math.cos(a) * np.eye(3) + math.sin(a) * cross + (1 - math.cos(a)) * np.outer(n, n)


@dataclass(frozen=True)
class Delay:
    """Free evolution for ``duration`` µs, sampled on the way: how a user writes it."""

    duration: float


@dataclass(frozen=True)
class Steps:
    """Free evolution over ``n_steps`` steps of dt: how it is simulated."""

    n_steps: int
