"""Multiplication of a complex vector by one of the factors of a transform."""

import numba

from nmr_core.simulator.lanes.vector import fma, fnma, spread


@numba.njit(nogil=True, forceinline=True)
def turned(x, y, factors, f):
    """(x + i y) (c + i s) with c, s = factors[f], factors[f + 1]."""
    c = spread(factors, f)
    s = spread(factors, f + 1)
    return fnma(y, s, x * c), fma(y, c, x * s)
