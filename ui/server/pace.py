"""How many submissions a person may send, by programs and on the page together."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from nmr_core.errors import InputError

PER_MINUTE = 30
"""Requests of one person in a minute."""
_MOST_PEOPLE = 5000


class TooManyError(InputError):
    """A request too many.

    Parameters
    ----------
    sentence : str
        Why it is refused.
    wait : int
        Seconds after which it may be repeated.
    """

    def __init__(self, sentence: str, wait: int) -> None:
        super().__init__(sentence)
        self.wait = wait


class Pace:
    """Requests of the last minute, and uploads that have not arrived yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}
        self._arriving: set[str] = set()

    def count(self, person_id: str) -> None:
        """Count a request of a person.

        Raises
        ------
        TooManyError
            There were too many within a minute.
        """
        now = time.monotonic()
        with self._lock:
            if len(self._times) >= _MOST_PEOPLE:
                self._times.clear()
            times = self._times.setdefault(person_id, deque())
            while times and now - times[0] > 60:
                times.popleft()
            if len(times) >= PER_MINUTE:
                wait = int(60 - (now - times[0])) + 1
                sentence = f"At most {PER_MINUTE} requests per minute. Wait {wait} s."
                raise TooManyError(sentence, wait)
            times.append(now)

    @contextmanager
    def upload(self, person_id: str) -> Iterator[None]:
        """The one upload of a person.

        Raises
        ------
        TooManyError
            Another one has not arrived yet.
        """
        with self._lock:
            if person_id in self._arriving:
                raise TooManyError("Your other submission is still arriving. Wait for it.", 2)
            self._arriving.add(person_id)
        try:
            yield
        finally:
            with self._lock:
                self._arriving.discard(person_id)


PACE = Pace()
"""Of this process."""
