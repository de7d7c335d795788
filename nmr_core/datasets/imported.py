"""Foreign curves, measured or simulated elsewhere, as a data set."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, Manifest
from nmr_core.errors import InputError
from nmr_core.presets import recipe
from nmr_core.storage.workspace import new_id


def imported(
    parameters: pd.DataFrame,
    signals: np.ndarray,
    time: np.ndarray,
    *,
    source: str,
    preset: str = "",
    settings: Sequence[dict] = ({},),
    title: str = "",
    owner: str = "",
) -> EchoDataset:
    """A data set of foreign curves, in memory; ``.save(folder)`` writes it.

    parameters : one row per sample, in our names and units; may have no columns
    signals    : complex (n_samples, n_settings, n_times); time : µs, (n_times,)
    source     : where they come from, in a sentence; preset : the preset whose conventions they follow, "" if unknown
    """
    signals = np.asarray(signals, dtype=np.complex64)
    if (
        signals.ndim != 3
        or signals.shape[1:] != (len(settings), len(time))
        or len(signals) != len(parameters)
    ):
        raise InputError(
            f"Curves must be (n_samples, n_settings, n_times) = ({len(parameters)}, {len(settings)}, {len(time)}), "
            f"got {signals.shape}. Parameters, settings and time grid must fit."
        )
    if (
        not np.isfinite(signals).all()
        or not np.isfinite(parameters.select_dtypes("number").to_numpy()).all()
    ):
        raise InputError(
            "The curves or parameters hold NaN or infinity. Remove those samples first."
        )
    if not source:
        raise InputError("An imported data set needs to say where it comes from.")
    n_samples = N_SAMPLES.check(len(signals))
    manifest = Manifest(
        id=new_id("ds"),
        title=title or f"Imported, {n_samples:,} curves",
        preset=recipe(preset, settings),
        seed=0,
        n_samples=n_samples,
        part_size=PART_SIZE.default,
        time=np.asarray(time, dtype=float).tolist(),
        source=source,
        owner=owner,
        complete=True,
    )
    return EchoDataset(manifest, None, signals, parameters.reset_index(drop=True))
