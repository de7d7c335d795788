"""Copies under symmetries: trained on with their originals, never tested on."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin

from nmr_core import EchoDataset, InputError, generate, preset, train
from nmr_core.datasets.joined import join
from nmr_core.learning.augment import maps_of
from nmr_core.learning.splits import split_samples
from nmr_core.models import MODELS, ModelEntry
from nmr_core.presets import recipe


class Watching(RegressorMixin, BaseEstimator):
    """Keeps what it is fitted on."""

    def fit(self, X, y, groups=None):
        self.X_, self.y_, self.groups_ = X, y, groups
        return self

    def predict(self, X):
        return np.tile(self.y_.mean(axis=0), (len(X), 1))


@pytest.fixture
def watching(monkeypatch):
    monkeypatch.setitem(
        MODELS, "watching", ModelEntry("watching", "Watching", "", lambda seed: Watching())
    )


def test_the_model_sees_curves_then_mirrored_ones_and_which_belong_together(dataset, watching):
    run = train(dataset, featurizer="raw", model="watching", split=15, seed=3)
    seen, order = run.model[-1], split_samples(60, 15, 3)[0]
    assert run.manifest.symmetries == ["mirror_re"]
    assert run.manifest.n_train == 45
    curves = dataset.signals[order, 0]
    expected = np.concatenate([np.hstack([m.real, m.imag]) for m in (curves, -curves.conj())])
    assert np.array_equal(seen.X_, expected)
    assert np.array_equal(seen.y_[:45], seen.y_[45:])
    assert np.array_equal(seen.y_[:45], dataset.parameters.loc[order, list(run.targets)].to_numpy())
    assert np.array_equal(seen.groups_, np.tile(np.arange(45), 2))
    assert len(run.predictions) == 15


def test_without_symmetries_there_are_no_copies(dataset, watching):
    run = train(dataset, featurizer="raw", model="watching", split=15, symmetries=False)
    assert run.manifest.symmetries == []
    assert len(run.model[-1].X_) == 45
    assert run.model[-1].groups_ is None


def test_mirrored_copies_teach_a_network(small_preset):
    """The copies are what the ensemble holds anyway, so on curves that are mirrored the network is
    as good as on others.
    """
    data = generate(small_preset, 300, seed=4)
    options = {
        "targets": ["alpha"],
        "model": "mlp",
        "model_options": {"width_1": 32, "width_2": 16, "max_epochs": 40},
        "split": 100,
        "seed": 0,
    }
    with_, without = (train(data, symmetries=asked, **options) for asked in (True, False))
    mirrored = -data.signals[with_.predictions["sample"]].conj()
    errors = [
        np.mean((run.predict(mirrored)["alpha"] - run.true["alpha"]) ** 2)
        for run in (with_, without)
    ]
    assert errors[0] < 1.2 * with_.scores.loc["alpha", "rmse"] ** 2
    assert errors[1] > 1.3 * errors[0]


@pytest.mark.parametrize("effects", ["gaussian_noise:snr=20", "pulse_angle_error"])
def test_an_effect_that_breaks_the_symmetry_ends_it(small_preset, effects):
    seen = generate(small_preset, 20, seed=1, effects=effects)
    assert bool(maps_of(seen)) == effects.startswith("gaussian_noise")


def test_asking_for_what_is_not_there_is_refused_and_a_recipe_does_without(small_preset):
    broken = generate(small_preset, 30, seed=1, effects="pulse_angle_error")
    with pytest.raises(InputError, match="No map is known"):
        train(broken, model="mean", split=5, symmetries=True)
    assert maps_of(broken, None, True) == ()
    assert train(broken, model="mean", split=5).manifest.symmetries == []


def test_a_recipe_decides_where_nothing_is_said(dataset):
    assert maps_of(dataset, None, False) == ()
    assert maps_of(dataset, True, False) == maps_of(dataset, None, None) != ()


def test_a_joined_data_set_has_the_maps_that_all_have(dataset, small_preset):
    other = generate(small_preset.fix(kernel="gaussian"), 20, seed=1)
    assert [m.name for m in maps_of(join([dataset, other]))] == ["mirror_re"]
    broken = generate(small_preset.fix(kernel="rkky"), 20, seed=2, effects="pulse_angle_error")
    assert maps_of(join([dataset, broken])) == ()
    imported = EchoDataset(preset_free(other), None, other.signals, other.parameters)
    assert maps_of(join([dataset, imported])) == ()


def preset_free(known: EchoDataset):
    """Its manifest, as of curves of unknown origin."""
    from dataclasses import replace

    protocol = known.preset.experiments()[0].protocol
    assert len(protocol.time) == len(known.time)
    fields = ("sequence", "sense", "tau", "angle_1", "phase_1", "angle_2", "phase_2", "carrier")
    settings = [{name: getattr(protocol, name) for name in fields}]
    return replace(known.manifest, preset=recipe(settings=settings), source="a test")


def test_several_settings_have_a_map_of_their_own():
    lab = generate(preset("lab").fix(n_x=8, n_y=8, tau=5), 20, seed=2)
    for m in maps_of(lab):
        assert m.apply(lab.signals).shape == lab.signals.shape
