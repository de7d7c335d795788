"""An estimate that is simulated again: exact among its own, and never among others."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, kstest

import nmr_core as nmr
from nmr_core.errors import InputError
from nmr_core.measured.resimulation import estimate_errors, leverage, resimulate
from nmr_core.measured.signals import Receiver, add_noise, simulate_at

PRESET = nmr.preset("ml4sci_2020_secular").fix(n_x=12, n_y=12, tau=20.0, offsets="stratified")
PLACE = {"alpha": 0.1, "p": 2.7, "d": 4.0}


def _p(preset, signals, **options):
    return resimulate(preset, PLACE, signals, n_seeds=40, **options).p_value


class TestTheStatistic:
    def test_leverages_sum_to_the_freedom_asked_for(self):
        rng = np.random.default_rng(0)
        curves = rng.normal(size=(31, 2, 40)) + 1j * rng.normal(size=(31, 2, 40))
        h = leverage(curves, 0.4)
        assert h.sum() == pytest.approx(0.4 * 31, rel=1e-6)
        assert (h > 0).all()
        assert (h < 1).all()

    def test_it_is_the_diagonal_of_the_hat_matrix(self):
        rng = np.random.default_rng(1)
        curves = rng.normal(size=(12, 1, 5)) + 1j * rng.normal(size=(12, 1, 5))
        Y = np.concatenate([curves[:, 0].real, curves[:, 0].imag], axis=1)
        Y -= Y.mean(axis=0)
        h = leverage(curves, 0.3)
        m = 10.0 ** np.linspace(-6, 6, 200_001)
        sums = (
            np.linalg.svd(Y, compute_uv=False)[:, None] ** 2
            / (np.linalg.svd(Y, compute_uv=False)[:, None] ** 2 + m)
        ).sum(0)
        best = m[np.argmin(np.abs(sums - 0.3 * 12))]
        np.testing.assert_allclose(
            h, np.diag(Y @ np.linalg.solve(Y.T @ Y + best * np.eye(10), Y.T)), rtol=1e-3
        )


class TestThePValue:
    def test_it_is_uniform_for_echoes_of_the_estimate(self):
        echoes = simulate_at(PRESET, [PLACE] * 60, [[11, k] for k in range(60)])
        found = np.array([_p(PRESET, echo, seed=k) for k, echo in enumerate(echoes)])
        assert binom.ppf(1e-4, 60, 0.1) <= (found <= 0.1).sum() <= binom.ppf(1 - 1e-4, 60, 0.1)
        assert kstest(found, "uniform").pvalue > 1e-3

    @pytest.mark.parametrize(
        "effects", ["pulse_angle_error:sd=10", "line_width_error:sd=20"], ids=str
    )
    def test_it_is_uniform_for_echoes_with_effects_that_are_simulated(self, effects):
        receiver = Receiver(0.002, effects)
        seeds = [[21, k] for k in range(50)]
        echoes = receiver.simulate(PRESET, [PLACE] * 50, seeds, 22)
        found = np.array(
            [_p(PRESET, echo, seed=k, receiver=receiver) for k, echo in enumerate(echoes)]
        )
        assert binom.ppf(1e-4, 50, 0.1) <= (found <= 0.1).sum() <= binom.ppf(1 - 1e-4, 50, 0.1)
        assert kstest(found, "uniform").pvalue > 1e-3
        # Simulations without the effect would reject them
        plain = Receiver(0.002)
        without = [_p(PRESET, echo, seed=k, receiver=plain) <= 0.1 for k, echo in enumerate(echoes)]
        assert sum(without) > binom.ppf(1 - 1e-4, 50, 0.1)

    @pytest.mark.parametrize(
        "changed", [{"line_width": 0.1}, {"angle_2": 120.0}, {"alpha": 0.16}], ids=str
    )
    def test_another_material_or_protocol_is_found(self, changed):
        echoes = simulate_at(PRESET, [PLACE | changed] * 5, [[12, k] for k in range(5)])
        assert [_p(PRESET, echo, seed=k) for k, echo in enumerate(echoes)] == [
            pytest.approx(1 / 41)
        ] * 5

    def test_an_error_of_the_estimate_that_was_admitted_is_no_reason_to_doubt(self):
        echo = simulate_at(PRESET, [PLACE | {"alpha": 0.115}], [[13, 0]])[0]
        assert _p(PRESET, echo) < 0.05
        errors = pd.DataFrame({"alpha": np.random.default_rng(0).normal(0, 0.015, 40)})
        assert _p(PRESET, echo, errors=errors) > 0.05

    def test_noise_that_is_said_is_no_reason_to_doubt(self):
        echo = add_noise(simulate_at(PRESET, [PLACE], [[14, 0]]), 0.01, seed=5)[0]
        assert _p(PRESET, echo) < 0.05
        assert _p(PRESET, echo, receiver=Receiver(0.01)) > 0.05

    def test_points_that_are_not_compared_do_not_matter(self):
        echo = simulate_at(PRESET, [PLACE], [[15, 0]])[0]
        seen = np.arange(echo.shape[1]) >= 60
        spoilt = np.where(seen, echo, 5.0)
        receiver = Receiver(used=seen)
        assert _p(PRESET, spoilt) < 0.05
        assert _p(PRESET, spoilt, receiver=receiver) == _p(PRESET, echo, receiver=receiver)


@pytest.fixture(scope="module")
def run():
    return nmr.train(
        nmr.generate(PRESET, 300, seed=3),
        featurizer="raw",
        model="ridge",
        targets=["alpha", "xi", "d"],
    )


class TestTheErrorsOfAnEstimate:
    def test_they_are_how_far_estimates_of_such_echoes_are_off(self, run):
        found = estimate_errors(run, PRESET, PLACE | {"xi": 5.0}, n_seeds=60)
        direct = run.predict(
            simulate_at(PRESET, [PLACE] * 60, [[18, k] for k in range(60)]).astype(np.complex64)
        )
        assert list(found) == ["alpha", "d"], "nothing tells xi, and p is not estimated"
        for name in found:
            assert found[name].mean() == pytest.approx(
                (direct[name] - PLACE[name]).mean(), abs=4 * found[name].std() / 60**0.5
            )
            assert found[name].std() == pytest.approx(direct[name].std(), rel=0.5)

    def test_the_receiver_adds_to_them(self, run):
        clean, noisy, turned = (
            estimate_errors(run, PRESET, PLACE, n_seeds=40, receiver=receiver).std()
            for receiver in (None, Receiver(0.02), Receiver(effects="phase_error:sd=20"))
        )
        assert (noisy > 1.5 * clean).all()
        assert (turned > 1.5 * clean).all()

    def test_effects_that_are_simulated_add_to_them(self, run):
        clean, wider = (
            estimate_errors(run, PRESET, PLACE, n_seeds=40, receiver=receiver).std()
            for receiver in (None, Receiver(effects="line_width_error:sd=30"))
        )
        assert (wider > 1.2 * clean).all()

    def test_echoes_pass_with_the_estimates_of_the_run(self, run):
        echoes = simulate_at(PRESET, [PLACE] * 12, [[19, k] for k in range(12)])
        passed = 0
        for k, row in enumerate(run.predict(echoes.astype(np.complex64)).to_dict("records")):
            values = PLACE | {name: float(np.clip(row[name], 0.001, 6)) for name in ("alpha", "d")}
            errors = estimate_errors(run, PRESET, values, n_seeds=40, seed=k)
            passed += (
                resimulate(PRESET, values, echoes[k], errors=errors, n_seeds=40, seed=k).p_value
                > 0.05
            )
        assert passed >= 9


def test_what_it_shows():
    echo = simulate_at(PRESET, [PLACE], [[16, 0]])[0]
    found = resimulate(PRESET, PLACE, echo, n_seeds=20)
    np.testing.assert_allclose(found.measured - found.mean, found.residual)
    assert found.sd.shape == found.mean.shape == echo.shape
    assert 0 < found.rms < 0.1
    assert len(found.time) == echo.shape[1]


def test_it_is_the_same_every_time_and_the_same_as_for_a_data_sets_protocol_noise():
    noisy = PRESET.fix(noise=0.005)
    a, b = (simulate_at(noisy, [PLACE], [[17, 0]]) for _ in range(2))
    np.testing.assert_array_equal(a, b)
    assert 0.004 < np.sqrt(2) * np.std(a - simulate_at(PRESET, [PLACE], [[17, 0]])) / 2 < 0.006


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros(3),
        np.zeros((2, 186), complex),
        np.full((1, 186), np.nan + 0j),
        np.array([["a"] * 186]),
    ],
    ids=["short", "two", "nan", "text"],
)
def test_echoes_that_do_not_fit_are_refused(bad):
    with pytest.raises(
        InputError, match=r"An echo of ml4sci_2020_secular is 1 × 186 finite complex numbers"
    ):
        resimulate(PRESET, PLACE, bad)


def test_a_spread_that_cannot_be_simulated():
    preset = nmr.preset("gsoc_2021_weak_power_law").fix(n_x=8, n_y=8, tau=10.0)
    echo = np.zeros((1, len(preset.experiments()[0].protocol.time)), complex)
    with pytest.raises(InputError, match=r"out of its range|reach"):
        resimulate(
            preset,
            {"alpha_x": 0.015, "alpha_z": 0.015, "W_tot": 1e-4},
            echo,
            n_seeds=8,
            errors=pd.DataFrame({"W_tot": np.linspace(-1e-9, 1e-9, 8)}),
        )
