"""Curves with other time points, units or protocol are refused with both stated."""

from dataclasses import asdict

import numpy as np
import pytest

from nmr_core import InputError, generate, load_run, preset, train
from nmr_core.datasets.imported import imported
from nmr_core.learning.manifest import RunManifest
from nmr_core.storage.workspace import EXAMPLES


def test_its_own_curves_fit(ridge_run, dataset):
    ridge_run.check_signals(dataset)
    ridge_run.check_signals(dataset.time)
    ridge_run.check_signals(np.round(dataset.time, 3), 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda t: t[:-1],
            r"trained on 45 points from 0.31831 to 14.324 µs, these curves have 44 points from "
            r"0.31831 to 14.006 µs",
        ),
        (
            lambda t: t + 1,
            r"from 0.31831 to 14.324 µs, these curves have 45 points from 1.3183 to 15.324 µs",
        ),
        (
            lambda t: t / 1000,
            r"45 points from 0.00031831 to 0.014324 µs. The times seem to be in ms: give them in "
            r"µs",
        ),
        (lambda t: t * 1000, "The times seem to be in ns: give them in µs"),
        (lambda t: t / 1e6, "The times seem to be in s: give them in µs"),
        (lambda t: t * np.nan, "must be a list of finite numbers in µs"),
        (lambda t: t[:0], "must be a list of finite numbers in µs"),
    ],
)
def test_other_time_points_are_refused_with_both_stated(ridge_run, dataset, change, sentence):
    with pytest.raises(InputError, match=sentence):
        ridge_run.check_signals(change(dataset.time))


def test_another_data_set_is_refused_by_its_grid(ridge_run):
    longer = generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=6), 2)
    with pytest.raises(
        InputError, match=r"run-ridge was trained on 45 points .*, these curves have 54 points"
    ):
        ridge_run.check_signals(longer)


def test_another_pulse_is_refused_with_both_angles(ridge_run, small_preset):
    other = generate(small_preset.fix(angle_2=120), 2)
    with pytest.raises(
        InputError, match=r"trained with angle_2 = 180, these curves have angle_2 = 120"
    ):
        ridge_run.check_signals(other)


def test_several_settings_must_be_as_many_and_the_same(dataset):
    lab = generate(preset("lab").fix(n_x=8, n_y=8, tau=5), 30, seed=2)
    run = train(lab, model="mean", split=5)
    run.check_signals(lab)
    with pytest.raises(InputError, match="samples of 4 settings, these have 1"):
        run.check_signals(dataset)
    changed = [setting | {"angle_1": 7.0} for setting in run.manifest.settings]
    with pytest.raises(
        InputError, match=r"trained with angle_1 = \d+ in setting 0, these curves have angle_1 = 7"
    ):
        run.check_signals(lab.time, changed)


def test_curves_of_unknown_protocol_are_compared_by_what_is_known(ridge_run, dataset):
    ridge_run.check_signals(
        imported(dataset.parameters, dataset.signals, dataset.time, source="a test")
    )


@pytest.mark.parametrize("name", sorted(folder.name for folder in (EXAMPLES / "runs").iterdir()))
def test_runs_of_earlier_versions_are_read_and_compare_nothing_that_they_do_not_know(
    data_folder, name, dataset
):
    run = load_run(name)
    if not run.manifest.time:
        run.check_signals(dataset)
    assert run.task == "regression"


def test_a_manifest_survives_the_disk(ridge_run, tmp_path):
    again = load_run(ridge_run.save(tmp_path / "run")).manifest
    assert again == ridge_run.manifest
    assert again.time == {
        "n": 45,
        "first": pytest.approx(1 / np.pi),
        "last": pytest.approx(45 / np.pi),
    }
    assert again.settings[0]["angle_2"] == 180
    assert again.model_bytes == (tmp_path / "run" / "model.skops").stat().st_size
    assert again.predict_seconds > 0
    assert set(asdict(again)) == set(RunManifest.__dataclass_fields__)
