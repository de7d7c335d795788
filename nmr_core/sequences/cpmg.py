"""The Carr-Purcell-Meiboom-Gill train."""

from typing import Any

from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences._sequence import Sequence


def cpmg(protocol: Any) -> tuple[Pulse | Steps, ...]:
    """A train of echoes at 2 tau, 4 tau, ...

    angle_1 - tau - (angle_2 - 2 tau) × n_echoes, angles in degrees and tau in µs. With phase_2 at
    90° from phase_1, errors of the pulse angle cancel at every second echo. The signal after the
    last pulse is recorded for ``acquire`` µs, or for 2 tau if that is 0.

    Parameters
    ----------
    protocol : Protocol
        Pulses, delays and time step.

    Returns
    -------
    tuple of Pulse and Steps

    References
    ----------
    Carr & Purcell, Phys. Rev. 94, 630 (1954); Meiboom & Gill, Rev. Sci. Instrum. 29, 688 (1958).
    """
    refocus = Pulse(protocol.angle_2, protocol.phase_2, protocol.sense)
    train = (refocus, Steps(2 * protocol.n_tau)) * protocol.n_echoes
    return (
        Pulse(protocol.angle_1, protocol.phase_1, protocol.sense),
        Steps(protocol.n_tau),
        *train[:-1],
        Steps(protocol.n_acquire),
    )


SEQUENCE = Sequence(
    "cpmg",
    "CPMG train",
    cpmg,
    ("tau", "n_echoes", "angle_1", "phase_1", "angle_2", "phase_2", "acquire"),
    "β₁ – τ – (β₂ – 2τ) × n",
)
