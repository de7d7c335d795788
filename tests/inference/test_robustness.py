"""Robustness: errors follow the physics of each effect, the samples stay the same, nothing that was
trained on is used.
"""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, generate, preset, train
from nmr_core.datasets.imported import imported
from nmr_core.effects import EFFECTS, effects_from
from nmr_core.inference.robustness import default_effects, robustness, train_with_effects
from nmr_core.inference.robustness.bench import Bench, ladders_of, placed
from nmr_core.inference.robustness.measure import robustness_job
from nmr_core.inference.robustness.scoring import scored
from nmr_core.learning.origin import fresh_signals

SMALL = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=10.0)


@pytest.fixture(scope="module")
def data():
    return generate(SMALL, 120, seed=1)


@pytest.fixture(scope="module")
def ridge(data):
    return train(
        data,
        targets=["alpha", "xi"],
        featurizer="raw",
        model="ridge",
        split=0.25,
        seed=0,
        id="run-ridge",
    )


@pytest.fixture(scope="module")
def noisy():
    dataset = generate(
        SMALL, 120, seed=1, effects="gaussian_noise:snr=20,phase_error:sd=2", effects_seed=3
    )
    return train(
        dataset,
        targets=["alpha", "xi"],
        featurizer="raw",
        model="ridge",
        split=0.25,
        seed=0,
        id="run-noisy",
    )


@pytest.fixture(scope="module")
def foreign(data):
    dataset = imported(
        data.parameters[["alpha", "d"]],
        data.signals,
        np.asarray(data.time),
        source="made in a test",
    )
    return dataset, train(
        dataset, featurizer="raw", model="ridge", split=40, seed=0, id="run-foreign"
    )


@pytest.fixture(scope="module")
def bench(ridge):
    return Bench(ridge, 60)


def _linear(run, context) -> np.ndarray:
    """Slopes of a linear model, (n_targets, 2, n_times), from its answers to single points."""
    n = len(context.time)
    basis = np.zeros((2 * n + 1, 1, n), np.complex64)
    basis[np.arange(n), 0, np.arange(n)], basis[n + np.arange(n), 0, np.arange(n)] = 1, 1j
    answers = run.predict(basis, insist=True).to_numpy()
    return (answers[:-1] - answers[-1]).T.reshape(-1, 2, n)


def test_the_error_of_a_linear_model_under_noise_is_the_propagated_one(ridge, bench):
    """MSE = MSE of clean curves + <σ²> Σ w² for an affine model with slopes w, σ = largest echo /
    SNR of each sample.
    """
    slopes, snr = _linear(ridge, bench.context), 5.0
    curves = bench.own_curves()
    peak = np.abs(curves[:, :, bench.context.echo]).max(axis=(1, 2))
    result = (
        robustness(ridge, effects={"gaussian_noise": [snr]}, n=60)
        .along("gaussian_noise", "alpha")
        .iloc[0]
    )
    clean = ((ridge.predict(curves, insist=True)["alpha"] - bench.parameters["alpha"]) ** 2).mean()
    expected = clean + (peak**2).mean() / snr**2 * (slopes[0] ** 2).sum()
    assert result["error"] ** 2 == pytest.approx(expected, rel=0.5)
    assert result["error"] ** 2 > 3 * clean
    assert result["error_low"] < math.sqrt(expected) < result["error_high"] * 1.2


def test_common_random_numbers(ridge, bench):
    """Half the noise moves the answers of an affine model by half as much, curve by curve."""
    ladder, clean = (
        EFFECTS["gaussian_noise"].ladder,
        ridge.predict(bench.own_curves(), insist=True).to_numpy(),
    )
    strong, weak = (
        ridge.predict(bench.curves(ladder, snr), insist=True).to_numpy() - clean for snr in (10, 20)
    )
    np.testing.assert_allclose(strong, 2 * weak, rtol=1e-2, atol=1e-5 * np.abs(strong).max())


@pytest.mark.parametrize("name", default_effects())
def test_every_effect_at_its_weakest_end_changes_nothing(bench, name):
    ladder, clean = EFFECTS[name].ladder, bench.own_curves()
    nothing = {"gaussian_noise": 1e6, "clipping": 100.0}.get(name, 1e-7)
    assert np.abs(bench.curves(ladder, nothing) - clean).max() < 1e-5
    strong = bench.curves(ladder, ladder.values[-1])
    assert strong.shape == clean.shape
    assert np.abs(strong - clean).max() > 1e-3


@pytest.mark.parametrize("name", EFFECTS)
def test_ladders_go_from_weak_to_strong(bench, name):
    ladder, clean = EFFECTS[name].ladder, bench.own_curves()
    moved = [np.abs(bench.curves(ladder, value) - clean).mean() for value in ladder.values[-3:]]
    assert moved == sorted(moved)
    assert ladder.spec.symbol in ladder.written(ladder.values[0])


def test_the_baseline_does_not_care(data):
    mean = train(data, targets=["alpha"], featurizer="raw", model="mean", split=0.25, id="run-mean")
    table = robustness(
        mean, effects={"gaussian_noise": [100, 3], "phase_error": [45]}, n=30
    ).table()
    np.testing.assert_allclose(table["error"], table["baseline"])
    np.testing.assert_allclose(table["skill"], 0, atol=1e-12)


def test_the_curves_are_no_others_and_always_the_same(ridge, bench, data):
    again = Bench(ridge, 60)
    np.testing.assert_array_equal(again.own_curves(), bench.own_curves())
    assert not np.isin(bench.parameters["alpha"], data.parameters["alpha"]).any()
    for seed in range(3):  # those that intervals are calibrated and checked on
        assert not np.isin(
            bench.parameters["alpha"], fresh_signals(ridge, 60, seed=seed)[0]["alpha"]
        ).any()
    assert not np.isin(
        Bench(ridge, 60, seed=1).parameters["alpha"], bench.parameters["alpha"]
    ).any()


def test_an_effect_takes_the_place_of_its_own_kind(noisy):
    bench = Bench(noisy, 20)
    clean = Bench(noisy, 20)
    clean.own = ()
    only_phase = bench.curves(EFFECTS["gaussian_noise"].ladder, 1e6)
    assert np.abs(bench.own_curves() - clean.own_curves()).max() > 0.01
    rotation = (only_phase * clean.own_curves().conj()).sum(axis=(1, 2))
    np.testing.assert_allclose(
        only_phase, clean.own_curves() * (rotation / np.abs(rotation))[:, None, None], atol=2e-5
    )


@pytest.mark.parametrize(
    ("own", "new", "names"),
    [
        ("", "clipping:level=1", ["clipping"]),
        (
            "gaussian_noise:snr=30,phase_error:sd=5",
            "phase_error:sd=9",
            ["gaussian_noise", "phase_error"],
        ),
        (
            "gaussian_noise:snr=30,phase_error:sd=5",
            "gaussian_noise:snr=9",
            ["gaussian_noise", "phase_error"],
        ),
        (
            "phase_error:sd=1,clipping:level=1,phase_error:sd=2",
            "phase_error:sd=9",
            ["phase_error", "clipping"],
        ),
        ("phase_error:sd=1", "clipping:level=1", ["phase_error", "clipping"]),
    ],
)
def test_placing_an_effect(own, new, names):
    (effect,) = effects_from(new)
    result = placed(effects_from(own), effect)
    assert [one.name for one in result] == names
    assert [one for one in result if one.name == effect.name] == [effect]


def test_a_pulse_error_is_simulated_and_keeps_the_parameters(ridge, bench):
    result = robustness(ridge, effects={"pulse_angle_error": [1, 20]}, n=60)
    errors = result.along("pulse_angle_error", "alpha")["error"].to_numpy()
    own = result.own_rows().loc["alpha", "error"]
    assert errors[0] == pytest.approx(own, rel=0.2)
    assert errors[1] > 1.3 * own


def test_the_twin_sees_the_same_curves(ridge, noisy):
    result = robustness(ridge, effects={"gaussian_noise": [1000, 10]}, n=40, other=noisy)
    table = result.table()
    assert set(table["run"]) == {"run-ridge", "run-noisy"}
    mine, others = (
        table[table["run"] == name].reset_index(drop=True) for name in ("run-ridge", "run-noisy")
    )
    np.testing.assert_allclose(mine["baseline"], others["baseline"], rtol=0.05)
    noise = [
        result.along("gaussian_noise", "alpha", name)["error"].iloc[-1]
        for name in ("run-ridge", "run-noisy")
    ]
    assert noise[1] < noise[0]
    assert result.other_own[0]["effect"] == "gaussian_noise"
    assert result.own == []


class _Fixed:
    """Intervals of a given half width around the estimate, as a calibration gives them."""

    method, created = "fixed", "2026-01-01T00:00:00Z"

    def __init__(self, run, half: float):
        self.run, self.half = run, half

    def intervals(self, signals, level=0.9):
        table = self.run.predict(signals)
        kinds = {"predicted": 0, "low": -1, "high": 1, "joint_low": -2, "joint_high": 2}
        return pd.DataFrame(
            {
                f"{kind}_{name}": table[name] + sign * self.half
                for name in table
                for kind, sign in kinds.items()
            }
        )


def test_coverage_and_width_are_counted(ridge, bench):
    half = 0.02
    result = robustness(
        ridge, effects={"gaussian_noise": [5]}, n=60, calibration=_Fixed(ridge, half)
    )
    own, bad = result.own_rows().loc["alpha"], result.along("gaussian_noise", "alpha").iloc[0]
    off = np.abs(
        ridge.predict(bench.own_curves(), insist=True)["alpha"] - bench.parameters["alpha"]
    )
    assert own["coverage"] == pytest.approx((off <= half).mean())
    assert own["joint"] == pytest.approx((off <= 2 * half).mean())
    assert own["coverage_low"] < own["coverage"] <= own["coverage_high"]
    assert bad["width"] == pytest.approx(own["width"]) == pytest.approx(2 * half)
    assert bad["coverage"] < own["coverage"] - 0.2
    assert result.method == "fixed"
    assert math.isnan(result.own_rows().loc["xi", "coverage"]), (
        "no echo depends on xi, so there is nothing to cover"
    )


def test_the_lamp_is_counted(ridge, bench):
    domains = ["out of domain", "borderline"] + ["in domain"] * 58
    applicability = SimpleNamespace(
        judge=lambda signals, table: pd.DataFrame({"applicability": domains})
    )
    half = 0.005
    row = scored(
        ridge,
        ["alpha"],
        bench.parameters,
        bench.own_curves(),
        _Fixed(ridge, half),
        applicability=applicability,
    )[0]
    assert (row["out_of_domain"], row["borderline"]) == (1 / 60, 1 / 60)
    off = np.abs(
        ridge.predict(bench.own_curves(), insist=True)["alpha"] - bench.parameters["alpha"]
    )[1:]
    assert row["shown"] == pytest.approx((off <= half).mean())


def test_classes(data, monkeypatch):
    table = data.parameters.assign(
        kernel=np.where(data.parameters["alpha"] > 0.1, "constant", "rkky")
    )[["kernel"]]
    dataset = imported(table, data.signals, np.asarray(data.time), source="made in a test")
    run = train(
        dataset,
        targets=["kernel"],
        featurizer="raw",
        model="random_forest",
        split=40,
        seed=0,
        id="run-kinds",
        model_options={"n_estimators": 10},
    )
    monkeypatch.setattr("nmr_core.inference.robustness.bench.load_dataset", lambda name: dataset)
    monkeypatch.setattr("nmr_core.learning.origin.load_dataset", lambda name: dataset)
    sets = SimpleNamespace(
        method="sets",
        created="",
        intervals=lambda signals, level: pd.DataFrame(
            {"set": ["constant, rkky"] * 10 + ["constant"] * (len(signals) - 10)}
        ),
    )
    result = robustness(run, effects={"gaussian_noise": [1e6, 0.1]}, n=40, calibration=sets)
    own, rows = result.own_rows().loc["kernel"], result.along("gaussian_noise", "kernel")
    true = run.predictions["true_kernel"].to_numpy()
    assert own["error"] == rows["error"].iloc[0] == pytest.approx(1 - run.accuracy()[0])
    assert rows["error"].iloc[1] > own["error"]
    assert own["baseline"] == pytest.approx(
        (true != max(run.manifest.train_counts, key=run.manifest.train_counts.get)).mean()
    )
    assert own["coverage"] == pytest.approx((10 + (true[10:] == "constant").sum()) / 40)
    assert own["width"] == pytest.approx(50 / 40)


def test_imported_curves_are_held_out_ones_and_cannot_be_simulated(
    foreign, data_folder, monkeypatch
):
    dataset, run = foreign
    monkeypatch.setattr("nmr_core.inference.robustness.bench.load_dataset", lambda name: dataset)
    monkeypatch.setattr("nmr_core.learning.origin.load_dataset", lambda name: dataset)
    result = robustness(run, n=400)
    assert (result.n, result.fresh) == (40, False)
    assert result.own_rows().loc["alpha", "error"] == pytest.approx(
        run.scores.loc["alpha", "rmse"], rel=1e-4
    )
    assert set(result.left_out) == {"dead_time", "pulse_angle_error"}
    with pytest.raises(InputError, match=r"Pulse angle error must be simulated.*Leave it out\.$"):
        robustness(run, effects=["pulse_angle_error"], n=400)


def test_progress_only_goes_forward(ridge):
    calls = []
    robustness(
        ridge,
        effects={"gaussian_noise": [10], "pulse_angle_error": [1]},
        n=20,
        progress=lambda *sentence: calls.append(sentence),
    )
    assert [done for done, *_ in calls] == sorted(done for done, *_ in calls)
    assert all(0 <= done <= total == 21 for done, total, _ in calls)


@pytest.mark.parametrize("names", [("other", "train_with_effects"), ("with_twin", "train_twin")])
def test_the_job_trains_a_twin_and_saves_both(data_folder, ridge, monkeypatch, names):
    """Also with the names of a job that version 0.5 left in the queue."""
    from nmr_core import load_run
    from nmr_core.inference.robustness import load_robustness

    monkeypatch.setattr(
        "nmr_core.inference.robustness.measure.intervals_of", lambda run: (_Fixed(run, 0.01), None)
    )
    ridge.save()
    calls = []
    robustness_job(
        {
            "run": "run-ridge",
            "n": 20,
            "n_jobs": 1,
            "effects": {"gaussian_noise": [30]},
            names[0]: "run-other",
            names[1]: {"effects": "gaussian_noise:snr=20", "n_curves": 60},
        },
        lambda *sentence: calls.append(sentence),
    )
    other, result = load_run("run-other"), load_robustness("run-ridge")
    assert other.manifest.origin[0]["effects"][0]["snr"] == 20
    assert (other.manifest.featurizer, other.manifest.model, other.targets) == (
        "raw",
        "ridge",
        ("alpha", "xi"),
    )
    assert (result.other, result.n, result.method) == ("run-other", 20, "fixed")
    assert not math.isnan(result.own_rows("run-other").loc["alpha", "coverage"])
    assert [done for done, *_ in calls] == sorted(done for done, *_ in calls)
    assert calls[-1][:2] == (100, 100)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"effects": ["magic"]}, "There is no effect 'magic'"),
        ({"effects": []}, "No effect is chosen"),
        ({"effects": {"gaussian_noise": [0]}}, "Strengths of gaussian_noise must be numbers > 0"),
        ({"effects": {"gaussian_noise": []}}, "got none"),
        ({"effects": {"gaussian_noise": [-3]}}, "snr must be in"),
        ({"n": 3}, "n must be in"),
        ({"level": 1.5}, "level must be in"),
        ({"other": "run-none"}, "There is no run"),
    ],
)
def test_wrong_wishes_are_sentences(ridge, data_folder, options, sentence):
    with pytest.raises(InputError, match=sentence):
        robustness(ridge, **options)


def test_a_twin_that_is_none(ridge, foreign, data_folder):
    with pytest.raises(InputError, match="cannot be compared with itself"):
        robustness(ridge, other=ridge)
    with pytest.raises(InputError, match="one known preset"):
        train_with_effects(foreign[1], "gaussian_noise:snr=3")
    with pytest.raises(InputError, match="at least one measurement effect"):
        train_with_effects(ridge, "")


def test_strengths_are_put_in_order():
    (ladder,) = ladders_of({"gaussian_noise": [3, 100, 30]})
    assert ladder.values == (100, 30, 3)
    (ladder,) = ladders_of({"phase_error": [30, 3]})
    assert ladder.values == (3, 30)
    assert ladder.written(1234567) == "σφ 1,230,000°"


def test_real_intervals_hold_and_grow_as_the_data_get_worse(ridge):
    """Graceful failure: a calibration that saw degraded copies has wider intervals for noisy
    curves, and still covers.
    """
    from nmr_core.inference.intervals import calibrate

    result = robustness(
        ridge,
        effects={"gaussian_noise": [1000, 5]},
        n=200,
        calibration=calibrate(ridge, method="scaled", n=600, n_check=20),
    )
    own, rows = result.own_rows().loc["alpha"], result.along("gaussian_noise", "alpha")
    assert own["coverage_high"] > 0.87
    assert own["coverage_low"] < 0.93
    assert rows["width"].iloc[0] == pytest.approx(own["width"], rel=0.1)
    assert rows["width"].iloc[1] > 1.5 * own["width"]
    assert rows["coverage"].iloc[1] > 0.75


def test_the_shipped_one_is_of_the_shipped_run(data_folder):
    from nmr_core import load_robustness, load_run

    result, run = load_robustness("pretrained-ml4sci-2020"), load_run("pretrained-ml4sci-2020")
    assert result.run_created == run.manifest.created
    assert set(result.effects) == set(default_effects())
    assert result.n >= 300
    assert result.method
