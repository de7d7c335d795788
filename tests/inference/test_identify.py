"""What an echo can tell: slopes against formulas, Fisher information against formulas, verdicts
that must hold.
"""

import numpy as np
import pytest

from nmr_core import FailedError, InputError, preset
from nmr_core.errors import Cancelled
from nmr_core.inference.identifiability import find_identification, identify, load_identification
from nmr_core.inference.identifiability.__main__ import MOST_WORK
from nmr_core.inference.identifiability.information import (
    conditional_errors,
    directions,
    errors_with_prior,
    fisher_with_disorder,
    product_exponent,
    standard_errors,
)
from nmr_core.inference.identifiability.sensitivities import (
    seeds_of,
    simulate_signals,
    slope,
    spin_steps,
)
from nmr_core.inference.identifiability.store import find, read, save
from nmr_core.inference.identifiability.targets import select_targets, sobol_points
from nmr_core.presets import PRESETS, Row, table_preset

SMALL = {"n_x": 10, "n_y": 10, "tau": 20.0, "offsets": "stratified"}
KEY = {"n_points": 4, "n_seeds": 64, "noise": 1e-3}
FOUND = KEY | {"n_curves": 64}
PLACE = {"alpha": 0.08, "xi": 5.0, "p": 2.6, "d": 3.4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder for the module."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("identify")
        patch.setenv("NMR_DATA", str(path))
        yield path


@pytest.fixture(scope="module")
def small():
    """A small lattice, a short echo."""
    return preset("ml4sci_2020_secular").fix(**SMALL)


@pytest.fixture(scope="module")
def found(folder, small):
    """Its identification."""
    return identify(small, **FOUND)


def test_the_slope_of_a_decay_is_the_formula(small):
    """alpha = 0: M = M0(t) exp(-gamma_3 2π t/2), so dM/dgamma_3 = -π t M and dM/dd = ln(10) gamma_3
    π t M.
    """
    place, seeds = PLACE | {"alpha": 0.0}, seeds_of(0, 0, 3)
    spec = select_targets(small, ["d"])[0]
    got, error = slope(small, place, spec, seeds, "float64")
    M = simulate_signals(small, [place], seeds)[0]
    time = small.experiments()[0].protocol.time
    assert got == pytest.approx(np.log(10) * 10.0 ** -place["d"] * np.pi * time * M, abs=1e-8)
    assert error < 1e-3
    rate = select_targets(small.fix(gamma_3=0.001), ["gamma_3"], place)[0]
    assert (rate.low, rate.high) == (0.0005, 0.0015)
    got, _ = slope(small, place | {"gamma_3": 0.001}, rate, seeds, "float64")
    M = simulate_signals(small, [place | {"gamma_3": 0.001}], seeds)[0]
    assert got == pytest.approx(-np.pi * time * M, abs=1e-5)


def test_single_precision_is_precise_enough(small):
    for name in ("alpha", "p"):
        spec = select_targets(small, [name])[0]
        one, two = (
            slope(small, PLACE, spec, seeds_of(0, 0, 2), dtype)[0]
            for dtype in ("float32", "float64")
        )
        assert np.abs(one - two).max() < 1e-3 * np.abs(two).max()


def test_a_one_sided_slope_at_the_edge_is_the_slope(small):
    """No rate is negative, so at 0 the difference looks to one side only."""
    place, seeds = PLACE | {"alpha": 0.0, "gamma_3": 0.0}, seeds_of(0, 0, 2)
    spec = select_targets(small, ["gamma_3"], place)[0]
    assert (spec.low, spec.high) == (0.0, 0.01)
    with pytest.raises(InputError):
        small.experiments(**place | {"gamma_3": -1e-4})
    got, error = slope(small, place, spec, seeds, "float64")
    M, time = simulate_signals(small, [place], seeds)[0], small.experiments()[0].protocol.time
    assert got == pytest.approx(-np.pi * time * M, abs=1e-4)
    assert error < 1e-3


def test_the_fisher_matrix_of_a_gaussian_is_found_from_few_seeds():
    """x ~ Normal(J theta, V + C) with a known C: fisher_with_disorder() is right on average, and
    never promises much more.
    """
    rng = np.random.default_rng(0)
    n, n_points = 3, 200
    J = rng.normal(size=(n, n_points)) * 0.3
    modes = rng.normal(size=(n_points, 12)) * 0.5
    truth = J @ np.linalg.solve(np.eye(n_points) + modes @ modes.T, J.T)
    ratios = []
    for _ in range(20):
        X = rng.normal(size=(120, 12)) @ modes.T
        slopes = J[:, None] + 0.05 * rng.normal(size=(n, 8, n_points))
        ratios.append(
            np.trace(np.linalg.solve(truth, fisher_with_disorder(X, slopes, np.ones(n_points)))) / n
        )
    assert 0.75 < np.mean(ratios) < 1.05
    naive = np.linalg.inv(np.eye(n_points) * 1e-6 + np.cov(X[:40].T))
    assert np.trace(J @ naive @ J.T) > 100 * np.trace(truth)  # what it guards against


def test_without_disorder_the_bound_is_linear_in_sigma(folder, small):
    one, two = (
        identify(small, point=PLACE, noise=sigma, disorder=False, n_seeds=8)
        for sigma in (1e-3, 5e-3)
    )
    known = np.isfinite(one.errors.error)
    assert known.sum() == 3
    assert two.errors.error[known].to_numpy() == pytest.approx(
        5 * one.errors.error[known].to_numpy(), rel=1e-5
    )
    assert (two.fisher * 25) == pytest.approx(one.fisher, rel=1e-5)


def test_disorder_never_helps(folder, small):
    with_, without = (
        identify(small, point=PLACE, disorder=disorder, n_seeds=64, noise=1e-3)
        for disorder in (True, False)
    )
    assert (with_.errors.conditional > without.errors.conditional)[[0, 2, 3]].all()


def test_xi_of_2020_is_in_no_echo(found):
    """The sentence that this project began with."""
    rows = np.abs(found.fisher).max(axis=2)
    assert rows[:, 1].max() <= 1e-12 * rows.max()
    verdict = found.verdicts["xi"]
    assert verdict.kind == "not"
    assert "the kernel is divided by its own sum" in verdict.reason
    assert np.isinf(verdict.error)
    assert found.verdicts["alpha"].kind == "identifiable"
    assert found.verdicts["alpha"].error_percent < 5


def test_the_bounds_are_ordered(found):
    """All else known <= nothing else known; and a prior never hurts."""
    b = found.errors
    assert (b.conditional <= b.error * (1 + 1e-9)).all()
    assert (b.with_prior <= b.error * (1 + 1e-9)).all()
    width = b.name.map({spec.name: spec.width for spec in found.specs})
    assert (b.with_prior <= 12**-0.5 * width * (1 + 1e-9)).all()
    assert b.error_percent.to_numpy() == pytest.approx((100 * b.error / width).to_numpy())
    assert len(b) == found.n_points * len(found.names) == 16


def test_dissipation_is_lost_above_4(folder, small):
    errors = [
        identify(small, point=PLACE | {"d": d, "alpha": 0.02}, n_seeds=64, noise=1e-3).errors.error[
            3
        ]
        for d in (3, 4, 5)
    ]
    assert errors[1] > 3 * errors[0]
    assert errors[2] > 3 * errors[1]


def test_a_longer_delay_tells_dissipation_better(folder, small):
    short, long = (
        identify(
            small.fix(tau=tau), point=PLACE | {"alpha": 0.02, "d": 4.0}, n_seeds=64, noise=1e-3
        ).errors.error[3]
        for tau in (10.0, 40.0)
    )
    assert long < short / 2


@pytest.fixture(scope="module")
def unnormalised(folder):
    """Weak couplings, normalisation none."""
    rows = [
        Row("alpha", "uniform", 0.001, 0.01),
        Row("xi", "uniform", 1, 2),
        Row("p", "uniform", 2.2, 4),
        Row("d", "uniform", 2.5, 3.5),
        Row("normalisation", "fixed", values=("none",)),
    ]
    return identify(
        table_preset(rows, preset("ml4sci_2020_secular")).fix(**SMALL),
        n_points=4,
        n_seeds=48,
        noise=1e-4,
        seed=1,
    )


def test_without_normalisation_xi_is_known_only_together_with_alpha(unnormalised):
    kinds = {name: verdict.kind for name, verdict in unnormalised.verdicts.items()}
    assert (kinds["alpha"], kinds["xi"], kinds["d"]) == (
        "combination",
        "combination",
        "identifiable",
    )
    for name, partner in (("xi", "alpha"), ("alpha", "xi")):
        assert unnormalised.verdicts[name].partners == (partner,)
        assert "Only α·ξ^p can be identified" in unnormalised.verdicts[name].reason
    for F, place in zip(unnormalised.linear, unnormalised.points.to_dict("records"), strict=True):
        scaled = np.array([place[spec.name] / spec.width for spec in unnormalised.specs])
        q, quality = product_exponent(F, scaled, 0, 1)
        assert q == pytest.approx(place["p"], rel=0.02)
        assert quality < 1e-3


def test_directions_and_bounds_of_a_known_matrix():
    F = np.diag([1e4, 100.0, 0.0])
    assert standard_errors(F) == pytest.approx([0.01, 0.1, np.inf])
    assert conditional_errors(F) == pytest.approx([0.01, 0.1, np.inf])
    assert errors_with_prior(F)[2] == pytest.approx(12**-0.5)
    turn = np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 2**0.5]]) / 2**0.5
    d = directions(("a", "b", "c"), turn @ F @ turn.T)
    assert d.errors == pytest.approx([0.01, 0.1, np.inf])
    assert np.abs(d.components[0]) == pytest.approx([2**-0.5, 2**-0.5, 0])
    v = np.array([1.0, 3.0])  # only a·b³ is known: F = v v^T in logarithms
    q, quality = product_exponent(
        np.outer(v, v) / np.outer([0.5, 2.0], [0.5, 2.0]), np.array([0.5, 2.0]), 0, 1
    )
    assert (q, quality) == (pytest.approx(3.0), pytest.approx(0, abs=1e-12))


def test_places_visit_all_of_the_prior():
    points = sobol_points(8, 3, 0)
    # One point in each eighth of every parameter
    assert (np.sort(np.floor(8 * points), axis=0) == np.arange(8)[:, None]).all()
    assert not np.array_equal(points, sobol_points(8, 3, 1))


def test_the_answer_is_kept(found, small, folder):
    again = find_identification(small, **KEY)
    assert again.key == found.key
    assert again.verdicts == found.verdicts
    assert again.specs == found.specs
    assert again.errors.equals(found.errors)
    assert again.points.equals(found.points)
    for name in ("fisher", "sensitivities", "mean", "disorder_sd", "step_error", "time"):
        assert np.array_equal(getattr(again, name), getattr(found, name)), name
    assert load_identification(found.key).seconds == found.seconds
    for other in (
        {"n_seeds": 66},
        {"noise": 0.01},
        {"seed": 1},
        {"point": {"d": 3.21}},
        {"disorder": False},
        {"targets": ["d"]},
        {"n_points": 3},
    ):
        assert find_identification(small, **KEY | other) is None, other
    assert find_identification(small.fix(tau=21.0), **KEY) is None


def test_what_is_kept_has_the_shapes_that_are_promised(found):
    assert found.sensitivities.shape == (4, 1, 4, len(found.time))
    assert found.mean.shape == found.disorder_sd.shape == (4, 1, len(found.time))
    assert found.step_error.shape == (4, 4)
    assert found.step_error.max() < 0.05
    assert found.spec("p").symbol == "p"
    assert found.snr == 500


def test_several_settings_share_their_disorder(folder):
    """Two equal settings tell at most twice as much as one: shared disorder does not average."""
    base = preset("ml4sci_2020_secular").fix(**SMALL)
    twice = preset("ml4sci_2020_secular").measure(angle_2=[180.0, 180.0]).fix(**SMALL)
    one, two = (
        identify(p, point=PLACE, disorder=False, n_seeds=8, noise=1e-3).fisher
        for p in (base, twice)
    )
    assert two == pytest.approx(2 * one, rel=1e-6)
    one, two = (
        identify(p, point=PLACE, noise=1e-4, n_seeds=32).errors.conditional[0]
        for p in (base, twice)
    )
    assert two > 0.85 * one


def test_fields_can_be_asked_about(folder, small):
    result = identify(small, point=PLACE, targets=["alpha", "line_width"], n_seeds=32, noise=1e-3)
    assert result.names == ("alpha", "line_width")
    assert (result.spec("line_width").low, result.spec("line_width").high) == pytest.approx(
        (0.025, 0.075)
    )
    assert np.isfinite(result.errors.error).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"targets": ["tau"]}, "changes the time grid"),
        ({"targets": ["nothing"]}, "cannot be a target"),
        ({"targets": []}, "at least one target"),
        ({"noise": -1.0}, "noise must be"),
        ({"noise": 0.0, "disorder": False}, "Without disorder the noise must be > 0"),
        ({"n_curves": 3}, "n_curves must be"),
        ({"n_points": 0}, "n_points must be"),
        ({"n_seeds": 3}, "n_seeds must be"),
        ({"point": {"alpha": "much"}}, "must be a number"),
        ({"point": {"zeta": 1}}, "zeta"),
    ],
)
def test_wrong_questions_are_refused(folder, small, options, words):
    with pytest.raises(InputError, match=words):
        identify(small, **{"n_seeds": 8} | options)


def test_priors_with_kernels_and_solved_ranges(folder):
    """A kernel is drawn, but it has no slope; xi follows from omega_p; what cannot be reached is
    drawn again and counted.
    """
    rows = [
        Row("kernel", "choice", values=("gaussian", "rkky")),
        Row("omega_p", "log-uniform", 0.3, 60),
        Row("xi", "solved"),
        Row("d", "normal", mean=3.0, sd=0.3),
        Row("alpha", "fixed", values=(0.01,)),
        Row("normalisation", "fixed", values=("none",)),
    ]
    result = identify(
        table_preset(rows, preset("ml4sci_2020_secular")).fix(**SMALL),
        n_points=16,
        n_seeds=8,
        n_curves=32,
    )
    assert result.names == ("omega_p", "d")
    assert result.spec("d").width == pytest.approx(1.2)
    assert set(result.points.kernel) <= {"gaussian", "rkky"}
    assert result.n_redrawn > 0
    assert np.isfinite(result.fisher).all()
    assert find(result.key).points.equals(result.points)


def test_a_preset_that_draws_no_number_is_refused(folder):
    rows = [Row("kernel", "choice", values=("gaussian", "rkky"))]
    with pytest.raises(InputError, match="is a continuous number"):
        identify(table_preset(rows, preset("ml4sci_2020_secular")).fix(**SMALL))


def test_it_can_be_cancelled(folder, small):
    def stop(done, total, message=""):
        if done > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        identify(small, n_points=3, n_seeds=16, seed=9, progress=stop)
    assert find_identification(small, n_points=3, n_seeds=16, seed=9) is None


@pytest.mark.parametrize("damage", ["arrays", "json", "format"])
def test_a_damaged_answer_is_no_answer(found, tmp_path, damage):
    place = save(found, tmp_path / found.key)
    if damage == "arrays":
        (place / "result.npz").write_bytes(b"PK" + bytes(100))
    elif damage == "json":
        (place / "result.json").write_text("{")
    else:
        text = (place / "result.json").read_text()
        (place / "result.json").write_text(text.replace('"format": 2', '"format": 99'))
    with pytest.raises(FailedError, match="cannot be read"):
        read(place)


def test_unknown_keys_are_refused(folder):
    with pytest.raises(InputError, match="no stored identification"):
        load_identification("verdicts-0000000000000000")
    with pytest.raises(InputError, match="An id has"):
        find("../outside")


QUICK = [name for name, one in PRESETS.items() if spin_steps(one) <= MOST_WORK]


@pytest.mark.parametrize("name", QUICK)
def test_every_quick_preset_ships_its_verdicts(folder, name):
    result = find_identification(name)
    assert result is not None, f"python -m nmr_core.inference.identifiability {name}"
    assert result.names == PRESETS[name].drawn.names
    assert set(result.verdicts) == set(result.names)
    for verdict in result.verdicts.values():
        assert verdict.reason.endswith(".")
        assert (verdict.kind == "combination") == bool(verdict.partners)


def test_what_ships_says_what_everybody_saw(folder):
    result = find_identification("ml4sci_2020_secular")
    assert {name: verdict.kind for name, verdict in result.verdicts.items()} == {
        "alpha": "identifiable",
        "xi": "not",
        "p": "identifiable",
        "d": "identifiable",
    }
    rows = np.abs(result.fisher).max(axis=2)
    assert rows[:, 1].max() <= 1e-12 * rows.max()
    d = result.errors[result.errors.name == "d"].sort_values("value").error.to_numpy()
    assert np.median(d[-8:]) > 10 * np.median(d[:8])
