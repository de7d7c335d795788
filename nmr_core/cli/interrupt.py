"""Ctrl-C: one KeyboardInterrupt, at a moment that Python survives."""

import _thread
import signal
import threading
import time
from types import FrameType

PATIENCE = 2.0
"""Seconds in which a second Ctrl-C counts as the first one, so that it does not break the cleanup.
"""
RETRY = 0.05
"""Seconds after which a Ctrl-C during an import is delivered again."""


class Interrupt:
    """Handler of SIGINT.

    An interrupted import leaves half a module, and may raise anything (CPython even exits with -2):
    there the signal is delivered again a moment later. Libraries may swallow a KeyboardInterrupt
    (scikit-learn's networks do): :meth:`check` raises it again.

    Attributes
    ----------
    came : float or None
        Time of the last Ctrl-C that was raised.
    deferred : bool
        A Ctrl-C during an import has not been raised yet.
    """

    def __init__(self) -> None:
        self.came: float | None = None
        self.deferred = False

    def install(self) -> None:
        """Handle SIGINT from now on, in the main thread."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if _importing(frame):
            self.deferred = True
            timer = threading.Timer(RETRY, _send_again)
            timer.daemon = True
            timer.start()
        elif self.came is None or time.monotonic() - self.came >= PATIENCE:
            self.came = time.monotonic()
            raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was deferred or swallowed."""
        if self.deferred or self.came is not None:
            self.came, self.deferred = time.monotonic(), False
            raise KeyboardInterrupt

    def settle(self) -> None:
        """Ignore Ctrl-C from now on: the exit code is final."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _send_again() -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)  # wakes the thread, whatever it waits for
    else:
        _thread.interrupt_main()


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


interrupt = Interrupt()
"""The handler of this process."""
