"""Fresh curves of a run's own kind, and those that it was not trained on."""

import json
import shutil

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.errors import FailedError, InputError
from nmr_core.learning.origin import effects_of, fresh_signals, held_out, preset_of, presets_of

SMALL = {"n_x": 10, "n_y": 10, "tau": 20.0, "offsets": "stratified"}
PRESET = nmr.preset("ml4sci_2020_secular").fix(**SMALL)


@pytest.fixture
def run(data_folder):
    """A run on 60 curves with noise, both on disk."""
    dataset = nmr.generate(
        PRESET,
        60,
        seed=1,
        effects="gaussian_noise:snr=30",
        path=data_folder / "datasets" / "ds-small",
    )
    made = nmr.train(dataset, featurizer="polynomial", model="ridge", split=20, id="run-small")
    made.save()
    return nmr.load_run("run-small")


class TestFreshCurves:
    def test_they_are_those_of_the_preset_with_held_values_and_effects(self, run):
        parameters, signals = fresh_signals(run, 5, seed=3)
        again = nmr.generate(
            PRESET, 5, seed=2**52 + 3000, effects="gaussian_noise:snr=30", effects_seed=2**52 + 3000
        )
        assert preset_of(run) == PRESET
        np.testing.assert_array_equal(signals, again.signals)
        np.testing.assert_array_equal(parameters["alpha"], again.parameters["alpha"])

    def test_another_seed_gives_others_and_none_is_a_training_curve(self, run):
        trained = {curve.tobytes() for curve in nmr.load_dataset("ds-small").signals}
        first, second = (fresh_signals(run, 5, seed=seed)[1] for seed in (0, 1))
        assert not trained & {curve.tobytes() for curve in (*first, *second)}
        assert not np.array_equal(first, second)

    def test_effects_can_be_left_out(self, run):
        noisy, clean = fresh_signals(run, 3)[1], fresh_signals(run, 3, effects=())[1]
        assert 0.001 < np.abs(noisy - clean).std() < 0.1
        assert [effect["effect"] for effect in effects_of(run)] == ["gaussian_noise"]

    def test_a_field_can_be_changed(self, run):
        usual, wide = (
            fresh_signals(run, 3, effects=())[1],
            fresh_signals(run, 3, effects=(), changed={"line_width": 0.1})[1],
        )
        early = slice(5, 20)
        assert (np.abs(wide[:, 0, early]) < np.abs(usual[:, 0, early])).all()

    def test_it_needs_no_data_set(self, run, data_folder):
        before = fresh_signals(run, 3)[1]
        shutil.rmtree(data_folder / "datasets")
        np.testing.assert_array_equal(fresh_signals(run, 3)[1], before)

    def test_several_kernels(self, data_folder):
        several = [
            nmr.generate(
                nmr.preset(f"gsoc_2021_weak_{kernel}").fix(n_x=8, n_y=8, tau=10.0), 20, seed=k
            )
            for k, kernel in enumerate(("gaussian", "power_law"))
        ]
        run = nmr.train(
            nmr.join(several), targets=["kernel"], featurizer="polynomial", model="linear", split=8
        )
        parameters, signals = fresh_signals(run, 5)
        assert parameters["kernel"].value_counts().to_dict() == {"gaussian": 3, "power_law": 2}
        assert len(signals) == 5
        assert len(presets_of(run)) == 2
        assert preset_of(run) is None

    def test_shipped_runs_know_theirs(self):
        for preset in ("ml4sci_2020", "ml4sci_2020_secular"):
            run = nmr.load_run(f"pretrained-{preset.replace('_', '-')}")
            assert preset_of(run).of_prior() == nmr.preset(preset)
        assert [preset.name for preset in presets_of(nmr.load_run("pretrained-kernel"))] == [
            "gsoc_2021_weak_gaussian",
            "gsoc_2021_weak_power_law",
            "gsoc_2021_weak_rkky",
        ]


class TestRunsOfEarlierVersions:
    def _forget(self, data_folder):
        path = data_folder / "runs" / "run-small" / "manifest.json"
        stored = json.loads(path.read_text())
        del stored["origin"]
        path.write_text(json.dumps(stored))
        return nmr.load_run("run-small")

    def test_the_data_set_says_it(self, run, data_folder):
        assert preset_of(self._forget(data_folder)) == PRESET

    def test_without_it_a_preset_on_another_grid_is_not_taken(self, run, data_folder):
        shutil.rmtree(data_folder / "datasets")
        old = self._forget(data_folder)
        assert preset_of(old) is None
        with pytest.raises(InputError, match="unknown how the curves"):
            fresh_signals(old, 3)

    def test_a_damaged_origin_is_said(self, run, data_folder):
        path = data_folder / "runs" / "run-small" / "manifest.json"
        path.write_text(
            json.dumps(
                json.loads(path.read_text()) | {"origin": [{"preset": "ml4sci_2020_secular"}]}
            )
        )
        with pytest.raises(FailedError, match="origin is"):
            nmr.load_run("run-small")


class TestHeldOut:
    def test_they_are_the_test_part(self, run):
        parameters, signals, samples = held_out(run, 7)
        dataset = nmr.load_dataset("ds-small")
        assert samples.tolist() == run.predictions["sample"].tolist()[:7]
        np.testing.assert_array_equal(signals, dataset.signals[samples])
        np.testing.assert_array_equal(parameters["d"], run.true["d"][:7])

    def test_without_the_data_set(self, run, data_folder):
        shutil.rmtree(data_folder / "datasets")
        with pytest.raises(InputError, match="is not here"):
            held_out(run)

    def test_another_data_set_under_the_same_id(self, run, data_folder):
        shutil.rmtree(data_folder / "datasets")
        nmr.generate(PRESET, 60, seed=2, path=data_folder / "datasets" / "ds-small")
        with pytest.raises(FailedError, match="is not the one"):
            held_out(run)
