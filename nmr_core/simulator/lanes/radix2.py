"""Two points: X_0 = x_0 + x_1, X_1 = x_0 - x_1."""

import numba

from nmr_core.simulator.lanes.factors import turned
from nmr_core.simulator.lanes.vector import load, store


@numba.njit(nogil=True, error_model="numpy")
def stage2(re, im, start, stride, m, n_blocks, factors, at, inverse):
    """Butterflies of two points m strides apart; see :mod:`.transforms`."""
    step = m * stride
    for block in range(n_blocks):
        for j in range(m):
            i0 = start + (2 * block * m + j) * stride
            i1 = i0 + step
            x0, y0 = load(re, i0), load(im, i0)
            x1, y1 = load(re, i1), load(im, i1)
            f = at + 2 * j
            if inverse and j > 0:
                x1, y1 = turned(x1, y1, factors, f)
            x0, x1 = x0 + x1, x0 - x1
            y0, y1 = y0 + y1, y0 - y1
            if j > 0 and not inverse:
                x1, y1 = turned(x1, y1, factors, f)
            store(re, i0, x0)
            store(im, i0, y0)
            store(re, i1, x1)
            store(im, i1, y1)
