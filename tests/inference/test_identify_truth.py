"""What Identify states is true: it is attained, and no shipped run does better."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core import load_run
from nmr_core.evaluation.compare import list_runs
from nmr_core.inference.identifiability import find_identification, identify
from nmr_core.inference.identifiability.best_run import best_runs, run_errors, with_best_runs
from nmr_core.inference.identifiability.estimate import CONVERGED
from nmr_core.inference.identifiability.identify import find_stored
from nmr_core.inference.identifiability.local import gained_information, ridge_errors
from nmr_core.inference.identifiability.noise import dataset_noise
from nmr_core.learning.origin import effects_of, preset_of
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
    """(run, preset, noise) of every shipped run that predicts numbers."""
    for entry in list_runs():
        if not entry.shipped or entry.run.task != "regression":
            continue
        own = preset_of(entry.run)
        if own is not None:
            yield entry.run, own, dataset_noise(own, effects_of(entry.run))


def test_there_are_runs_with_badges():
    assert {"pretrained-ml4sci-2020", "pretrained-measured"} <= {run.id for run, *_ in _shipped()}


@pytest.mark.parametrize("run", list(_shipped()), ids=lambda item: item[0].id)
def test_no_shipped_run_is_better_than_its_badge(folder, run):
    """The contract of the badges: below the upper end of the interval of the run's error."""
    run, own, noise = run
    identification = find_identification(own, noise=noise)
    assert identification is not None, "python -m nmr_core.inference.identifiability"
    assert identification.n_points >= 32
    errors = run_errors(run)
    for name, error in errors.items():
        verdict = identification.verdicts[name]
        assert verdict.error_percent <= error.high, name
        assert verdict.low_percent <= verdict.error_percent <= verdict.high_percent, name


def _rms(values, rng):
    """Root mean square with its 95 % interval."""
    draws = rng.integers(len(values), size=(2000, len(values)))
    rms = np.sqrt((values[draws] ** 2).mean(1))
    return np.sqrt((values**2).mean()), *np.quantile(rms, [0.025, 0.975])


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("across", ["alpha", "p"])
def test_no_shipped_run_is_better_in_any_quarter_of_the_prior(folder, across, part):
    """The estimates of single points, weak coupling among them, where no run stands for them."""
    run, own, noise = next(one for one in _shipped() if one[0].id == "pretrained-ml4sci-2020")
    stored = find_stored(own, noise=noise)
    stated = find_identification(own, noise=noise)
    spec = stored.spec(across)
    low, high = (spec.low + (part + end) / 4 * spec.width for end in (0, 1))
    points = stored.points[across].between(low, high).to_numpy()
    samples = run.true[across].between(low, high).to_numpy()
    rng = np.random.default_rng(0)
    for k, name in enumerate(stored.names):
        verdict = stated.verdicts[name]
        if verdict.run or not np.isfinite(verdict.error):
            continue
        error, least, _ = _rms(stored.percents()[points, k], rng)
        residual = (run.predicted[name] - run.true[name])[samples] / stored.spec(name).width
        _, _, most = _rms(100 * residual.to_numpy(), rng)
        assert least <= most, (name, error)


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
    runs = [entry.run for entry in list_runs() if entry.shipped]
    secular = preset("ml4sci_2020_secular")
    assert best_runs(secular, 0.0, runs)["d"].run == "pretrained-ml4sci-2020"
    assert best_runs(secular, 0.004, runs)["d"].run == "pretrained-measured"
    assert best_runs(secular, 0.0041, runs) == {}
    assert best_runs(secular.fix(tau=40.0), 0.0, runs) == {}
    assert best_runs(preset("ml4sci_2020"), 0.0, runs) == {}
    assert "xi" not in best_runs(secular, 0.0, runs)


def test_a_better_run_stands_for_a_worse_estimate(folder):
    run = load_run("pretrained-ml4sci-2020")
    secular = preset("ml4sci_2020_secular")
    stored = find_stored(secular)
    worse = {
        name: replace(verdict, error_percent=29.0, kind="not")
        for name, verdict in stored.verdicts.items()
    }
    result = with_best_runs(replace(stored, verdicts=worse), secular, [run])
    d = result.verdicts["d"]
    assert (d.run, d.kind) == (run.id, "identifiable")
    assert d.error_percent == pytest.approx(run.scores.rmse_percent["d"])
    assert run.manifest.title in d.reason
    better = {
        name: replace(verdict, error_percent=0.001) for name, verdict in stored.verdicts.items()
    }
    assert with_best_runs(replace(stored, verdicts=better), secular, [run]).verdicts == better
