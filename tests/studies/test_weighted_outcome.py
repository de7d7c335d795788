"""Outcomes of studies with weights: those of the stated prior, also over the folds together."""

import numpy as np
import pytest

from nmr_core import generate, preset
from nmr_core.learning.plan import planned
from nmr_core.studies.outcome import Classes, Values
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


def test_a_subject_takes_the_weights_of_its_data_set():
    small = preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5.0)
    focused = generate(small.focus(alpha=-0.6), 400, seed=1)
    subject = Subject.of(focused, ["alpha"], planned(model="mean"), split=200)
    outcome = subject.predict(*subject.parts())
    # The model learned the mean of the samples; a uniform prior has 1/12 around its own mean
    assert outcome.error > 1.3 * outcome.baseline_error
    assert outcome.baseline_error == pytest.approx(1 / 12, rel=0.15)
    assert outcome.baseline[0, 0] == pytest.approx(0.1, abs=0.01)
