"""Seven points: with a_j, b_j = x_j ± x_(7-j), c_j = cos(2πj/7) and s_j = sin(2πj/7)

X_0      = x_0 + a_1 + a_2 + a_3
X_1, X_6 = x_0 + c_1 a_1 + c_2 a_2 + c_3 a_3 ∓ i (s_1 b_1 + s_2 b_2 + s_3 b_3)
X_2, X_5 = x_0 + c_2 a_1 + c_3 a_2 + c_1 a_3 ∓ i (s_2 b_1 - s_3 b_2 - s_1 b_3)
X_3, X_4 = x_0 + c_3 a_1 + c_1 a_2 + c_2 a_3 ∓ i (s_3 b_1 - s_1 b_2 + s_2 b_3)
"""

import math

import numba

from nmr_core.simulator.lanes.factors import turned
from nmr_core.simulator.lanes.vector import fma, fnma, load, store

C1, C2, C3 = (math.cos(2 * math.pi * j / 7) for j in (1, 2, 3))
S1, S2, S3 = (math.sin(2 * math.pi * j / 7) for j in (1, 2, 3))


@numba.njit(nogil=True, forceinline=True)
def even(x0, a1, a2, a3):
    """Real (or imaginary) parts of X_0 and of the even part of X_1, X_2, X_3."""
    p1 = fma(C3, a3, fma(C2, a2, fma(C1, a1, x0)))
    p2 = fma(C1, a3, fma(C3, a2, fma(C2, a1, x0)))
    p3 = fma(C2, a3, fma(C1, a2, fma(C3, a1, x0)))
    return x0 + a1 + a2 + a3, p1, p2, p3


@numba.njit(nogil=True, forceinline=True)
def odd(b1, b2, b3):
    """Real (or imaginary) parts of the sums with sines of X_1, X_2, X_3."""
    q1 = fma(S3, b3, fma(S2, b2, S1 * b1))
    q2 = fnma(S1, b3, fnma(S3, b2, S2 * b1))
    q3 = fma(S2, b3, fnma(S1, b2, S3 * b1))
    return q1, q2, q3


@numba.njit(nogil=True, error_model="numpy")
def stage7(re, im, start, stride, m, n_blocks, factors, at, inverse):
    """Butterflies of seven points m strides apart; see :mod:`.transforms`."""
    step = m * stride
    for block in range(n_blocks):
        for j in range(m):
            i0 = start + (7 * block * m + j) * stride
            i1 = i0 + step
            i2 = i1 + step
            i3 = i2 + step
            i4 = i3 + step
            i5 = i4 + step
            i6 = i5 + step
            x0, y0 = load(re, i0), load(im, i0)
            x1, y1 = load(re, i1), load(im, i1)
            x2, y2 = load(re, i2), load(im, i2)
            x3, y3 = load(re, i3), load(im, i3)
            x4, y4 = load(re, i4), load(im, i4)
            x5, y5 = load(re, i5), load(im, i5)
            x6, y6 = load(re, i6), load(im, i6)
            f = at + 12 * j
            if inverse and j > 0:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
                x4, y4 = turned(x4, y4, factors, f + 6)
                x5, y5 = turned(x5, y5, factors, f + 8)
                x6, y6 = turned(x6, y6, factors, f + 10)
            q1_x, q2_x, q3_x = odd(x1 - x6, x2 - x5, x3 - x4)
            q1_y, q2_y, q3_y = odd(y1 - y6, y2 - y5, y3 - y4)
            x0, p1_x, p2_x, p3_x = even(x0, x1 + x6, x2 + x5, x3 + x4)
            y0, p1_y, p2_y, p3_y = even(y0, y1 + y6, y2 + y5, y3 + y4)
            x1, y1, x6, y6 = p1_x + q1_y, p1_y - q1_x, p1_x - q1_y, p1_y + q1_x
            x2, y2, x5, y5 = p2_x + q2_y, p2_y - q2_x, p2_x - q2_y, p2_y + q2_x
            x3, y3, x4, y4 = p3_x + q3_y, p3_y - q3_x, p3_x - q3_y, p3_y + q3_x
            if j > 0 and not inverse:
                x1, y1 = turned(x1, y1, factors, f)
                x2, y2 = turned(x2, y2, factors, f + 2)
                x3, y3 = turned(x3, y3, factors, f + 4)
                x4, y4 = turned(x4, y4, factors, f + 6)
                x5, y5 = turned(x5, y5, factors, f + 8)
                x6, y6 = turned(x6, y6, factors, f + 10)
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
            store(re, i5, x5)
            store(im, i5, y5)
            store(re, i6, x6)
            store(im, i6, y6)
