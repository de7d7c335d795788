"""The raw features are the curve."""

import numpy as np

from nmr_core import FEATURIZERS


def test_raw_features_are_the_points_of_the_window_in_order():
    curves = (np.arange(12).reshape(1, 2, 6) + 1j * np.arange(20, 32).reshape(1, 2, 6)).astype(
        np.complex64
    )
    raw = FEATURIZERS["raw"](window=(2, 5))
    assert raw.fit_transform(curves).tolist() == [[2, 3, 4, 22, 23, 24, 8, 9, 10, 28, 29, 30]]
    assert raw.get_feature_names_out()[[0, 5, 6]].tolist() == [
        "s0__raw__re__2",
        "s0__raw__im__4",
        "s1__raw__re__2",
    ]
