"""Error of the pulse angles."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder
from nmr_core.experiment import Experiment
from nmr_core.pulses import Pulse
from nmr_core.sequences import SEQUENCES
from nmr_core.sequences.listed import parse

LARGEST = 720.0
"""Degrees; from a larger angle whole turns are subtracted, which is the same rotation."""


@effect
class PulseAngleError(Effect):
    """Pulse angles that differ from the nominal ones.

    β (1 + ε) in place of every pulse angle β

    The echoes are simulated with the changed angles. One ε per sample, for all pulses of all its
    acquisitions. Parameters and settings hold the nominal angles.

    Parameters
    ----------
    sd : float
        Standard deviation of ε, which is normal about 0, in %.

    Notes
    -----
    A miscalibrated or inhomogeneous field B₁.

    References
    ----------
    Levitt, Prog. NMR Spectrosc. 18, 61 (1986).
    """

    name = "pulse_angle_error"
    label = "Pulse angle error"
    simulated = True
    keeps_symmetry = False  # a wrong angle leaves m_z, which the symmetry reverses
    ladder = Ladder("sd", (0.1, 0.3, 1, 3, 10))
    random_strength = None

    sd: float = number(
        "σβ",
        "%",
        0,
        100,
        2,
        "Standard deviation of the relative error of all pulse angles, one draw per sample.",
    )

    def prepare(self, experiments: Sequence[Experiment], rng: np.random.Generator):
        factor = 1 + self.sd / 100 * rng.standard_normal()
        return tuple(_turned(experiment, factor) for experiment in experiments)


def _turned(experiment: Experiment, factor: float) -> Experiment:
    """The experiment with all pulse angles multiplied by ``factor``."""
    protocol = experiment.protocol
    if protocol.sequence in SEQUENCES:
        return experiment.replace(
            angle_1=_times(protocol.angle_1, factor), angle_2=_times(protocol.angle_2, factor)
        )
    sequence = [
        replace(event, angle=_times(event.angle, factor)) if isinstance(event, Pulse) else event
        for event in parse(protocol.sequence, protocol.sense)
    ]
    return experiment.replace(sequence=sequence)


def _times(angle: float, factor: float) -> float:
    turned = angle * factor
    return turned if abs(turned) <= LARGEST else math.fmod(turned, 360)
