"""publish() reaches the innermost receiver, nobody by default, and then the outer one again."""

import pytest

from nmr_core.progress import publish, publishing


def test_by_default_nobody_watches():
    publish("curve", [[1, 1]])


def test_the_innermost_receiver_gets_it():
    outer, inner = [], []
    with publishing(lambda *shown: outer.append(shown)):
        publish("a", 1)
        with publishing(lambda *shown: inner.append(shown)):
            publish("b", 2)
        publish("c", 3)
    publish("d", 4)
    assert outer == [("a", 1), ("c", 3)]
    assert inner == [("b", 2)]


def test_an_error_inside_gives_the_place_back():
    seen = []
    with publishing(lambda *shown: seen.append(shown)):
        with pytest.raises(KeyError), publishing(lambda *_: seen.append("wrong")):
            raise KeyError
        publish("a", 1)
    assert seen == [("a", 1)]


def test_what_the_receiver_raises_reaches_the_work():
    def stop(name, value):
        raise RuntimeError(name)

    with pytest.raises(RuntimeError, match="curve"), publishing(stop):
        publish("curve", [])
