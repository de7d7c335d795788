"""Data set -> run: split, fit on the training part, predict the test part."""

import math
import time as clock
from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.errors import InputError
from nmr_core.evaluation.identifiable import unidentifiable
from nmr_core.evaluation.run import Run, RunManifest
from nmr_core.evaluation.splits import refuse_duplicates, split_samples
from nmr_core.evaluation.streaming import fit_streamed, is_streamed, predict_streamed
from nmr_core.features import FEATURIZERS
from nmr_core.models import MODELS, pipeline
from nmr_core.progress import Progress, reporting, silent
from nmr_core.samples import N_REDRAWN
from nmr_core.workspace import checked_id, new_id


def _targets(dataset: EchoDataset, names: Sequence[str] | None) -> list[str]:
    if names is None:
        drawn = dataset.preset.drawn.names if dataset.preset else dataset.targets
        names = [name for name in drawn if name in dataset.parameters.select_dtypes("number")]
    unknown = [name for name in names if name not in dataset.parameters]
    if unknown or not names:
        raise InputError(f"The data set has no target {', '.join(map(repr, unknown)) or '(none was given)'}; "
                         f"it has {', '.join(dataset.targets)}.")
    if N_REDRAWN in names:
        raise InputError(f"{N_REDRAWN} counts the draws that were thrown away: no echo depends on it. "
                         f"Choose among {', '.join(dataset.targets)}.")
    for name in names:
        if not np.isfinite(dataset.parameters[name]).all():
            raise InputError(f"{name} holds NaN or infinity in some samples. Remove them, or choose another target.")
    constant = [name for name in names if name not in dataset.targets]
    if constant:
        raise InputError(f"{constant[0]} is the same in every sample, so there is nothing to learn. "
                         f"Choose among {', '.join(dataset.targets)}.")
    return list(names)


def train(dataset: EchoDataset, *, targets: Sequence[str] | None = None, featurizer: str = "raw", model: str = "mlp",
          split: float | int = 0.1, seed: int = 0, stream: bool | None = None, featurizer_options: dict | None = None,
          model_options: dict | None = None, title: str = "", id: str = "", progress: Progress = silent) -> Run:
    """Fit ``featurizer`` + ``model`` on the training part of a data set and predict its test part.

    targets : columns of ``dataset.parameters``; default: all that the preset draws
    split   : test share in (0, 1), or the number of test samples; the split is by sample and comes first of all
    seed    : of the split and of the model
    stream  : True reads batches of curves again and again instead of all at once, for data sets beyond the memory (the
              neural network can); None does so above 1 GB of curves
    """
    names = _targets(dataset, targets)
    pipe = pipeline(featurizer, model, seed=seed, featurizer_options=featurizer_options, model_options=model_options)
    train_, test = split_samples(len(dataset), split, seed)
    streamed = is_streamed(dataset, model, stream)
    progress(0, 100, "reading curves")
    refuse_duplicates((signals for _, signals in dataset.batches(columns=[])) if streamed else dataset.signals, train_, test)
    y = dataset.parameters[names].to_numpy()
    start = clock.perf_counter()
    with reporting(lambda done, total, message: progress(5 + round(90 * done / total), 100, message)):
        progress(5, 100, "fitting")
        if streamed:
            fit_streamed(pipe, dataset, train_, y, seed)
        else:
            pipe.fit(dataset.signals[train_], y[train_])
    seconds = clock.perf_counter() - start
    progress(95, 100, "predicting the test part")
    predicted = (predict_streamed(pipe, dataset, test) if streamed
                 else np.asarray(pipe.predict(dataset.signals[test])).reshape(len(test), -1))
    predictions = pd.DataFrame({"sample": test}
                               | {f"true_{name}": y[test, k] for k, name in enumerate(names)}
                               | {f"predicted_{name}": predicted[:, k] for k, name in enumerate(names)})
    hidden = unidentifiable(dataset.preset) if dataset.preset else {}
    manifest = RunManifest(
        id=id or new_id("run"), title=title or f"{MODELS[model].label} on {FEATURIZERS[featurizer].label.lower()}",
        dataset=dataset.manifest.id, dataset_title=dataset.manifest.title, preset=dataset.manifest.preset,
        featurizer=featurizer, featurizer_options=featurizer_options or {}, model=model,
        model_options=model_options or {}, targets={name: _described(dataset, name) for name in names},
        train_mean={name: float(y[train_, k].mean()) for k, name in enumerate(names)},
        unidentifiable={name: hidden[name] for name in names if name in hidden},
        seed=seed, n_train=len(train_), n_test=len(test), split=split, seconds=seconds, stream=streamed,
        curve=np.asarray(getattr(pipe[-1], "curve_", [])).tolist())
    return Run(manifest, predictions, pipe)


def _described(dataset: EchoDataset, name: str) -> dict:
    spec = dataset.spec(name)
    if not (math.isfinite(spec.low) and spec.width > 0):
        raise InputError(f"{name} has no range to weigh its error by. Choose another target.")
    return {"label": spec.label, "symbol": spec.symbol, "unit": spec.unit, "low": spec.low, "high": spec.high}


def train_job(params: dict, progress: Progress) -> dict:
    """The job "train": ``params`` are train's arguments as JSON, with ``dataset`` an id and ``run`` the id to save as."""
    options = {name: value for name, value in params.items() if name not in ("dataset", "run")}
    run = train(load_dataset(params["dataset"]), id=checked_id(params["run"]), progress=progress, **options)
    run.save()
    progress(100, 100, "saved")
    return {"run": run.id}
