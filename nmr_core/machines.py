"""Where work is done: in processes of this machine, or on the Dask cluster whose scheduler NMR_DASK_SCHEDULER names."""

import asyncio
import logging
import os
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice

from joblib import Parallel

from nmr_core.errors import FailedError, InputError
from nmr_core.workers import leaving_with_us, versions_here, workers_leave_ctrl_c_to_us

SCHEDULER = "NMR_DASK_SCHEDULER"
PATIENCE = 5.0
"""Seconds that a scheduler has to answer, and then its workers."""


InOrder = Callable[[Iterable], Generator]
"""Tasks -> their results, in order."""
AHEAD = 2
"""Tasks a core that are under way, or wait to be."""


@contextmanager
def machines(n_jobs: int) -> Iterator[InOrder]:
    """``with machines(2) as in_order: for result in in_order(tasks)``: results of joblib's delayed ``tasks`` in their order,
    a few tasks ahead of what is asked for. Close that iterator to stop early.

    A cluster uses all its cores whatever ``n_jobs`` is. One that cannot be used is a :class:`FailedError` before anything
    else happens; its workers' versions must be ours, because others may give other bytes.
    """
    address = os.environ.get(SCHEDULER, "").strip()
    if not address:
        yield partial(_here, n_jobs)
        return
    client = _connected(address)
    try:
        yield partial(_there, client)
    finally:
        client.close(timeout=PATIENCE)


def _here(n_jobs: int, tasks: Iterable) -> Generator:
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
        with (
            warnings.catch_warnings()
        ):  # joblib warns when it is stopped early, which is what a cancellation asks for
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _there(client, tasks: Iterable) -> Generator:
    """On a cluster, without joblib's Dask backend: that counts the workers once, leaves those that come later alone, and
    computes everything here if there was only one. Dask repeats the tasks of a worker that it loses."""
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
            f"The Dask cluster failed ({_short(error)}). What is finished is kept: see to the cluster, then "
            "resume."
        ) from error
    finally:
        waiting.clear()  # abandoned results are not computed


def _connected(address: str):
    """A distributed.Client whose cluster has workers like us."""
    try:
        from distributed import Client
        from distributed.comm import connect
    except ImportError:
        raise FailedError(
            f"{SCHEDULER} is set, but Dask is not installed. Run pip install dask distributed, or unset "
            f"{SCHEDULER} to work on this machine."
        ) from None
    for name in (
        "distributed",
        "distributed.client",
    ):  # our sentences state what matters
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def knock() -> (
        None
    ):  # before a Client is made: one without a scheduler complains when it is collected
        (await asyncio.wait_for(connect(address, timeout=PATIENCE), PATIENCE + 1)).abort()

    try:
        with ThreadPoolExecutor(
            1
        ) as thread:  # an event loop of its own, also inside of a notebook's
            thread.submit(asyncio.run, knock()).result()
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (
        Exception
    ) as error:  # a stranger's answer, read as Dask's, can be anything, even a MemoryError
        raise FailedError(
            f"No Dask scheduler answers at {address} ({_short(error)}). Start it, correct {SCHEDULER} "
            "(tcp://host:port), or unset it to work on this machine."
        ) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        _refuse_others(client.run(versions_here))
        return client
    except ImportError as error:
        problem = f"A worker of the Dask cluster cannot load Spin Echo Lab ({_short(error)}). Install the same version there."
    except OSError:
        problem = f"The Dask scheduler at {address} has no workers. Start some: dask worker {address} --nthreads 1"
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
                    f"The Dask worker {worker} has {name} {theirs[name]}, we have {version}: it may give other "
                    "bytes. Install the same versions everywhere."
                )


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:120] or type(error).__name__
