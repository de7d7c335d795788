"""A time step of lattices, compiled as one function.

The mean field is B = F^-1 [K^ F m], F the transform along y and then along x. What happens along y
belongs to one row of the lattice, what happens along x to one column; both fit the first-level
cache:

- columns: F_x, times the spectrum of the kernel, F_x^-1
- rows: F_y^-1, the spins advance under B, F_y

so that between two steps the field array holds F_y m. m_z, if it couples, is transformed alike.
"""

import numba

from nmr_core.compilation import COMPILING, compiled
from nmr_core.simulator.lanes.columns import pass_columns
from nmr_core.simulator.lanes.rows import pass_rows
from nmr_core.simulator.lanes.transpose import transpose
from nmr_core.simulator.lanes.vector import pointer, shifted

START, SUM, STEP = 0, 1, 2
"""Parts of a step: only F_y of new spins; only their sum, which spoils the field; all of it."""


@numba.njit(nogil=True)
def with_pointers(axis):
    """An axis of a layout (:data:`.layout.Axis`), with the number of stages and pointers."""
    n, stride, n_rows, distance, stages, factors = axis
    return n, stride, n_rows, distance, len(stages), pointer(stages), pointer(factors)


@numba.njit(nogil=True)
def weigh_crossed(re, im, crossed, kernel, total, n_lanes, rows, columns, work):
    """Weigh the columns of a single lattice in a transposed copy, and transpose back."""
    n_y, stride_y, n_x, stride_x = rows[0], rows[1], columns[0], columns[1]
    re_x, im_x = pointer(crossed), shifted(pointer(crossed), crossed.shape[1])
    transpose(re, stride_y, n_y, re_x, stride_x, n_x, pointer(work), n_lanes)
    transpose(im, stride_y, n_y, im_x, stride_x, n_x, pointer(work), n_lanes)
    pass_columns(re_x, im_x, kernel, total, n_lanes, columns)
    transpose(re_x, stride_x, n_x, re, stride_y, n_y, pointer(work), n_lanes)
    transpose(im_x, stride_x, n_x, im, stride_y, n_y, pointer(work), n_lanes)


@compiled(progress=COMPILING, nogil=True, error_model="numpy")
def advance(
    spins,
    field,
    crossed,
    delta,
    kernel,
    values,
    total,
    sums_z,
    rows,
    columns,
    work,
    most,
    part,
    width,
):
    """Advance the spins of one group by a step, in place.

    Parameters
    ----------
    spins : float array, (3, size)
        m_x, m_y, m_z.
    field : float array, (2 or 4, size)
        F_y of m_x + i m_y, and of m_z if it couples: Re and Im.
    crossed : float array, (2, crossed_size)
        The transposed field of a single lattice; else unused.
    delta : float array, (size,)
        Offsets times the substep.
    kernel : float array, (1 or 2, size or crossed_size)
        Spectrum of the kernel: Re, and Im if it has an odd part.
    values : float array, (8, n_lanes)
        Couplings, rates and numbers of substeps, see :func:`.rows.pass_rows`.
    total : float array, (n_lanes, 2)
        Set to the sums of m_x and m_y before the step.
    sums_z : float array, (n_rows, n_lanes)
        Set to the sum of m_z over every row after the step.
    rows, columns : tuple
        Where they lie, :data:`.layout.Axis`.
    work : float array, (0 or 2 n_lanes²,)
        Room for transposing, for a single lattice.
    most : int
        Largest number of substeps; 0 for START.
    part : int
        START, SUM or STEP.
    width : tuple
        ``WIDTH``.
    """
    n_lanes, size = len(total), spins.shape[1]
    row_axis, column_axis = with_pointers(rows), with_pointers(columns)
    weights = pointer(kernel)
    spectrum = (weights, shifted(weights, kernel.size - kernel.shape[1]), len(kernel) > 1)
    if part != START:
        # m_z first, so that ``total`` ends with the sum of m_x + i m_y
        for k in range(len(field) - 2, -1, -2):
            re, im = shifted(pointer(field), k * size), shifted(pointer(field), (k + 1) * size)
            if len(work) > 0:
                weigh_crossed(
                    re,
                    im,
                    crossed,
                    spectrum,
                    pointer(total),
                    n_lanes,
                    row_axis,
                    column_axis,
                    work,
                )
            else:
                pass_columns(re, im, spectrum, pointer(total), n_lanes, column_axis)
    if part != SUM:
        pass_rows(
            pointer(spins),
            pointer(field),
            size,
            pointer(delta),
            pointer(values),
            pointer(sums_z),
            n_lanes,
            len(field) > 2,
            most,
            row_axis,
        )
