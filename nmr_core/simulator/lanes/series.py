"""The coefficients of phi(A) = p_0 + p_1 A + p_2 A² for a matrix that obeys A³ = -a A² - b A - c.

By Horner's rule on phi(A) = sum_n A^n/(n+1)!: from the highest term on, multiply by A, replace A³,
and add the next coefficient.
"""

import numba
from numba.extending import overload

from nmr_core.simulator._propagate import PHI
from nmr_core.simulator.lanes.vector import fnma


def terms(vec):
    """Coefficients of phi for the precision of a vector."""
    raise NotImplementedError


@overload(terms)
def _terms(vec):
    phi = PHI[str(vec.dtype)]
    return lambda vec: phi


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def phi_coefficients(a, b, c):
    """p_0, p_1, p_2."""
    phi = terms(b)
    last = len(phi) - 1
    # The first two multiplications leave three coefficients as they are; the third has constants
    p0 = fnma(c, phi[last], phi[last - 3])
    p1 = fnma(b, phi[last], phi[last - 2])
    p2 = fnma(a, phi[last], phi[last - 1])
    for n in range(last - 4, -1, -1):
        p0, p1, p2 = fnma(c, p2, phi[n]), fnma(b, p2, p0), fnma(a, p2, p1)
    return p0, p1, p2
