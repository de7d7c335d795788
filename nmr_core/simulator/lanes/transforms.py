"""Transforms of vectors, in place, stage by stage as in a :class:`~.plan.Plan`.

The n points of a transform lie ``stride`` numbers apart, from index ``start`` on, real and
imaginary parts in arrays of their own; every lane is a transform by itself. The forward transform
X_k = sum_j x_j exp(-2πi jk/n) leaves the spectrum in the order of the plan, and the inverse, times
n, takes it in that order: nothing is ever sorted.

A stage of radix r handles blocks of r m points. Forward, each butterfly takes points m strides
apart and multiplies its results by the factors of the plan; the inverse undoes the stages from the
last to the first: factors before butterflies, with conjugate numbers. Conjugation is the exchange
of real and imaginary parts, up to a factor i that drops out.
"""

import numba

from nmr_core.simulator.lanes.radix2 import stage2
from nmr_core.simulator.lanes.radix3 import stage3
from nmr_core.simulator.lanes.radix4 import stage4
from nmr_core.simulator.lanes.radix5 import stage5
from nmr_core.simulator.lanes.radix7 import stage7


@numba.njit(nogil=True, error_model="numpy")
def run_stage(re, im, start, stride, stages, k, factors, inverse):
    """Stage k of a plan."""
    radix, m, n_blocks, at = stages[4 * k], stages[4 * k + 1], stages[4 * k + 2], stages[4 * k + 3]
    if radix == 5:
        stage5(re, im, start, stride, m, n_blocks, factors, at, inverse)
    elif radix == 4:
        stage4(re, im, start, stride, m, n_blocks, factors, at, inverse)
    elif radix == 2:
        stage2(re, im, start, stride, m, n_blocks, factors, at, inverse)
    elif radix == 3:
        stage3(re, im, start, stride, m, n_blocks, factors, at, inverse)
    else:
        stage7(re, im, start, stride, m, n_blocks, factors, at, inverse)


@numba.njit(nogil=True, error_model="numpy")
def forward(re, im, start, stride, stages, n_stages, factors):
    """Transform the points to their spectrum in the order of the plan."""
    for k in range(n_stages):
        run_stage(re, im, start, stride, stages, k, factors, False)


@numba.njit(nogil=True, error_model="numpy")
def inverse(re, im, start, stride, stages, n_stages, factors):
    """Transform a spectrum in the order of the plan to n times the points."""
    for k in range(n_stages - 1, -1, -1):
        run_stage(im, re, start, stride, stages, k, factors, True)
