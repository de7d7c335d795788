"""The joint posterior: exact on a conjugate problem, calibrated, within the prior, safe on disk."""

from functools import cache

import numpy as np
import posterior_toys as toys
import pytest
from scipy.special import ndtr, ndtri

import nmr_core as nmr
from nmr_core import FailedError, InputError
from nmr_core.extras import is_installed
from nmr_core.inference.intervals.curves import curves_for
from nmr_core.inference.posterior import (
    FAMILIES,
    find_posterior,
    fit,
    fit_posterior,
    load_posterior,
    make_posterior,
    save_posterior,
)
from nmr_core.inference.posterior.context import centre_and_size
from nmr_core.inference.posterior.fit import _of_prior
from nmr_core.inference.posterior.ranks import Ranks, ranks_of
from nmr_core.inference.posterior.reference import Proposal, importance_sample
from nmr_core.inference.posterior.smooth import fit_smooth
from nmr_core.learning.origin import fresh_signals

SMALL = {"n_x": 8, "n_y": 8, "tau": 20.0}
FEW = {"n": 4000, "n_check": 300}
N_TOY = 6000


def _families() -> list:
    skip = pytest.mark.skipif(not is_installed("flow"), reason="the extra 'flow' is not installed")
    return [
        pytest.param(name, marks=skip if family.extra else ()) for name, family in FAMILIES.items()
    ]


each_family = pytest.mark.parametrize("family", _families())


@cache
def toy(family: str):
    """The density of a family, fitted to the conjugate problem."""
    context, y, _ = toys.draw(N_TOY, seed=1)
    return FAMILIES[family].fit(context, y, seed=0)


@pytest.fixture(scope="module")
def run():
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 200, seed=1)
    options = {"featurizer": "pca", "featurizer_options": {"n_components": 15}}
    return nmr.train(dataset, **options, model="ridge", split=30, id="run-small")


@pytest.fixture(scope="module")
def learned(run):
    """``learned(family)``: the posterior of the run, made once."""
    return cache(lambda family: fit_posterior(run, family=family, **FEW))


@pytest.fixture(scope="module")
def fresh(run):
    return fresh_signals(run, 60, seed=3)


class TestConjugate:
    """Normal prior and normal error: mean, sd and correlation are known."""

    @each_family
    def test_means_sds_and_correlation_are_exact(self, family):
        context, _, exact = toys.draw(40, seed=5)
        samples = toy(family).sample(context, 2000, np.random.default_rng(0))
        sd = samples.std(axis=1)
        assert np.abs((samples.mean(axis=1) - exact) / toys.SD).max() < 0.35
        np.testing.assert_allclose(sd.mean(axis=0) / toys.SD, 1, atol=0.06)
        np.testing.assert_allclose(sd / toys.SD, 1, atol=0.3)
        correlations = [np.corrcoef(one.T)[0, 1] for one in samples]
        assert np.mean(correlations) == pytest.approx(toys.CORRELATION, abs=0.08)

    @each_family
    def test_its_ranks_are_uniform_and_those_of_a_wrong_one_are_not(self, family):
        context, y, _ = toys.draw(600, seed=9)
        right = ranks_of(toy(family), context, y, ("a", "b"))
        assert right.is_uniform, right.table()
        assert right.table()["covered_90"].between(0.85, 0.94).all()
        context[:, 2:] += np.log(2)  # twice the size of the error
        assert not ranks_of(_scaled(family), context, y, ("a", "b")).is_uniform

    @each_family
    def test_the_log_density_integrates_to_one(self, family):
        context, _, _ = toys.draw(1, seed=4)
        corner, side = context[0, :2] - 6 * toys.SD, 12 * toys.SD
        points = corner + side * np.random.default_rng(0).random((1, 200_000, 2))
        density = np.exp(toy(family).log_density(context, points))
        assert density.mean() * side.prod() == pytest.approx(1, abs=0.03)

    def test_importance_sampling_finds_the_same_posterior(self):
        rng = np.random.default_rng(2)
        context, _, exact = toys.draw(1, seed=11)
        around = exact + toys.SD * rng.standard_normal((500, 2))

        def summarise(y: np.ndarray) -> np.ndarray:
            measured = y + rng.multivariate_normal([0, 0], toys.NOISE, len(y))
            # The prior of the reference is uniform: its summary is the measurement itself
            return np.concatenate([measured, np.zeros_like(measured)], axis=1)

        measured = toys.MEAN + (context[:, :2] - toys.MEAN) @ np.linalg.inv(toys.GAIN).T
        point = np.concatenate([measured, np.zeros_like(measured)], axis=1)[0]
        proposal = Proposal.around(around + measured - exact, (2.0,), (1.0,))
        z = proposal.sample(6000, rng)
        result = importance_sample(proposal, z, summarise(ndtr(z)), point)
        sd = np.sqrt(np.diag(toys.NOISE))
        assert result.n_effective > 300
        assert np.abs((result.mean - measured[0]) / sd).max() < 0.15
        np.testing.assert_allclose(result.sd / sd, 1, atol=0.1)
        true = toys.NOISE[0, 1] / sd.prod()
        deviation = (result.y - result.mean) / result.sd
        correlation = result.weights @ deviation.prod(axis=1)
        assert correlation == pytest.approx(true, abs=0.1)


@cache
def _scaled(family: str):
    """The toy's density on contexts that claim twice the size: twice as wide."""

    class Wide:
        def sample(self, context, n, rng):
            narrow = context - np.r_[0, 0, np.log(2), np.log(2)]
            y = toy(family).sample(narrow, n, rng)
            return narrow[:, None, :2] + 2 * (y - narrow[:, None, :2])

        def log_density(self, context, y):
            narrow = context - np.r_[0, 0, np.log(2), np.log(2)]
            inner = narrow[:, None, :2] + (y - narrow[:, None, :2]) / 2
            return toy(family).log_density(narrow, inner)

    return Wide()


class TestBiasOfEstimates:
    def test_a_fine_bias_is_learned_and_noise_is_not(self):
        rng = np.random.default_rng(0)
        t = rng.random((6000, 2))
        bias = 0.8 * np.sin(60 * t[:, 0])
        z = np.stack([bias, 0 * bias], axis=1) + rng.standard_normal((6000, 2))
        function, values = fit_smooth(t, z, 4)
        assert ((function(t)[:, 0] - bias) ** 2).mean() < 0.25 * bias.var()
        left = ((z - values) ** 2).mean(axis=0)
        assert left[0] < 0.9 * z[:, 0].var()
        assert left[1] > z[:, 1].var(), "the values know the noise of their own signals"
        assert not function.only(np.array([True, False]))(t)[:, 1].any()

    @pytest.mark.parametrize("n", [1, 4])
    def test_it_takes_any_number_of_parameters_also_beyond_the_fitted_range(self, n):
        t = np.random.default_rng(0).random((500, n))
        function, _ = fit_smooth(t, t - 0.5, 2)
        values = function(np.full((1, n), 3.0))
        assert values.shape == (1, n)
        assert np.abs(values).max() < 2


class TestAtABound:
    @each_family
    def test_a_density_reaches_the_end_of_the_prior_and_never_leaves_it(self, family):
        rng = np.random.default_rng(0)
        y = rng.random((N_TOY, 1))
        centre = y + 0.1 * rng.standard_normal(y.shape)
        context = np.concatenate([centre, np.full_like(y, np.log(0.1) - 0.635)], axis=1)
        density = FAMILIES[family].fit(context, y, seed=0)
        samples = density.sample(np.array([[-0.05, np.log(0.1) - 0.635]]), 4000, rng)[0, :, 0]
        assert samples.min() >= 0
        assert samples.max() <= 1
        # A half normal about -.05 with sd .1: its density is largest at the bound
        exact = -0.05 + 0.1 * ndtri(1 - rng.random(200_000) * (1 - 0.6914624612740131))
        first = (samples < 0.01).mean() / (exact < 0.01).mean()
        assert first == pytest.approx(1, abs=0.5)

    def test_what_lies_outside_gets_a_centre_inside_and_a_size_below_the_range(self):
        centre, size = centre_and_size(np.array([[-3.0, 7.0, 5.0, -40.0]]))
        assert ((centre >= 0) & (centre <= 1)).all()
        assert ((size > 0) & (size <= 0.6)).all()


class TestARun:
    @each_family
    def test_is_calibrated_on_new_signals(self, learned, family):
        ranks = learned(family).ranks
        assert len(ranks) == 300
        assert ranks.names == ("alpha", "p", "d", "joint")
        assert ranks.is_uniform, ranks.table()

    @each_family
    def test_stays_within_the_prior_and_leaves_out_what_nobody_can_know(
        self, run, learned, fresh, family
    ):
        values, log_density = learned(family).sample(run, fresh[1], 300)
        parameters = learned(family).parameters
        assert parameters.names == ("alpha", "p", "d")
        assert "xi" in learned(family).unidentifiable
        assert (values >= parameters.low).all()
        assert (values <= parameters.high).all()
        assert np.isfinite(log_density).all()

    @each_family
    def test_comes_back_from_disk_as_plain_arrays(
        self, run, learned, fresh, family, data_folder, monkeypatch
    ):
        folder = save_posterior(learned(family))
        assert {path.suffix for path in folder.iterdir()} == {".json", ".npz"}
        with monkeypatch.context() as patch:
            patch.setattr("pickle.loads", None)
            again = load_posterior(run)
        first = learned(family).sample(run, fresh[1][:3], 100)[0]
        np.testing.assert_array_equal(again.sample(run, fresh[1][:3], 100)[0], first)
        assert again.ranks.sentence == learned(family).ranks.sentence

    def test_a_damaged_file_is_a_sentence(self, run, learned, data_folder):
        folder = save_posterior(learned("binned"))
        arrays = folder / "posterior.npz"
        arrays.write_bytes(arrays.read_bytes()[:-40])
        with pytest.raises(FailedError, match="cannot be read"):
            load_posterior(run)

    def test_a_run_that_was_trained_again_is_refused(self, run, learned, data_folder):
        save_posterior(learned("binned"))
        other = nmr.Run(run.manifest.__class__(**vars(run.manifest) | {"created": "later"}))
        with pytest.raises(InputError, match="trained again"):
            load_posterior(other)

    def test_samples_do_not_depend_on_the_other_echoes_of_the_call(self, run, learned, fresh):
        both = nmr.posterior(run, (_time(run), fresh[1][:2]), learned=learned("binned"))
        same = nmr.posterior(run, (_time(run), fresh[1][:2]), learned=learned("binned"))
        np.testing.assert_array_equal(both.values, same.values)


def _time(run) -> np.ndarray:
    axis = run.manifest.time
    return np.linspace(axis["first"], axis["last"], axis["n"])


class TestSamples:
    def test_tell_the_truth_of_a_data_set(self, run, learned, data_folder):
        dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 5, seed=8)
        result = nmr.posterior(run, dataset, chosen=[3, 1], samples=500, learned=learned("binned"))
        assert list(result.echoes) == [3, 1]
        np.testing.assert_allclose(result.truth[:, 0], dataset.parameters["alpha"].iloc[[3, 1]])
        table = result.table(1)
        assert list(table.index) == ["alpha", "p", "d"]
        assert (table["low_90"] <= table["low_50"]).all()
        assert (table["low_50"] <= table["median"]).all()
        assert (table["high_50"] <= table["high_90"]).all()
        columns = result.columns()
        assert {len(column) for column in columns.values()} == {1000}
        assert result.region(0, 0.5).mean() == pytest.approx(0.5, abs=0.01)
        assert result.arrays()["units"].tolist() == ["MHz", "", ""]

    def test_an_echo_that_is_not_there_is_refused(self, run, learned, fresh):
        with pytest.raises(InputError, match="numbered from 0 to 1"):
            nmr.posterior(run, (_time(run), fresh[1][:2]), chosen=[2], learned=learned("binned"))

    def test_a_run_without_a_posterior_says_how_to_make_it(self, run, fresh, data_folder):
        with pytest.raises(InputError, match="python -m nmr_core posterior run-small"):
            nmr.posterior(run, (_time(run), fresh[1]))


class TestFitting:
    def test_stores_under_the_data_folder(self, run, learned, data_folder, monkeypatch):
        monkeypatch.setattr(fit, "fit_posterior", lambda run, *, family: learned(family))
        made, folder = make_posterior(run, family="binned", owner="ada")
        assert folder == find_posterior(run)
        assert load_posterior(run).owner == "ada"
        assert made.source == "fresh"

    @pytest.mark.parametrize(
        ("options", "message"),
        [({"family": "magic"}, "binned"), ({"n": 3999}, "4000"), ({"n_check": 5}, "300")],
    )
    def test_wrong_options_are_sentences(self, run, options, message):
        with pytest.raises(InputError, match=message):
            fit_posterior(run, **options)

    def test_too_few_signals_are_refused_as_the_widths_would_be_too_small(self, run):
        with pytest.raises(InputError, match=r"at least 4,000 signals .* got 200"):
            fit_posterior(run, curves=curves_for(run, 200, 60))

    def test_weighted_samples_are_thinned_to_the_prior(self):
        import pandas as pd

        rng = np.random.default_rng(0)
        alpha = rng.random(20_000) ** 2  # density 1/(2 sqrt(alpha))
        table = pd.DataFrame({"alpha": alpha, "weight": 2 * np.sqrt(alpha)})
        thinned, signals = _of_prior(table, alpha[:, None, None] + 0j, rng)
        assert len(signals) == len(thinned)
        assert thinned["alpha"].mean() == pytest.approx(0.5, abs=0.01)

    def test_ranks_say_so_when_they_are_not_uniform(self):
        ranks = Ranks(("a", "joint"), np.random.default_rng(0).beta(2, 2, (400, 2)))
        assert not ranks.is_uniform
        assert "not uniform" in ranks.sentence
