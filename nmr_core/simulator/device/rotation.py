"""One time step of every spin on a device; the equations are those of ``_propagate.py``."""

from typing import TYPE_CHECKING, NamedTuple

from nmr_core.simulator._propagate import PHI

if TYPE_CHECKING:
    import torch


class Vector(NamedTuple):
    """A vector per spin: three tensors (n_curves, n_x, n_y)."""

    x: "torch.Tensor"
    y: "torch.Tensor"
    z: "torch.Tensor"


class Rates(NamedTuple):
    """Transverse rate, longitudinal rate and drive, times the substep; each (n_curves, 1, 1)."""

    R2: "torch.Tensor"
    R1: "torch.Tensor"
    g: "torch.Tensor"


def rotated(m: Vector, w: Vector, rates: Rates) -> Vector:
    """Exact solution of dm/ds = A m + g after one (sub)step, m + phi(A)(A m + g).

    Parameters
    ----------
    m : Vector
        Polarisation.
    w : Vector
        Angular velocity, times the substep.
    rates : Rates
        Times the substep.

    Returns
    -------
    Vector
    """
    r2, r1, drive = rates
    # Characteristic polynomial of A, lambda^3 + a lambda^2 + b lambda + c
    w_perp2 = w.x * w.x + w.y * w.y
    w_z2 = w.z * w.z
    a = r2 + r2 + r1
    b = r2 * r2 + 2 * r1 * r2 + w_perp2 + w_z2
    c = r1 * r2 * r2 + r2 * w_perp2 + r1 * w_z2
    # phi(A) = p0 + p1 A + p2 A^2, by Horner's rule with A^3 = -a A^2 - b A - c
    phi = PHI[str(m.x.dtype).removeprefix("torch.")]
    p1 = p2 = 0 * m.x
    p0 = p1 + phi[-1]
    for coefficient in phi[-2::-1]:
        p0, p1, p2 = coefficient - c * p2, p0 - b * p2, p1 - a * p2
    u = _rate(m, w, r2, r1)
    u = Vector(u.x, u.y, u.z + drive)
    Au = _rate(u, w, r2, r1)
    # phi(A) u = p0 u + A v with v = p1 u + p2 A u
    v = Vector(*(p1 * one + p2 * two for one, two in zip(u, Au, strict=True)))
    Av = _rate(v, w, r2, r1)
    return Vector(*(s + p0 * one + two for s, one, two in zip(m, u, Av, strict=True)))


def _rate(m: Vector, w: Vector, r2: "torch.Tensor", r1: "torch.Tensor") -> Vector:
    """A m = m x w - relaxation."""
    return Vector(
        m.y * w.z - m.z * w.y - r2 * m.x,
        m.z * w.x - m.x * w.z - r2 * m.y,
        m.x * w.y - m.y * w.x - r1 * m.z,
    )
