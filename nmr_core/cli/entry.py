"""From arguments to exit code; the one place where an exception becomes a sentence."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

from nmr_core.cli.interrupt import interrupt
from nmr_core.errors import FailedError, InputError

DONE, FAILED, WRONG_USE = 0, 1, 2
INTERRUPTED = "Interrupted. Finished parts are kept; run the same command again."
NO_MEMORY = "There is not enough memory. Use a smaller lattice, fewer curves or fewer processes."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised.

    Parameters
    ----------
    argv : sequence of str, optional
        Command and arguments. Default: those of the process, and Ctrl-C is handled.

    Returns
    -------
    int
        0 done, 1 failed or interrupted, 2 wrong use.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if argv is not None:
        return _run_safely(argv)
    interrupt.install()
    code = _run_safely(None)
    interrupt.settle()
    for stream in (sys.stdout, sys.stderr):
        _discard_unread(stream)
    return code


def _discard_unread(stream: TextIO) -> None:
    """Flush; after a closed pipe, redirect to the null device so that Python exits silently."""
    with suppress(OSError, ValueError):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run_safely(argv: Sequence[str] | None) -> int:
    """Run a command; print the sentence of an exception and return the exit code."""
    try:
        return _run(argv)
    except BrokenPipeError:
        return DONE  # the reader of our output has closed it, like head
    except InputError as error:
        code, sentence = WRONG_USE, str(error)
    except FailedError as error:
        code, sentence = FAILED, str(error)
    except KeyboardInterrupt:
        code, sentence = FAILED, INTERRUPTED
    except OSError as error:
        code, sentence = FAILED, _system_error(error)
    except MemoryError:
        code, sentence = FAILED, NO_MEMORY
    except Exception as error:
        if os.environ.get("NMR_TRACEBACK"):
            raise
        # An interrupted import may raise anything.
        code, sentence = FAILED, INTERRUPTED if interrupt.came is not None else _defect(error)
    return _report(sentence, code)


def _run(argv: Sequence[str] | None) -> int:
    from nmr_core.cli.parser import parser

    try:
        args = parser().parse_args(argv)
        with _workspace(args.workspace):
            args.run(args)
        code = DONE
    except SystemExit as leave:  # --help and --version
        code = int(leave.code or DONE)
    sys.stdout.flush()
    return code


@contextmanager
def _workspace(name: str) -> Iterator[None]:
    """The workspace in which a command works; the data folder itself for an empty name."""
    if not name:
        yield
        return
    from nmr_core.storage.spaces.entering import workspace

    with workspace(name):
        yield


def _system_error(error: OSError) -> str:
    place = f": {error.filename}" if error.filename else ""
    return (
        f"The system refused ({error.strerror or error}{place}). "
        "Check the folder's permissions and the free space."
    )


def _defect(error: Exception) -> str:
    return (
        f"Unexpected {type(error).__name__}: {error}. This is a mistake in Spin Echo Lab, please "
        "report it; NMR_TRACEBACK=1 shows where it happened."
    )


def _report(sentence: str, code: int) -> int:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"error: {' '.join(sentence.split())}\n")
        sys.stderr.flush()
    return code
