"""What Identify states is true: it is attained, and no shipped run does better."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.evaluation.compare import list_runs
from nmr_core.inference.identifiability import find_identification, identify
from nmr_core.inference.identifiability.__main__ import shipped_problems
from nmr_core.inference.identifiability.best_run import best_runs, run_errors, with_best_runs
from nmr_core.inference.identifiability.estimate import CONVERGED
from nmr_core.inference.identifiability.identify import (
    find_stored,
    identification_key,
    identification_of,
)
from nmr_core.inference.identifiability.local import gained_information, ridge_errors
from nmr_core.inference.identifiability.noise import data_of, dataset_noise, uses_window
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.learning.origin import effects_of
from nmr_core.presets import preset

SMALL = {"n_x": 10, "n_y": 10, "tau": 20.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder for the module."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("identify")
        patch.setenv("NMR_DATA", str(path))
        yield path


def _shipped():
    """Every shipped run that predicts numbers."""
    return [entry.run for entry in list_runs() if entry.shipped and entry.run.task == "regression"]


def _noise(run):
    """Least standard deviation of the noise in the curves of a run, by its effects alone."""
    own = max(one.noise for one in data_of(run)[0].experiments())
    for effect in effects_of(run):
        if effect["effect"] == "gaussian_noise":
            sigma = effect["sigma"] or 0.5 / effect["snr"]
            own = np.hypot(own, sigma / 10 ** effect.get("spread", 0))
    return own


def _badges():
    """Preset and noise of every identification that ships, each once."""
    return {(one.name, noise): (one, noise) for one, noise in shipped_problems()}.values()


def test_the_data_of_every_shipped_run_are_identified(folder):
    assert len(_shipped()) >= 5
    for run in _shipped():
        identification = identification_of(run)
        if uses_window(run):
            assert identification is None
            continue
        assert identification is not None, "python -m nmr_core.inference.identifiability"
        assert identification.n_points >= 32
        assert identification.noise == pytest.approx(_noise(run), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("run", _shipped(), ids=lambda run: run.id)
def test_no_shipped_run_is_better_than_a_badge(folder, run):
    """Of every parameter, with at least the noise of the badge: by the interval of its error."""
    own, errors = data_of(run)[0], run_errors(run)
    compared = 0
    for one, noise in _badges():
        badge = find_identification(one, noise=noise)
        if badge is None or one.name != own.name or one.fixed != own.fixed:
            continue
        if badge.noise > _noise(run) * (1 + 1e-5):
            continue
        compared += 1
        for name, error in errors.items():
            verdict = badge.verdicts[name]
            assert verdict.error_percent <= error.high, (name, badge.at_noise)
            assert verdict.low_percent <= verdict.error_percent <= verdict.high_percent, name
    assert compared > 0, "at least that of its own data"


def _rms(values, rng):
    """Root mean square with its 95 % interval."""
    draws = rng.integers(len(values), size=(2000, len(values)))
    rms = np.sqrt((values[draws] ** 2).mean(1))
    return np.sqrt((values**2).mean()), *np.quantile(rms, [0.025, 0.975])


@pytest.mark.parametrize("run", _shipped(), ids=lambda run: run.id)
@pytest.mark.parametrize("across", ["alpha", "p"])
def test_no_shipped_run_is_better_in_any_quarter_of_the_prior(folder, across, run):
    """The estimates of single points, weak coupling among them, where no run stands for them."""
    own, noise = data_of(run)
    stored, stated = find_stored(own, noise=noise), find_identification(own, noise=noise)
    spec = stored.spec(across)
    rng = np.random.default_rng(0)
    for part in range(4):
        low, high = (spec.low + (part + end) / 4 * spec.width for end in (0, 1))
        points = stored.points[across].between(low, high).to_numpy()
        samples = run.true[across].between(low, high).to_numpy()
        for k, name in enumerate(stored.names):
            verdict = stated.verdicts[name]
            if verdict.run or not np.isfinite(verdict.error):
                continue
            error, least, _ = _rms(stored.percents()[points, k], rng)
            residual = (run.predicted[name] - run.true[name])[samples] / stored.spec(name).width
            _, _, most = _rms(100 * residual.to_numpy(), rng)
            assert least <= most, (name, part, error)


def test_a_ridge_regression_attains_the_information_of_a_gaussian():
    """x ~ Normal(J theta, V + C): from a few hundred curves nearly J (V + C)^-1 J^T, never more."""
    rng = np.random.default_rng(1)
    n_numbers, widths = 150, np.array([2.0, 3.0])
    J = rng.normal(size=(2, n_numbers)) * 0.1
    modes = rng.normal(size=(n_numbers, 12)) * 0.5
    variance = np.full(n_numbers, 0.3**2)
    covariance = np.diag(variance) + modes @ modes.T
    truth = J @ np.linalg.solve(covariance, J.T)
    ratios = []
    for _ in range(10):
        theta = (rng.random((400, 2)) - 0.5) * widths
        X = theta @ J + rng.normal(size=(400, 12)) @ modes.T
        F = gained_information(ridge_errors(X, theta, variance), theta)
        ratios.append(np.trace(np.linalg.solve(truth, F)) / 2)
    assert 0.8 < np.mean(ratios) < 1.1


def test_what_says_nothing_gives_no_information():
    rng = np.random.default_rng(2)
    theta = rng.random((300, 2))
    X = np.c_[np.ones((300, 1)) * theta[:, :1], rng.normal(size=(300, 40))]
    F = gained_information(ridge_errors(X, theta, np.full(41, 1e-2)), theta)
    assert F[0, 0] > 20
    assert np.linalg.eigvalsh(F)[0] == pytest.approx(0, abs=1e-6)


def test_without_noise_the_linear_estimate_does_not_converge_and_a_regression_stands_for_it(folder):
    small = preset("ml4sci_2020_secular").fix(**SMALL)
    result = identify(small, n_points=4, n_curves=200)
    assert result.noise == 0
    assert result.at_noise == "without noise"
    assert result.n_ridge > 0
    assert f"ridge regression on {result.n_curves} curves" in result.method
    ridge = result.errors[result.errors.method == "ridge"]
    assert (ridge.groupby("point").change.max() > CONVERGED).all()
    noisy = identify(small, n_points=4, noise=0.2, n_seeds=384)
    assert noisy.at_noise == "at SNR 2.5"
    assert noisy.n_ridge == 0
    assert noisy.method == "linear estimate from 384 seeds"
    known = [name for name in result.names if name != "xi"]
    for name in known:
        a, b = result.verdicts[name], noisy.verdicts[name]
        assert a.error_percent < b.error_percent, name
        assert a.median_percent <= a.worst_percent
        assert a.error_percent <= a.worst_percent


def test_the_noise_of_a_data_set_is_that_of_its_effects():
    secular, lab = preset("ml4sci_2020_secular"), preset("lab")
    assert dataset_noise(secular, []) is None
    assert dataset_noise(secular, [{"effect": "baseline", "constant": 0.1}]) is None
    assert dataset_noise(secular, [{"effect": "gaussian_noise", "snr": 50.0}]) == 0.01
    both = [{"effect": "gaussian_noise", "snr": 30.0, "sigma": 0.012}]
    assert dataset_noise(secular, both) == pytest.approx(0.012)
    assert dataset_noise(lab, both) == pytest.approx(0.013)


def test_the_best_run_has_the_same_data_and_at_least_the_noise():
    runs = _shipped()
    secular = preset("ml4sci_2020_secular")
    levels = sorted({_noise(run) for run in runs if data_of(run)[0].name == secular.name})
    assert levels[0] == 0
    for level in levels:
        best = best_runs(secular, level, runs)
        assert {"alpha", "p", "d"} == set(best), "no run estimates xi"
        for name, error in best.items():
            others = [
                run_errors(run)[name].percent
                for run in runs
                if data_of(run)[0].name == secular.name and _noise(run) >= level * (1 - 1e-6)
            ]
            assert error.percent == min(others)
    assert best_runs(secular, levels[-1] * 1.01, runs) == {}
    assert best_runs(secular.fix(tau=40.0), 0.0, runs) == {}


def test_a_better_run_stands_for_a_worse_estimate(folder):
    secular = preset("ml4sci_2020_secular")
    run = next(one for one in _shipped() if data_of(one)[0].name == secular.name)
    stored = find_stored(secular)
    worse = {
        name: replace(verdict, error_percent=29.0, kind="not")
        for name, verdict in stored.verdicts.items()
    }
    result = with_best_runs(replace(stored, verdicts=worse), secular, [run])
    d = result.verdicts["d"]
    assert d.run == run.id
    assert d.error_percent == pytest.approx(run.scores.rmse_percent["d"])
    assert run.manifest.title in d.reason
    better = {
        name: replace(verdict, error_percent=0.001) for name, verdict in stored.verdicts.items()
    }
    assert with_best_runs(replace(stored, verdicts=better), secular, [run]).verdicts == better


def test_noise_has_the_digits_of_links_and_commands():
    secular = preset("ml4sci_2020_secular")
    noise = np.hypot(0.004, 0.0013)
    keys = {identification_key(secular, noise=one) for one in (noise, float(f"{noise:.6g}"))}
    assert len(keys) == 1
    (level,) = set(IdentifyProblem.of(secular, noise=4e-5).noise_levels)
    assert level == 4e-5


@pytest.mark.parametrize(("noise", "words"), [(4e-5, "12,500"), (0.004, "125"), (0.2, "2.5")])
def test_an_snr_is_a_plain_number(folder, noise, words):
    result = find_identification("ml4sci_2020_secular")
    assert replace(result, noise=noise).at_noise == f"at SNR {words}"
