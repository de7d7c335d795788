"""One time step of a vector of spins, the exact solution of :mod:`nmr_core.simulator._propagate`.

dm/ds = A m + g,    A = omega × - diag(R2, R2, R1),    m -> m + phi(A)(A m + g)
"""

import numba

from nmr_core.simulator.lanes.series import phi_coefficients
from nmr_core.simulator.lanes.vector import choose, fma, fnma


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def rate(x, y, z, w_x, w_y, w_z, r2, r1):
    """A m = m × omega - (R2 m_x, R2 m_y, R1 m_z)."""
    return (
        fnma(r2, x, fnma(z, w_y, y * w_z)),
        fnma(r2, y, fnma(x, w_z, z * w_x)),
        fnma(r1, z, fnma(y, w_x, x * w_y)),
    )


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def advanced(x, y, z, w_x, w_y, w_z, r2, r1, drive, n_sub, most):
    """Spins after a step.

    Parameters
    ----------
    x, y, z : vector
        Polarisation.
    w_x, w_y, w_z : vector
        Angular velocity times the substep.
    r2, r1, drive : vector
        Transverse and longitudinal rate and drive, times the substep.
    n_sub : vector
        Substeps of each lane.
    most : int
        The largest of them.

    Returns
    -------
    x, y, z : vector
    """
    # Characteristic polynomial of A, lambda³ + a lambda² + b lambda + c
    w_perp2 = fma(w_y, w_y, w_x * w_x)
    w_z2 = w_z * w_z
    a = r2 + r2 + r1
    b = fma(r2, r2 + r1 + r1, w_perp2 + w_z2)
    c = fma(r2, fma(r1, r2, w_perp2), r1 * w_z2)
    p0, p1, p2 = phi_coefficients(a, b, c)
    for k in range(most):
        # u = A m + g, the rate of change
        u_x, u_y, u_z = rate(x, y, z, w_x, w_y, w_z, r2, r1)
        u_z = u_z + drive
        # v = p1 u + p2 A u, so that phi(A) u = p0 u + A v
        a_x, a_y, a_z = rate(u_x, u_y, u_z, w_x, w_y, w_z, r2, r1)
        v_x = fma(p2, a_x, p1 * u_x)
        v_y = fma(p2, a_y, p1 * u_y)
        v_z = fma(p2, a_z, p1 * u_z)
        # m + p0 u + A v
        a_x, a_y, a_z = rate(v_x, v_y, v_z, w_x, w_y, w_z, r2, r1)
        new_x = x + fma(p0, u_x, a_x)
        new_y = y + fma(p0, u_y, a_y)
        new_z = z + fma(p0, u_z, a_z)
        if k == 0:
            x, y, z = new_x, new_y, new_z
        else:
            left = n_sub - k
            x = choose(left, new_x, x)
            y = choose(left, new_y, y)
            z = choose(left, new_z, z)
    return x, y, z
