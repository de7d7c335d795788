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
from nmr_core.simulator.lanes.columns import weigh_columns, weigh_tiles
from nmr_core.simulator.lanes.rows import pass_rows
from nmr_core.simulator.lanes.vector import pointer, shifted

START, SUM, STEP = 0, 1, 2
"""Parts of a step: only F_y of new spins; only their sum, which spoils the field; all of it."""


@numba.njit(nogil=True)
def with_pointers(axis):
    """An axis of a layout (:data:`.layout.Axis`), with the number of stages and pointers."""
    n, stride, n_rows, distance, stages, factors = axis
    return n, stride, n_rows, distance, len(stages), pointer(stages), pointer(factors)


@compiled(progress=COMPILING, nogil=True, error_model="numpy")
def advance(
    spins,
    field,
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
    delta : float array, (size,)
        Offsets times the substep.
    kernel : float array, (1 or 2, n)
        Spectrum of the kernel: Re, and Im if it has an odd part.
    values : float array, (8, n_lanes)
        Couplings, rates and numbers of substeps, see :func:`.rows.pass_rows`.
    total : float array, (n_lanes, 2)
        Set to the sums of m_x and m_y before the step.
    sums_z : float array, (n_rows, n_lanes)
        Set to the sum of m_z over every row after the step.
    rows, columns : tuple
        Where they lie, :data:`.layout.Axis`.
    work : float array
        Room for the transposed columns of a single lattice; empty for a group of curves.
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
                weigh_tiles(
                    re,
                    im,
                    spectrum,
                    pointer(total),
                    n_lanes,
                    row_axis,
                    column_axis,
                    pointer(work),
                )
            else:
                weigh_columns(re, im, spectrum, pointer(total), n_lanes, column_axis)
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
