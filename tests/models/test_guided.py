"""Networks that learn the class together with the numbers of each sample."""

import numpy as np
import pytest

from nmr_core import generate, join, preset, train
from nmr_core.learning.targets import numbers_beside
from nmr_core.models import MODELS, pipeline
from nmr_core.models.guided import normal_scores
from nmr_core.studies.subject import fit_predict

KERNELS = ("gaussian", "power_law", "rkky")
QUICK = {"n_members": 1, "max_epochs": 3, "width_1": 16, "width_2": 8, "width_3": 0}


@pytest.fixture(scope="module")
def three_kernels():
    small = {"n_x": 6, "n_y": 6, "tau": 10, "acquire": 20}
    sets = [
        generate(preset(f"pulse_angles_{kernel}").fix(**small), 10, seed=k)
        for k, kernel in enumerate(KERNELS)
    ]
    return join(sets)


def beside(dataset) -> list[str]:
    classes = dataset.parameters["kernel"].to_numpy()
    return list(numbers_beside(dataset, np.arange(len(dataset)), classes))


def test_numbers_become_normal_scores():
    x = np.random.default_rng(0).lognormal(size=(501, 2))
    scores = normal_scores(x)
    assert np.argsort(scores, axis=0).tolist() == np.argsort(x, axis=0).tolist()
    np.testing.assert_allclose(scores, normal_scores(np.log(x)))
    np.testing.assert_allclose(scores.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scores.std(axis=0), 1, atol=0.01)


def test_only_numbers_that_vary_within_every_class_are_learned_beside_the_class(three_kernels):
    names = beside(three_kernels)
    assert {"alpha_x", "alpha_z", "W", "length_scale"} <= set(names)
    # xi of a power law is 1, the others have no p
    assert {"xi", "p", "n_redrawn"}.isdisjoint(names)


def test_a_training_gives_the_numbers_to_the_model(three_kernels):
    run = train(
        three_kernels, targets=["kernel"], recipe="pulse_angles", split=6, model_options=QUICK
    )
    names = beside(three_kernels)
    (member,) = run.model[-1].models_
    assert len(member.targets_.mean_) == len(KERNELS) + len(names)
    probability = run.model.predict_proba(three_kernels.signals)
    assert probability.shape == (30, 3)
    np.testing.assert_allclose(probability.sum(axis=1), 1)


def test_numbers_help_to_learn_a_class_that_depends_on_them():
    """The class is the sign of a product of two numbers that every feature mixes."""
    rng = np.random.default_rng(1)
    hidden = rng.normal(size=(1500, 2))
    X = np.tanh(hidden @ rng.normal(size=(2, 12))) + 0.05 * rng.normal(size=(1500, 12))
    y = np.where(hidden[:, 0] * hidden[:, 1] > 0, "like", "unlike")
    accuracy = []
    for numbers in (None, hidden[:300]):
        model = MODELS["guided"](task="classification", n_members=3, width_1=64, width_2=32)
        model.fit(X[:300], y[:300], numbers=numbers)
        accuracy.append((model.predict(X[300:]) == y[300:]).mean())
    assert accuracy[1] > max(accuracy[0], 0.8)


def test_a_study_gives_the_numbers_to_the_model_too(three_kernels):
    labels = three_kernels.parameters["kernel"].to_numpy().astype(str)
    rows = np.arange(len(three_kernels))
    pipe = pipeline("pca", "guided", task="classification", model_options=QUICK)
    fit_predict(pipe, three_kernels, rows, labels, rows[:6])
    (member,) = pipe[-1].models_
    assert len(member.targets_.mean_) == len(KERNELS) + len(beside(three_kernels))
