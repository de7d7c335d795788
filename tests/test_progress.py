"""Progress: reports go to the innermost block of the thread, cancellations come back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from nmr_core.errors import Cancelled
from nmr_core.progress import report, reporting, silent


def test_reports_go_to_the_innermost_block():
    outer, inner = [], []
    report(1, 2, "nobody listens")
    with reporting(lambda *args: outer.append(args)):
        report(1, 3, "a")
        with reporting(lambda *args: inner.append(args)):
            report(2, 3, "b")
        report(3, 3)
    report(1, 2, "nobody listens")
    assert outer == [(1, 3, "a"), (3, 3, "")]
    assert inner == [(2, 3, "b")]


def test_a_cancellation_passes_and_the_block_ends():
    heard = []

    def cancel(done, total, message):
        heard.append(done)
        raise Cancelled

    with pytest.raises(Cancelled), reporting(cancel):
        report(1, 2)
    report(2, 2)
    assert heard == [1]


def test_other_threads_report_elsewhere():
    heard = []
    with reporting(lambda *args: heard.append(args)), ThreadPoolExecutor(1) as pool:
        pool.submit(report, 1, 2, "from another thread").result()
    assert heard == []
    assert silent(1, 2) is None
