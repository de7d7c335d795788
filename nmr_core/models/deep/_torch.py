"""PyTorch as a guest: asked for only where it is used, with its own random numbers and no more threads than we have cores."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from joblib import cpu_count

from nmr_core.errors import InputError

DEVICES = ("auto", "cpu", "cuda")


def device_for(device: str) -> str:
    """ "cpu" or "cuda"; "auto" takes a GPU if PyTorch finds one."""
    import torch

    if device not in DEVICES:
        raise InputError(f"device must be one of {', '.join(DEVICES)}, got {str(device)[:60]!r}.")
    has_gpu = torch.cuda.is_available()
    if device == "cuda" and not has_gpu:
        raise InputError("device is cuda, but PyTorch finds no GPU here. Use auto or cpu.")
    return "cuda" if has_gpu and device != "cpu" else "cpu"


def n_threads(n_jobs: int = 1) -> int:
    """At most ``n_jobs`` (-1 = all) of our share of the cores: what OMP_NUM_THREADS allows, which a job worker sets."""
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    cores = max(1, min(cpu_count(), int(allowed) if allowed.isdigit() else cpu_count()))
    return cores if n_jobs == -1 else min(max(1, n_jobs), cores)


@contextmanager
def guest(n_jobs: int = 1, seed: int | None = None) -> Iterator[None]:
    """Inside, PyTorch has that many threads and (given a seed) its own random stream; afterwards both are as they were."""
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
