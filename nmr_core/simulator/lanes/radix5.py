"""Five points: with a_j, b_j = x_j ± x_(5-j), c_j = cos(2πj/5) and s_j = sin(2πj/5)

X_0      = x_0 + a_1 + a_2
X_1, X_4 = x_0 + c_1 a_1 + c_2 a_2 ∓ i s_1 (b_1 + (s_2/s_1) b_2)
X_2, X_3 = x_0 + c_2 a_1 + c_1 a_2 ∓ i s_1 ((s_2/s_1) b_1 - b_2)
"""

import math

import numba

from nmr_core.simulator.lanes.factors import turned
from nmr_core.simulator.lanes.vector import fma, fnma, load, store

C1 = (math.sqrt(5) - 1) / 4
C2 = -(math.sqrt(5) + 1) / 4
S1 = math.sqrt(10 + 2 * math.sqrt(5)) / 4
RATIO = (math.sqrt(5) - 1) / 2


@numba.njit(nogil=True, error_model="numpy")
def stage5(re, im, start, stride, m, n_blocks, factors, at, inverse):
    """Butterflies of five points m strides apart; see :mod:`.transforms`."""
    step = m * stride
    for block in range(n_blocks):
        for j in range(m):
            i0 = start + (5 * block * m + j) * stride
            i1 = i0 + step
            i2 = i1 + step
            i3 = i2 + step
            i4 = i3 + step
            x0, y0 = load(re, i0), load(im, i0)
            x1, y1 = load(re, i1), load(im, i1)
            x2, y2 = load(re, i2), load(im, i2)
            x3, y3 = load(re, i3), load(im, i3)
            x4, y4 = load(re, i4), load(im, i4)
            f = at + 8 * j
            if inverse and j > 0:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
                x4, y4 = turned(x4, y4, factors, f + 6)
            # Sums and differences
            a1_x, b1_x, a2_x, b2_x = x1 + x4, x1 - x4, x2 + x3, x2 - x3
            a1_y, b1_y, a2_y, b2_y = y1 + y4, y1 - y4, y2 + y3, y2 - y3
            # The even part p and the odd part q of X_1, X_2
            p1_x, p1_y = fma(C2, a2_x, fma(C1, a1_x, x0)), fma(C2, a2_y, fma(C1, a1_y, y0))
            p2_x, p2_y = fma(C1, a2_x, fma(C2, a1_x, x0)), fma(C1, a2_y, fma(C2, a1_y, y0))
            q1_x, q1_y = fma(RATIO, b2_x, b1_x), fma(RATIO, b2_y, b1_y)
            q2_x, q2_y = fma(RATIO, b1_x, -b2_x), fma(RATIO, b1_y, -b2_y)
            x0, y0 = x0 + a1_x + a2_x, y0 + a1_y + a2_y
            x1, y1 = fma(S1, q1_y, p1_x), fnma(S1, q1_x, p1_y)
            x4, y4 = fnma(S1, q1_y, p1_x), fma(S1, q1_x, p1_y)
            x2, y2 = fma(S1, q2_y, p2_x), fnma(S1, q2_x, p2_y)
            x3, y3 = fnma(S1, q2_y, p2_x), fma(S1, q2_x, p2_y)
            if j > 0 and not inverse:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
                x4, y4 = turned(x4, y4, factors, f + 6)
            store(re, i0, x0)
            store(im, i0, y0)
            store(re, i1, x1)
            store(im, i1, y1)
            store(re, i2, x2)
            store(im, i2, y2)
            store(re, i3, x3)
            store(im, i3, y3)
            store(re, i4, x4)
            store(im, i4, y4)
