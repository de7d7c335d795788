"""Stacks: the features of their members side by side, with options that say whose they are."""

import numpy as np
import pytest

from nmr_core import InputError, features
from nmr_core.features import build


def test_a_stack_is_its_members_side_by_side(echoes):
    curves = echoes[0][:20]
    stack = build("polynomial+echo_shape", {"polynomial.order": 2, "echo_shape.centre": 0.6}).fit(
        curves
    )
    members = [
        build("polynomial", {"order": 2}).fit(curves),
        build("echo_shape", {"centre": 0.6}).fit(curves),
    ]
    for method in ("get_feature_names_out", "support"):
        expected = np.concatenate([getattr(member, method)() for member in members])
        assert (getattr(stack, method)() == expected).all()
    assert (
        stack.transform(curves) == np.hstack([member.transform(curves) for member in members])
    ).all()
    assert stack.name == "polynomial+echo_shape"


def test_common_options_go_to_all_that_have_them_and_own_ones_win():
    stack = build(
        "polynomial+echo_shape+raw",
        {
            "channels": ["abs"],
            "window": [5, 60],
            "raw.window": [0, 9],
            "polynomial.n_splits": "2,4",
        },
    )
    polynomial, shape, raw = stack.members
    assert (polynomial.channels, polynomial.window, polynomial.n_splits) == (
        ["abs"],
        [5, 60],
        "2,4",
    )
    assert (shape.window, raw.window, raw.channels) == ([5, 60], [0, 9], ["abs"])


def test_a_stack_learns_if_one_of_its_members_does():
    assert build("raw+pca").learns
    assert not build("raw+polynomial").learns


def test_names_labels_and_options():
    assert features.check(" polynomial + echo_shape ") == "polynomial+echo_shape"
    assert features.label("polynomial+echo_shape") == "Polynomials + echo shape"
    assert features.label("raw") == "Raw curve"
    assert features.options("polynomial+echo_shape").names == (
        "polynomial.order",
        "polynomial.centre",
        "polynomial.width",
        "polynomial.rescale",
        "echo_shape.centre",
        "echo_shape.width",
    )
    assert features.options("echo_shape").names == ("centre", "width")
    assert features.common("magnitude+echo_shape") == ("window",)
    assert features.common("raw+echo_shape") == ("channels", "window")


@pytest.mark.parametrize("name", ["wavelets", "raw+wavelets", "", "raw+", None, 3])
def test_unknown_members_are_refused(name):
    for use in (build, features.label, features.check, features.options):
        with pytest.raises(
            InputError,
            match=r"There is no featurizer '.*'; there are raw, window, .* and stacks of them",
        ):
            use(name)


def test_a_member_twice_is_refused():
    with pytest.raises(InputError, match=r"has raw twice\. Leave one out"):
        build("raw+pca+raw")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"order": 2},
            r"The stack raw\+polynomial has no option 'order'; it has channels, window, "
            r".*polynomial\.order",
        ),
        ({"fft.low": 0.1}, "has no option 'fft.low'"),
        ({"polynomial.wings": 2}, "Featurizer polynomial has no option 'wings'"),
        ({"polynomial.order": 99}, r"order must be in \[0, 10\], got 99"),
        ({"channels": ["phase"]}, "channels must be some of"),
    ],
)
def test_impossible_options_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        build("raw+polynomial", options)
