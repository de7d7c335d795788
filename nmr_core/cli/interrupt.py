"""Ctrl-C: one KeyboardInterrupt at a moment that Python survives, however often the key is pressed."""

import _thread
import signal
import threading
import time

PATIENCE = 2.0
"""Seconds in which a second Ctrl-C counts as the first one, so that it does not break the cleaning up."""
AGAIN = 0.05


class Interrupt:
    """The handler of SIGINT of a process that is ours.

    An interrupted import leaves half a module, and what then is raised may be anything (CPython even ends with -2):
    there the handler comes back a moment later. Libraries may swallow a KeyboardInterrupt (scikit-learn's networks
    do): ``check`` raises it again.
    """

    def __init__(self):
        self.came: float | None = None
        self.put_off = False

    def install(self) -> None:
        """From now on handle SIGINT (a main thread can, others leave it as it is)."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self)

    def __call__(self, signum, frame) -> None:
        if _importing(frame):
            self.put_off = True
            timer = threading.Timer(AGAIN, _repeat)
            timer.daemon = True
            timer.start()
        elif self.came is None or time.monotonic() - self.came >= PATIENCE:
            self.came = time.monotonic()
            raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was put off, or somebody swallowed it."""
        if self.put_off or self.came is not None:
            self.came, self.put_off = time.monotonic(), False
            raise KeyboardInterrupt

    def settle(self) -> None:
        """The exit code is known: let no further Ctrl-C change it while Python leaves."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _repeat() -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(
            threading.main_thread().ident, signal.SIGINT
        )  # wakes it, whatever it waits for
    else:
        _thread.interrupt_main()


def _importing(frame) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


interrupt = Interrupt()
"""The one of this process."""
