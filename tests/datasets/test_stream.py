"""Endless data: the samples of the data set, bounded memory, processes that end with it."""

import itertools
import subprocess
import sys
import textwrap
import time

import numpy as np
import psutil
import pytest

from nmr_core import FailedError, InputError, generate, stream
from nmr_core.datasets.stream import _ahead

EFFECTS = "pulse_angle_error:sd=4,gaussian_noise:snr=10"


def workers() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "LokyProcess" in " ".join(process.cmdline())
    ]


@pytest.fixture(scope="module")
def expected(small):
    return generate(small, 700, seed=6, effects=EFFECTS, effects_seed=2)


@pytest.mark.parametrize(
    ("n_jobs", "batch_size", "start"), [(1, 300, 0), (1, 1, 5), (2, 300, 0), (2, 33, 600)]
)
def test_sample_k_is_sample_k_of_the_data_set(small, expected, n_jobs, batch_size, start):
    batches = stream(
        small,
        batch_size=batch_size,
        seed=6,
        start=start,
        n_jobs=n_jobs,
        effects=EFFECTS,
        effects_seed=2,
    )
    for number, (parameters, signals) in enumerate(itertools.islice(batches, 2)):
        first = start + number * batch_size
        samples = slice(first, first + batch_size)
        assert signals.tobytes() == expected.signals[samples].tobytes()
        assert parameters.index.tolist() == list(range(first, first + batch_size))
        assert parameters.equals(expected.parameters[samples].set_index(parameters.index))
    batches.close()


def test_it_does_not_end_or_repeat(small):
    batches = list(itertools.islice(stream(small, batch_size=4, n_jobs=1), 5))
    assert len(np.unique(np.concatenate([signals for _, signals in batches])[:, 0], axis=0)) == 20


def test_processes_end_when_it_is_closed(small):
    before = {process.pid for process in workers()}
    batches = stream(small, batch_size=20_000, n_jobs=2)  # far from done when it is closed
    short = stream(small, batch_size=8, n_jobs=2)
    next(short)
    mine = [process for process in workers() if process.pid not in before]
    assert len(mine) == 2
    short.close()
    batches.close()  # it has not begun
    _, left = psutil.wait_procs(mine, timeout=5)
    assert not left
    with pytest.raises(StopIteration):
        next(short)


def test_work_that_has_begun_is_not_waited_for():
    naps = _ahead(time.sleep, ((seconds,) for seconds in [0, *[60] * 20]), 2)
    next(naps)
    begin = time.monotonic()
    naps.close()
    assert time.monotonic() - begin < 20


def test_no_more_than_a_few_chunks_are_simulated_ahead(small, monkeypatch):
    """However long the reader takes: two chunks a process."""
    module = sys.modules["nmr_core.datasets.stream"]
    taken = []
    real = module._pieces

    def counted(*arguments):
        for piece in real(*arguments):
            taken.append(piece)
            yield piece

    monkeypatch.setattr(module, "_pieces", counted)
    batches = stream(small, batch_size=16, n_jobs=2)
    for n_read in range(1, 4):
        next(batches)
        assert len(taken) == n_read + module.AHEAD * 2
    batches.close()


def test_a_process_that_is_killed_is_said(small):
    before = {process.pid for process in workers()}
    batches = stream(small, batch_size=8, n_jobs=2)
    next(batches)
    for process in workers():
        if process.pid not in before:
            process.kill()
    with pytest.raises(FailedError, match=r"^A process of the stream was ended from outside"):
        list(itertools.islice(batches, 20))


def test_a_program_that_just_ends_leaves_nothing_behind(repository):
    code = textwrap.dedent("""
        from nmr_core import preset, stream
        small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5.0)
        for parameters, signals in stream(small, batch_size=10, n_jobs=2):
            print(signals.shape)
            break
    """)
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "(10, 1, 45)\n", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 1.5),
        ("seed", -1),
        ("start", -1),
        ("n_jobs", -2),
        ("effects", "noise"),
        ("effects_seed", -3),
    ],
)
def test_impossible_requests_are_refused_at_once(small, name, value):
    with pytest.raises(InputError):
        stream(small, **{name: value})
