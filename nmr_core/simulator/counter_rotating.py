"""The counter-rotating half of the transverse coupling over one time step."""

import numpy as np

from nmr_core.experiment import Protocol


def counter_rotating_factor(protocol: Protocol, s: float, h: float) -> np.complex128:
    """Factor of conj(B) in the angular velocity of a spin, for the step from s to s + h.

    A coupling of the components along the laboratory's axis at angle psi, 2 alpha B_psi I_psi, is
    alpha (B + conj(B) exp(2 i (nu0 s + psi))) in the rotating frame. The second term turns while
    the field B is constant over the step.

    Parameters
    ----------
    protocol : Protocol
        nu0 = ``carrier`` in MHz, psi = ``carrier_axis`` in degrees, and ``carrier_phase``.
    s, h : float
        Beginning and length of the step, in reduced time 2π t.

    Returns
    -------
    complex128
        "average": the mean of exp(2 i (nu0 s' + psi)) for s' from s to s + h, of size
        abs(sinc(nu0 h)). "step_end": its value at s + h, of size 1.

    References
    ----------
    ML4SCI spin-echo challenge (2020): nu0 = 10, psi = 90°, phase of the end of the step.
    """
    nu = protocol.carrier
    axis = np.exp(2j * np.deg2rad(protocol.carrier_axis))
    if protocol.carrier_phase == "step_end":
        return axis * np.exp(2j * nu * (s + h))
    return axis * np.exp(2j * nu * (s + h / 2)) * np.sinc(nu * h / np.pi)
