"""Pulses that are too long or too short."""

import math

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder
from nmr_core.experiment import Experiment
from nmr_core.pulses import Pulse
from nmr_core.sequences import SEQUENCES
from nmr_core.sequences.listed import parse

LARGEST = 720.0
"""Degrees; beyond it whole turns are taken off, which is the same rotation."""


@effect
class PulseAngleError(Effect):
    """Every pulse angle β of a sample, in all its settings, is β (1 + ε); the curve is simulated with these angles.

    One ε a sample, normal about 0 with standard deviation ``sd`` in %. Parameters and settings keep the nominal angles.
    Source: miscalibrated or inhomogeneous B₁; Levitt, Prog. NMR Spectrosc. 18, 61 (1986).
    """

    name = "pulse_angle_error"
    label = "Pulse angle error"
    simulated = True
    keeps_symmetry = False  # a wrong angle leaves m_z, which the map reverses
    ladder = Ladder("sd", (0.1, 0.3, 1, 3, 10))
    random_strength = None

    sd: float = number(
        "σβ",
        "%",
        0,
        100,
        2,
        "Standard deviation of the relative error of all pulse angles, one draw a sample.",
    )

    def prepare(self, experiments, rng):
        factor = 1 + self.sd / 100 * rng.standard_normal()
        return tuple(_turned(experiment, factor) for experiment in experiments)


def _turned(experiment: Experiment, factor: float) -> Experiment:
    """The experiment with all its pulse angles times ``factor``."""
    protocol = experiment.protocol
    if protocol.sequence in SEQUENCES:
        return experiment.replace(
            angle_1=_times(protocol.angle_1, factor), angle_2=_times(protocol.angle_2, factor)
        )
    return experiment.replace(
        sequence=tuple(
            Pulse(_times(event.angle, factor), event.phase, event.sense)
            if isinstance(event, Pulse)
            else event
            for event in parse(protocol.sequence, protocol.sense)
        )
    )


def _times(angle: float, factor: float) -> float:
    turned = angle * factor
    return turned if abs(turned) <= LARGEST else math.fmod(turned, 360)
