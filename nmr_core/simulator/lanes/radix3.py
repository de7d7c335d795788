"""Three points: with a = x_1 + x_2 and b = x_1 - x_2

X_0 = x_0 + a,    X_1, X_2 = x_0 - a/2 ∓ i (√3/2) b
"""

import math

import numba

from nmr_core.simulator.lanes.factors import turned
from nmr_core.simulator.lanes.vector import fma, fnma, load, store

SIN = math.sqrt(3) / 2


@numba.njit(nogil=True, error_model="numpy")
def stage3(re, im, start, stride, m, n_blocks, factors, at, inverse):
    """Butterflies of three points m strides apart; see :mod:`.transforms`."""
    step = m * stride
    for block in range(n_blocks):
        for j in range(m):
            i0 = start + (3 * block * m + j) * stride
            i1 = i0 + step
            i2 = i1 + step
            x0, y0 = load(re, i0), load(im, i0)
            x1, y1 = load(re, i1), load(im, i1)
            x2, y2 = load(re, i2), load(im, i2)
            f = at + 4 * j
            if inverse and j > 0:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
            # Sums, differences, and x_0 - a/2
            a_x, b_x = x1 + x2, x1 - x2
            a_y, b_y = y1 + y2, y1 - y2
            c_x, c_y = fnma(0.5, a_x, x0), fnma(0.5, a_y, y0)
            x0, y0 = x0 + a_x, y0 + a_y
            x1, y1 = fma(SIN, b_y, c_x), fnma(SIN, b_x, c_y)
            x2, y2 = fnma(SIN, b_y, c_x), fma(SIN, b_x, c_y)
            if j > 0 and not inverse:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
            store(re, i0, x0)
            store(im, i0, y0)
            store(re, i1, x1)
            store(im, i1, y1)
            store(re, i2, x2)
            store(im, i2, y2)
