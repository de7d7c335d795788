"""The domain: lit for curves of another kind, and for five in a hundred of its own."""

import numpy as np
import pytest
from scipy.stats import binom

import nmr_core as nmr
from nmr_core.errors import FailedError, InputError
from nmr_core.inference.applicability import DOMAINS, fit_applicability, read_applicability
from nmr_core.inference.applicability.applicability import times_used
from nmr_core.inference.applicability.emulator import degree_for, fit_emulator
from nmr_core.inference.applicability.surprise import fit_surprise
from nmr_core.learning.origin import fresh_signals, preset_of

SMALL = {"n_x": 12, "n_y": 12, "tau": 20.0, "offsets": "stratified"}


@pytest.fixture(scope="module")
def run():
    """A run on 500 small curves."""
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 500, seed=1)
    return nmr.train(
        dataset, featurizer="pca", featurizer_options={"n_components": 20}, model="ridge", split=20
    )


@pytest.fixture(scope="module")
def applicability(run):
    return fit_applicability(run, *fresh_signals(run, 800, seed=1))


def _judged(run, applicability, **changed):
    signals = fresh_signals(run, 200, seed=2, changed=changed)[1]
    return applicability.judge(signals, run.predict(signals, insist=True))


class TestApplicability:
    def test_five_in_a_hundred_of_its_own_are_not_inside(self, run, applicability):
        lit = (_judged(run, applicability)["applicability"] != "in domain").sum()
        assert binom.ppf(1e-4, 200, 0.05) <= lit <= binom.ppf(1 - 1e-4, 200, 0.08)

    @pytest.mark.parametrize(
        "changed", [{"line_width": 0.1}, {"angle_1": 45.0}, {"angle_2": 90.0}], ids=str
    )
    def test_curves_of_another_kind_are_refused(self, run, applicability, changed):
        judged = _judged(run, applicability, **changed)
        assert (judged["applicability"] == "out of domain").mean() > 0.9
        assert (judged["applicability"] != "in domain").mean() > 0.95

    def test_less_noise_than_usual_is_no_reason_to_doubt(self):
        dataset = nmr.generate(
            nmr.preset("ml4sci_2020_secular").fix(**SMALL),
            300,
            seed=1,
            effects="gaussian_noise:sigma=0.01",
        )
        run = nmr.train(
            dataset,
            featurizer="pca",
            featurizer_options={"n_components": 20},
            model="ridge",
            split=20,
        )
        applicability = fit_applicability(run, *fresh_signals(run, 600, seed=1))
        clean = fresh_signals(run, 100, seed=2, effects="gaussian_noise:sigma=0.002")[1]
        assert (
            applicability.judge(clean, run.predict(clean, insist=True))["applicability"]
            != "in domain"
        ).mean() < 0.15

    def test_noise_and_nothing_are_refused(self, run, applicability):
        rng = np.random.default_rng(0)
        odd = np.stack(
            [
                rng.normal(size=(1, applicability.used.size)) + 0j,
                np.zeros((1, applicability.used.size), complex),
            ]
        )
        assert applicability.judge(odd, run.predict(odd, insist=True))[
            "applicability"
        ].tolist() == [
            "out of domain",
            "out of domain",
        ]

    def test_a_reason_stands_beside_every_warning(self, run, applicability):
        judged = _judged(run, applicability, line_width=0.06)
        assert set(judged["applicability"]) <= set(DOMAINS)
        assert ((judged["reason"] == "") == (judged["applicability"] == "in domain")).all()
        assert judged["reason"].str.fullmatch(r"(\S.*\.)?").all()

    def test_an_estimate_outside_is_named(self, run, applicability):
        signals = fresh_signals(run, 1, seed=2)[1]
        table = run.predict(signals, insist=True).assign(p=7.0)
        judged = applicability.judge(signals, table.add_prefix("predicted_")).iloc[0]
        assert (judged["applicability"], judged["outside"]) == ("out of domain", "p")
        assert (
            judged["reason"]
            == "The estimate of p lies outside the range that the run was trained for."
        )

    def test_estimates_that_were_moved_into_the_range_are_not_judged(self, run, applicability):
        signals = fresh_signals(run, 3, seed=2)[1]
        for moved in (
            run.predict(signals),
            run.predict(signals).add_prefix("predicted_").reset_index(drop=True),
            nmr.predict(run, (preset_of(run).experiments()[0].protocol.time, signals)),
        ):
            with pytest.raises(InputError, match="insist=True"):
                applicability.judge(signals, moved)

    def test_a_parameter_that_nobody_can_know_is_not_looked_at(self, applicability):
        assert applicability.inputs == ("alpha", "p", "d")

    def test_points_that_the_model_does_not_see_do_not_matter(self):
        dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 100, seed=1)
        run = nmr.train(
            dataset,
            featurizer="raw",
            featurizer_options={"window": (50, 90)},
            model="ridge",
            split=20,
        )
        parameters, signals = fresh_signals(run, 220, seed=1)
        applicability = fit_applicability(run, parameters, signals)
        assert np.flatnonzero(times_used(run)).tolist() == list(range(50, 90))
        hidden = signals.copy()
        hidden[:, :, :50] = 0
        assert applicability.judge(hidden, run.predict(hidden, insist=True)).equals(
            applicability.judge(signals, run.predict(signals, insist=True))
        )


def test_a_classifier_has_an_applicability_too():
    several = [
        nmr.generate(
            nmr.preset("ml4sci_2020_secular").fix(**SMALL, kernel=kernel, p=2.0, xi=3.0), 60, seed=k
        )
        for k, kernel in enumerate(("gaussian", "power_law"))
    ]
    run = nmr.train(
        nmr.join(several), targets=["kernel"], featurizer="polynomial", model="linear", split=20
    )
    applicability = fit_applicability(run, *fresh_signals(run, 600, seed=1))
    assert (_judged(run, applicability)["applicability"] != "in domain").mean() < 0.2
    assert (
        _judged(run, applicability, line_width=0.1)["applicability"] != "in domain"
    ).mean() > 0.9


class TestWhatItIsMadeOf:
    def test_the_emulator_knows_a_straight_line(self):
        rng = np.random.default_rng(0)
        u, slopes = rng.uniform(-1, 1, (900, 2)), rng.normal(size=(2, 30))
        curves = u @ slopes + rng.normal(0, 0.01, (900, 30))
        residual = fit_emulator(curves[:600], u[:600]).residual(curves[600:], u[600:])
        assert 0.7 < residual.std() < 1.5
        assert (
            np.abs(fit_emulator(curves[:600], u[:600]).residual(curves[600:] + 0.5, u[600:])).mean()
            > 5
        )

    @pytest.mark.parametrize(
        ("n_inputs", "n_curves", "degree"), [(0, 100, 7), (3, 700, 6), (3, 10, 1), (30, 200, 1)]
    )
    def test_more_inputs_need_more_curves(self, n_inputs, n_curves, degree):
        assert degree_for(n_inputs, n_curves) == degree

    def test_p_values_of_its_own_are_uniform(self):
        rng = np.random.default_rng(1)
        signals = rng.normal(size=(1200, 1, 15)) + 1j * rng.normal(size=(1200, 1, 15))
        estimates = rng.uniform(0, 1, (1200, 1))
        surprise = fit_surprise(
            signals[:800], estimates[:800], np.zeros(1), np.ones(1), used=np.ones(15, bool)
        )
        curves = np.concatenate([signals[800:, 0].real, signals[800:, 0].imag], axis=1)
        p = surprise.p_values(curves, estimates[800:])[0]
        assert abs((p <= 0.5).mean() - 0.5) < 0.12
        assert (p > 0).all()


class TestOnDisk:
    def test_saved_and_read_it_judges_the_same(self, run, applicability, tmp_path):
        signals = fresh_signals(run, 50, seed=4)[1]
        applicability.save(tmp_path)
        again = read_applicability(tmp_path).judge(signals, run.predict(signals, insist=True))
        np.testing.assert_allclose(
            again["p_distance"],
            applicability.judge(signals, run.predict(signals, insist=True))["p_distance"],
            atol=0.02,
        )

    @pytest.mark.parametrize("damage", ["arrays", "json", "missing"])
    def test_damage_is_said(self, applicability, tmp_path, damage):
        applicability.save(tmp_path)
        if damage == "arrays":
            (tmp_path / "applicability.npz").write_bytes(
                (tmp_path / "applicability.npz").read_bytes()[:-50]
            )
        elif damage == "json":
            (tmp_path / "applicability.json").write_text("{}")
        else:
            (tmp_path / "applicability.npz").unlink()
        with pytest.raises(FailedError, match="calibration"):
            read_applicability(tmp_path)

    def test_too_few_curves(self, run):
        with pytest.raises(InputError, match="At least 200 signals"):
            fit_applicability(run, *fresh_signals(run, 50))
