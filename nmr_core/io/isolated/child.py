"""The process that reads files of strangers: ``python -m nmr_core.io.isolated.child``.

It reads one file after the other, as its parent asks, and leaves when its input ends.
"""

import gc
import os
import sys
import traceback
from typing import BinaryIO

import psutil

from nmr_core.errors import DamagedError, FailedError, InputError
from nmr_core.io import budget
from nmr_core.io.isolated import messages


def main() -> None:
    """Answer requests until the input ends."""
    requests, answers = _streams()
    for name in messages.FUNCTIONS:
        messages.function(name)
    gc.freeze()  # what is loaded now stays, and is never scanned again
    messages.send(answers, {"pid": os.getpid()})
    while True:
        try:
            request, _ = messages.receive(requests, 1e7)
        except EOFError:
            return
        _limit(request["memory"], request["seconds"])
        message, value = _answer(request)
        _unlimit()
        messages.send(answers, message, value)
        del value
        gc.collect()


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent; what libraries print goes to the log instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _answer(request: dict) -> tuple[dict, object]:
    """(message, value) of a request; every failure is a sentence."""
    name = str(request["name"])
    try:
        read = messages.function(request["function"])
        with budget.limited(request["decoded"]):
            return {}, read(**messages.arguments(read, request["arguments"]))
    except (InputError, FailedError) as error:
        kind = "damaged" if isinstance(error, DamagedError) else type(error).__name__
        return {"error": kind, "text": str(error)}, None
    except MemoryError:
        return {"error": "memory"}, None
    except RecursionError:
        text = f"{name} is nested too deeply to be read. Write it again as a plain file."
    except Exception:
        traceback.print_exc()
        text = (
            f"{name} cannot be read: its parts do not fit together in a way that was not foreseen. "
            "Export it again, or as CSV: time, Re, Im."
        )
    return {"error": "damaged", "text": text}, None


def _limit(n_bytes: float, seconds: float) -> None:
    """Limit what this process may take beyond what it has; the parent watches it as well."""
    if sys.platform == "win32":
        return
    import resource

    usage = psutil.Process()
    if sys.platform == "linux":  # macOS does not enforce it
        most = int(usage.memory_info().vms + n_bytes)
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    used = sum(usage.cpu_times()[:2])
    most = int(used + 2 * seconds + 5)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _unlimit() -> None:
    """Let the answer be sent."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
