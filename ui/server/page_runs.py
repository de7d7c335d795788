"""How many pages were run, and how long that took, for /metrics."""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager

from nmr_core.jobs.metrics import Family
from nmr_core.serving.front import process as front

BOUNDS = (0.05, 0.1, 0.2, 0.3, 0.6, 1.0, 2.0, 5.0, 10.0)
"""Upper ends of the classes of the histogram, s."""
_lock = threading.Lock()
_counts = [0] * (len(BOUNDS) + 1)
_sum = 0.0


@contextmanager
def counted() -> Iterator[None]:
    """Count a run and its time, also of one that ends early."""
    global _sum
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - start
        with _lock:
            _counts[bisect_left(BOUNDS, seconds)] += 1
            _sum += seconds


def families() -> list[Family]:
    """The histogram of this process."""
    with _lock:
        counts, total = list(_counts), _sum
    here = f'process="{front.number()}"'
    samples: dict[str, float] = {}
    for n, bound in enumerate([*map(str, BOUNDS), "+Inf"]):
        samples[f'_bucket{{{here},le="{bound}"}}'] = sum(counts[: n + 1])
    samples |= {f"_sum{{{here}}}": total, f"_count{{{here}}}": sum(counts)}
    text = "Time of page runs in this web process."
    return [Family("page_run_seconds", text, samples, "histogram")]
