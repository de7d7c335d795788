"""Transposing a tile, for a single lattice whose neighbouring sites share a vector."""

import numba

from nmr_core.simulator.lanes.vector import high_pairs, load, low_pairs, shifted, store


@numba.njit(nogil=True, error_model="numpy")
def shuffle(source, target, n_lanes):
    """One perfect shuffle of n_lanes × n_lanes numbers, read as one list row by row.

    The first and the second half of the list are interleaved: the bits of every index rotate by
    one. After log2(n_lanes) shuffles, row and column have changed places.
    """
    half = n_lanes // 2
    for i in range(half):
        a = load(source, i * n_lanes)
        b = load(source, (i + half) * n_lanes)
        store(target, 2 * i * n_lanes, low_pairs(a, b))
        store(target, (2 * i + 1) * n_lanes, high_pairs(a, b))


@numba.njit(nogil=True, error_model="numpy")
def transpose(source, target, room, n_lanes):
    """Transpose n_lanes × n_lanes numbers; ``room`` holds twice as many."""
    if n_lanes == 2:
        shuffle(source, target, n_lanes)
        return
    here, there = room, shifted(room, n_lanes * n_lanes)
    shuffle(source, here, n_lanes)
    n_left = n_lanes // 4
    while n_left > 1:
        shuffle(here, there, n_lanes)
        here, there = there, here
        n_left //= 2
    shuffle(here, target, n_lanes)
