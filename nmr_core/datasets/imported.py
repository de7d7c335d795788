"""Imported signals, measured or simulated elsewhere, as a data set."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, Manifest
from nmr_core.errors import InputError
from nmr_core.presets import recipe
from nmr_core.storage.workspace import new_id
from nmr_core.weights import WEIGHT, weights_of


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
    """Make a data set of imported signals, in memory; ``save(folder)`` writes it.

    Parameters
    ----------
    parameters : DataFrame
        One row per sample, in the names and units of this package; may have no columns. A column
        "weight" holds the weights of samples that are not from their prior.
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M.
    time : float array, (n_times,)
        µs.
    source : str
        Provenance, in a sentence.
    preset : str
        Name of the preset whose conventions they follow; "" if unknown.
    settings : sequence of dict
        Acquisitions, each as the protocol fields that differ from the preset.
    title : str
        Display text.
    owner : str
        Name of the owner, "" for none.

    Returns
    -------
    EchoDataset

    Raises
    ------
    InputError
        If the shapes do not fit, a value is NaN or infinite, a weight is negative, or ``source``
        is empty.
    """
    signals = np.asarray(signals, dtype=np.complex64)
    if (
        signals.ndim != 3
        or signals.shape[1:] != (len(settings), len(time))
        or len(signals) != len(parameters)
    ):
        raise InputError(
            "Curves must be (n_samples, n_settings, n_times) = "
            f"({len(parameters)}, {len(settings)}, {len(time)}), got {signals.shape}. "
            "Parameters, settings and time grid must fit."
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
    if WEIGHT in parameters:
        parameters = parameters.assign(**{WEIGHT: weights_of(parameters)})
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
