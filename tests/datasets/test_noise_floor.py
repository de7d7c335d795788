"""The disorder noise: its size against statistics, and what the ways to draw offsets do to it."""

import numpy as np
import pytest

from nmr_core import InputError, noise_floor, preset, simulate
from nmr_core.simulator.analytic import characteristic_function

FREE = preset("ml4sci_2020_secular").fix(
    alpha=0.0, offsets="iid", tau=20.0, n_x=20, n_y=20, sequence="fid", d=9.0
)
COUPLED = preset("ml4sci_2020_secular").fix(n_x=20, n_y=20, tau=30.0)


def test_uncoupled_iid_spins_give_the_variance_of_a_mean():
    """M = sum exp(i δ s)/(2N): var M = (1 - |chi|²)/(4N); a fid, because an echo refocuses whatever
    the offsets are.
    """
    floor = noise_floor(FREE, n_samples=2, n_seeds=300)
    experiment = FREE.build()
    chi = characteristic_function(2 * np.pi * floor.time, experiment.line_width, experiment.cutoff)
    expected = (1 - chi**2) / (4 * 400)
    assert (floor.per_time[0] ** 2)[20:] == pytest.approx(expected[20:], rel=0.35)
    assert floor.rms**2 == pytest.approx(expected.mean(), rel=0.07)
    assert floor.spread < floor.rms


def test_few_seeds_are_enough_and_leave_nothing_in_the_spread():
    """All samples alike: with two seeds the mean over seeds still varies by rms/√2, which is not
    the prior's doing.
    """
    many, few = (
        noise_floor(FREE, n_samples=2, n_seeds=300),
        noise_floor(FREE, n_samples=60, n_seeds=2, seed=1),
    )
    assert few.rms**2 == pytest.approx(many.rms**2, rel=0.15)
    assert few.spread < 0.4 * few.rms


def test_twice_the_spins_have_half_the_variance():
    variances = [
        noise_floor(FREE.fix(n_x=n_x), n_samples=2, n_seeds=150, seed=n_x).rms ** 2
        for n_x in (10, 20, 40)
    ]
    assert variances[0] / variances[1] == pytest.approx(2, rel=0.15)
    assert variances[1] / variances[2] == pytest.approx(2, rel=0.15)


@pytest.mark.parametrize(
    ("alpha", "p", "low", "high"),
    [(0.02, 3.0, 4, 55), (0.05, 2.0, 4, 55), (0.1, 2.0, 4, 55), (0.2, 4.0, 1.5, 4)],
)
def test_stratified_offsets_have_less_noise(alpha, p, low, high):
    """4 to 55 times by physics.md, section 3; less where neighbours couple strongly, as only the
    placement is left to chance.
    """
    recipe = preset("ml4sci_2020_secular").fix(alpha=alpha, p=p, d=4.5)
    iid, stratified = (
        noise_floor(recipe.fix(offsets=offsets), n_samples=2, n_seeds=6).rms
        for offsets in ("iid", "stratified")
    )
    assert low < iid / stratified < high
    assert 0.009 < np.sqrt(2) * iid < 0.032  # two seeds


def test_uncoupled_stratified_offsets_have_none():
    assert noise_floor(FREE.fix(offsets="stratified"), 2, 4).rms < 1e-6


def test_the_spread_is_that_of_the_prior_without_the_noise():
    floor = noise_floor(COUPLED, n_samples=40, n_seeds=3)
    curves = np.array(
        [
            simulate(
                COUPLED.fix(offsets="stratified").build(
                    **COUPLED.draw(np.random.default_rng([0, k, 0]))
                ),
                seed=k,
                dtype="float32",
            ).signal
            for k in range(40)
        ]
    )
    assert floor.spread == pytest.approx(np.sqrt(curves.var(0, ddof=1).mean()), rel=0.1)
    assert floor.spread > floor.rms > 0


def test_settings_and_receiver_noise():
    several = preset("lab").fix(n_x=6, n_y=6, tau=4.0)
    floor = noise_floor(several, 3, 3)
    assert floor.per_time.shape == floor.spread_per_time.shape == (4, len(floor.time))
    loud, quiet = (noise_floor(several.fix(noise=noise), 3, 3).per_time for noise in (0.5, 0.0))
    assert loud.tobytes() == quiet.tobytes() == floor.per_time.tobytes()
    assert floor.per_time[0].tobytes() != floor.per_time[1].tobytes()


def test_the_same_seed_is_the_same_answer():
    small = COUPLED.fix(n_x=6, n_y=6)
    one, again, other = (noise_floor(small, 3, 3, seed=seed).rms for seed in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize(
    ("name", "value"), [("n_samples", 1), ("n_seeds", 1), ("n_seeds", 2.5), ("seed", -1)]
)
def test_too_few_to_say_anything(name, value):
    with pytest.raises(InputError, match=f"^{name} must be "):
        noise_floor(COUPLED, **{name: value})
