"""Samples of joined data sets that share a seed are one draw: no study may learn from one and be
tested on the other.
"""

import numpy as np
import pytest

from nmr_core import study
from nmr_core.datasets.joined import draws
from nmr_core.learning.plan import planned
from nmr_core.studies.cross_validation import folds
from nmr_core.studies.subject import Subject

TARGETS = {"regression": ["alpha_x"], "classification": ["kernel"]}
TREE = {"featurizer": "raw", "model": "decision_tree", "symmetries": False}


@pytest.fixture(params=TARGETS)
def subject(twice, request):
    """Of either task."""
    return Subject.of(
        twice,
        TARGETS[request.param],
        planned("", "raw", "decision_tree", None, None),
        False,
        split=0.25,
    )


def _broken(dataset, *sides) -> int:
    """Draws that are on more than one side."""
    number = draws(dataset.manifest)
    on = np.stack([np.isin(np.unique(number), number[side]) for side in sides])
    return int((on.sum(axis=0) > 1).sum())


def test_two_sources_share_their_draws(twice, subject):
    number = subject.draws
    assert len(number) == 68
    assert sorted(np.unique(number, return_counts=True)[1]) == [1] * 20 + [2] * 24
    # A cut that knows nothing of draws breaks some
    assert _broken(twice, np.arange(68)[::2], np.arange(68)[1::2]) > 0


@pytest.mark.parametrize("seed", range(5))
def test_the_test_part_takes_whole_draws(twice, subject, seed):
    train, test = subject.parts(seed)
    assert sorted([*train, *test]) == list(range(68))
    assert _broken(twice, train, test) == 0


@pytest.mark.parametrize("seed", range(5))
def test_so_does_the_part_that_decides(twice, subject, seed):
    train, _ = subject.parts()
    rest, valid = subject.divided(train, 0.3, seed)
    assert sorted([*rest, *valid]) == train.tolist()
    assert len(valid) > 5
    assert _broken(twice, rest, valid) == 0


def test_so_does_every_fold(twice, subject):
    found = folds(subject, {"folds": 4})
    assert sorted(np.concatenate(found)) == list(range(68))
    assert _broken(twice, *found) == 0


@pytest.mark.parametrize("kind", ["search", "cross_validation"])
def test_no_fit_of_a_study_sees_a_draw_that_it_predicts(twice, spy, kind):
    options = {
        "search": {"candidates": 4, "method": "random", "split": 0.25},
        "cross_validation": {"folds": 3},
    }[kind]
    study(kind, twice, targets=["kernel"], **TREE, **options)
    scored = [(sorted(train), sorted(test)) for train, test in spy if not train & test]
    assert len(scored) >= 3
    assert [_broken(twice, *sides) for sides in scored] == [0] * len(scored)
