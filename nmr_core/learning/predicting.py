"""A saved run on new curves: its estimates, beside the true values where they are known."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.catalogue import find_dataset
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import Manifest
from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import Foreign
from nmr_core.learning.class_metrics import class_table, confusion
from nmr_core.learning.matching import stated_in
from nmr_core.learning.metrics import score_table
from nmr_core.learning.run import Run
from nmr_core.presets import PRESETS
from nmr_core.presets.ml4sci_2020 import FEWEST
from nmr_core.progress import Progress, silent
from nmr_core.weights import WEIGHT, unequal, weights_of

BATCH = 1000
"""Samples that are predicted together."""

Source = EchoDataset | Foreign | tuple[np.ndarray, np.ndarray]


def predict(
    run: Run,
    source: Source,
    *,
    settings: Sequence[dict] | None = None,
    insist: bool = False,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Predictions of a run, one row per sample.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    source : EchoDataset, Foreign or (time, signals)
        A data set, what ``read_foreign`` returns, or arrays: µs (n_times,) and complex (n_samples,
        n_settings, n_times) or (n_samples, n_times).
    settings : sequence of dict, optional
        Of arrays: the protocol of each setting, if known.
    insist : bool
        Whether to return numbers beyond the range of the training data.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    DataFrame
        With the columns of :meth:`Run.predict`.

    Raises
    ------
    InputError
        If the time points or the protocol are not those of the run; states both.
    """
    if isinstance(source, tuple):
        source = as_curves(*source, settings)
    n = len(source)
    stated = settings_of_file(source) if isinstance(source, Foreign) else None
    run.check_signals(source if stated is None else source.time, stated)
    found, done = [], 0
    for curves in batches(source):
        found.append(run.predict(curves, insist=insist))
        done += len(curves)
        progress(done, n, "predicting")
    return pd.concat(found, ignore_index=True)


def as_curves(
    time: np.ndarray, signals: np.ndarray, settings: Sequence[dict] | None = None
) -> Foreign:
    """Times (µs) and complex signals, (n_samples, n_settings, n_times) or (n_samples, n_times)."""
    signals = np.asarray(signals)
    if signals.dtype.kind not in "cf" or signals.ndim not in (2, 3):
        raise InputError(
            "Curves must be a complex array (n_samples, n_settings, n_times) or (n_samples, "
            "n_times), got "
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


def settings_of_file(foreign: Foreign) -> list[dict]:
    """Settings of a file: its columns of the protocol, and the carrier of its preset.

    Few signals whose preset is assumed have no carrier.
    """
    columns = stated_in(foreign.parameters)
    is_unsure = foreign.is_assumed and len(foreign) < FEWEST
    if foreign.preset in PRESETS and not is_unsure:
        columns = {"carrier": PRESETS[foreign.preset].base.carrier} | columns
    return [columns | setting for setting in foreign.settings]


def batches(source: EchoDataset | Foreign) -> Iterator[np.ndarray]:
    """The signals of a source, :data:`BATCH` samples at a time."""
    if isinstance(source, EchoDataset):
        yield from (signals for _, signals in source.batches(BATCH, []))
    else:
        yield from (source.signals[k : k + BATCH] for k in range(0, len(source), BATCH))


def prediction_table(
    run: Run, source: EchoDataset | Foreign, progress: Progress = silent
) -> pd.DataFrame:
    """Predictions of a run as they are, beside the truth, one row per sample.

    Returns
    -------
    DataFrame
        sample; predicted_<target>; spread_<target> of an ensemble, the standard deviation of its
        members; probability_<class> of a classifier; true_<target> where the
        source has it; weight where the samples are not from the prior; outside: targets predicted
        outside the range of the training data; learned: whether the run was trained on this sample.
    """
    predicted = predict(run, source, insist=True, progress=progress)
    table = pd.DataFrame({"sample": np.arange(len(predicted))})
    for name in run.targets:
        table[f"predicted_{name}"] = predicted[name]
    probabilities = predicted.drop(columns=list(run.targets))
    spreads = _spreads(run, source)
    truth = _truth(run, source).add_prefix("true_")
    weights = source.parameters[[WEIGHT]].reset_index(drop=True) if _is_weighted(source) else None
    table = pd.concat([table, spreads, probabilities, truth, weights], axis=1)
    return table.assign(outside=_outside(run, predicted), learned=learned(run, source))


def _spreads(run: Run, source: EchoDataset | Foreign) -> pd.DataFrame | None:
    """Spread of the members of an ensemble; None of other models."""
    parts = []
    for curves in batches(source):
        spread = run.predict_spread(curves)
        if spread is None:
            return None
        parts.append(spread)
    return pd.concat(parts, ignore_index=True).add_prefix("spread_") if parts else None


def _is_weighted(source: EchoDataset | Foreign) -> bool:
    return unequal(weights_of(source.parameters)) is not None


def _truth(run: Run, source: EchoDataset | Foreign) -> pd.DataFrame:
    """Columns of the source that are targets of the run, of the kind that it predicts."""
    have = source.parameters
    numbers = run.task == "regression"
    known = [
        name for name in run.targets if name in have and is_numeric_dtype(have[name]) == numbers
    ]
    return have[known].reset_index(drop=True)


def _outside(run: Run, predicted: pd.DataFrame) -> list[str]:
    """Per sample the targets predicted outside the prior of the training data, with commas."""
    if run.task == "classification":
        return [""] * len(predicted)
    specs = run.manifest.targets
    beyond = {
        name: (predicted[name] < spec["low"]) | (predicted[name] > spec["high"])
        for name, spec in specs.items()
    }
    rows = zip(*(beyond[name] for name in run.targets), strict=True)
    return [
        ", ".join(name for name, is_beyond in zip(run.targets, row, strict=True) if is_beyond)
        for row in rows
    ]


def learned(run: Run, source: EchoDataset | Foreign) -> np.ndarray:
    """Whether the run was trained on each sample, as far as it is known; bool (n_samples,).

    It was if the sample is in the data set of the run (or in one with the same prior, seed and
    settings, which determine the samples) and not in its test part.
    """
    is_learned = np.zeros(len(source), bool)
    if not isinstance(source, EchoDataset) or not _same_samples(run, source.manifest):
        return is_learned
    is_learned[: run.manifest.n_train + run.manifest.n_test] = True
    test_part = run.predictions["sample"].to_numpy().astype(int)
    is_learned[test_part[test_part < len(source)]] = False
    return is_learned


def _same_samples(run: Run, given: Manifest) -> bool:
    if given.id == run.manifest.dataset:
        return True
    try:
        own = Manifest.read(find_dataset(run.manifest.dataset))
    except (InputError, FailedError):
        return False
    return not given.source and _draws(given) == _draws(own)


def _draws(manifest: Manifest) -> tuple:
    """What determines the samples of a data set, whatever the measurement effects."""
    return (
        manifest.preset,
        manifest.seed,
        manifest.source,
    )


def prediction_scores(run: Run, table: pd.DataFrame) -> pd.DataFrame | None:
    """Scores of a prediction table, over samples with known truth that were not trained on.

    Returns
    -------
    DataFrame or None
        One row per target or class, as :attr:`Run.scores`; None for fewer than two samples.
    """
    known = [name for name in run.targets if f"true_{name}" in table]
    fair = table[~table["learned"]]
    if not known or len(fair) < 2:
        return None
    weights = weights_of(fair)
    true, found = (
        pd.DataFrame({name: fair[f"{kind}_{name}"] for name in known})
        for kind in ("true", "predicted")
    )
    if run.task == "classification":
        counts = confusion(true.iloc[:, 0], found.iloc[:, 0], run.classes, weights)
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
        weights=weights[finite.to_numpy()],
    )
