"""Intervals cover as often as they say, grow where they must, and wrong ones are caught."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core import InputError
from nmr_core.effects import apply_effects, effects_from_text
from nmr_core.inference.intervals import METHODS, Calibration, calibrate, coverage, methods_for
from nmr_core.inference.intervals.coverage import JOINT
from nmr_core.inference.intervals.coverage_map import coverage_map, map_columns
from nmr_core.inference.intervals.curves import curves_for, degraded
from nmr_core.inference.intervals.inputs import NAMES, quality
from nmr_core.learning.origin import fresh_signals

SMALL = {"n_x": 8, "n_y": 8, "tau": 20.0, "offsets": "stratified"}
N = 500


@pytest.fixture(scope="module")
def run():
    """Ridge on components of 250 small curves: quick, and poor enough to need intervals."""
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 250, seed=1)
    return nmr.train(
        dataset, featurizer="pca", featurizer_options={"n_components": 15}, model="ridge", split=30
    )


@pytest.fixture(scope="module")
def curves(run):
    return curves_for(run, N, 200)


@pytest.fixture(scope="module")
def fresh(run):
    """Curves that neither the run nor a calibration knows."""
    return fresh_signals(run, 500, seed=3)


@pytest.fixture(scope="module")
def by(run, curves):
    """``by(method)``: the run's calibration by that method, made once."""
    return cache(lambda method: calibrate(run, method=method, curves=curves, members=2))


@pytest.fixture(scope="module", params=methods_for("regression"))
def calibrated(request, by) -> Calibration:
    return by(request.param)


class TestEveryMethod:
    def test_covers_as_often_as_it_says_at_every_level(self, calibrated, fresh):
        result = coverage(calibrated, *fresh, levels=(0.2, 0.5, 0.8, 0.95))
        assert (result.table["p_value"] > 1e-4).all(), result.table
        assert set(result.table["target"]) == {"alpha", "p", "d", JOINT}
        assert len(result.table) == 4 * 5

    def test_too_narrow_intervals_are_caught(self, calibrated, fresh):
        result = coverage(calibrated, *fresh, levels=(), factor=0.4).at()
        assert (result["p_value"] < 1e-5).all(), result

    def test_intervals_of_a_higher_level_hold_those_of_a_lower_one(self, calibrated, fresh):
        reading = calibrated.read(fresh[1][:40])
        for joint in (False, True):
            low, high = zip(
                *(reading.box(level, joint=joint) for level in (0.3, 0.6, 0.9, 0.99)), strict=True
            )
            assert (np.diff(low, axis=0) <= 1e-9).all()
            assert (np.diff(high, axis=0) >= -1e-9).all()

    def test_the_joint_box_holds_the_single_intervals(self, calibrated, fresh):
        table = calibrated.intervals(fresh[1][:40])
        for name in calibrated.known:
            assert (table[f"joint_low_{name}"] <= table[f"low_{name}"] + 1e-9).all()
            assert (table[f"joint_high_{name}"] >= table[f"high_{name}"] - 1e-9).all()

    def test_what_nobody_can_know_has_the_whole_prior_as_its_interval(self, calibrated, fresh):
        table = calibrated.intervals(fresh[1][:5])
        assert list(calibrated.unidentifiable) == ["xi"]
        assert (
            table[["low_xi", "high_xi", "joint_low_xi", "joint_high_xi"]] == [0, 20, 0, 20]
        ).all(axis=None)
        assert calibrated.known == ("alpha", "p", "d")

    def test_intervals_stay_inside_the_prior_and_estimates_are_the_runs(
        self, calibrated, run, fresh
    ):
        table = calibrated.intervals(fresh[1][:50], level=0.99)
        for name, spec in calibrated.targets.items():
            assert (table[f"low_{name}"] >= spec["low"] - 1e-12).all()
            assert (table[f"high_{name}"] <= spec["high"] + 1e-12).all()
            assert (table[f"low_{name}"] <= table[f"high_{name}"]).all()
        np.testing.assert_array_equal(table["predicted_d"], run.predict(fresh[1][:50])["d"])

    def test_a_curve_is_read_alone_as_among_others(self, calibrated, fresh):
        alone, among = (
            calibrated.intervals(fresh[1][3:4]),
            calibrated.intervals(fresh[1][:9]).iloc[[3]].reset_index(drop=True),
        )
        pd.testing.assert_frame_equal(alone, among, rtol=1e-4)

    def test_coverage_agrees_with_the_intervals_themselves(self, calibrated, fresh):
        parameters, signals = fresh
        table, row = (
            calibrated.intervals(signals),
            coverage(calibrated, parameters, signals, levels=()).at().set_index("target"),
        )
        inside = (table["low_d"] <= parameters["d"]) & (parameters["d"] <= table["high_d"])
        assert row.loc["d", "covered"] == pytest.approx(inside.mean())
        assert row.loc["d", "width"] == pytest.approx((table["high_d"] - table["low_d"]).mean())
        assert row.loc["d", "low"] < row.loc["d", "covered"] < row.loc["d", "high"]

    def test_ranks_are_uniform(self, calibrated, fresh):
        ranks = coverage(calibrated, *fresh, levels=()).ranks
        for name in (
            calibrated.known
        ):  # 500 ranks in 5 bins, with the chance of some 300 scores beside their own
            counts = np.histogram(ranks[name], 5, (0, 1))[0]
            assert ((counts - 100) ** 2 / 100).sum() < 60, counts


@pytest.fixture(scope="module")
def scaled(by):
    return by("scaled")


def test_a_learned_size_of_error_keeps_the_coverage_in_every_regime(run, fresh):
    """The constant width fails where the estimate is poor; the scaled one must not."""
    curves = curves_for(run, 1500, 20)
    worst = {
        method: coverage(
            calibrate(run, method=method, graceful=False, curves=curves), *fresh, levels=()
        ).worst.set_index("target")["covered"]
        for method in ("constant", "scaled")
    }
    assert worst["scaled"]["p"] > worst["constant"]["p"] + 0.05
    assert (worst["scaled"] > 0.7).all(), worst


def test_intervals_grow_as_the_data_get_worse(scaled, run, curves, fresh):
    sharp = calibrate(run, method="scaled", graceful=False, curves=curves)
    truth, signals = fresh[0][:150], fresh[1][:150]

    def coverage_after(calibration, text):
        worse = apply_effects(effects_from_text(text), curves.context, signals, 5)
        return coverage(calibration, truth, worse, levels=()).at().set_index("target")

    clean, some, much = (
        coverage_after(scaled, text)
        for text in ("", "gaussian_noise:snr=30", "gaussian_noise:snr=4")
    )
    for name in scaled.known:
        assert clean.loc[name, "width"] < some.loc[name, "width"] < much.loc[name, "width"] * 1.05
        assert much.loc[name, "covered"] > 0.75
    blind = coverage_after(sharp, "gaussian_noise:snr=4")
    assert blind["covered"][list(sharp.known)].min() < much["covered"][list(sharp.known)].min()
    assert (scaled.n_fit, sharp.n_fit, scaled.graceful, sharp.graceful) == (
        N // 2,
        N // 2,
        True,
        False,
    )


def test_the_curves_that_it_keeps_are_in_none_of_its_other_parts(curves, scaled):
    alpha = curves.parameters["alpha"]
    assert alpha.is_unique
    assert [part.stop - part.start for part in curves.parts] == [250, 250, 200]
    assert set(scaled.parameters["alpha"]).isdisjoint(alpha[:N])
    assert coverage(scaled).n == scaled.n_check == 200
    assert (coverage(scaled).at()["p_value"] > 1e-4).all()


def test_regimes_are_ranges_of_every_parameter_that_varies_and_of_every_estimate(scaled, fresh):
    result = coverage(scaled, *fresh).regimes
    # Not W, which is 1, nor omega_p, which is alpha again
    estimates = {"predicted_alpha", "predicted_p", "predicted_d"}
    assert set(result["by"]) == {"alpha", "xi", "p", "d"} | estimates
    one = result[(result["target"] == "d") & (result["by"] == "xi")]
    assert one["range"].tolist() == [1, 2, 3, 4, 5]
    assert one["n"].sum() == 500
    assert (one["to"].to_numpy()[:-1] == one["from"].to_numpy()[1:]).all()


def test_a_map_counts_the_signals_of_every_cell(scaled, fresh):
    result = coverage(scaled, *fresh)
    assert map_columns(result)[:3] == ["alpha", "p", "d"]
    cells = coverage_map(result, "predicted_alpha", "d", "p", n_ranges=3)
    assert cells.grid("n").sum() == 500
    row = cells.cells.iloc[4]
    signals = result.signals
    chosen = (
        (signals["predicted_alpha"] >= row["x_from"])
        & (signals["predicted_alpha"] < row["x_to"])
        & (signals["d"] >= row["y_from"])
        & (signals["d"] < row["y_to"])
    )
    assert row["n"] == chosen.sum()
    assert row["covered"] == pytest.approx(result.inside["p"][chosen].mean())
    assert cells.worst["covered"] == cells.cells["covered"].min()
    assert 0.5 < cells.expected_lowest < 0.9
    for text in ("95 % interval", "the estimate of", "in 95 of 100 cases."):
        assert text in cells.sentence(scaled.targets)
    # By default over the first two parameters, of the target that is covered least
    usual = coverage_map(result)
    assert (usual.x, usual.y) == ("alpha", "p")
    assert usual.target == result.worst.set_index("target")["covered"].drop(JOINT).idxmin()


@pytest.mark.parametrize("wrong", [("W", "p"), ("alpha", "alpha"), ("alpha", "p", "xi")])
def test_a_map_over_what_does_not_vary_is_one_sentence(scaled, wrong):
    with pytest.raises(InputError, match=r"\.$"):
        coverage_map(coverage(scaled), *wrong)


def test_fractions_of_weighted_signals_are_those_of_the_prior(scaled, fresh):
    """Signals that count twice are as two signals, but no more certain."""
    parameters, signals = fresh
    weights = np.where(parameters["alpha"] < 0.1, 2.0, 1.0)
    weighted = coverage(scaled, parameters.assign(weight=weights), signals, levels=())
    inside = coverage(scaled, parameters, signals, levels=()).inside
    row = weighted.at().set_index("target").loc["d"]
    assert row["covered"] == pytest.approx(np.average(inside["d"], weights=weights))
    assert "weight" not in set(weighted.regimes["by"])
    assert row["high"] - row["low"] > 0.01


def test_a_posterior_is_a_density_whose_quantiles_are_the_intervals(by, fresh):
    calibrated = by("posterior")
    assert calibrated.density(fresh[1][:2])[1].shape == (2, 3, 200)
    edges, density = calibrated.read(fresh[1][:20]).density(n_bins=5000)
    assert edges.shape == (3, 5001)
    assert (density >= 0).all()
    share = density * np.diff(edges, axis=1)
    np.testing.assert_allclose(share.sum(axis=-1), 1, atol=1e-9)
    table, middle = (
        calibrated.intervals(fresh[1][:20], level=0.5),
        (edges[2, 1:] + edges[2, :-1]) / 2,
    )
    mass = [
        share[k, 2][(middle > table["low_d"][k]) & (middle < table["high_d"][k])].sum()
        for k in range(20)
    ]
    assert np.ptp(mass) < 0.02  # the same share of every density
    with pytest.raises(InputError, match="method posterior"):
        by("constant").density(fresh[1][:2])


def test_members_disagree_about_curves_of_another_kind(run, by, fresh):
    calibrated = by("ensemble")
    usual, other = (
        calibrated.disagreement(fresh[1]),
        calibrated.disagreement(fresh_signals(run, 100, seed=4, changed={"line_width": 0.15})[1]),
    )
    assert 0.4 < usual.mean() < 0.6
    assert other.mean() > 0.8
    with pytest.raises(InputError, match="method ensemble"):
        by("constant").disagreement(fresh[1][:2])


@pytest.mark.parametrize(
    "wrong", [{"method": "magic"}, {"method": "lac"}, {"n": 3}, {"n_check": 0}, {"members": 1}]
)
def test_wrong_use_is_one_sentence(run, wrong):
    with pytest.raises(InputError, match=r"\.$"):
        calibrate(run, **wrong)


def test_a_run_that_was_made_again_is_not_given_old_intervals(scaled, run, fresh):
    again = nmr.Run(
        replace(run.manifest, created="2031-01-01T00:00:00Z"), run.predictions, run.model
    )
    with pytest.raises(InputError, match=r"trained again.*Calibrate it again"):
        replace(scaled, loaded_run=again).intervals(fresh[1][:2])


def test_coverage_needs_a_truth_for_every_curve(scaled, fresh):
    with pytest.raises(InputError, match="one row of true values per signal"):
        coverage(scaled, fresh[0][:5], fresh[1][:6])


def test_progress_never_goes_back(run):
    calls = []
    calibrate(run, n=60, n_check=20, progress=lambda *report: calls.append(report))
    assert calls[-1][:2] == (100, 100)
    assert [done for done, *_ in calls] == sorted(done for done, *_ in calls)


def test_quality_sees_what_was_done_to_a_curve(fresh, curves):
    signals = fresh[1][:50]
    clean = pd.DataFrame(quality(signals), columns=NAMES)

    def after(text):
        return pd.DataFrame(
            quality(apply_effects(effects_from_text(text), curves.context, signals, 0)),
            columns=NAMES,
        )

    np.testing.assert_allclose(10 ** after("gaussian_noise:sigma=0.03")["noise"], 0.03, rtol=0.35)
    assert after("gaussian_noise:sigma=0.03")["noise"].mean() == pytest.approx(
        np.log10(0.03), abs=0.05
    )
    assert after("missing_points:share=0.2")["zeros"].mean() == pytest.approx(0.2, abs=0.02)
    assert (after("clipping:level=0.2")["flat"] > clean["flat"] + 0.02).all()
    assert after("baseline:constant=0.05")["tail_size"].mean() > clean["tail_size"].mean()
    np.testing.assert_allclose(
        10 ** after("gaussian_noise:sigma=0.03,missing_points:share=0.2")["noise"], 0.03, rtol=0.6
    )
    assert np.isfinite(quality(np.zeros((2, 1, 30), np.complex64))).all()


def test_degraded_copies_are_the_same_for_the_same_seed_and_leave_the_curves(fresh, curves):
    signals = fresh[1][:30].copy()
    one, two, other = (degraded(signals, curves.context, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(signals, fresh[1][:30])
    assert (one != other).any(axis=(1, 2)).all()
    assert one.dtype == np.complex64
    assert np.isfinite(one).all()


def test_runs_of_imported_curves_use_their_held_out_part(run, data_folder):
    from nmr_core.datasets.imported import imported
    from nmr_core.datasets.store import store_dataset

    parameters, signals = fresh_signals(run, 250, seed=9)
    dataset = imported(
        parameters[["alpha", "d"]],
        signals,
        np.linspace(0.3, 60, signals.shape[-1]),
        source="made in a test",
    )
    folder = store_dataset(dataset, "ds-imported")
    options = {"featurizer": "pca", "featurizer_options": {"n_components": 15}, "model": "ridge"}
    own = nmr.train(nmr.load_dataset(folder), **options, split=150)
    calibrated = calibrate(own, method="constant")
    assert (calibrated.source, calibrated.n, calibrated.n_check, calibrated.n_fit) == (
        "held out",
        120,
        30,
        0,
    )
    assert calibrated.known == ("alpha", "d")
    assert set(calibrated.parameters["d"]) <= set(own.true["d"].astype(float)) | set(own.true["d"])
    with pytest.raises(InputError, match="40 held-out signals"):
        calibrate(nmr.train(nmr.load_dataset(folder), **options, split=40))
    with pytest.raises(InputError, match="do not come from one preset"):
        calibrate(own, method="ensemble")


def test_every_method_says_what_it_is():
    for name, method in METHODS.items():
        assert method.name == name
        assert method.description.endswith(".")
        assert method.task in ("regression", "classification")
