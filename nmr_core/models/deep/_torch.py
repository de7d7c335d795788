"""PyTorch: device, number of threads and random stream."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from joblib import cpu_count

from nmr_core.errors import InputError

DEVICES = ("auto", "cpu", "cuda")


def device_for(device: str) -> str:
    """Device of PyTorch, "cpu" or "cuda".

    Parameters
    ----------
    device : str
        "auto" (a GPU if there is one), "cpu" or "cuda".

    Raises
    ------
    InputError
        If there is no such device.
    """
    import torch

    if device not in DEVICES:
        raise InputError(f"device must be one of {', '.join(DEVICES)}, got {str(device)[:60]!r}.")
    has_gpu = torch.cuda.is_available()
    if device == "cuda" and not has_gpu:
        raise InputError("device is cuda, but PyTorch finds no GPU here. Use auto or cpu.")
    return "cuda" if has_gpu and device != "cpu" else "cpu"


def n_threads(n_jobs: int = 1) -> int:
    """Number of threads: ``n_jobs`` (-1: all), at most the cores that OMP_NUM_THREADS allows.

    Job workers set that variable.
    """
    cores = cpu_count()
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    if allowed.isdigit():
        cores = max(1, min(cores, int(allowed)))
    return cores if n_jobs == -1 else min(max(1, n_jobs), cores)


@contextmanager
def guest(n_jobs: int = 1, seed: int | None = None) -> Iterator[None]:
    """Context with a number of threads and (with a seed) a random stream of its own for PyTorch.

    Afterwards both are as before.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(n_threads(n_jobs))
    try:
        with torch.random.fork_rng(enabled=seed is not None):
            if seed is not None:
                torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(before)
