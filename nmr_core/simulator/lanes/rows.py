"""The pass along y: F_y^-1, the spins advance under the field, F_y."""

import numba

from nmr_core.simulator.lanes.bloch import advanced
from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.vector import fma, load, prefetch, shifted, store


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def start_field(field, size, i, coupled_z, x, y, z):
    """Put m_x + i m_y, and m_z + 0 i, where F_y expects them."""
    store(field, i, x)
    store(field, size + i, y)
    if coupled_z:
        store(field, 2 * size + i, z)
        store(field, 3 * size + i, 0.0 * z)


@numba.njit(nogil=True, error_model="numpy")
def advance_row(spins, field, size, delta, values, n_lanes, coupled_z, most, points):
    """Advance n spins under the field at their sites, in place; returns the sum of their m_z.

    The numbers ``ahead``, those of the next row, are on their way meanwhile.

    omega = (c_xx B_x + c_xy B_y, c_xy B_x + c_yy B_y, delta + c_zz B_z), times the substep
    """
    start, stride, n, ahead = points
    c_xx, c_xy = load(values, 0), load(values, n_lanes)
    c_yy, c_zz = load(values, 2 * n_lanes), load(values, 3 * n_lanes)
    r2, r1 = load(values, 4 * n_lanes), load(values, 5 * n_lanes)
    drive, n_sub = load(values, 6 * n_lanes), load(values, 7 * n_lanes)
    sum_z = 0.0 * r1
    for i in range(start, start + n * stride, stride):
        for k in range(3):
            prefetch(spins, k * size + i + ahead)
        prefetch(delta, i + ahead)
        prefetch(field, i + ahead)
        prefetch(field, size + i + ahead)
        b_x, b_y = load(field, i), load(field, size + i)
        w_x = fma(c_xy, b_y, c_xx * b_x)
        w_y = fma(c_xy, b_x, c_yy * b_y)
        w_z = load(delta, i)
        if coupled_z:
            w_z = fma(c_zz, load(field, 2 * size + i), w_z)
        x, y, z = advanced(
            load(spins, i),
            load(spins, size + i),
            load(spins, 2 * size + i),
            w_x,
            w_y,
            w_z,
            r2,
            r1,
            drive,
            n_sub,
            most,
        )
        store(spins, i, x)
        store(spins, size + i, y)
        store(spins, 2 * size + i, z)
        start_field(field, size, i, coupled_z, x, y, z)
        sum_z = sum_z + z
    return sum_z


@numba.njit(nogil=True, error_model="numpy")
def start_row(spins, field, size, coupled_z, points):
    """Start the field of n spins; returns the sum of their m_z."""
    start, stride, n, _ = points
    sum_z = 0.0 * load(spins, start)
    for i in range(start, start + n * stride, stride):
        x, y, z = load(spins, i), load(spins, size + i), load(spins, 2 * size + i)
        start_field(field, size, i, coupled_z, x, y, z)
        sum_z = sum_z + z
    return sum_z


@numba.njit(nogil=True, error_model="numpy")
def pass_rows(spins, field, size, delta, values, sums_z, n_lanes, coupled_z, most, axis):
    """Advance all rows, in place; with ``most`` = 0 only F_y of the present spins.

    Parameters
    ----------
    spins : pointer
        m_x, m_y and m_z.
    field : pointer
        F_y of the mean field, Re and Im of B_x + i B_y and of B_z; replaced by F_y of the new
        spins.
    size : int
        Numbers of each component of spins and field.
    delta : pointer
        Offsets times the substep.
    values : pointer
        Couplings c_xx, c_xy, c_yy, c_zz, rates R2, R1 and drive times the substep, and the number
        of substeps, a vector each.
    sums_z : pointer
        Set to the sum of m_z over every row, a vector each.
    n_lanes : int
        Lanes of a vector.
    coupled_z : bool
        Whether B_z counts.
    most : int
        Largest number of substeps.
    axis : tuple
        Points of a row and their stride, number of rows and their distance; number of stages of
        the plan, and pointers to stages and factors.
    """
    n, stride, n_rows, distance, n_stages, stages, factors = axis
    re, im = field, shifted(field, size)
    re_z, im_z = shifted(field, 2 * size), shifted(field, 3 * size)
    for row in range(n_rows):
        start = row * distance
        points = (start, stride, n, distance)
        if most > 0:
            inverse(re, im, start, stride, stages, n_stages, factors)
            if coupled_z:
                inverse(re_z, im_z, start, stride, stages, n_stages, factors)
            sum_z = advance_row(spins, field, size, delta, values, n_lanes, coupled_z, most, points)
        else:
            sum_z = start_row(spins, field, size, coupled_z, points)
        store(sums_z, row * n_lanes, sum_z)
        forward(re, im, start, stride, stages, n_stages, factors)
        if coupled_z:
            forward(re_z, im_z, start, stride, stages, n_stages, factors)
