"""A saved run on new curves: its estimates, and beside them the truth where somebody knows it."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.catalogue import find_dataset
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import Manifest
from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import Foreign
from nmr_core.learning.metrics import class_table, confusion, score_table
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent

BATCH = 1000
"""Curves that are predicted together."""

Source = EchoDataset | Foreign | tuple[np.ndarray, np.ndarray]


def predict(
    run: Run, source: Source, *, settings: Sequence[dict] | None = None, progress: Progress = silent
) -> pd.DataFrame:
    """What ``run`` estimates from every curve of ``source``, one row per sample in their order; columns as of ``Run.predict``.

    source   : a data set, what ``read_foreign`` returns, or (time, signals): µs (n_times,) and complex
               (n_samples, n_settings, n_times), or (n_samples, n_times) with one setting
    settings : of (time, signals), if they are known: the protocol of each setting
    Curves on other time points or of another protocol than the run's are refused, with both stated.
    """
    if isinstance(source, tuple):
        source = as_curves(*source, settings)
    n = len(source)
    given = source.settings if isinstance(source, Foreign) else None
    run.check_curves(source if given is None else source.time, given)
    found, done = [], 0
    for curves in batches(source):
        found.append(run.predict(curves))
        done += len(curves)
        progress(done, n, "predicting")
    return pd.concat(found, ignore_index=True)


def as_curves(
    time: np.ndarray, signals: np.ndarray, settings: Sequence[dict] | None = None
) -> Foreign:
    """(time in µs, complex curves) as a source; the curves (n_samples, n_settings, n_times) or (n_samples, n_times)."""
    signals = np.asarray(signals)
    if signals.dtype.kind not in "cf" or signals.ndim not in (2, 3):
        raise InputError(
            "Curves must be a complex array (n_samples, n_settings, n_times) or (n_samples, n_times), got "
            f"{signals.dtype} with shape {signals.shape}."
        )
    signals = signals[:, None] if signals.ndim == 2 else signals
    known = (
        [dict(setting) for setting in settings]
        if settings is not None
        else [{} for _ in range(signals.shape[1])]
    )
    return Foreign(
        pd.DataFrame(index=range(len(signals))), signals, np.asarray(time, float), settings=known
    )


def batches(source: EchoDataset | Foreign) -> Iterator[np.ndarray]:
    """The curves of a source, :data:`BATCH` at a time."""
    if isinstance(source, EchoDataset):
        yield from (signals for _, signals in source.batches(BATCH, []))
    else:
        yield from (source.signals[k : k + BATCH] for k in range(0, len(source), BATCH))


def prediction_table(
    run: Run, source: EchoDataset | Foreign, progress: Progress = silent
) -> pd.DataFrame:
    """One row per sample: ``sample``, ``predicted_<target>``, of a classifier ``probability_<class>``, ``true_<target>`` where the
    source says it, ``outside``: targets whose estimate lies outside the range that the run was trained for, and ``learned``:
    whether the run was trained on this very curve."""
    found = predict(run, source, progress=progress)
    truth = _truth(run, source)
    table = pd.DataFrame(
        {"sample": np.arange(len(found))}
        | {f"predicted_{name}": found[name] for name in run.targets}
    )
    table = pd.concat(
        [table, found.drop(columns=list(run.targets)), truth.add_prefix("true_")], axis=1
    )
    return table.assign(outside=_outside(run, found), learned=learned(run, source))


def _truth(run: Run, source: EchoDataset | Foreign) -> pd.DataFrame:
    """Targets that the source has, of the kind that the run predicts; (n_samples, up to n_targets)."""
    have = source.parameters
    numbers = run.task == "regression"
    known = [
        name for name in run.targets if name in have and is_numeric_dtype(have[name]) == numbers
    ]
    return have[known].reset_index(drop=True)


def _outside(run: Run, found: pd.DataFrame) -> list[str]:
    """Names of the targets, with commas, whose estimate lies outside the range of the training data's prior."""
    if run.task == "classification":
        return [""] * len(found)
    ranges = {name: (spec["low"], spec["high"]) for name, spec in run.manifest.targets.items()}
    beyond = {
        name: (found[name] < low) | (found[name] > high) for name, (low, high) in ranges.items()
    }
    return [
        ", ".join(name for name in run.targets if beyond[name].iloc[k]) for k in range(len(found))
    ]


def learned(run: Run, source: EchoDataset | Foreign) -> np.ndarray:
    """bool (n_samples,): whether the run was trained on that sample, as far as can be known: it is in the run's data set (or in
    one with the same prior, seed and settings: samples depend on these and their number only), and not held out."""
    mine = np.zeros(len(source), bool)
    if not isinstance(source, EchoDataset) or not _same_samples(run, source.manifest):
        return mine
    mine[: run.manifest.n_train + run.manifest.n_test] = True
    held = run.predictions["sample"].to_numpy().astype(int)
    mine[held[held < len(mine)]] = False
    return mine


def _same_samples(run: Run, given: Manifest) -> bool:
    if given.id == run.manifest.dataset:
        return True
    try:
        own = Manifest.read(find_dataset(run.manifest.dataset))
    except (InputError, FailedError):
        return False
    return not given.source and _draws(given) == _draws(own)


def _draws(manifest: Manifest) -> tuple:
    """What determines a data set's samples, whatever effects they are seen through."""
    return (
        manifest.preset,
        manifest.seed,
        manifest.source,
    )


def prediction_scores(run: Run, table: pd.DataFrame) -> pd.DataFrame | None:
    """Scores beside the baseline of the rows whose truth is known and that the run was not trained on; None if there are fewer than
    two. One row per target, or a class."""
    known = [name for name in run.targets if f"true_{name}" in table]
    fair = table[~table["learned"]]
    if not known or len(fair) < 2:
        return None
    true, found = (
        pd.DataFrame({name: fair[f"{kind}_{name}"] for name in known})
        for kind in ("true", "predicted")
    )
    if run.task == "classification":
        counts = confusion(true.iloc[:, 0], found.iloc[:, 0], run.classes)
        baseline = max(run.classes, key=lambda name: run.manifest.train_counts.get(name, 0))
        return class_table(counts, baseline) if counts.to_numpy().sum() else None
    finite = np.isfinite(true).all(axis=1) & np.isfinite(found).all(axis=1)
    varied = [name for name in known if true.loc[finite, name].nunique() > 1]
    if not varied:
        return None
    ranges = {
        name: (run.manifest.targets[name]["low"], run.manifest.targets[name]["high"])
        for name in varied
    }
    return score_table(
        true.loc[finite, varied],
        found.loc[finite, varied],
        pd.Series(run.manifest.train_mean),
        ranges,
    )
