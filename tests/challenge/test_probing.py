"""Attacks on the public board: 200 adaptive submissions gain less than one standard error."""

import numpy as np
import pandas as pd
import pytest
from made_challenges import ZOE, truth_table

from nmr_core.challenge import submit
from nmr_core.challenge.metrics import resampled_scores, score
from nmr_core.challenge.reading import read_answer
from nmr_core.challenge.scoring import parts
from nmr_core.challenge.secret import truth_of
from nmr_core.errors import InputError

N_TRIES = 200


class Attacker:
    """Who sees receipts only, and starts from an honest model with 6 % rmse."""

    def __init__(self, challenge) -> None:
        self.challenge = challenge
        self.table = truth_table(challenge, 0.06)
        self.names = challenge.columns
        self.widths = np.array([t.high - t.low for t in challenge.targets])
        self.honest = self.table[self.names].to_numpy(float)
        self.best = self.honest.copy()
        self.n_shown = 0
        self.rng = np.random.default_rng(1)
        self.submit(self.best)

    def submit(self, values: np.ndarray) -> None:
        try:
            receipt = submit(self.challenge, self.filled(values), ZOE)
        except InputError:  # the same numbers once more, after clipping
            return
        if receipt.shown:
            self.best = values
            self.n_shown += 1

    def filled(self, values: np.ndarray) -> pd.DataFrame:
        """A submission with these numbers."""
        return self.table.assign(**dict(zip(self.names, values.T, strict=True)))

    def clipped(self, values: np.ndarray) -> np.ndarray:
        """The numbers that are scored."""
        return read_answer(self.challenge, self.filled(values)).values

    def gain(self, *, private: bool) -> float:
        """How much better the best answer is than the honest one, in standard errors."""
        truth, metric = truth_of(self.challenge.folder), self.challenge.metric
        counts = truth.private_counts if private else truth.counts
        before, after = (
            parts(self.challenge, truth, self.clipped(values), private=private)
            for values in (self.honest, self.best)
        )
        error = resampled_scores(metric, before, counts).std()
        return metric.sign * (score(metric, after) - score(metric, before)) / error


@pytest.fixture
def attacker(made) -> Attacker:
    return Attacker(made(n_public=300, n_private=300, tries=N_TRIES + 1))


def one_number(attacker: Attacker, step: float) -> None:
    """Change one number at a time, and keep what is shown as better."""
    for _ in range(N_TRIES):
        row = attacker.rng.integers(len(attacker.honest))
        column = attacker.rng.integers(len(attacker.names))
        values = attacker.best.copy()
        values[row, column] += attacker.rng.choice([-1, 1]) * step * attacker.widths[column]
        attacker.submit(values)


def all_numbers(attacker: Attacker, step: float) -> None:
    """Change all numbers at random, and keep what is shown as better."""
    for _ in range(N_TRIES):
        noise = attacker.rng.standard_normal(attacker.honest.shape)
        attacker.submit(attacker.best + step * attacker.widths * noise)


def encodings(attacker: Attacker, step: float) -> None:
    """Numbers 100^k beyond the prior, whose squares would hold one label per pair of digits."""
    for start in range(N_TRIES):
        values = attacker.best.copy()
        rows = np.arange(start, start + 8) % len(values)
        values[rows, 0] = step * 100.0 ** np.arange(1, 9)
        attacker.submit(values)


@pytest.mark.parametrize(
    ("attack", "step"),
    [
        (one_number, 0.06),
        (one_number, 0.2),
        (all_numbers, 0.003),
        (all_numbers, 0.01),
        (encodings, 1.0),
    ],
)
def test_two_hundred_adaptive_submissions_gain_nothing(attacker, attack, step):
    attack(attacker, step)
    assert attacker.gain(private=False) < 0.5
    assert attacker.gain(private=True) < 0.1


def test_without_the_smallest_step_the_attack_succeeds(attacker, monkeypatch):
    """An attack on a board that shows every gain above the paired standard error."""
    monkeypatch.setattr("nmr_core.challenge.submitting.STEP", 0.0)
    all_numbers(attacker, 0.003)
    assert attacker.gain(private=False) > 0.5
