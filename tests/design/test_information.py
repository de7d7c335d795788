"""Information of receiver noise alone, against equations and symmetries."""

import numpy as np
import pytest

from nmr_core.design.criteria import criterion_error
from nmr_core.design.information import information, slopes
from nmr_core.design.points import draw_points, offsets_seed
from nmr_core.design.settings import Setting
from nmr_core.errors import InputError
from nmr_core.simulator.several import simulate_batch
from nmr_core.storage.seeds import Purpose
from tests.design.small import small_problem, uncoupled


def test_dephasing_alone_has_the_information_of_the_equation():
    """Without coupling M(t) = M_0(t) exp(-pi gamma t) with gamma = 10^-d, so that

    dM/dd = ln(10) pi gamma t M and F = sum |dM/dd|^2 / sigma^2 (physics.md, section 1).
    """
    problem = uncoupled(vary={"angle_2": [90, 180]}, noise=0.01)
    table = information(problem, problem.settings, 2)
    width = problem.specs[0].width
    for k, point in enumerate(draw_points(problem, 2, Purpose.DESIGN_SCREEN)):
        for j, setting in enumerate(problem.settings):
            experiment = problem.experiment(setting, point)
            seed = offsets_seed(problem, Purpose.DESIGN_SCREEN, 0, k)
            M = simulate_batch([experiment], [seed], "float64")[0]
            t = experiment.protocol.time
            slope = np.log(10) * np.pi * 10 ** -point["d"] * t * M * width
            expected = (np.abs(slope) ** 2).sum() / 0.01**2
            assert table.F[j, k, 0, 0] == pytest.approx(expected, rel=2e-2)


def test_n_shots_have_n_times_the_information():
    problem = small_problem()
    table = information(problem, problem.settings[:2], 2)
    once, often = table.covariances(np.array([[1, 2], [10, 20]]))
    gained = np.linalg.inv(once) - table.prior
    assert np.linalg.inv(often) - table.prior == pytest.approx(10 * gained, rel=1e-4)


def test_half_the_noise_is_four_shots():
    """Averaging four shots halves the noise."""
    loud, quiet = (small_problem(noise=noise) for noise in (0.01, 0.005))
    F = [information(problem, problem.settings[:2], 1).F for problem in (loud, quiet)]
    assert F[1] == pytest.approx(4 * F[0], rel=1e-6)


def test_no_shot_leaves_the_prior():
    problem = small_problem()
    table = information(problem, problem.settings[:1], 1)
    sds = np.sqrt(np.diagonal(table.covariances(np.zeros((1, 1)))[0, 0]))
    assert sds == pytest.approx(12**-0.5, rel=1e-3)


def test_pulses_of_the_same_rotation_are_equally_informative():
    """180 degrees about x and about -x are the same rotation; 90 degrees are not."""
    candidates = [
        {"angle_1": 90, "angle_2": angle, "phase_2": phase}
        for angle in (180, 90)
        for phase in (90, 270)
    ]
    problem = small_problem(candidates=candidates)
    F = information(problem, [Setting.of(**one) for one in candidates], 2).F
    assert F[0] == pytest.approx(F[1], rel=1e-3)
    assert np.abs(F[2] / F[3] - 1).max() > 0.05


def test_an_unknown_amplitude_takes_what_the_amplitude_says():
    """Dephasing makes an echo smaller; with an unknown receiver gain only its shape tells d."""
    options = {"vary": {"angle_2": [90, 180]}, "noise": 0.01}
    shots = np.array([[20, 20]])
    sd = {}
    for gain in (0, 0.01, 30):
        problem = uncoupled(**options, nuisances={"amplitude_scale": gain} if gain else None)
        table = information(problem, problem.settings, 2)
        sd[gain] = np.sqrt(table.covariances(shots)[0, :, 0, 0])
    assert sd[0.01] == pytest.approx(sd[0], rel=0.02)
    assert (sd[30] > sd[0]).all()
    assert (sd[30] / sd[0]).max() > 1.2


def test_the_slope_in_the_pulse_angle_is_that_of_the_nominal_angle():
    """A relative error of the angles of 1 % is 1.8 degrees of 180 and .9 of 90."""
    problem = small_problem(nuisances={"pulse_angle_error": 1.0}, candidates=[{"angle_2": 120}])
    point = draw_points(problem, 1, Purpose.DESIGN_SCREEN)[0]
    ((J,),) = slopes(problem, problem.settings, problem.effects, [(point, 3)])
    beyond = [
        problem.experiment(Setting.of(angle_1=90 * f, angle_2=120 * f), point)
        for f in (1.0005, 0.9995)
    ]
    above, below = simulate_batch(beyond, [3, 3], "float64")
    assert J[-1] == pytest.approx((above - below) / 0.1, abs=2e-3 * np.abs(J[-1]).max())


def test_the_fast_screen_is_close_to_the_full_one():
    """Small lattices are simulated as they are, so that only steps and differences are coarser."""
    problem = small_problem(vary={"angle_2": [60, 120, 180]}, budget=400)
    shots = np.diag([100] * 3)
    full, fast = (
        information(problem, problem.settings, 3, fast=fast).covariances(shots)
        for fast in (False, True)
    )
    sds = [np.sqrt(np.diagonal(C, axis1=-2, axis2=-1)) for C in (full, fast)]
    assert np.median(np.abs(sds[1] / sds[0] - 1)) < 0.2


def test_a_prior_without_slope_is_one_sentence():
    """A field that cannot be moved to either side has no slope."""
    problem = small_problem()
    point = draw_points(problem, 1, Purpose.DESIGN_SCREEN)[0] | {"dt": 1e4}
    with pytest.raises(InputError, match="dt must be in"):
        slopes(problem, problem.settings, (), [(point, 0)])


# Criteria

C = np.array([[[[0.04, 0.01, 0], [0.01, 0.09, 0], [0, 0, 0.01]]] * 2])


@pytest.mark.parametrize(
    ("criterion", "weights", "expected"),
    [
        ("weighted", (1, 1, 2), ((0.04 + 0.09 + 0.02) / 4) ** 0.5),
        ("a", (1, 5, 0), ((0.04 + 0.09) / 2) ** 0.5),
        ("minimax", (1, 1, 1), 0.2),
        ("minimax", (0.2, 1, 1), 0.1),
        ("d", (1, 1, 0), (0.04 * 0.09 - 0.01**2) ** 0.25),
    ],
)
def test_criteria_of_a_known_covariance(criterion, weights, expected):
    """The second parameter is unknown: minimax leaves it out, the others do not."""
    known = np.array([True, False, True])
    value = criterion_error(C, np.array(weights, dtype=float), known, criterion)
    assert value == pytest.approx([expected])


def test_another_criterion_is_one_sentence():
    with pytest.raises(InputError, match="criterion must be one of weighted, minimax, a, d"):
        criterion_error(C, np.ones(3), np.ones(3, bool), "e")
