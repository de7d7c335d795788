"""Four points: with a = x_0 + x_2, b = x_0 - x_2, c = x_1 + x_3 and d = x_1 - x_3

X_0, X_2 = a ± c,    X_1, X_3 = b ∓ i d
"""

import numba

from nmr_core.simulator.lanes.factors import turned
from nmr_core.simulator.lanes.vector import load, store


@numba.njit(nogil=True, error_model="numpy")
def stage4(re, im, start, stride, m, n_blocks, factors, at, inverse):
    """Butterflies of four points m strides apart; see :mod:`.transforms`."""
    step = m * stride
    for block in range(n_blocks):
        for j in range(m):
            i0 = start + (4 * block * m + j) * stride
            i1 = i0 + step
            i2 = i1 + step
            i3 = i2 + step
            x0, y0 = load(re, i0), load(im, i0)
            x1, y1 = load(re, i1), load(im, i1)
            x2, y2 = load(re, i2), load(im, i2)
            x3, y3 = load(re, i3), load(im, i3)
            f = at + 6 * j
            if inverse and j > 0:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
            a_x, b_x, c_x, d_x = x0 + x2, x0 - x2, x1 + x3, x1 - x3
            a_y, b_y, c_y, d_y = y0 + y2, y0 - y2, y1 + y3, y1 - y3
            x0, x2 = a_x + c_x, a_x - c_x
            y0, y2 = a_y + c_y, a_y - c_y
            x1, x3 = b_x + d_y, b_x - d_y
            y1, y3 = b_y - d_x, b_y + d_x
            if j > 0 and not inverse:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
            store(re, i0, x0)
            store(im, i0, y0)
            store(re, i1, x1)
            store(im, i1, y1)
            store(re, i2, x2)
            store(im, i2, y2)
            store(re, i3, x3)
            store(im, i3, y3)
