"""The Hahn echo."""

from typing import Any

from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences._sequence import Sequence


def hahn_echo(protocol: Any) -> tuple[Pulse | Steps, ...]:
    """Two pulses a time tau apart; offsets refocus at 2 tau.

    angle_1 - tau - angle_2 - acquire, angles in degrees. tau is cut to whole steps of dt. The
    signal after the second pulse is recorded for ``acquire`` µs, or for 2 tau if that is 0.

    Parameters
    ----------
    protocol : Protocol
        Pulses, delays and time step.

    Returns
    -------
    tuple of Pulse and Steps

    References
    ----------
    Hahn, Phys. Rev. 80, 580 (1950).
    """
    return (
        Pulse(protocol.angle_1, protocol.phase_1, protocol.sense),
        Steps(protocol.n_tau),
        Pulse(protocol.angle_2, protocol.phase_2, protocol.sense),
        Steps(protocol.n_acquire),
    )


SEQUENCE = Sequence(
    "hahn_echo",
    "Hahn echo",
    hahn_echo,
    ("tau", "angle_1", "phase_1", "angle_2", "phase_2", "acquire"),
    "β₁ – τ – β₂ – acquire",
)
