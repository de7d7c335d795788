"""Attacks on the public board: 200 adaptive submissions gain less than one standard error."""

import numpy as np
import pandas as pd
import pytest
from made_challenges import ZOE, truth_table

from nmr_core.challenge import Participant, board, changing, rescore, submit, submitting
from nmr_core.challenge.metrics import resampled_scores, rounded, score
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
        (one_number, 0.2),
        (all_numbers, 0.003),
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


def many_names(attacker: Attacker, n_names: int, step: float) -> np.ndarray:
    """The answer that first scores of random changes under many names suggest."""
    challenge, honest = attacker.challenge, attacker.honest
    scores, signs = [], attacker.rng.choice([-1, 1], (n_names, *honest.shape))
    for name, sign in enumerate(signs):
        table = attacker.filled(honest + step * attacker.widths * sign)
        scores.append(submit(challenge, table, Participant(f"n-{name}", f"N{name}")).score)
    slope = np.tensordot(np.array(scores) - np.mean(scores), signs, 1) / n_names / (2 * step)
    return slope * challenge.n_public * attacker.widths


@pytest.mark.parametrize("step", [0.03, 0.06])
def test_as_many_names_as_have_two_digits_gain_less_than_one_standard_error(attacker, step):
    change = many_names(attacker, submitting.FREE, step)
    for factor in (0.03, 0.1, 0.2):
        attacker.best = attacker.honest - factor * change
        assert attacker.gain(private=False) < 1
        assert attacker.gain(private=True) < 0.1


def test_a_late_first_score_has_two_digits_only_where_it_leads(made, monkeypatch):
    monkeypatch.setattr(submitting, "FREE", 1)
    monkeypatch.setattr(changing, "FREE", 1)
    challenge = made(n_public=200)
    noises = {"first": 0.2, "late": 0.21, "leader": 0.05}
    people = {name: Participant(name, name) for name in noises}
    receipts = {
        name: submit(challenge, truth_table(challenge, noise), people[name])
        for name, noise in noises.items()
    }
    assert "in one digit" in receipts["late"].sentence
    assert "in one digit" not in receipts["leader"].sentence
    assert receipts["late"].score == rounded(receipts["late"].score, 1)
    for _ in range(2):
        rows = {row.name: row for row in board(challenge).rows}
        assert {name: row.digits for name, row in rows.items()} == {
            "first": 2,
            "late": 1,
            "leader": 2,
        }
        assert np.isnan(rows["first"].beats_next)
        rescore(challenge)
    again = submit(challenge, truth_table(challenge, 0.1), people["late"])
    assert again.shown
    assert board(challenge).rows[1].digits == 2
