"""Worker processes: none outlives its parent, and they load no more than they need."""

import os
import subprocess
import sys
import textwrap

import psutil
import pytest

BUSY = """
    from nmr_core import generate, preset
    def progress(done, total, message):
        if done:
            print("ready", flush=True)
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    generate(small, 10_000_000, n_jobs=2, path=sys.argv[1], progress=progress)
"""
IDLE = """
    from nmr_core import generate, preset
    generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5), 1024, n_jobs=2)
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def started(repository, tmp_path):
    """``started(code)``: a Python process that has said "ready", and its descendants; whatever is
    left is ended.
    """
    family = []

    def start(code: str) -> tuple[subprocess.Popen, list[psutil.Process]]:
        command = [
            sys.executable,
            "-c",
            "import sys, time\n" + textwrap.dedent(code),
            str(tmp_path / "ds"),
        ]
        parent = subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True)
        family.append(psutil.Process(parent.pid))
        assert parent.stdout.readline() == "ready\n"
        family.extend(family[0].children(recursive=True))
        return parent, family[1:]

    yield start
    for process in family:
        if process.is_running():
            process.kill()


@pytest.mark.parametrize("code", [BUSY, IDLE], ids=["busy", "idle"])
def test_workers_leave_when_their_parent_is_killed(started, code):
    parent, descendants = started(code)
    workers = [process for process in descendants if "LokyProcess" in " ".join(process.cmdline())]
    assert len(workers) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, left = psutil.wait_procs(descendants, timeout=10)
    assert not left


@pytest.mark.skipif(
    os.name != "posix", reason="elsewhere a parent is known by its number and its start"
)
def test_a_worker_whose_parent_is_gone_before_it_looks_leaves_too(repository):
    """The number of a process that is not its parent stands for one that has died."""
    code = (
        "import os, time; from nmr_core.workers import leave_with; leave_with(os.getpid()); "
        "time.sleep(600)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=repository, timeout=60).returncode == 1


def test_a_worker_loads_neither_tables_nor_estimators(repository):
    """They would take a third of its memory; a new import in the simulator can bring them back."""
    code = (
        "import sys, nmr_core.samples, nmr_core.workers, nmr_core.presets\n"
        "print(*({'pandas', 'pyarrow', 'sklearn', 'scipy.optimize', 'nmr_core.datasets'} & "
        "set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=repository, capture_output=True, text=True
    )
    assert (answer.stdout, answer.stderr) == ("\n", "")


def test_what_is_sent_to_a_worker_loads_no_more_there(repository):
    """Not only the function: the preset that goes with it, and what comes back."""
    code = textwrap.dedent("""
        import sys
        from joblib import Parallel, delayed
        from nmr_core import preset
        from nmr_core.samples import sample_arrays
        from nmr_core.workers import leaving_with_us

        def work(preset):
            columns, signals = sample_arrays(preset, 0, 0, 2)
            heavy = {"pandas", "pyarrow", "sklearn", "nmr_core.datasets"}
            return sorted(heavy & set(sys.modules)), signals.shape

        small = [preset(name).fix(n_x=8, n_y=8, tau=2) for name in ("ml4sci_2020_secular", "lab")]
        parallel = Parallel(n_jobs=2, **leaving_with_us())
        for loaded, shape in parallel(delayed(work)(one) for one in small):
            print(loaded, shape[:2])
    """)
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True
    )
    assert answer.stdout == "[] (2, 1)\n[] (2, 4)\n", answer.stderr
