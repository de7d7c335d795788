"""Small, quick data sets, and child processes that generate them while something goes wrong."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from nmr_core import generate, preset

SMALL = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5.0)
N, PART = 60, 20


@pytest.fixture(scope="session")
def small():
    """The preset of these tests: 8 × 8 spins, 45 points."""
    return SMALL


@pytest.fixture(scope="session")
def in_memory():
    """The data set that every interrupted or damaged one must become: 60 curves, seed 3."""
    return generate(SMALL, N, seed=3, part_size=PART)


@pytest.fixture
def make(tmp_path):
    """``make(**changes)``: generate (continue, repair) that data set in ``tmp_path / "ds"``."""

    def make(**changes):
        return generate(
            SMALL, N, **{"seed": 3, "part_size": PART, "path": tmp_path / "ds"} | changes
        )

    return make


@pytest.fixture
def folder(make):
    """That data set's folder, complete."""
    return make().path


@pytest.fixture
def child(repository, tmp_path):
    """``child(code)``: run code in a Python of its own, warnings as errors;
    ``generate_here(progress)`` makes the data set of ``make`` there. Returns the CompletedProcess;
    what it leaves running is ended."""
    prelude = f"""
        import os, resource, signal, sys
        from pathlib import Path
        import nmr_core.datasets
        from nmr_core import FailedError, generate, preset
        # A test run in the background hands down a handler that ignores the signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5.0)
        folder = Path({str(tmp_path / "ds")!r})
        def generate_here(progress, **changes):
            options = {{"seed": 3, "part_size": {PART}, "path": folder, "progress": progress}}
            return generate(small, {N}, **options | changes)
    """

    def run(code: str):
        # Files, because orphans of a killed child would keep pipes open
        output = [tmp_path / "stdout", tmp_path / "stderr"]
        command = [
            sys.executable,
            "-W",
            "error",
            "-c",
            textwrap.dedent(prelude) + textwrap.dedent(code),
        ]
        with output[0].open("w") as stdout, output[1].open("w") as stderr:
            process = subprocess.Popen(
                command, cwd=repository, stdout=stdout, stderr=stderr, start_new_session=True
            )
        try:
            process.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return subprocess.CompletedProcess(
            command, process.returncode, *(path.read_text() for path in output)
        )

    return run
