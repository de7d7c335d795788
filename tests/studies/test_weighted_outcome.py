"""Outcomes of studies with weights: those of the stated prior, also over the folds together."""

import numpy as np
import pytest

from nmr_core import generate, preset, study
from nmr_core.learning.plan import planned
from nmr_core.studies import STUDIES
from nmr_core.studies.outcome import Classes, Values
from nmr_core.studies.reproduce import command_of, python_of
from nmr_core.studies.subject import Subject


@pytest.fixture(scope="module")
def pairs():
    """Values and Classes with weights 0 to 2; the same samples as often as their weights say."""
    rng = np.random.default_rng(0)
    n = 300
    w = rng.integers(0, 3, n)
    rows = np.repeat(np.arange(n), w)
    true = rng.uniform(0, 1, (n, 2))
    predicted = true + rng.normal(0, 0.2, (n, 2))
    names, widths, known = ("a", "b"), np.array([1.0, 2.0]), np.array([True, True])
    baseline = np.full((n, 2), 0.5)
    texts = np.array(["x", "y", "z"])
    t, p = (texts[(3 * np.clip(v[:, 0], 0, 0.99)).astype(int)] for v in (true, predicted))
    constant = np.full(n, "x")
    return [
        (
            Values(true, predicted, baseline, names, widths, known, w.astype(float)),
            Values(true[rows], predicted[rows], baseline[rows], names, widths, known),
        ),
        (
            Classes(t, p, constant, tuple(texts), w.astype(float)),
            Classes(t[rows], p[rows], constant[rows], tuple(texts)),
        ),
    ]


def test_a_weight_of_two_is_a_sample_twice(pairs):
    for weighted, repeated in pairs:
        assert weighted.error == pytest.approx(repeated.error)
        assert weighted.baseline_error == pytest.approx(repeated.baseline_error)
        assert weighted.scores() == pytest.approx(repeated.scores())
        low, high = weighted.interval()
        assert low < weighted.error < high
        assert high - low == pytest.approx(np.ptp(repeated.interval()), rel=0.5)
        columns = [k for k in weighted.details()[0] if k not in ("r2_low", "r2_high", "target")]
        for one, other in zip(weighted.details(), repeated.details(), strict=True):
            for name in columns:
                assert one[name] == other[name] or one[name] == pytest.approx(other[name])


def test_folds_together_keep_their_weights(pairs):
    for weighted, _ in pairs:
        assert weighted.beside([weighted]).error == pytest.approx(weighted.error)


@pytest.fixture(scope="module")
def focused():
    """400 curves, more of them at weak coupling."""
    small = preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5.0)
    return generate(small.focus(alpha=-0.6), 400, seed=1)


def test_a_subject_takes_the_weights_of_its_data_set(focused):
    subject = Subject.of(focused, ["alpha"], planned(model="mean"), split=200)
    outcome = subject.predict(*subject.parts())
    # The model learned the mean of the samples; a uniform prior has 1/12 around its own mean
    assert outcome.error > 1.3 * outcome.baseline_error
    assert outcome.baseline_error == pytest.approx(1 / 12, rel=0.15)
    assert outcome.baseline[0, 0] == pytest.approx(0.1, abs=0.01)


def test_a_weighted_subject_is_fitted_to_the_prior(focused):
    subject = Subject.of(focused, ["alpha"], planned(model="mean"), split=200, weighted=True)
    outcome = subject.predict(*subject.parts())
    assert outcome.error == pytest.approx(outcome.baseline_error, rel=0.03)
    assert np.ptp(outcome.predicted) == 0
    assert outcome.predicted[0, 0] == pytest.approx(0.1, abs=0.02)


SETTINGS = {
    "learning_curve": {"points": 3, "repeats": 2},
    "validation_curve": {"repeats": 2},
    "search": {"method": "random", "candidates": 2},
    "cross_validation": {"folds": 3},
    "seeds": {"repeats": 2},
    "sanity": {"permutations": 3},
}


@pytest.mark.parametrize("kind", STUDIES)
def test_every_study_of_weighted_samples_states_errors_of_the_prior(focused, kind):
    """A fit to the prior is not that of the samples, and the baseline is that of the prior."""
    options = {"model": "knn", "targets": ["alpha"], "split": 100} | SETTINGS[kind]
    weighted = study(kind, focused, weighted=True, **options)
    plain = study(kind, focused, **options)
    errors = [[row["error"] for row in one.rows] for one in (weighted, plain)]
    assert errors[0] != errors[1]
    last = [one.rows[-1]["baseline"] for one in (weighted, plain)]
    assert last[0] == last[1]
    assert (weighted.recipe["weighted"], plain.recipe["weighted"]) == (True, False)
    assert "--weighted" in command_of(weighted)
    assert "weighted=True" in python_of(weighted)
    assert "weighted" not in command_of(plain)
