"""Two atoms on a line: their distance in time, by the method of Verlet."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.labs import lennard_jones as lj
from nmr_core.labs.network import Training, layers

Curve = Callable[[float], tuple[float, float]]
"""r -> V and dV/dr."""
FIRST = 2.5
"""Distance at the begin, in sigma."""
STEP, N_STEPS = 0.005, 1500
"""Time step in units of sigma (m/epsilon)^(1/2), with the reduced mass m, and their number."""
NEAREST = 0.6
"""Atoms that come nearer have passed through each other, in sigma."""


@dataclass(frozen=True, eq=False)
class Path:
    """Motion of the two atoms.

    Attributes
    ----------
    time, r, v : array, (n,)
        Time, distance and relative velocity, up to the pass through each other.
    energy : array, (n,)
        Kinetic and potential energy, in epsilon.
    """

    time: np.ndarray
    r: np.ndarray
    v: np.ndarray
    energy: np.ndarray

    @property
    def passes(self) -> bool:
        """Whether the atoms pass through each other."""
        return bool(self.r[-1] < NEAREST)


def true_curve(r: float) -> tuple[float, float]:
    """The Lennard-Jones potential and its slope."""
    return 4 * (r**-12 - r**-6), 4 * (-12 * r**-13 + 6 * r**-7)


def learned_curve(training: Training, start: float, end: float = lj.END) -> Curve:
    """A network on Gaussians of r, and its slope by the chain rule, in double precision.

    Parameters
    ----------
    training : Training
        Trained on ``lennard_jones.gaussians``.
    start, end : float
        Range of the Gaussians, in sigma.
    """
    centres = np.linspace(start, end, lj.N_GAUSSIANS)
    width = centres[1] - centres[0]
    weights = training.weights.astype(float)
    *hidden, (last, bias) = layers(weights, lj.N_GAUSSIANS, training.n_hidden)

    def curve(r: float) -> tuple[float, float]:
        offset = (r - centres) / width
        values = np.exp(-0.5 * offset**2)
        slopes = -offset / width * values
        for matrix, shift in hidden:
            values, change = _gelu(values @ matrix + shift)
            slopes = change * (slopes @ matrix)
        return (values @ last + bias).item(), (slopes @ last).item()

    return curve


def _gelu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """GELU in the form with tanh, and its derivative."""
    t = np.tanh(0.7978845608 * (z + 0.044715 * z**3))
    inner = 0.7978845608 * (1 + 0.134145 * z**2)
    return z * (1 + t) / 2, (1 + t + z * (1 - t**2) * inner) / 2


def move(curve: Curve, speed: float) -> Path:
    """Let two atoms move towards each other.

    Parameters
    ----------
    curve : callable
        Potential and slope.
    speed : float
        Relative speed at the begin, in (epsilon/m)^(1/2).
    """
    r, v = FIRST, -speed
    potential, slope = curve(r)
    rows = [(r, v, v**2 / 2 + potential)]
    while len(rows) <= N_STEPS and r >= NEAREST:
        # Half a kick, a step, half a kick
        v -= STEP / 2 * slope
        r += STEP * v
        potential, slope = curve(r)
        v -= STEP / 2 * slope
        rows.append((r, v, v**2 / 2 + potential))
    distance, velocity, energy = np.array(rows).T
    return Path(STEP * np.arange(len(rows)), distance, velocity, energy)
