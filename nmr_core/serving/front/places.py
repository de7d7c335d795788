"""Which process serves which browser."""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping

RECENT = 30.0
"""Seconds for which a browser that came counts, whether or not it has a page open yet."""


class Places:
    """Browsers stay with their process; a new one goes where the fewest are.

    Parameters
    ----------
    most : int
        Browsers that are remembered; the one that was away for longest is forgotten.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._places: OrderedDict[bytes, int] = OrderedDict()
        self._recent: deque[tuple[float, int]] = deque()

    def choose(self, browser: bytes, loads: Mapping[int, float]) -> int:
        """The number of a process.

        Parameters
        ----------
        browser : bytes
            Fingerprint; b"" for a visitor without a session, who may go anywhere.
        loads : mapping
            Number of each process that serves -> connections that it has.
        """
        place = self._places.get(browser, -1)
        if place not in loads:
            place = self._least(loads)
        if browser:
            if browser not in self._places or self._places[browser] != place:
                self._recent.append((time.monotonic(), place))
            self._places[browser] = place
            self._places.move_to_end(browser)
            if len(self._places) > self._most:
                self._places.popitem(last=False)
        return place

    def _least(self, loads: Mapping[int, float]) -> int:
        while self._recent and time.monotonic() - self._recent[0][0] > RECENT:
            self._recent.popleft()
        new = Counter(place for _, place in self._recent)
        return min(loads, key=lambda number: (loads[number] + new[number], number))
