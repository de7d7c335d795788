"""An interrupted generation: finished parts stay, it can be continued, the data are equal."""

import gc
import os
import signal
import sys
from itertools import pairwise

import pytest

from nmr_core import FailedError, load_dataset
from nmr_core.datasets.generate import resume
from nmr_core.datasets.parts import part_path
from nmr_core.errors import Cancelled

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="POSIX signals and file size limits are the faults here"
)


def temporary_files(folder):
    return [item.name for item in folder.iterdir() if item.name.endswith(".tmp")]


def check_unfinished(folder, n_parts):
    assert [part_path(folder, index).exists() for index in range(3)] == [
        index < n_parts for index in range(3)
    ]
    with pytest.raises(
        FailedError, match=r"The data set ds is not complete\. Resume it: .*--resume ds"
    ):
        load_dataset(folder)


@pytest.mark.parametrize(("stop", "n_jobs"), [("SIGKILL", 1), ("SIGKILL", 2), ("SIGINT", 1)])
def test_a_killed_generation_is_resumed_to_the_same_data(child, tmp_path, in_memory, stop, n_jobs):
    ended = child(f"""
        def progress(done, total, message):
            if done == 40:  # after the first part was written, before the second is
                os.kill(os.getpid(), signal.{stop})
        generate_here(progress, n_jobs={n_jobs})
    """)
    assert ended.returncode == -getattr(signal, stop), ended.stderr
    check_unfinished(tmp_path / "ds", 1)
    written = part_path(tmp_path / "ds", 0).stat().st_mtime_ns
    assert resume(tmp_path / "ds").digest() == in_memory.digest()
    assert part_path(tmp_path / "ds", 0).stat().st_mtime_ns == written
    assert load_dataset(tmp_path / "ds").digest() == in_memory.digest()


def test_killed_in_the_middle_of_writing_a_part(child, tmp_path, in_memory):
    """kill -9 leaves a temporary file, nobody can help that; but the next one tidies up."""
    ended = child("""
        import pyarrow.parquet as pq
        write = pq.write_table
        def dying(table, path, **options):
            write(table, path, **options)
            if "00001" in str(path):
                os.truncate(path, 1000)
                os.kill(os.getpid(), signal.SIGKILL)
        pq.write_table = dying
        generate_here(lambda *report: None)
    """)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    check_unfinished(tmp_path / "ds", 1)
    assert resume(tmp_path / "ds").digest() == in_memory.digest()
    assert temporary_files(tmp_path / "ds") == []


def test_killed_in_the_middle_of_writing_the_first_manifest(make, tmp_path, in_memory):
    """What is left then: the lock and a temporary file. The folder is still ours."""
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / ".lock").touch()
    (tmp_path / "ds" / ".manifest.json.0a1b2c.tmp").write_text('{"id": "d')
    assert make().digest() == in_memory.digest()
    assert temporary_files(tmp_path / "ds") == []


def test_a_cancelled_generation_keeps_what_is_finished(make, tmp_path, in_memory):
    def progress(done, total, message):
        if done >= 40:
            raise Cancelled

    with pytest.raises(Cancelled):
        make(progress=progress)
    check_unfinished(tmp_path / "ds", 1)
    assert temporary_files(tmp_path / "ds") == []
    reports = []
    assert make(progress=lambda *report: reports.append(report)).digest() == in_memory.digest()
    assert reports[0][:2] == (20, 60)
    assert all(b[0] >= a[0] for a, b in pairwise(reports))


def test_a_cancelled_generation_in_processes_ends_without_a_warning(make, in_memory):
    """Thirty parts, two processes: some are under way when the cancellation comes."""

    def progress(done, total, message):
        if done >= 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        make(progress=progress, n_jobs=2, part_size=2)
    gc.collect()
    assert make(n_jobs=2, part_size=2).digest() == in_memory.digest()


def test_a_full_disk_leaves_nothing_half_written(child, tmp_path, in_memory):
    """A real fault: from the second part on, files of more than 4 kB are refused (EFBIG)."""
    ended = child("""
        def progress(done, total, message):
            if done == 40:
                resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            generate_here(progress)
        except FailedError as error:
            print(error)
            sys.exit(1)
    """)
    folder = tmp_path / "ds"
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.startswith(
        f"The disk is full: {part_path(folder, 1)} could not be written ("
    )
    assert {item.name for item in folder.iterdir()} == {
        ".lock",
        "manifest.json",
        "part-00000.parquet",
    }
    check_unfinished(folder, 1)
    assert resume(folder).digest() == in_memory.digest()


def test_a_disk_that_is_full_from_the_start(child, make, tmp_path, in_memory):
    ended = child("""
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        try:
            generate_here(lambda *report: None)
        except FailedError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            print(error)
            sys.exit(1)
    """)
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.startswith("The disk is full: ")
    assert {item.name for item in (tmp_path / "ds").iterdir()} <= {".lock"}
    assert make().digest() == in_memory.digest()


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux only")
def test_peak_memory_does_not_grow_with_the_number_of_curves(child):
    """n and 4 n curves of 150 kB in parts of 20 (the simulator, which holds one batch, is replaced
    to save time).
    """
    ended = child("""
        import numpy as np
        import nmr_core.samples as samples
        long = small.fix(n_x=2, n_y=2, tau=2000.0)
        n_times = len(long.build().protocol.time)
        rng = np.random.default_rng(0)
        def random_curves(experiments, seeds):
            return rng.random((len(experiments), 2 * n_times), dtype=np.float32).view(np.complex64)
        samples.simulate_batch = random_curves
        sys.modules["nmr_core.datasets.generate"].BATCHES_PER_CHUNK = 1
        for n in (40, 60, 240):
            generate(long, n, part_size=20, path=folder / str(n))
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        print(sum(item.stat().st_size for item in (folder / "240").iterdir()))
    """)
    assert ended.returncode == 0, ended.stderr
    *peaks, size = map(int, ended.stdout.split())
    assert size > 28e6
    assert (peaks[2] - peaks[1]) * 1024 < 10e6
