"""The posterior of one echo refined by simulations: exact where it is known, bounded, refused."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

import nmr_core as nmr
from nmr_core import InputError
from nmr_core.inference.posterior import fit_posterior
from nmr_core.inference.posterior.reference import (
    Proposal,
    Proposals,
    Reference,
    importance_sample,
)
from nmr_core.learning.origin import fresh_signals
from nmr_core.measured import posterior_job, refined_posterior
from nmr_core.measured.local import check_prior, local_signals
from nmr_core.measured.prepare import Prepared
from nmr_core.measured.refined_posterior import SHARES, WIDTHS, refine_posterior
from nmr_core.presets.table import Row, rows_of, table_preset
from nmr_core.storage import catalogue

PRIOR = np.eye(2)
GAIN = np.array([[1.0, 0.3], [0.0, 0.8]])
NOISE = np.array([[0.04, 0.01], [0.01, 0.09]])
"""Measurement c = GAIN z + noise of probits z, whose prior is standard normal."""
COVARIANCE = np.linalg.inv(PRIOR + GAIN.T @ np.linalg.inv(NOISE) @ GAIN)
MEASURED = np.array([1.0, -0.7])
MEAN = COVARIANCE @ GAIN.T @ np.linalg.inv(NOISE) @ MEASURED
SD = np.sqrt(np.diag(COVARIANCE))
SMALL = {"n_x": 8, "n_y": 8, "tau": 20.0}


def _simulate(z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return z @ GAIN.T + rng.multivariate_normal([0, 0], NOISE, len(z))


def _moments(result) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean, sd and correlation of the probits."""
    z = ndtri(result.y)
    mean = result.weights @ z
    covariance = (z - mean).T @ ((z - mean) * result.weights[:, None])
    sd = np.sqrt(np.diag(covariance))
    return mean, sd, covariance[0, 1] / sd.prod()


class TestLinearGaussian:
    """The exact posterior is normal with MEAN and COVARIANCE."""

    @pytest.mark.parametrize(("shift", "wide"), [(0, 1), (1.5, 1), (0, 0.6)])
    def test_a_wrong_proposal_gives_the_exact_posterior(self, shift, wide):
        rng = np.random.default_rng(3)
        root = wide * np.linalg.cholesky(COVARIANCE)
        proposal = Proposal(MEAN + shift * SD, root, WIDTHS, SHARES)
        z = proposal.sample(12_000, rng)
        result = importance_sample(proposal, z, _simulate(z, rng), MEASURED)
        mean, sd, correlation = _moments(result)
        assert np.abs((mean - MEAN) / SD).max() < 0.12
        np.testing.assert_allclose(sd / SD, 1, atol=0.1)
        assert correlation == pytest.approx(COVARIANCE[0, 1] / SD.prod(), abs=0.1)

    def test_two_rounds_are_weighted_as_one_mixture(self):
        rng = np.random.default_rng(4)
        first = Proposal(MEAN + 2 * SD, np.linalg.cholesky(COVARIANCE), WIDTHS, SHARES)
        second = Proposal(MEAN, np.linalg.cholesky(COVARIANCE), WIDTHS, SHARES)
        z = np.concatenate([first.sample(4000, rng), second.sample(4000, rng)])
        c = _simulate(z, rng)
        both = importance_sample(Proposals((first, second), (4000, 4000)), z, c, MEASURED)
        alone = importance_sample(first, z[:4000], c[:4000], MEASURED)
        mean, sd, _ = _moments(both)
        assert np.abs((mean - MEAN) / SD).max() < 0.12
        np.testing.assert_allclose(sd / SD, 1, atol=0.1)
        assert both.n_effective > 1.5 * alone.n_effective

    def test_weights_stay_bounded(self):
        proposal = Proposal(MEAN, np.linalg.cholesky(COVARIANCE), WIDTHS, SHARES)
        z = 5 * np.random.default_rng(0).standard_normal((5000, 2))
        ratio = -0.5 * (z**2).sum(axis=1) - proposal.log_density(z)
        assert ratio.max() <= -np.log(1 - sum(SHARES)) + 1e-9


def test_smooth_samples_keep_mean_covariance_and_density():
    rng = np.random.default_rng(1)
    z = MEAN + rng.standard_normal((900, 2)) @ np.linalg.cholesky(COVARIANCE).T
    weights = rng.random(900)
    weights /= weights.sum()
    y, log_density = refined_posterior._smooth_samples(
        0.5 + 0.01 * z, weights, 20_000, np.random.default_rng(2)
    )
    drawn = (y - 0.5) / 0.01
    mean = weights @ z
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.03 * SD.max())
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(weights @ (z - mean) ** 2), rtol=0.03)
    # Integral of the density, by the mean of 1/q over a box inside the posterior
    low, high = np.quantile(y, [0.2, 0.8], axis=0)
    inside = ((y > low) & (y < high)).all(axis=1)
    assert np.mean(inside / np.exp(log_density)) == pytest.approx((high - low).prod(), rel=0.05)


@pytest.fixture(scope="module")
def run():
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 200, seed=1)
    options = {"featurizer": "pca", "featurizer_options": {"n_components": 15}}
    return nmr.train(dataset, **options, model="ridge", split=30, id="run-near")


@pytest.fixture(scope="module")
def learned(run):
    return fit_posterior(run, n=4000, n_check=300)


@pytest.fixture(scope="module")
def echo(run):
    return fresh_signals(run, 1, seed=3)[1][0]


class TestARun:
    def test_local_signals_are_those_of_the_simulator_at_these_values(self, run, learned):
        table, fresh = fresh_signals(run, 1, seed=5)
        values = np.repeat(table[list(learned.names)].to_numpy(float), 40, axis=0)
        local = local_signals(run, learned.names, values, seed=1)
        assert local.shape == (40, *fresh.shape[1:])
        assert len(np.unique(local[:, 0, 5])) == 40, "disorder is drawn anew"
        sd = np.abs(local - local.mean(axis=0)).std(axis=0)
        assert (np.abs(fresh[0] - local.mean(axis=0)) < 8 * sd + 0.05).mean() > 0.9

    def test_refined_samples_lie_in_the_prior_and_come_again(self, run, learned, echo):
        options = {"simulations": 600, "seed": 1, "learned": learned, "insist": True}
        time = run.manifest.time
        source = (np.linspace(time["first"], time["last"], time["n"]), echo[None])
        one = nmr.posterior(run, source, samples=500, **options)
        two = nmr.posterior(run, source, samples=500, **options)
        np.testing.assert_array_equal(one.values, two.values)
        low, high = learned.parameters.low, learned.parameters.high
        assert ((one.values >= low) & (one.values <= high)).all()
        assert one.n_simulated[0] in (600, 1200)
        assert 0 < one.n_effective[0] < one.n_simulated[0]
        assert f"refined with {one.n_simulated[0]:,} simulations, n effective" in one.provenance()
        amortised = nmr.posterior(run, source, learned=learned, insist=True)
        assert amortised.provenance() == "amortised"
        shift = one.values[0].mean(axis=0) - amortised.values[0].mean(axis=0)
        assert np.abs(shift / amortised.values[0].std(axis=0)).max() < 1

    def test_few_that_count_bring_a_sentence(self, run, learned, echo, monkeypatch):
        monkeypatch.setattr(refined_posterior, "ENOUGH", 1e9)
        result = refine_posterior(run, learned, echo, 200, simulations=500)
        assert result.n_simulated == 1000
        assert "take more simulations" in result.sentence

    def test_the_job_stores_the_answer_under_the_id_of_the_question(
        self, run, learned, echo, data_folder
    ):
        catalogue_folder = catalogue.own_folder(posterior_job.REFINED_POSTERIOR)
        params = posterior_job.store_posterior_request(run, learned, echo, 500)
        assert params["id"] == posterior_job.refined_id(run, learned, echo, 500)
        assert params["id"] != posterior_job.refined_id(run, learned, 2 * echo, 500)
        assert posterior_job.find_refined_posterior(params["id"]) is None
        assert (catalogue_folder / params["id"] / "echo.npz").is_file()


class TestFewEffective:
    def test_far_samples_end_in_a_sentence(self):
        rng = np.random.default_rng(5)
        proposal = Proposal(MEAN, 0.2 * np.linalg.cholesky(COVARIANCE), (1.0,), (1.0,))
        z = rng.standard_normal((2000, 2))
        with pytest.raises(InputError, match=r"do not reproduce it: at least 6 .* got \d\.\d;"):
            importance_sample(proposal, z, _simulate(z, rng), MEASURED)

    def test_equal_summaries_end_in_a_sentence(self):
        proposal = Proposal(MEAN, np.linalg.cholesky(COVARIANCE), WIDTHS, SHARES)
        z = proposal.sample(200, np.random.default_rng(6))
        with pytest.raises(InputError, match=r"got 0\.0;"):
            importance_sample(proposal, z, np.ones((200, 2)), np.zeros(2))

    def test_a_far_echo_ends_in_a_sentence(self):
        rng = np.random.default_rng(7)
        proposal = Proposal(MEAN, np.linalg.cholesky(COVARIANCE), WIDTHS, SHARES)
        z = proposal.sample(2000, rng)
        with pytest.raises(InputError, match="do not reproduce it: its samples must be inside"):
            importance_sample(proposal, z, _simulate(z, rng), MEASURED + 1000)

    def test_ten_effective_samples_are_refused(self, run, learned, echo, monkeypatch):
        weights = np.full(10, 0.1)
        result = Reference(np.random.default_rng(0).random((10, len(learned.names))), weights, 500)
        monkeypatch.setattr(refined_posterior, "importance_sample", lambda *_: result)
        with pytest.raises(InputError, match=r"do not reproduce it: at least 20 .* got 10\.0;"):
            refine_posterior(run, learned, echo, 100, simulations=500)


def _run_of(run, preset, effects=()):
    """The run with another preset and other effects behind it."""
    entry = {"preset": preset.to_dict(), "effects": list(effects), "source": ""}
    other = copy(run)
    other.manifest = replace(run.manifest, origin=[entry])
    return other


def _table(**cells):
    """The preset with another row for alpha."""
    preset = nmr.preset("ml4sci_2020_secular")
    rows = [row for row in rows_of(preset) if row.name != "alpha"]
    return table_preset([*rows, Row("alpha", **cells)], preset).fix(**SMALL)


LOG_UNIFORM = {"distribution": "log-uniform", "low": 0.001, "high": 0.2}
NORMAL = {"distribution": "normal", "low": 0.0, "high": 0.2, "mean": 0.1, "sd": 0.05}


class TestPriors:
    @pytest.mark.parametrize("cells", [LOG_UNIFORM, NORMAL])
    def test_other_than_uniform(self, run, learned, echo, cells):
        other = _run_of(run, _table(**cells))
        match = f"alpha must be uniform .* got {cells['distribution']};"
        with pytest.raises(InputError, match=match):
            refine_posterior(other, learned, echo, 100, simulations=500)

    def test_another_range(self, run, learned):
        cells = {"distribution": "uniform", "low": 0.0, "high": 0.1}
        with pytest.raises(InputError, match=r"range of alpha must be .* \[0, 0.1\]"):
            check_prior(_run_of(run, _table(**cells)), learned.parameters)

    def test_a_solved_parameter(self, run, learned):
        solved = nmr.preset("gsoc_2021_weak_gaussian")
        with pytest.raises(InputError, match="got xi solved"):
            check_prior(_run_of(run, solved), learned.parameters)

    def test_a_sampling_density_does_not_matter(self, run, learned):
        focused = nmr.preset("ml4sci_2020_secular").focus(alpha=-0.5)
        check_prior(_run_of(run, focused), learned.parameters)

    def test_noise_that_varies(self, run, learned):
        noise = {"effect": "gaussian_noise", "sigma": 0.01, "spread": 2.0}
        preset = nmr.preset("ml4sci_2020_secular")
        with pytest.raises(InputError, match=r"noise must be the same .* spread of 2 decades"):
            check_prior(_run_of(run, preset, [noise]), learned.parameters)
        check_prior(_run_of(run, preset, [noise | {"spread": 0.0}]), learned.parameters)


class TestRefusals:
    def test_a_prepared_measurement(self, run, learned):
        prepared = Prepared.__new__(Prepared)
        with pytest.raises(InputError, match="60 ms each"):
            nmr.posterior(run, [prepared], learned=learned, simulations=500)

    def test_few_simulations(self, run, learned, echo):
        with pytest.raises(InputError, match="simulations"):
            refine_posterior(run, learned, echo, 100, simulations=10)

    def test_curves_of_unknown_origin(self, run, learned, echo, monkeypatch):
        monkeypatch.setattr("nmr_core.measured.local.preset_of", lambda run: None)
        with pytest.raises(InputError, match="none can be simulated around one echo"):
            refine_posterior(run, learned, echo, 100)
