"""Scores against direct formulas, the Ladder, ranks and the private result."""

import numpy as np
import pytest
from made_challenges import MAX, ZOE, truth_table
from sklearn.metrics import accuracy_score, f1_score

from nmr_core.challenge import board, close, history, newest_times, standing, submit
from nmr_core.challenge.secret import truth_of
from nmr_core.learning.metrics import weighted_error


def test_the_weighted_error_is_that_of_a_run(made):
    challenge = made()
    table = truth_table(challenge, 0.05)
    truth = truth_of(challenge.folder)
    names = challenge.columns
    true = table[names].copy()
    true[names] = truth.values
    low = [target.low for target in challenge.targets]
    high = [target.high for target in challenge.targets]
    inside = table[names].clip(low, high)
    widths = {target.name: target.high - target.low for target in challenge.targets}
    rows = truth.is_public
    value, below, above = weighted_error(true[rows], inside[rows], widths)
    receipt = submit(challenge, table, ZOE)
    assert receipt.score == pytest.approx(value, rel=0.05)  # two digits
    assert receipt.error == pytest.approx((above - below) / 3.92, rel=0.25)


@pytest.mark.parametrize("metric", ["macro_f1", "accuracy"])
def test_scores_of_classes_are_those_of_scikit_learn(made, metric):
    challenge = made(metric)
    table = truth_table(challenge, 0.3)
    truth = truth_of(challenge.folder)
    rows = truth.is_public
    true = np.array(challenge.classes)[truth.values[rows, 0].astype(int)]
    predicted = table["kernel"].to_numpy()[rows]
    expected = {
        "macro_f1": f1_score(true, predicted, average="macro"),
        "accuracy": accuracy_score(true, predicted),
    }
    assert submit(challenge, table, ZOE).score == pytest.approx(expected[metric], abs=0.006)


def test_the_interval_score_prefers_honest_intervals(made):
    challenge = made("interval_score", n_public=300)
    honest = truth_table(challenge, 0.05)
    middle = (honest["p_low"] + honest["p_high"]) / 2
    scores = {}
    for name, factor in {"too sure": 0.2, "honest": 1.0, "too wide": 4.0}.items():
        table = honest.copy()
        for target in ("alpha", "p"):
            middle = (honest[f"{target}_low"] + honest[f"{target}_high"]) / 2
            half = factor * (honest[f"{target}_high"] - middle)
            table[f"{target}_low"], table[f"{target}_high"] = middle - half, middle + half
        by = type(ZOE)(name, name)
        scores[name] = submit(challenge, table, by).score
    assert scores["honest"] < min(scores["too sure"], scores["too wide"])
    rows = {row.name: row.details for row in board(challenge).rows}
    assert rows["honest"]["coverage"] == pytest.approx(0.9, abs=0.05)
    assert rows["too sure"]["coverage"] < 0.5


def test_only_a_better_score_is_shown(made):
    challenge = made(n_public=200)
    first = submit(challenge, truth_table(challenge, 0.1), ZOE)
    worse = submit(challenge, truth_table(challenge, 0.3), ZOE)
    same = submit(challenge, truth_table(challenge, 0.1, seed=1), ZOE)
    better = submit(challenge, truth_table(challenge, 0.02), ZOE)
    assert (first.shown, worse.shown, same.shown, better.shown) == (True, False, False, True)
    assert worse.score == same.score == first.score
    assert "Not better" in worse.sentence
    assert [attempt.score for attempt in history(challenge, ZOE)][:3] == [first.score] * 3
    times = [attempt.time for attempt in history(challenge, ZOE)]
    assert newest_times(challenge) == {ZOE.id: max(times)}
    assert standing(challenge, ZOE).score == better.score


def test_teams_within_one_standard_error_share_a_rank_and_the_earlier_comes_first(made):
    challenge = made(n_public=200)
    for k, noise in enumerate((0.2, 0.101, 0.1, 0.02)):
        submit(challenge, truth_table(challenge, noise, seed=k // 3), type(ZOE)(f"p-{k}", f"P{k}"))
    rows = [(row.name, row.rank) for row in board(challenge).rows]
    assert rows[0] == ("P3", 1)
    assert rows[-1] == ("P0", 4)
    same = truth_table(challenge, 0.02, seed=1)
    same["p"] += 1e-6
    submit(challenge, same, type(ZOE)("p-9", "P9"))
    assert [(row.name, row.rank) for row in board(challenge).rows][:2] == [("P3", 1), ("P9", 1)]


def test_the_private_result_appears_when_it_is_revealed(made):
    challenge = made()
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    submit(challenge, truth_table(challenge, 0.02), MAX)
    assert all(np.isnan(row.private_score) for row in board(challenge).rows)
    close(challenge, reveal=False)
    assert board(challenge).state == "closed"
    assert all(row.private_rank == 0 for row in board(challenge).rows)
    close(challenge)
    assert [(row.name, row.private_rank) for row in board(challenge).rows] == [
        ("Max", 1),
        ("Zoe", 2),
    ]
    assert all(np.isfinite(row.private_score) for row in board(challenge).rows)
