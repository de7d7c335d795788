"""The command line as a process: exit codes, closed pipes, consoles without UTF-8, and Ctrl-C."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nmr_core as nmr
from tests.cli.test_cli_help_and_bench import COMMANDS

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


def _finish(process: subprocess.Popen, seconds: float = 60) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        (["--help"], 0, ""),
        (["simulate", "--set", "n_x=8", "--set", "n_y=8", "--set", "tau=5"], 0, ""),
        (["simulate", "--set", "xi=-1"], 2, "error: xi must be"),
        (["compare", "/no/such/run"], 2, "error: There is no run at /no/such/run"),
    ],
)
def test_exit_codes(process, arguments, code, err):
    found, out, text = _finish(process(*arguments))
    assert (found, bool(out)) == (code, code == 0)
    assert text.startswith(err)
    assert len(text.splitlines()) == bool(err)


def test_help_imports_nothing_heavy(repository):
    """But those of train, import and export, which list registries."""
    code = (
        "import sys; from nmr_core.cli import main\n"
        "for name in sys.argv[1:]: assert main([name, '--help']) == 0\n"
        "heavy = {'sklearn', 'pandas', 'numba', 'scipy', 'pyarrow', 'joblib', 'streamlit', "
        "'skops', 'torch'}\nprint(*(heavy & set(sys.modules)), file=sys.stderr)"
    )
    light = [name for name in COMMANDS if name not in ("train", "import", "export")]
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *light],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stderr) == (0, "\n")
    assert answer.stdout.count("usage: ") == len(light)


@pytest.mark.parametrize("encoding", ["ascii:strict", "cp1252", "utf-8"])
def test_any_console_can_show_the_result(process, small, encoding):
    code, out, err = _finish(
        process("simulate", *small, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    )
    assert (code, err) == (0, "")
    assert "echo time" in out


@POSIX
@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["simulate", "--json"]])
def test_a_closed_pipe_is_no_failure(process, small, arguments):
    read, write = os.pipe()
    os.close(read)
    running = process(*arguments, *(small if arguments[0] == "simulate" else ()), stdout=write)
    os.close(write)
    assert _finish(running) == (0, None, "")


@POSIX
def test_progress_that_nobody_reads_stops_nothing(process, small, data_folder):
    read, write = os.pipe()
    os.close(read)
    running = process("generate", "-n", 5, "--jobs", 1, *small, "--json", stderr=write)
    os.close(write)
    code, out, _ = _finish(running)
    assert code == 0
    assert '"made": 5' in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_a_failure(process, small):
    with open("/dev/full", "w") as full:
        code, _, err = _finish(process("simulate", *small, stdout=full))
    assert code == 1
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1


@POSIX
def test_ctrl_c_leaves_a_data_set_that_resume_finishes(process, data_folder):
    recipe = ("--set", "n_x=20", "--set", "n_y=20", "--set", "tau=5")
    running = process(
        "generate",
        "--preset",
        "ml4sci_2020_secular",
        "-n",
        2048,
        "--part-size",
        128,
        "--jobs",
        2,
        *recipe,
    )
    until = time.monotonic() + 60
    while not list(data_folder.glob("datasets/*/part-00001.parquet")):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    for _ in range(3):  # as a terminal does, and an impatient user: to the whole group
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.1)
    code, out, err = _finish(running)
    *progress, last = err.splitlines()
    assert (code, out) == (1, "")
    assert all(" of 2,048 curves" in line for line in progress)
    assert last.startswith("error: Interrupted after ")
    (folder,) = data_folder.glob("datasets/*")
    assert not [file.name for file in folder.iterdir() if file.suffix == ".tmp"]
    assert len(list(folder.glob("part-*"))) < 16

    command = shlex.split(last.partition("python -m nmr_core ")[2])
    assert command == ["generate", "--resume", folder.name]
    code, _, err = _finish(process(*command, "--jobs", 2))
    assert (code, "error" in err) == (0, False)
    whole = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(n_x=20, n_y=20, tau=5), 2048)
    assert nmr.load_dataset(folder).digest() == whole.digest()


@POSIX
@pytest.mark.parametrize("delay", [0.3, 1.0])
def test_ctrl_c_while_things_are_imported_and_workers_start(small, data_folder, repository, delay):
    code = (
        "import sys; from nmr_core.cli.interrupt import interrupt; interrupt.install()\n"
        "print('ready', flush=True); from nmr_core.cli import main; sys.exit(main())"
    )
    arguments = [sys.executable, "-c", code, "generate", "-n", "1000000", "--jobs", "2", *small]
    running = subprocess.Popen(
        arguments,
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"NMR_DATA": str(data_folder)},
    )
    assert running.stdout.readline() == "ready\n"
    time.sleep(delay)
    until = time.monotonic() + 30
    while (
        running.poll() is None and time.monotonic() < until
    ):  # it is deaf for the moment in which workers are started
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(1)
    code, _, err = _finish(running, 1)
    assert code == 1
    *progress, last = err.splitlines()
    assert last.startswith("error: Interrupted")
    assert all(" of 1,000,000 curves (" in line for line in progress)


@POSIX
def test_an_import_is_finished_before_ctrl_c_is_heard(tmp_path, repository):
    (tmp_path / "slow.py").write_text(
        "import signal\nsignal.raise_signal(signal.SIGINT)\nloaded = True\n"
    )
    code = (
        "import sys, time; sys.path.append(sys.argv[1]); from nmr_core.cli.interrupt import "
        "interrupt;interrupt.install(); import slow; assert slow.loaded; started = "
        "time.monotonic()\ntry: time.sleep(10)\n"
        "except KeyboardInterrupt: print(time.monotonic() - started)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=repository, capture_output=True, text=True
    )
    assert answer.stderr == ""
    assert float(answer.stdout) < 5
