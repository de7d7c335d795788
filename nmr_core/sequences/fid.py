"""Free induction decay."""

from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences._sequence import Sequence


def fid(protocol) -> tuple[Pulse | Steps, ...]:
    """One pulse, then the signal decays freely: angle_1 - acquire. Angles in degrees, times in µs.

    Without interaction |M(t)| is half the characteristic function of the line times the decay. It is recorded for
    ``acquire`` µs, 2 tau if that is 0. Source: Bloch, Phys. Rev. 70, 460 (1946).
    """
    return Pulse(protocol.angle_1, protocol.phase_1, protocol.sense), Steps(protocol.n_acquire)


SEQUENCE = Sequence(
    "fid", "Free induction decay", fid, ("tau", "angle_1", "phase_1", "acquire"), "β₁ – acquire"
)
