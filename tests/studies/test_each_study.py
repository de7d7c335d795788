"""What each kind of study promises: which samples it may fit on and score, and what it says."""

import itertools

import numpy as np
import pytest

from nmr_core import study
from nmr_core.errors import Cancelled, InputError
from nmr_core.learning.splits import split_samples
from nmr_core.progress import publishing
from nmr_core.studies import STUDIES
from nmr_core.studies.search import ladder

RIDGE = {"featurizer": "raw", "model": "ridge", "symmetries": False, "split": 0.2}
TREE = {"featurizer": "raw", "model": "decision_tree", "symmetries": False, "split": 0.2}
QUICK = {
    "learning_curve": {"points": 3, "repeats": 2},
    "validation_curve": {"repeats": 1, "values": [1, 10]},
    "search": {"candidates": 3},
    "cross_validation": {"folds": 3},
    "seeds": {"repeats": 2},
    "sanity": {"permutations": 3},
}


def _test_part(dataset, seed=0, y=None):
    return set(split_samples(len(dataset), 0.2, seed, y)[1].tolist())


@pytest.mark.parametrize("kind", STUDIES)
@pytest.mark.parametrize("task", ["regression", "classification"])
def test_every_study_does_both_tasks(small, classes, kind, task):
    options = {"option": "min_samples_leaf"} if kind == "validation_curve" else {}
    about = classes if task == "classification" else small
    targets = ["strength"] if task == "classification" else ["alpha", "d"]
    made = study(kind, about, targets=targets, **TREE, **QUICK[kind], **options)
    assert made.task == task
    assert made.sentence.endswith(".")
    assert list(made.targets) == targets
    assert len(made.table()) == len(made.rows) > 0
    assert (made.table()["baseline"] > 0).all()


def test_every_kind_is_tried():
    assert set(QUICK) == set(STUDIES)


@pytest.mark.parametrize("method", ["random", "halving"])
def test_a_search_never_fits_or_scores_the_test_part_before_its_end(small, spy, method):
    made = study("search", small, **TREE, candidates=9, method=method, seed=3)
    test = _test_part(small, 3)
    *before, (fitted, scored) = spy
    assert len(before) >= 9
    for train, valid in before:
        assert not test & (train | valid)
    for train, valid in before[-len(made.rows) :]:
        assert not train & valid
    assert scored == test
    assert fitted == set(range(len(small))) - test
    assert made.summary["n_test"] == len(test)


@pytest.mark.parametrize("kind", ["validation_curve", "learning_curve", "sanity"])
def test_no_study_fits_on_its_test_part(small, spy, kind):
    options = {"option": "min_samples_leaf"} if kind == "validation_curve" else {}
    study(kind, small, **TREE, **QUICK[kind], **options)
    test = _test_part(small)
    assert all(not test & train for train, _ in spy)
    touched = any(test & scored for _, scored in spy)
    assert touched == (kind != "validation_curve")


def test_the_winner_of_a_search_is_the_best_on_validation_and_the_same_every_time(small):
    made, again = (
        study("search", small, **TREE, candidates=8, method="random", seed=1) for _ in range(2)
    )
    table = made.table()
    assert made.summary["winner"] == table.loc[table["error"].idxmin(), "candidate"]
    assert [row["error"] for row in made.rows] == [row["error"] for row in again.rows]
    assert len(
        table.drop(
            columns=["candidate", "round", "n", "error", "baseline", "seconds"]
        ).drop_duplicates()
    ) == len(table)


def test_halving_goes_on_with_the_best_third_and_three_times_the_curves(small):
    assert ladder(900, 9, "halving") == [(100, 9), (300, 3), (900, 1)]
    assert ladder(900, 9, "random") == [(900, 9)]
    assert ladder(60, 100, "halving") == [(60, 100)]
    assert ladder(10**6, 3, "halving") == [(333333, 3), (10**6, 1)]


def test_an_impossible_candidate_loses_and_the_others_go_on(small):
    made = study(
        "search",
        small,
        featurizer="fft",
        model="ridge",
        symmetries=False,
        options=["low", "high"],
        candidates=12,
        method="random",
    )
    problems = [row for row in made.rows if row.get("problem")]
    assert problems
    assert all(row["error"] is None for row in problems)
    assert made.summary["winner"] not in [row["candidate"] for row in problems]


def test_cross_validation_tests_every_sample_exactly_once(small, spy):
    made = study("cross_validation", small, **RIDGE, folds=4)
    folds = [scored for _, scored in spy[-4:]]
    assert sorted(sample for fold in folds for sample in fold) == list(range(len(small)))
    for train, scored in spy[-4:]:
        assert train == set(range(len(small))) - scored
    assert made.summary["error"] == pytest.approx(
        np.average(made.table()["error"], weights=made.table()["n_test"])
    )
    assert (
        made.summary["error_low"]
        < made.summary["error"]
        < made.summary["error_high"]
        < made.summary["baseline"]
    )


def test_cross_validation_holds_each_class_in_its_share(classes, spy):
    study("cross_validation", classes, targets=["strength"], **TREE, folds=4)
    y = classes.parameters["strength"].to_numpy()
    for _, fold in spy[-4:]:
        for name in ("weak", "middle", "strong"):
            assert abs((y[sorted(fold)] == name).sum() - (y == name).sum() / 4) <= 1


def test_a_class_with_fewer_members_than_folds_is_refused(classes):
    with pytest.raises(
        InputError, match=r"The class middle has 30 curves, so 40 folds cannot all hold one"
    ):
        study("cross_validation", classes, targets=["strength"], **TREE, folds=40)


def test_learning_curves_grow_by_beginnings_of_one_order_and_share_the_test_part(small, spy):
    made = study("learning_curve", small, **RIDGE, points=4, repeats=2, smallest=10)
    fits = spy[-8:]
    test = _test_part(small)
    assert all(scored == test for _, scored in fits)
    assert (
        [len(train) for train, _ in fits]
        == [row["n"] for row in made.rows]
        == [10, 10, 20, 20, 40, 40, 80, 80]
    )
    for repeat in range(2):
        mine = [train for train, _ in fits[repeat::2]]
        assert all(small_ < large for small_, large in itertools.pairwise(mine))
    assert fits[0][0] != fits[1][0]


def test_permuted_labels_fall_back_to_the_baseline_and_eight_curves_are_learned(small):
    made = study("sanity", small, targets=["alpha"], **RIDGE, permutations=5)
    assert (made.summary["memorise"], made.summary["permuted"]) == (
        "learned",
        "falls to the baseline",
    )
    assert made.summary["true"] < 0.5
    assert made.summary["high"] > 0.9


def test_the_baseline_model_is_not_expected_to_learn_eight_curves(small):
    summary = study("sanity", small, featurizer="raw", model="mean", permutations=3).summary
    assert summary["memorise"] == "not expected"
    assert summary["permuted"] == "falls to the baseline"


def test_a_tree_that_cannot_learn_eight_curves_is_called_broken(small):
    summary = study(
        "sanity", small, **TREE, model_options={"min_samples_leaf": 100}, permutations=3
    ).summary
    assert summary["memorise"] == "broken"


def test_a_leak_is_found(small, monkeypatch):
    """A leak as of a featurizer: whatever the labels, the fit has the true ones of all samples."""
    from nmr_core.studies import subject

    def leaking(pipe, dataset, train, labels, test, *rest, **more):
        return dataset.parameters[["alpha"]].to_numpy(float)[test] * 1.001

    monkeypatch.setattr(subject, "fit_predict", leaking)
    summary = study("sanity", small, targets=["alpha"], **RIDGE, permutations=3).summary
    assert summary["permuted"] == "leak"
    assert "holds information about the test part" in summary["sentence"]


def test_seeds_differ_in_split_and_the_interval_is_students(small, spy):
    made = study("seeds", small, **RIDGE, repeats=3, seed=4)
    assert [row["seed"] for row in made.rows] == [4, 5, 6]
    assert [scored for _, scored in spy[-3:]] == [_test_part(small, seed) for seed in (4, 5, 6)]
    errors = [row["error"] for row in made.rows]
    assert made.summary["error"] == pytest.approx(np.mean(errors))
    assert made.summary["error_high"] - made.summary["error"] == pytest.approx(
        4.3027 * np.std(errors, ddof=1) / 3**0.5, rel=1e-3
    )


def test_symmetric_copies_are_learned_and_never_tested(small, spy):
    with_copies = study("seeds", small, **(RIDGE | {"symmetries": True}), repeats=2)
    without = study("seeds", small, **RIDGE, repeats=2)
    assert with_copies.recipe["symmetries"]
    assert not without.recipe["symmetries"]
    assert all(not train & scored for train, scored in spy if len(scored) == 20)
    assert [row["error"] for row in with_copies.rows] != [row["error"] for row in without.rows]


def test_rows_are_published_as_they_come(small):
    seen = []
    with publishing(lambda name, value: seen.append((name, len(value)))):
        study("seeds", small, **RIDGE, repeats=3)
    assert [n for name, n in seen if name == "rows"] == [1, 2, 3]


def test_the_time_is_stated_before_the_fits_and_a_study_of_days_is_refused(small, spy):
    told = []
    study(
        "seeds",
        small,
        **RIDGE,
        repeats=2,
        progress=lambda done, total, message: told.append((done, total, message)),
    )
    first = next(message for _, _, message in told if message.startswith("about"))
    assert first.endswith("for 2 fits")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    del spy[:]
    with pytest.raises(
        InputError,
        match=r"This would take about .* \(101 fits of up to 80 curves\), more than the limit of "
        r"1e-05 h\. Reduce candidates",
    ):
        study("search", small, **TREE, candidates=999, method="random", limit_hours=1e-5)
    assert len(spy) <= 3, "only the small timed fits"


def test_cancelling_stops_a_study(small):
    def stop(done, total, message):
        if message.startswith("fit 2"):
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        study("seeds", small, **RIDGE, repeats=5, progress=stop)


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("serch", {}, r"There is no study 'serch'; there are learning_curve, "),
        ("seeds", {"folds": 3}, r"The study seeds has no setting 'folds'; it has repeats\."),
        ("seeds", {"repeats": 1}, r"repeats must be in \[2, 100\], got 1"),
        ("search", {"method": "grid"}, r"method must be one of halving, random"),
        ("search", {"options": "width_1"}, r"options takes a list"),
        (
            "search",
            {"options": ["nothing"]},
            r"There is no option 'nothing' to vary; this recipe has model\.min_samples_leaf",
        ),
        (
            "validation_curve",
            {"option": "min_samples_leaf", "values": [1, "x"]},
            r"min_samples_leaf must be a number",
        ),
        ("cross_validation", {"folds": 50}, r"50 folds need at least 110 curves, got 100"),
        ("seeds", {"limit_hours": 0}, r"limit_hours must be > 0"),
        ("seeds", {"targets": ["beta"]}, r"no target 'beta'"),
    ],
)
def test_what_makes_no_sense_is_refused(small, kind, options, sentence):
    with pytest.raises(InputError, match=sentence):
        study(kind, small, **(TREE | options))
