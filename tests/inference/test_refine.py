"""Least squares on the simulator: from a rough estimate to the truth, with errors that cover it."""

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.errors import InputError
from nmr_core.measured.refine import RefineOptions, refine
from nmr_core.measured.signals import Receiver, simulate_at
from nmr_core.measured.whitening import fit_whitening, real_rows

PRESET = nmr.preset("ml4sci_2020_secular").fix(
    n_x=12, n_y=12, tau=15.0, offsets="stratified", xi=5.0
)
TRUE = {"alpha": 0.1, "p": 2.7, "d": 4.0}
ROUGH = {"alpha": 0.09, "p": 3.0, "d": 4.2}


@pytest.fixture(scope="module")
def echo():
    return simulate_at(PRESET, [TRUE], [[21, 0]])[0]


@pytest.fixture(scope="module")
def fit(echo):
    return refine(PRESET, echo, ROUGH)


class TestTheFit:
    def test_it_finds_the_truth_within_its_errors(self, fit):
        assert all(abs(fit.values[name] - TRUE[name]) < 4 * fit.sd[name] for name in TRUE)
        assert all(fit.sd[name] < 0.3 * PRESET.space[name].width for name in TRUE)

    def test_it_fits_better_than_the_start(self, fit):
        assert fit.chi2 < 0.9 * fit.history["chi2"].iloc[0]
        assert fit.n_evaluations == len(fit.history)
        assert fit.p_value > 0.02

    def test_a_sum_rule_of_weights(self, fit, echo):
        assert np.abs(fit.curve - echo).mean() < 0.03
        assert fit.scale == 1.0

    def test_what_is_held_stays(self, echo):
        found = refine(PRESET, echo, TRUE, free=["d"], options=RefineOptions(max_evaluations=6))
        assert list(found.values) == ["d"]
        assert abs(found.values["d"] - 4.0) < 4 * found.sd["d"]

    def test_size_and_phase_can_be_unknown(self, echo):
        found = refine(
            PRESET,
            3 * np.exp(0.7j) * echo,
            TRUE,
            free=["p"],
            options=RefineOptions(scale=True, phase=True, max_evaluations=8),
        )
        assert 1 / np.abs(found.scale) == pytest.approx(3, rel=0.1)
        assert np.angle(found.scale) == pytest.approx(-0.7, abs=0.1)
        assert abs(found.values["p"] - 2.7) < 5 * found.sd["p"]

    def test_an_echo_scaled_to_one_half_is_compared_with_scaled_simulations(self, echo):
        """As of a made model, whose measurements have an arbitrary gain and phase."""
        receiver = Receiver(1e-3, "echo_scaled:width=2")
        measured = receiver.scaled(PRESET, 7j * echo[None])[0]
        fit = refine(
            PRESET,
            measured,
            ROUGH,
            free=["alpha"],
            receiver=receiver,
            options=RefineOptions(max_evaluations=12),
        )
        assert abs(fit.values["alpha"] - 0.1) < 4 * fit.sd["alpha"]
        assert fit.p_value > 0.02

    def test_what_the_receiver_may_do_is_no_misfit(self, echo):
        exact, known = (
            refine(
                PRESET,
                1.1 * echo,
                TRUE,
                free=["alpha"],
                receiver=Receiver(1e-3, effects),
                options=RefineOptions(max_evaluations=12),
            )
            for effects in ((), "amplitude_scale:sd=10")
        )
        assert exact.p_value < 0.02
        assert known.p_value > 0.05
        assert abs(known.values["alpha"] - 0.1) < 4 * known.sd["alpha"]

    def test_an_echo_of_another_kind_does_not_fit(self):
        other = simulate_at(PRESET, [TRUE | {"angle_2": 120.0}], [[22, 0]])[0]
        found = refine(PRESET, other, ROUGH, options=RefineOptions(max_evaluations=12))
        assert found.p_value < 0.02

    @pytest.mark.parametrize("free", [["xi"], ["nonsense"], []], ids=str)
    def test_parameters_that_cannot_move(self, echo, free):
        with pytest.raises(InputError, match="A refinement moves parameters"):
            refine(PRESET, echo, ROUGH, free=free)


class TestWhitening:
    def test_it_is_the_inverse_root_of_the_covariance(self):
        rng = np.random.default_rng(0)
        mixing, slopes = rng.normal(size=(8, 8)), rng.normal(size=(8, 2))
        white = fit_whitening(rng.normal(size=(40_000, 8)) @ mixing, slopes)
        made = white(rng.normal(size=(40_000, 8)) @ mixing)
        np.testing.assert_allclose(np.cov(made.T), np.eye(8), atol=0.05)

    def test_a_direction_without_disorder_is_measured_sharply(self):
        rng = np.random.default_rng(1)
        rows, slopes = rng.normal(size=(400, 6)), np.ones((6, 1))
        rows[:, 5] = 0
        white = fit_whitening(rows, slopes)
        assert white.ridge < 1e-11
        step = np.linalg.pinv(white(slopes.T).T)
        assert np.abs(white(rows) @ step.T).std() < 1e-3

    def test_noise_is_a_floor(self):
        rng = np.random.default_rng(2)
        assert fit_whitening(rng.normal(size=(100, 5)), np.ones((5, 1)), sigma=0.1).ridge > 0.01

    def test_real_and_imaginary_parts(self):
        curves = np.arange(12).reshape(2, 1, 6) * (1 - 2j)
        assert (
            real_rows(curves).tolist()
            == np.concatenate([curves[:, 0].real, curves[:, 0].imag], axis=1).tolist()
        )
