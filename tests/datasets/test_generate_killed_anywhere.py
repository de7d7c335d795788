"""kill -9 at twenty random moments: drawing, simulating, writing, renaming, the manifest."""

import os
import random

import pytest

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="fork and alarms are how a moment is chosen here"
)
N_KILLS = 20


def test_killed_at_twenty_random_moments_it_becomes_the_same_data(child, tmp_path, in_memory):
    """The alarm's default action ends a process as SIGKILL does: at once, inside any call, without
    a line of Python.

    It is armed at a report of progress and rings up to 4 ms later, so each of the twenty lives,
    also on a slow machine, ends somewhere else between or inside of two parts; one that is done
    before it rings waits for it.
    """
    rng = random.Random(0)
    moments = [(rng.randrange(8), rng.uniform(1e-5, 4e-3)) for _ in range(N_KILLS)]
    ended = child(f"""
        import signal, time
        for report, delay in {moments}:
            process = os.fork()
            if not process:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                reports = iter(range(report))
                def progress(done, total, message):
                    armed = signal.getitimer(signal.ITIMER_REAL) != (0, 0)
                    if next(reports, None) is None and not armed:
                        signal.setitimer(signal.ITIMER_REAL, delay)
                generate_here(progress, part_size=2)
                signal.setitimer(signal.ITIMER_REAL, delay)
                time.sleep(600)
            print(os.waitpid(process, 0)[1] == signal.SIGALRM, len(list(folder.glob("part-*"))))
        print(generate_here(lambda *report: None, part_size=2).digest())
    """)
    assert ended.returncode == 0, ended.stderr
    *lives, digest = ended.stdout.splitlines()
    killed, parts = zip(*map(str.split, lives), strict=True)
    assert killed == ("True",) * N_KILLS
    assert list(map(int, parts)) == sorted(map(int, parts))
    assert int(parts[0]) < 30
    assert digest == in_memory.digest()
    assert not list((tmp_path / "ds").glob(".*.tmp"))
