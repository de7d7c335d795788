"""Transposing, for a single lattice whose neighbouring sites share a vector."""

import numba

from nmr_core.simulator.lanes.vector import high_pairs, load, low_pairs, shifted, store


@numba.njit(nogil=True, error_model="numpy")
def shuffle(source, source_step, target, target_step, n_lanes):
    """One perfect shuffle of n_lanes × n_lanes numbers, read as one list row by row.

    The first and the second half of the list are interleaved: the bits of every index rotate by
    one. After log2(n_lanes) shuffles, row and column have changed places.
    """
    half = n_lanes // 2
    for i in range(half):
        a = load(source, i * source_step)
        b = load(source, (i + half) * source_step)
        store(target, 2 * i * target_step, low_pairs(a, b))
        store(target, (2 * i + 1) * target_step, high_pairs(a, b))


@numba.njit(nogil=True, error_model="numpy")
def transpose_block(source, source_step, target, target_step, work, n_lanes):
    """Transpose n_lanes × n_lanes numbers; ``work`` holds twice as many."""
    if n_lanes == 2:
        shuffle(source, source_step, target, target_step, n_lanes)
        return
    here, there = work, shifted(work, n_lanes * n_lanes)
    shuffle(source, source_step, here, n_lanes, n_lanes)
    left = n_lanes // 4
    while left > 1:
        shuffle(here, n_lanes, there, n_lanes, n_lanes)
        here, there = there, here
        left //= 2
    shuffle(here, n_lanes, target, target_step, n_lanes)


@numba.njit(nogil=True, error_model="numpy")
def transpose(source, source_step, n_rows, target, target_step, n_columns, work, n_lanes):
    """Transpose n_rows × n_columns numbers, both rounded up to whole vectors."""
    for row in range(0, n_rows, n_lanes):
        for column in range(0, n_columns, n_lanes):
            transpose_block(
                shifted(source, row * source_step + column),
                source_step,
                shifted(target, column * target_step + row),
                target_step,
                work,
                n_lanes,
            )
