"""Files of many groups: the work to find their measurements is in proportion to them."""

import sys
from functools import partial

import numpy as np
import pytest

from nmr_core.io.trees import Leaf, Tree
from nmr_core.io.trees.records import find_records

TIME = np.arange(40) * 0.5


def leaf(path, values):
    return Leaf(path, values.shape, values.dtype, lambda: values)


def tree_of(n, names):
    tree = Tree()
    for k in range(n):
        for name, values in names(k):
            tree.add(leaf(name, values), "echoes.h5")
    return tree


def scan_groups(k):
    return [(f"s{k}/time_us", TIME), (f"s{k}/signal", TIME * 1j)]


def one_group(k):
    return [(f"time_us_{k}", TIME), (f"signal_{k}", TIME)]


def one_time(k):
    return [("a/time_us", TIME)] * (k == 0) + [(f"b{k}/signal", TIME * 1j)]


def calls(action):
    """Calls of functions of Python, which do not depend on the speed of the machine."""
    n = 0

    def count(frame, event, argument):
        nonlocal n
        n += event == "call"

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return n


@pytest.mark.parametrize("names", [scan_groups, one_group, one_time])
def test_twice_the_groups_is_twice_the_work(names):
    few, many = (calls(partial(find_records, tree_of(n, names), "echoes.h5")) for n in (100, 400))
    assert many < 6 * few


@pytest.mark.parametrize("names", [scan_groups, one_group, one_time])
def test_each_signal_has_its_own_times(names):
    records = find_records(tree_of(30, names), "echoes.h5")
    assert len(records) == 30
    for record in records:
        signal, time = record.channels.first, record.time
        if names is one_time:
            assert time.path == "a/time_us"
        else:
            assert time.path == signal.path.replace("signal", "time_us")


@pytest.mark.parametrize(
    ("path", "times", "expected"),
    [
        ("a/b/signal", ["time", "a/time", "c/time"], "a/time"),
        ("a/signal", ["a/b/time", "c/time", "time"], "time"),
        ("a/signal_1", ["a/t", "a/time", "a/time_1"], "a/time_1"),
        ("a/signal_1", ["a/time_2", "a/t", "a/time"], "a/time"),
        ("a/signal", ["b/t", "b/time"], "b/time"),
    ],
)
def test_the_nearest_times_are_taken(path, times, expected):
    tree = Tree()
    for one in (path, *times):
        tree.add(leaf(one, TIME * 1j if one == path else TIME), "echoes.h5")
    [record] = find_records(tree, "echoes.h5")
    assert record.time.path == expected
