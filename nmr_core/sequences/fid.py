"""Free induction decay."""

from typing import Any

from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences._sequence import Sequence


def fid(protocol: Any) -> tuple[Pulse | Steps, ...]:
    """One pulse, after which the signal decays freely.

    angle_1 - acquire, the angle in degrees. The signal is recorded for ``acquire`` µs, or for
    2 tau if that is 0. Without interaction |M(t)| is half the characteristic function of the line
    times the decay by relaxation.

    Parameters
    ----------
    protocol : Protocol
        Pulses, delays and time step.

    Returns
    -------
    tuple of Pulse and Steps

    References
    ----------
    Bloch, Phys. Rev. 70, 460 (1946).
    """
    return Pulse(protocol.angle_1, protocol.phase_1, protocol.sense), Steps(protocol.n_acquire)


SEQUENCE = Sequence(
    "fid", "Free induction decay", fid, ("tau", "angle_1", "phase_1", "acquire"), "β₁ – acquire"
)
