"""Targets of errors: what they mean, and those that cannot be one."""

import re

import numpy as np
import pytest

from nmr_core.design.sequential.error_target import ErrorTarget, weighted_error
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

SPECS = (Parameter("a", "a", "MHz", 0, 10, 5), Parameter("b", "b", "", 0, 1, 0.5))
WEIGHTS = {"a": 1.0, "b": 0.0}


def of(target, weights=WEIGHTS):
    return ErrorTarget.of(target, SPECS, weights)


def test_weighted_error_leaves_out_parameters_of_weight_0():
    assert weighted_error(np.array([0.3, 0.9]), np.array([2.0, 0.0])) == pytest.approx(0.3)
    assert weighted_error(np.array([0.3, 0.4]), np.array([1.0, 1.0])) == pytest.approx(
        0.25**0.5 / 2**0.5
    )


def test_loss_of_a_weighted_target_is_the_error_over_the_target():
    assert of(0.1).loss(np.array([0.05, 1.0]), SPECS, np.array([1.0, 0.0])) == pytest.approx(0.5)


def test_loss_of_single_targets_is_1_where_all_are_reached_and_follows_the_worst():
    target = of({"a": 1.0, "b": 0.2}, {"a": 1, "b": 1})
    weights = np.ones(2)
    assert target.loss(np.array([0.09, 0.2]), SPECS, weights) == 1
    worse = target.loss(np.array([[0.2, 0.2], [0.2, 0.4], [0.4, 0.2]]), SPECS, weights)
    assert (worse > 1).all()
    assert worse[0] < worse[1] < worse[2]
    assert target.label == "a to ±1, b to ±0.2"


def test_a_target_survives_its_own_kind():
    target = of({"a": 1.0})
    assert of(target) == target
    assert of(of(0.05)) == of(0.05)
    assert of(0.05).label == "weighted error 5 % of the ranges"


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (0.0, "weighted error to reach must be > 0 and < 1 of the range, got 0.0"),
        (1.5, "weighted error to reach must be > 0 and < 1 of the range, got 1.5"),
        ("much", "got much"),
        ({}, "at least one parameter, got none"),
        ({"a": 12.0}, "error of a to reach must be > 0 and < 10 MHz, got 12.0"),
        ({"b": 0.1}, "'b', which is no parameter that counts. Choose among a."),
        ({"c": 0.1}, "'c', which is no parameter that counts"),
    ],
)
def test_what_is_no_target_is_refused_in_one_sentence(target, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        of(target)
