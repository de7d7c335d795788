"""Training on several echoes per sample: all become features, for such samples only."""

import numpy as np
import pandas as pd
import pytest
from quick_models import quick

from nmr_core import EchoDataset, InputError, compare, generate, load_run, preset, train
from nmr_core.features import available


@pytest.fixture(scope="module")
def lab():
    """120 samples of four settings, 45 points each."""
    return generate(preset("lab").fix(n_x=8, n_y=8, tau=5), 120, seed=2)


@pytest.fixture(scope="module")
def run(lab):
    return train(lab, featurizer="polynomial", model="ridge", split=30, seed=3, id="run-lab")


@pytest.fixture(scope="module")
def solved():
    """60 samples whose range is solved for, some of them redrawn."""
    small = preset("gsoc_2021_weak_power_law").fix(n_x=20, n_y=20, tau=3, acquire=6)
    return generate(small, 60, seed=4)


@pytest.mark.parametrize(
    ("featurizer", "model"),
    [
        *((featurizer, "ridge") for featurizer in available()),
        *(("polynomial", model) for model in ("mlp", "random_forest", "average")),
    ],
)
def test_every_featurizer_with_several_models(lab, featurizer, model):
    run = train(
        lab, featurizer=featurizer, model=model, model_options=quick(model), split=30, seed=3
    )
    assert run.targets == ("omega_p", "xi", "ratio_y", "ratio_z", "d")
    assert run.manifest.unidentifiable == {}
    assert run.predictions.shape == (30, 11)
    assert np.isfinite(run.predictions.to_numpy()).all()


@pytest.mark.parametrize("featurizer", sorted({*available()} - {"pca", "minirocket"}))
def test_features_say_which_setting_they_come_from(lab, featurizer):
    run = train(lab, featurizer=featurizer, model="mean", split=30)
    names = run.model[0].get_feature_names_out()
    per_setting = len(names) // 4
    assert [name.split("__")[0] for name in names] == np.repeat(
        ["s0", "s1", "s2", "s3"], per_setting
    ).tolist()
    assert len(set(names)) == len(names) == run.model[0].transform(lab.signals[:1]).shape[1]


def test_every_setting_is_learned_from(lab):
    """Scrambling one setting of the training part changes what is predicted."""
    run = train(lab, featurizer="raw", model="ridge", split=30, seed=3)
    for setting in range(4):
        signals = lab.signals.copy()
        signals[:, setting] = signals[::-1, setting]
        other = train(
            EchoDataset(lab.manifest, None, signals, lab.parameters),
            featurizer="raw",
            model="ridge",
            split=30,
            seed=3,
        )
        assert not np.allclose(other.predict(lab.signals), run.predict(lab.signals))


def test_a_saved_run_predicts_the_same(lab, run, tmp_path):
    again = load_run(run.save(tmp_path / "run"))
    pd.testing.assert_frame_equal(again.predict(lab.signals[:20]), run.predict(lab.signals[:20]))
    assert list(compare([again])["run"]) == ["run-lab"]


@pytest.mark.parametrize(
    "cut",
    [np.s_[:, :3], np.s_[:, :1], np.s_[:, 0], np.s_[:, :, :-1], np.s_[:, [0, 1, 2, 3, 3]]],
    ids=str,
)
def test_curves_of_another_protocol_are_refused(lab, run, cut):
    with pytest.raises(
        InputError,
        match=r"trained on 4 settings of 45 points, got .* Use curves of the same protocol",
    ):
        run.predict(lab.signals[cut])


def test_one_sample_is_four_curves(lab, run):
    assert run.predict(lab.signals[:1]).shape == (1, 5)
    with pytest.raises(InputError, match="trained on 4 settings of 45 points, got 1 of 45"):
        run.predict(lab.signals[0])


def test_a_hole_in_one_setting_is_counted_as_one_sample(lab):
    signals = lab.signals.copy()
    signals[7, 3, 5] = signals[7, 0, 1] = np.nan
    with pytest.raises(InputError, match=r"1 of \d+ curves hold NaN"):
        train(EchoDataset(lab.manifest, None, signals, lab.parameters), model="ridge", split=2)


def test_what_was_solved_for_can_be_learned(solved):
    run = train(solved, targets=["p", "W_tot", "W"], model="ridge", split=15)
    assert run.targets == ("p", "W_tot", "W")
    assert run.manifest.targets["p"]["high"] == solved.parameters["p"].max()


def test_the_number_of_redraws_cannot(solved):
    assert solved.parameters["n_redrawn"].nunique() > 1
    assert "n_redrawn" not in train(solved, model="mean", split=15).targets
    with pytest.raises(
        InputError,
        match=r"n_redrawn counts the draws that were thrown away: .* Choose among alpha_x, alpha_z",
    ):
        train(solved, targets=["p", "n_redrawn"], model="mean", split=15)
