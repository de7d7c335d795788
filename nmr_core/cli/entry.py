"""From arguments to exit code; the one place where an exception becomes a sentence."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from nmr_core.cli.interrupt import interrupt
from nmr_core.errors import FailedError, InputError

DONE, FAILED, WRONG_USE = 0, 1, 2
INTERRUPTED = "Interrupted; what was finished before is kept. Run the same command again."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (default: the process's own arguments) and return its exit code; nothing is raised."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if argv is not None:
        return _worded(argv)
    interrupt.install()
    code = _worded(None)
    interrupt.settle()
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)
    return code


def _let_go(stream) -> None:
    """What nobody took until now goes nowhere, so that Python does not try it again, and complain, when it leaves."""
    with suppress(OSError, ValueError):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _worded(argv: Sequence[str] | None) -> int:
    try:
        return _run(argv)
    except InputError as error:
        return _say(error, WRONG_USE)
    except FailedError as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return _say(INTERRUPTED, FAILED)
    except BrokenPipeError:
        return DONE  # whoever read our output has seen enough
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        return _say(
            f"The system refused ({error.strerror or error}{where}). Check the folder's permissions and the "
            "free space.",
            FAILED,
        )
    except MemoryError:
        return _say(
            "There is not enough memory. Use a smaller lattice, fewer curves or fewer processes.",
            FAILED,
        )
    except Exception as error:
        if os.environ.get("NMR_TRACEBACK"):
            raise
        if interrupt.came is not None:
            return _say(INTERRUPTED, FAILED)
        return _say(
            f"Unexpected {type(error).__name__}: {error}. This is a mistake in Spin Echo Lab, please report "
            "it; NMR_TRACEBACK=1 shows where it happened.",
            FAILED,
        )


def _run(argv: Sequence[str] | None) -> int:
    from nmr_core.cli.parser import parser

    try:
        args = parser().parse_args(argv)
        args.run(args)
        code = DONE
    except SystemExit as leave:  # --help and --version
        code = leave.code or DONE
    sys.stdout.flush()
    return code


def _say(sentence: object, code: int) -> int:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"error: {' '.join(str(sentence).split())}\n")
        sys.stderr.flush()
    return code
