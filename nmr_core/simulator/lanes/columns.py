"""The pass along x: F_x, times the spectrum of the kernel, F_x^-1."""

import numba

from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.transpose import transpose
from nmr_core.simulator.lanes.vector import fma, fnma, load, prefetch, shifted, store


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
def store_total(re, im, total, n_lanes):
    """Sum of m, the first entry of its spectrum: Re and Im of every lane."""
    for lane in range(n_lanes):
        total[2 * lane], total[2 * lane + 1] = re[lane], im[lane]


@numba.njit(nogil=True, error_model="numpy")
def weigh_columns(re, im, kernel, total, n_lanes, axis):
    """Weigh all columns of a group of curves, in place.

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
            store_total(re, im, total, n_lanes)
        weigh(re, im, kernel, start, stride, n, distance)
        inverse(re, im, start, stride, stages, n_stages, factors)


@numba.njit(nogil=True, error_model="numpy")
def weigh_tiles(re, im, kernel, total, n_lanes, rows, columns, work):
    """Weigh n_lanes columns at a time of a single lattice, in place.

    A tile of n_lanes × n_lanes sites is contiguous; transposed, the tiles along x form columns.

    Parameters
    ----------
    re, im, kernel, total, n_lanes
        As of :func:`weigh_columns`; the spectrum of the kernel is transposed.
    rows, columns : tuple
        Axes as there; the distance of the rows is that of tiles along x, the distance of the
        columns that of their spectra.
    work : pointer
        Room for 2 n_x + 2 n_lanes vectors, n_x rounded up to whole vectors.
    """
    n_tiles, row_size = rows[2], rows[3]
    n, stride, n_columns, distance, n_stages, stages, factors = columns
    weights, weights_im, odd = kernel
    tile = n_lanes * n_lanes
    re_x, im_x, room = work, shifted(work, n_tiles * tile), shifted(work, 2 * n_tiles * tile)
    for column in range(n_columns):
        here = column * tile
        for k in range(n_tiles):
            transpose(shifted(re, k * row_size + here), shifted(re_x, k * tile), room, n_lanes)
            transpose(shifted(im, k * row_size + here), shifted(im_x, k * tile), room, n_lanes)
        forward(re_x, im_x, 0, stride, stages, n_stages, factors)
        if column == 0:
            store_total(re_x, im_x, total, n_lanes)
        at = column * distance
        weigh(re_x, im_x, (shifted(weights, at), shifted(weights_im, at), odd), 0, stride, n, 0)
        inverse(re_x, im_x, 0, stride, stages, n_stages, factors)
        for k in range(n_tiles):
            transpose(shifted(re_x, k * tile), shifted(re, k * row_size + here), room, n_lanes)
            transpose(shifted(im_x, k * tile), shifted(im, k * row_size + here), room, n_lanes)
