"""Batches: a curve's bytes depend on its experiment and seed only; wrong input is refused."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import InputError, Sample, preset, simulate, simulate_batch
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.several import simulate_several

SMALL = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5.0)


def experiments(n: int, **changes) -> list:
    return [SMALL.build(**SMALL.draw(np.random.default_rng(k)), **changes) for k in range(n)]


@pytest.mark.parametrize("shape", [(8, 8), (5, 7), (50, 50)])
def test_a_curve_does_not_depend_on_its_place_in_the_batch(shape):
    size = batch_size(Sample(*shape))
    some = experiments(size + 3, n_x=shape[0], n_y=shape[1])
    together = simulate_batch(some, list(range(size + 3)))
    for k in (1, size - 1, size, size + 2):
        alone = simulate_batch([some[k]], [k])[0]
        assert alone.tobytes() == together[k].tobytes()


@pytest.mark.parametrize("mine", [{"alpha": 0.0}, {"alpha": 0.0, "alpha_z": 0.01}, {"alpha": 0.1}])
def test_a_curve_does_not_depend_on_whether_its_neighbours_are_coupled(mine):
    """The integrator skips fields that no curve of a batch needs; that must not change a bit."""
    lonely, coupled = SMALL.build(**mine), SMALL.build(alpha_x=0.05, alpha_y=0.02, alpha_z=0.03)
    assert (
        simulate_batch([lonely], [1])[0].tobytes()
        == simulate_batch([lonely, coupled], [1, 2])[0].tobytes()
    )


@pytest.mark.parametrize(
    "beside", [{"p_w": 1.0}, {"d_w": 1.0}, {"sign": "alternating"}, {"alpha_z": 0.1}]
)
@pytest.mark.parametrize("mine", [{}, {"p_w": 0.5}])
def test_a_curve_does_not_depend_on_the_symmetry_of_its_neighbours_kernels(mine, beside):
    """An odd kernel makes the weights of all curves complex; that must not change a bit."""
    own, other = SMALL.build(alpha=0.1, **mine), SMALL.build(alpha=0.1, **beside)
    for dtype in ("float32", "float64"):
        alone, together = (
            simulate_batch([own], [1], dtype),
            simulate_batch([own, other], [1, 2], dtype),
        )
        assert alone[0].tobytes() == together[0].tobytes()


def test_pulses_may_differ_between_the_curves_of_a_batch():
    some = [
        SMALL.build(alpha=0.1, angle_2=angle, phase_2=phase, sense=sense)
        for angle, phase, sense in ((180, 90, -1), (60, 0, -1), (120, 45, 1))
    ]
    together = simulate_batch(some, [5] * 3)
    for k, experiment in enumerate(some):
        assert simulate_batch([experiment], [5])[0].tobytes() == together[k].tobytes()
    assert np.abs(np.diff(together, axis=0)).max(axis=1).min() > 0.01


def test_each_curve_needs_its_seed():
    with pytest.raises(
        InputError, match="Each curve needs its seed, got 2 experiments and 3 seeds"
    ):
        simulate_batch(experiments(2), [1, 2, 3])


@given(order=st.permutations(range(6)))
def test_the_order_of_a_batch_is_the_order_of_its_curves(order):
    some = experiments(6)
    straight = simulate_batch(some, list(range(6)))
    shuffled = simulate_batch([some[k] for k in order], list(order))
    assert shuffled.tobytes() == straight[list(order)].tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"tau": 6.0},
        {"n_x": 9},
        {"dt": 0.25},
        {"record": "all"},
        {"carrier": 1.0},
        {"integrator": "exponential_midpoint"},
        {"sequence": "fid"},
        {"acquire": 8.0},
    ],
)
@pytest.mark.parametrize("beyond_the_first", [False, True])
def test_mixed_protocols_and_lattices_are_refused(change, beyond_the_first):
    """Also when the odd one out would fall into a later call of the integrator."""
    some = experiments(batch_size(Sample(8, 8)) if beyond_the_first else 1)
    odd = SMALL.build(**change)
    with pytest.raises(InputError, match="share their lattice and their time grid"):
        simulate_batch([*some, odd], list(range(len(some) + 1)))


def test_lines_and_lattice_vectors_may_differ_inside_a_batch():
    several = [
        SMALL.build(**change)
        for change in ({}, {"offsets": "iid"}, {"lattice": "hexagonal"}, {"line_width": 0.08})
    ]
    together = simulate_batch(several, [1, 2, 3, 4])
    for k, experiment in enumerate(several):
        assert together[k].tobytes() == simulate_batch([experiment], [k + 1])[0].tobytes()


@pytest.mark.parametrize("coupling", [4.7, 5.1, 6.9, 8.8])
def test_a_step_that_is_too_coarse_is_refused_with_one_that_is_not(coupling):
    """The largest frequency is max |delta| + alpha W/2, and it must be sampled twice a turn."""
    experiment = SMALL.build(
        alpha_x=coupling, alpha_y=coupling, dt=4.0, tau=40.0, line_width=0.01, cutoff=0.05
    )
    with pytest.raises(
        InputError, match="dt = 4 µs is too coarse for frequencies up to"
    ) as refusal:
        simulate(experiment)
    safe = float(
        re.search(r"The largest step that is safe is ([\d.e+-]+) µs", str(refusal.value))[1]
    )
    assert 0.95 < safe * 2 * (0.05 + coupling / 2) < 1.02
    assert np.isfinite(simulate(experiment.replace(dt=safe)).signal).all()
    with pytest.raises(InputError, match="too coarse"):
        simulate(experiment.replace(dt=1.05 * safe))


@pytest.mark.parametrize(
    "changes",
    [
        {"carrier": 10.0},
        {"gamma_1": 9.0, "gamma_2": 9.0},
        {"line_width": 1.0, "cutoff": 9.0},
        {"s_w": 0.5, "p_w": 3.0, "normalisation": "none", "xi": 1.0},
        {"sign": "alternating", "xi": 30.0},
    ],
)
def test_the_safe_step_is_named_and_works_whatever_is_fast(changes):
    experiment = SMALL.build(dt=2.5, tau=10.0, alpha_x=1.0, alpha_y=1.0, **changes)
    with pytest.raises(InputError, match="too coarse") as refusal:
        simulate(experiment)
    safe = float(
        re.search(r"The largest step that is safe is ([\d.e+-]+) µs", str(refusal.value))[1]
    )
    assert np.isfinite(simulate(experiment.replace(dt=safe)).signal).all()


def test_an_absurdly_strong_interaction_is_refused_not_skipped():
    experiment = SMALL.build(xi=1000.0, p=20.0, normalisation="none")
    with pytest.raises(InputError, match="too coarse for frequencies up to"):
        simulate(experiment)


def test_an_absurdly_strong_interaction_without_coupling_does_nothing():
    weak, strong = (
        SMALL.build(alpha=0.0, xi=xi, p=20.0, normalisation="none") for xi in (1.0, 1000.0)
    )
    assert simulate_batch([strong], [1]).tobytes() == simulate_batch([weak], [1]).tobytes()


def test_unknown_precision_is_refused():
    for dtype in ("float16", "int64", "double precision"):
        with pytest.raises(InputError, match=r"float64.*float32|float32.*float64"):
            simulate(SMALL.build(), dtype=dtype)
        with pytest.raises(InputError, match="dtype must be float64 or float32"):
            simulate_batch([SMALL.build()], [1], dtype)
        with pytest.raises(InputError, match="dtype must be float64 or float32"):
            simulate_several([(SMALL.build(),)], [1], dtype)


def test_an_echo_knows_what_it_is():
    experiment = SMALL.build(alpha=0.15)
    echo = simulate(experiment, seed=4)
    assert echo.experiment == experiment
    assert echo.signal.dtype == np.complex128
    assert echo.time.shape == echo.signal.shape == echo.mz.shape
    assert np.abs(echo.signal).max() <= 0.5
    assert echo.signal.tobytes() == simulate(experiment, seed=4).signal.tobytes()
    assert echo.signal.tobytes() != simulate(experiment, seed=5).signal.tobytes()
