"""Both integrators converge at their order, counter-rotating terms included.

The reference is an adaptive Runge-Kutta method of order 8 on the equations of physics.md, section 1
(any_physics.Naive).
"""

import numpy as np
import pytest
from any_physics import Naive, coupled, materials, offsets_of, protocol, samples, seeds, signal
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_core import INTEGRATORS, Experiment, Material, Sample, simulate

LIST = "70x 2us 110@40 1us 95-y 3us"
CASES = {
    "square": (Material("gaussian", xi=1.7), Sample(4, 5), {}),
    "hexagonal p-wave": (
        Material("power_law", p=2.2, s_w=0.4, p_w=0.8),
        Sample(5, 4, lattice="hexagonal"),
        {},
    ),
    "relaxing antiferromagnet": (
        Material("rkky", xi=3.0, sign="alternating", gamma_1=0.01, gamma_2=0.02, gamma_3=0.01),
        Sample(6, 3),
        {},
    ),
    "slow carrier": (Material("gaussian", xi=1.7), Sample(4, 5), {"carrier": 0.2}),
    "fast carrier": (
        Material("gaussian", xi=1.7, d_w=0.5),
        Sample(5, 3, lattice="hexagonal"),
        {"carrier": 2.0},
    ),
}
STEP = {"exponential_euler": 1 / 32, "exponential_midpoint": 1 / 8}


def error(
    material: Material, sample: Sample, seed: int, integrator: str, dt: float, **changes
) -> float:
    """Largest |M - M(dt -> 0)| at the recorded points."""
    experiment = Experiment(
        material, protocol(LIST, dt=dt, integrator=integrator, **changes), sample
    )
    offsets = offsets_of(sample, seed)
    return np.abs(
        simulate(experiment, offsets=offsets).signal - signal(Naive(experiment, offsets).exact())
    ).max()


@pytest.mark.parametrize("integrator", STEP)
@pytest.mark.parametrize("case", CASES)
def test_halving_the_step_divides_the_error_by_two_to_the_order(integrator, case):
    material, sample, changes = CASES[case]
    material = coupled(material, sample, (1, 0.5, -0.8))
    steps = STEP[integrator] / np.array([1, 2, 4]) / (4 if changes.get("carrier", 0) > 1 else 1)
    errors = np.array([error(material, sample, 5, integrator, dt, **changes) for dt in steps])
    assert errors[0] > 1e-6
    assert errors[:-1] / errors[1:] == pytest.approx(2 ** INTEGRATORS[integrator].order, rel=0.15)


@settings(max_examples=10)
@given(
    sample=samples,
    material=materials(),
    seed=seeds,
    integrator=st.sampled_from(sorted(STEP)),
    carrier=st.sampled_from([0.0, 0.2]),
)
def test_any_physics_goes_to_the_limit(sample, material, seed, integrator, carrier):
    material, order = coupled(material, sample), INTEGRATORS[integrator].order
    coarse, fine = (
        error(material, sample, seed, integrator, STEP[integrator] / n, carrier=carrier)
        for n in (1, 4)
    )
    assert fine <= coarse / (0.6 * 4**order) + 1e-9


def test_the_second_order_is_worth_its_two_fields():
    material, sample, _ = CASES["square"]
    errors = [
        error(coupled(material, sample), sample, 1, integrator, dt)
        for integrator, dt in (("exponential_euler", 1 / 16), ("exponential_midpoint", 1 / 8))
    ]
    assert errors[1] < errors[0] / 5
