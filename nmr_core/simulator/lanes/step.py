"""A time step of lattices, compiled as one function.

The mean field is B = F^-1 [K^ F m], F the transform along y and then along x. What happens along y
belongs to one row of the lattice, what happens along x to one column; both fit the first-level
cache:

- columns: F_x, times the spectrum of the kernel, F_x^-1
- rows: F_y^-1, the spins advance under B, F_y

so that between two steps the field array holds F_y m. m_z, if it couples, is transformed alike.
"""

import numba

from nmr_core.simulator.lanes.columns import pass_columns
from nmr_core.simulator.lanes.rows import pass_rows
from nmr_core.simulator.lanes.transpose import transpose
from nmr_core.simulator.lanes.vector import pointer, shifted

START, SUM, STEP = 0, 1, 2
"""Parts of a step: only F_y of new spins; only their sum, which spoils the field; all of it."""


@numba.njit(nogil=True, cache=True, error_model="numpy")
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
        Points of a row or column and their stride, number of rows or columns and their distance,
        stages and factors of the plan.
    work : float array, (0 or 2 n_lanes²,)
        Room for transposing, for a single lattice.
    most : int
        Largest number of substeps.
    part : int
        START, SUM or STEP.
    width : tuple
        ``WIDTH``.
    """
    n_y, stride_y, n_rows, distance_y, stages_y, factors_y = rows
    n_x, stride_x, n_columns, distance_x, stages_x, factors_x = columns
    row_axis = (n_y, stride_y, n_rows, distance_y, len(stages_y))
    column_axis = (n_x, stride_x, n_columns, distance_x, len(stages_x))
    n_lanes, size, crossed_size = len(total), spins.shape[1], crossed.shape[1]
    plan_y = (pointer(stages_y), pointer(factors_y))
    plan_x = (pointer(stages_x), pointer(factors_x))
    single, odd, coupled_z = len(work) > 0, len(kernel) > 1, len(field) > 2
    weights = pointer(kernel)
    weights_im = shifted(weights, kernel.shape[1] * (len(kernel) - 1))
    if part != START:
        # m_z first, so that ``total`` ends with the sum of m_x + i m_y
        for k in range(len(field) - 2, -1, -2):
            re, im = shifted(pointer(field), k * size), shifted(pointer(field), (k + 1) * size)
            if not single:
                pass_columns(
                    re, im, weights, weights_im, odd, pointer(total), n_lanes, column_axis, *plan_x
                )
                continue
            re_x, im_x = pointer(crossed), shifted(pointer(crossed), crossed_size)
            for a, b in ((re, re_x), (im, im_x)):
                transpose(a, stride_y, n_y, b, stride_x, n_x, pointer(work), n_lanes)
            pass_columns(
                re_x, im_x, weights, weights_im, odd, pointer(total), n_lanes, column_axis, *plan_x
            )
            for a, b in ((re, re_x), (im, im_x)):
                transpose(b, stride_x, n_x, a, stride_y, n_y, pointer(work), n_lanes)
    if part != SUM:
        pass_rows(
            pointer(spins),
            pointer(field),
            size,
            pointer(delta),
            pointer(values),
            pointer(sums_z),
            n_lanes,
            coupled_z,
            most * (part == STEP),
            row_axis,
            *plan_y,
        )
