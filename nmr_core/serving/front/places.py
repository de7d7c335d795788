"""Which process serves which browser."""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from hashlib import blake2b

RECENT = 30.0
"""Seconds for which a browser that came counts, whether or not it has a page open yet."""
DAY = 86400.0
"""Seconds without a request after which a browser may be forgotten for another one."""


class Places:
    """Browsers stay with their process; a new one goes where the fewest are.

    Anyone can invent cookies. When too many came within a day, none is forgotten for a further one,
    which goes where its fingerprint says: also there it stays.

    Parameters
    ----------
    most : int
        Browsers that are remembered.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._places: OrderedDict[bytes, tuple[int, float]] = OrderedDict()
        self._recent: deque[tuple[float, int]] = deque()
        self._n_recent: Counter[int] = Counter()

    def choose(self, browser: bytes, loads: Mapping[int, float]) -> int:
        """The number of a process.

        Parameters
        ----------
        browser : bytes
            Fingerprint; b"" for a visitor without a session, who may go anywhere.
        loads : mapping
            Number of each process that serves -> connections that it has.
        """
        now = time.monotonic()
        place, _ = self._places.get(browser, (-1, 0.0))
        if not browser:
            return self._least(loads, now)
        if browser not in self._places and not self._has_room(now):
            return max(loads, key=lambda number: _weight(browser, number))
        if place not in loads:
            place = self._least(loads, now)
            self._recent.append((now, place))
            self._n_recent[place] += 1
        self._places[browser] = place, now
        self._places.move_to_end(browser)
        return place

    def _has_room(self, now: float) -> bool:
        """Whether one more can be remembered, in the place of one that was away for a day."""
        if len(self._places) < self._most:
            return True
        oldest, (_, seen) = next(iter(self._places.items()))
        if now - seen < DAY:
            return False
        del self._places[oldest]
        return True

    def _least(self, loads: Mapping[int, float], now: float) -> int:
        while self._recent and now - self._recent[0][0] > RECENT:
            self._n_recent[self._recent.popleft()[1]] -= 1
        return min(loads, key=lambda number: (loads[number] + self._n_recent[number], number))


def _weight(browser: bytes, number: int) -> bytes:
    """Rendezvous hashing: if a process is missing, only its own browsers go elsewhere."""
    return blake2b(b"%d %s" % (number, browser), digest_size=8).digest()
