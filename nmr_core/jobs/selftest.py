"""A job that only counts: shows that jobs work on a machine, and fails on request, for tests.

{"steps": 10, "pause": 0.1}              count to 10, one step each 0.1 s, and publish a curve 1/k
{"end": "input_error" | "failed_error"}  ... then raise that error
{"end": "crash"}                         ... then raise an unforeseen error
{"end": "exit"}                          ... then exit without a report, as if killed for its memory
{"end": "hang"}                          ... then sleep without ever reporting again
{"child": true}                          first start a child that sleeps (its pid is the message)
"""

import os
import subprocess
import sys
import time

from nmr_core.errors import FailedError, InputError
from nmr_core.progress import Progress, publish

ENDS = ("done", "input_error", "failed_error", "crash", "exit", "hang")


def selftest_job(params: dict, progress: Progress) -> dict:
    """Count as told; returns ``{"counted": steps}``."""
    steps, pause, end = params.get("steps", 10), params.get("pause", 0.1), params.get("end", "done")
    if end not in ENDS:
        raise InputError(f"end must be one of {', '.join(ENDS)}, got {end!r}.")
    child = (
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        if params.get("child")
        else None
    )
    message = f"child {child.pid}" if child else "counting"
    print(f"selftest counts to {steps}")
    curve = []
    progress(0, steps, message)
    for step in range(steps):
        time.sleep(pause)
        progress(step + 1, steps, message)
        curve.append([1 / (step + 1), 1 / (step + 1)])
        publish("curve", curve)
    if child and end == "done":
        child.kill()
        child.wait()
    _end(end)
    return {"counted": steps}


def _end(end: str) -> None:
    if end == "input_error":
        raise InputError("The selftest was told to refuse its input.")
    if end == "failed_error":
        raise FailedError("The selftest was told to fail.")
    if end == "crash":
        raise ZeroDivisionError("the selftest was told to crash")
    if end == "exit":
        os._exit(3)
    if end == "hang":
        while True:
            time.sleep(60)
