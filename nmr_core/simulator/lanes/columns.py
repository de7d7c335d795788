"""The pass along x: F_x, times the spectrum of the kernel, F_x^-1."""

import numba

from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.vector import fma, fnma, load, prefetch, store


@numba.njit(nogil=True, error_model="numpy")
def weigh(re, im, kernel, start, stride, n, ahead):
    """B^ = K^ m^ at n points; K^ is real unless the kernel has an odd part.

    The numbers ``ahead``, those of the next column, are on their way meanwhile.
    """
    weights, weights_im, odd = kernel
    for i in range(start, start + n * stride, stride):
        prefetch(re, i + ahead)
        prefetch(im, i + ahead)
        prefetch(weights, i + ahead)
        x, y, k = load(re, i), load(im, i), load(weights, i)
        new_x, new_y = x * k, y * k
        if odd:
            k_im = load(weights_im, i)
            new_x, new_y = fnma(y, k_im, new_x), fma(x, k_im, new_y)
        store(re, i, new_x)
        store(im, i, new_y)


@numba.njit(nogil=True, error_model="numpy")
def pass_columns(re, im, kernel, total, n_lanes, axis):
    """Weigh all columns, in place.

    Parameters
    ----------
    re, im : pointer
        F_y of a field m, replaced by F_y of its mean field.
    kernel : tuple
        Pointers to Re and Im of its spectrum in the order of the plans, and whether Im counts.
    total : pointer
        Set to the sum of m over the lattice, the first entry of its spectrum: Re and Im of every
        lane.
    n_lanes : int
        Lanes of a vector.
    axis : tuple
        Points of a column and their stride, number of columns and their distance; number of
        stages of the plan, and pointers to stages and factors.
    """
    n, stride, n_columns, distance, n_stages, stages, factors = axis
    for column in range(n_columns):
        start = column * distance
        forward(re, im, start, stride, stages, n_stages, factors)
        if column == 0:
            for lane in range(n_lanes):
                total[2 * lane], total[2 * lane + 1] = re[lane], im[lane]
        weigh(re, im, kernel, start, stride, n, distance)
        inverse(re, im, start, stride, stages, n_stages, factors)
