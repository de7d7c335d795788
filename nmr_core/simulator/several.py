"""Many experiments, simulated in batches of those that share a lattice size and a time grid."""

from collections.abc import Iterator, Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.simulator.batch import Batch, batch_size, checked_dtype, fills_up
from nmr_core.simulator.device.choice import checked_device
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed, draw_offsets


def simulate_batch(
    experiments: Sequence[Experiment],
    seeds: Sequence[Seed],
    dtype: str = "float32",
    *,
    device: str = "",
) -> np.ndarray:
    """Simulate experiments that share the size of the lattice and the time grid, without noise.

    Parameters
    ----------
    experiments : sequence of Experiment
        One per curve.
    seeds : sequence of int or list of int
        Seed of the offsets of each.
    dtype : str
        "float32" or "float64".
    device : str
        "cuda" or "cpu" for PyTorch, "" for the compiled simulator.

    Returns
    -------
    complex array, (n_curves, n_times)
        M; complex64 for "float32".

    Raises
    ------
    InputError
        Without experiments, for unequal numbers of experiments and seeds, experiments that cannot
        be batched, or another dtype.

    Notes
    -----
    The bytes of a curve do not depend on the others. Where the sides of the lattice have a prime
    factor above 7, this takes batches of equal size, so the last one is filled up. Curves of a
    device of PyTorch agree with these to round-off only.
    """
    checked_dtype(dtype)
    if not len(experiments):
        raise InputError(
            "A batch must have at least one experiment, got none: the number of points is that of "
            "the first. Leave out the call where there is nothing to simulate."
        )
    if len(seeds) != len(experiments):
        raise InputError(
            f"Each curve needs its seed, got {len(experiments)} experiments and {len(seeds)} seeds."
        )
    first = experiments[0]
    if any(_alike(e) != _alike(first) for e in experiments):
        raise InputError(
            "The curves of one batch share their lattice and their time grid (sites, delays, dt, "
            "record, integrator); simulate others apart."
        )
    size = batch_size(first.sample, dtype, checked_device(device))
    signals = []
    for start in range(0, len(experiments), size):
        some = list(experiments[start : start + size])
        offsets = [
            draw_offsets(e.sample, seed)
            for e, seed in zip(some, seeds[start : start + size], strict=True)
        ]
        missing = size - len(some) if fills_up(first.sample, device) else 0
        some_filled, offsets = some + some[-1:] * missing, offsets + offsets[-1:] * missing
        batch = Batch(some_filled, np.stack(offsets), dtype, device)
        signals.append(batch.run()[: len(some)])
    return np.concatenate(signals)


def simulate_several(
    samples: Sequence[tuple[Experiment, ...]],
    seeds: Sequence[Seed],
    dtype: str = "float32",
    *,
    noise: bool = False,
    device: str = "",
) -> np.ndarray:
    """Simulate samples, each with one or more acquisitions.

    Parameters
    ----------
    samples : sequence of tuple of Experiment
        One experiment per acquisition; all share the number of points.
    seeds : sequence of int or list of int
        Seed of each sample: its offsets are the same in all acquisitions.
    dtype : str
        "float32" or "float64".
    noise : bool
        Whether to add the receiver noise of the protocols.
    device : str
        "cuda" or "cpu" for PyTorch, "" for the compiled simulator.

    Returns
    -------
    complex array, (n_samples, n_settings, n_times)
        M; complex64 for "float32".
    """
    n_settings, n_times = len(samples[0]), len(samples[0][0].protocol.time)
    kind = np.result_type(checked_dtype(dtype), np.complex64)
    signals = np.empty((len(samples), n_settings, n_times), kind)
    for setting in range(n_settings):
        experiments = [sample[setting] for sample in samples]
        for k, curve in _curves(experiments, seeds, dtype, device):
            if noise:
                curve = with_noise(curve, experiments[k].protocol, seeds[k], setting)
            signals[k, setting] = curve
    return signals


def simulate_grids(
    experiments: Sequence[Experiment], seeds: Sequence[Seed], dtype: str = "float32"
) -> list[np.ndarray]:
    """Simulate experiments on any lattices and time grids, without noise.

    Parameters
    ----------
    experiments : sequence of Experiment
        One per curve; those of one lattice and time grid are simulated together.
    seeds : sequence of int or list of int
        Seed of the offsets of each.
    dtype : str
        "float32" or "float64".

    Returns
    -------
    list of complex array, (n_times,)
        M; n_times differs.
    """
    signals: list[np.ndarray] = [np.empty(0)] * len(experiments)
    for k, curve in _curves(experiments, seeds, dtype):
        signals[k] = curve
    return signals


def _curves(
    experiments: Sequence[Experiment], seeds: Sequence[Seed], dtype: str, device: str = ""
) -> Iterator[tuple[int, np.ndarray]]:
    """(index, curve) of every experiment, one batch after the other."""
    for group in _groups(experiments):
        curves = simulate_batch(
            [experiments[k] for k in group], [seeds[k] for k in group], dtype, device=device
        )
        yield from zip(group, curves, strict=True)


def _groups(experiments: Sequence[Experiment]) -> list[list[int]]:
    """Indices of experiments that can be batched together, in the order of the first of each."""
    indices: dict[tuple, list[int]] = {}
    for k, experiment in enumerate(experiments):
        indices.setdefault(_alike(experiment), []).append(k)
    return list(indices.values())


def _alike(experiment: Experiment) -> tuple:
    """The properties that curves of one batch share."""
    return experiment.protocol.grid, experiment.sample.n_x, experiment.sample.n_y
