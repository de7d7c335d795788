"""Parallel work in processes of this machine, or on a Dask cluster (NMR_DASK_SCHEDULER)."""

import asyncio
import logging
import os
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from numbers import Integral
from typing import Any

from joblib import Parallel

from nmr_core.errors import FailedError, InputError
from nmr_core.workers import leaving_with_us, versions_here, workers_leave_ctrl_c_to_us

SCHEDULER = "NMR_DASK_SCHEDULER"
PATIENCE = 5.0
"""Seconds that a scheduler, and then its workers, have to answer."""


InOrder = Callable[[Iterable], Generator]
"""Tasks -> their results, in order."""
AHEAD = 2
"""Tasks per core that run or wait to run."""


@contextmanager
def machines(n_jobs: int, alone: float = 0.0) -> Iterator[InOrder]:
    """Context with a function that runs joblib's delayed tasks and yields their results in order.

        with machines(2) as in_order:
            for result in in_order(tasks): ...

    Tasks run a few ahead of the results that are taken. Close the iterator to stop early.

    Parameters
    ----------
    n_jobs : int
        Processes on this machine; a cluster uses all its cores.
    alone : float
        Processor seconds of tasks that run in this process; others are started for what is left,
        so short work needs none.

    Raises
    ------
    InputError
        If ``n_jobs`` is 0 or no whole number.
    FailedError
        The cluster cannot be used, or its workers have other versions of the libraries: curves
        could have other bytes there.
    """
    address = os.environ.get(SCHEDULER, "").strip()
    if not address:
        if isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral) or n_jobs == 0:
            raise InputError(
                f"n_jobs must be a whole number of processes, got {str(n_jobs)[:40]}. Write 1, or "
                "-1 for one per core."
            )
        yield partial(_here, n_jobs, alone)
        return
    client = _connected(address)
    try:
        yield partial(_there, client)
    finally:
        client.close(timeout=PATIENCE)


def _here(n_jobs: int, alone: float, tasks: Iterable) -> Generator:
    tasks = iter(tasks)
    end = time.process_time() + alone
    while n_jobs > 1 and time.process_time() < end:
        task = next(tasks, None)
        if task is None:
            return
        function, args, options = task
        yield function(*args, **options)
    with workers_leave_ctrl_c_to_us():
        results = Parallel(
            n_jobs=n_jobs,
            return_as="generator",
            pre_dispatch=f"{AHEAD}*n_jobs",
            batch_size=1,
            **leaving_with_us(),
        )(tasks)
    try:
        for result in results:  # noqa: UP028 - "yield from" would close it before warnings are caught below
            yield result
    finally:
        # joblib warns when it is stopped early, as a cancellation does
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _there(client: Any, tasks: Iterable) -> Generator:
    """Results of tasks on a cluster, in order.

    joblib's Dask backend is not used: it ignores workers that join later, and computes everything
    here if there is only one. Dask repeats the tasks of a lost worker.
    """
    waiting: deque = deque()
    tasks = iter(tasks)
    try:
        while True:
            n_ahead = AHEAD * max(1, sum(client.ncores().values()))
            for function, args, options in islice(tasks, max(0, n_ahead - len(waiting))):
                waiting.append(client.submit(function, *args, **options, pure=False))
            if not waiting:
                return
            yield waiting.popleft().result()
    except (InputError, FailedError):
        raise
    except Exception as error:
        raise FailedError(
            f"The Dask cluster failed ({_short(error)}). Finished parts are kept: repair the "
            "cluster, then resume."
        ) from error
    finally:
        waiting.clear()  # Dask drops tasks without a reference


def _connected(address: str):
    """A distributed.Client whose workers have our versions."""
    try:
        from distributed import Client
        from distributed.comm import connect
    except ImportError:
        raise FailedError(
            f"{SCHEDULER} is set, but Dask is not installed. Run pip install dask distributed, or "
            f"unset {SCHEDULER} to work on this machine."
        ) from None
    for name in ("distributed", "distributed.client"):  # failures become sentences below
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def knock() -> None:
        # Before a Client is made, which warns later if it finds no scheduler
        (await asyncio.wait_for(connect(address, timeout=PATIENCE), PATIENCE + 1)).abort()

    try:
        # An event loop of its own, also inside of a notebook's
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, knock()).result()
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # another program's answer, read as Dask's, can raise anything
        raise FailedError(
            f"No Dask scheduler answers at {address} ({_short(error)}). Start it, correct "
            f"{SCHEDULER} (tcp://host:port), or unset it to work on this machine."
        ) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        _refuse_others(client.run(versions_here))
        return client
    except ImportError as error:
        problem = (
            f"A worker of the Dask cluster cannot load Spin Echo Lab ({_short(error)}). Install "
            "the same version there."
        )
    except OSError:
        problem = (
            f"The Dask scheduler at {address} has no workers. Start some: "
            f"dask worker {address} --nthreads 1"
        )
    except FailedError as error:
        problem = str(error)
    client.close(timeout=PATIENCE)
    raise FailedError(problem)


def _refuse_others(found: dict[str, dict[str, str]]) -> None:
    ours = versions_here()
    for worker, theirs in found.items():
        for name, version in ours.items():
            if theirs[name] != version:
                raise FailedError(
                    f"The Dask worker {worker} has {name} {theirs[name]}, this machine {version}: "
                    "curves could differ. Install the same versions everywhere."
                )


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:120] or type(error).__name__
