"""Train a model: split the samples, fit on the training part, predict the test part."""

import time as clock
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.joined import draws
from nmr_core.learning.augment import fit_with_copies, maps_of
from nmr_core.learning.fresh import Fresh, check_fresh, rounds
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.matching import grid, settings_of
from nmr_core.learning.metrics import weighted_mean
from nmr_core.learning.origin import origin_of
from nmr_core.learning.plan import Plan, check_task, planned
from nmr_core.learning.run import Run, RunManifest, predicted_table
from nmr_core.learning.splits import refuse_duplicates, split_samples
from nmr_core.learning.streaming import (
    Stream,
    fit_batches,
    fit_featurizer,
    is_streamed,
    parts,
    predict_streamed,
)
from nmr_core.learning.summary import summary
from nmr_core.learning.targets import TargetSpec, describe_targets, select_targets
from nmr_core.models import pipeline
from nmr_core.progress import Progress, publish, reporting, silent
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.storage.workspace import checked_id, new_id
from nmr_core.weights import WEIGHT, repeats, unequal


def train(
    dataset: EchoDataset,
    *,
    targets: Sequence[str] | None = None,
    recipe: str = "",
    featurizer: str = "",
    model: str = "",
    split: float | int = 0.1,
    seed: int = 0,
    stream: bool | None = None,
    symmetries: bool | None = None,
    fresh: int = 0,
    weighted: bool = False,
    featurizer_options: dict | None = None,
    model_options: dict | None = None,
    title: str = "",
    id: str = "",
    progress: Progress = silent,
) -> Run:
    """Fit a featurizer and a model on the training part of a data set, and predict its test part.

    Parameters
    ----------
    dataset : EchoDataset
        Signals with their parameters.
    targets : sequence of str, optional
        Columns of ``dataset.parameters``; default: all numbers that the preset draws. A column of
        text is a class.
    recipe : str
        A name of :data:`nmr_core.models.RECIPES`; it gives what is not given here. Without one:
        "raw" and "mlp".
    featurizer, model : str
        Names of :data:`nmr_core.features.FEATURIZERS` (or a stack, "polynomial+echo_shape") and
        :data:`nmr_core.models.MODELS`.
    split : float or int
        Test part: a share in (0, 1), or a number of samples. Samples are split before anything else
        is done.
    seed : int
        Of the split and of the model.
    stream : bool, optional
        True: train in batches read from disk, for data sets larger than the memory; only models
        that take batches.
        None: if the signals take more than 1 GB.
    symmetries : bool, optional
        Train also on the images of the training signals under the symmetries of the data set. None:
        as the recipe says, else if there are any.
    fresh : int
        Additional samples of the same preset and effects, simulated during the training; only
        models that take batches.
    weighted : bool
        Of samples with weights (drawn from a sampling density): False fits them as they are, so
        that the model is best where the density has more samples. True repeats or leaves out each
        training sample by its weight, so that the model is fitted to the stated prior. Scores are
        those of the prior in both cases.
    featurizer_options, model_options : dict, optional
        Options by name.
    title, id : str
        Of the run; default: the label of the recipe, or model and features; a new id.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run
        Not saved yet: see :meth:`Run.save`.

    Raises
    ------
    InputError
        If a name, option, target or task does not fit, or if the test part repeats a training
        signal bit for bit.
    """
    plan = planned(recipe, featurizer, model, featurizer_options, model_options)
    spec = select_targets(dataset, targets)
    check_task(plan, spec.task, spec.names[0])
    pipe = pipeline(
        plan.featurizer,
        plan.model,
        seed=seed,
        task=spec.task,
        targets=spec.names,
        featurizer_options=plan.featurizer_options,
        model_options=plan.model_options,
    )
    maps = maps_of(dataset, symmetries, plan.symmetries)
    check_fresh(dataset, fresh, plan.model, pipe[-1], spec)
    streamed = is_streamed(dataset, plan.model, pipe[-1], stream, spec.task, len(maps))

    # Split, and refuse a leak
    classes = spec.y if spec.classes else None
    train_part, test_part = split_samples(
        len(dataset), split, seed, classes, draws(dataset.manifest)
    )
    progress(0, 100, "reading signals")
    signals = (batch for _, batch in dataset.batches(columns=[])) if streamed else dataset.signals
    refuse_duplicates(signals, train_part, test_part)

    # Fit on the training part
    fit = _Fit(dataset, spec, train_part, seed, maps, streamed, fresh, progress, weighted)
    publish("task", spec.task)
    start, cpu_start = clock.perf_counter(), clock.process_time()
    n_fresh = fit(pipe)
    seconds, cpu_seconds = clock.perf_counter() - start, clock.process_time() - cpu_start

    # Predict the test part
    progress(95, 100, "predicting the test part")
    start = clock.perf_counter()
    if streamed:
        predicted = predict_streamed(pipe, dataset, test_part, spec.names, spec.classes)
    else:
        predicted = predicted_table(pipe, dataset.curves(test_part), spec.names, spec.classes)
    predict_seconds = 1000 * (clock.perf_counter() - start) / len(test_part)

    manifest = _manifest(dataset, plan, spec, train_part, test_part) | {
        "id": id or new_id("run"),
        "title": title or plan.label,
        "seed": seed,
        "split": split,
        "seconds": seconds,
        "stream": streamed,
        "symmetries": [m.name for m in maps],
        "fresh": n_fresh,
        "weighted": fit.weighted,
        "predict_seconds": predict_seconds,
        "cpu_seconds": cpu_seconds,
        "curve": np.asarray(getattr(pipe[-1], "curve_", [])).tolist(),
    }
    table = _predictions(spec, test_part, predicted)
    if unequal(dataset.weights) is not None:
        table[WEIGHT] = dataset.weights[test_part]
    return Run(RunManifest(**manifest), table, pipe)


class _Fit:
    """Fit a pipeline on the training part: at once, in batches, or with fresh samples."""

    def __init__(
        self,
        dataset: EchoDataset,
        targets: TargetSpec,
        train_part: np.ndarray,
        seed: int,
        maps: Sequence,
        streamed: bool,
        n_fresh: int,
        progress: Progress,
        weighted: bool = False,
    ):
        self.dataset = dataset
        self.targets = targets
        self.train_part = train_part
        self.seed = seed
        self.maps = maps
        self.streamed = streamed
        self.n_fresh = n_fresh
        self.progress = progress
        self.weighted = weighted and unequal(dataset.weights) is not None
        self.rng = side_stream(seed, Purpose.REPEATED_SAMPLES)
        self.done = 5
        self.message = "fitting"
        self.fresh: Fresh | None = None

    def __call__(self, pipe: Pipeline) -> int:
        """Fit in place; returns the number of fresh samples that were used."""
        self._tell()
        with reporting(self._report):
            if self.streamed or self.n_fresh:
                return self._in_batches(pipe)
            rows = self._repeated(self.train_part)
            fit_with_copies(
                pipe,
                self.dataset.signals[rows],
                self.targets.y[rows],
                self.maps,
                rows if self.weighted else None,
            )
        return 0

    def _repeated(self, samples: np.ndarray) -> np.ndarray:
        """The samples; of a weighted fit each as often as its weight says."""
        if not self.weighted:
            return samples
        return np.repeat(samples, repeats(self.dataset.weights[samples], self.rng))

    def _in_batches(self, pipe: Pipeline) -> int:
        featurizer, model = pipe[0], pipe[-1]
        fit_featurizer(featurizer, self.dataset, self.train_part, self.seed)
        # The model's own split: samples to fit on, samples that decide when to stop
        stored: Any
        valid: Any
        stored, valid = (
            Stream(
                self.dataset,
                featurizer,
                self._repeated(self.train_part[part]),
                self.targets.y,
                self.seed,
                self.maps,
            )
            for part in parts(model, len(self.train_part))
        )
        if not self.streamed:
            stored, valid = list(stored), list(valid)
        with self._source(featurizer, stored, rounds(model)) as source:
            fit_batches(model, source, valid, np.array(self.targets.classes))
            return self.fresh.used if self.fresh else 0

    def _source(self, featurizer: Any, stored: Any, n_rounds: int):
        """The stored batches, with fresh ones among them where any were requested."""
        if not self.n_fresh:
            return nullcontext(stored)
        self.fresh = Fresh(
            self.dataset,
            featurizer,
            self.targets,
            stored,
            self.n_fresh,
            self.seed,
            self.maps,
            n_rounds,
            waiting=lambda used: self._tell(),
            weighted=self.weighted,
        )
        return self.fresh

    def _report(self, done: int, total: int, message: str = "") -> None:
        self.done = 5 + round(90 * done / total)
        self.message = message
        self._tell()

    def _tell(self) -> None:
        more = f", {self.fresh.used:,} of {self.n_fresh:,} fresh samples" if self.fresh else ""
        self.progress(self.done, 100, self.message + more)


def _manifest(
    dataset: EchoDataset,
    plan: Plan,
    targets: TargetSpec,
    train_part: np.ndarray,
    test_part: np.ndarray,
) -> dict:
    """The entries of a manifest that do not depend on the fit."""
    y = targets.y[train_part]
    if targets.task == "regression":
        hidden = unidentifiable(dataset.preset) if dataset.preset else {}
        weights = dataset.weights[train_part]
        means = {
            name: float(weighted_mean(y[:, k], weights)) for k, name in enumerate(targets.names)
        }
        counts = {}
    else:
        hidden, means, counts = {}, {}, dict(Counter(y.tolist()))
    return {
        "dataset": dataset.manifest.id,
        "dataset_title": dataset.manifest.title,
        "preset": dataset.manifest.preset_name,
        "recipe": plan.recipe,
        "featurizer": plan.featurizer,
        "featurizer_options": plan.featurizer_options,
        "model": plan.model,
        "model_options": plan.model_options,
        "targets": describe_targets(dataset, targets),
        "task": targets.task,
        "train_mean": means,
        "classes": list(targets.classes),
        "train_counts": counts,
        "unidentifiable": {name: hidden[name] for name in targets.names if name in hidden},
        "n_train": len(train_part),
        "n_test": len(test_part),
        "time": grid(dataset.time),
        "settings": settings_of(dataset),
        "origin": origin_of(dataset.manifest),
    }


def _predictions(
    targets: TargetSpec, test_part: np.ndarray, predicted: pd.DataFrame
) -> pd.DataFrame:
    """Columns sample, true_<target>, predicted_<target>, and the probabilities of classes."""
    y = targets.y[test_part].reshape(len(test_part), -1)
    true = {f"true_{name}": y[:, k] for k, name in enumerate(targets.names)}
    estimates = {f"predicted_{name}": predicted[name].to_numpy() for name in targets.names}
    table = pd.DataFrame({"sample": test_part} | true | estimates)
    return pd.concat([table, predicted.drop(columns=list(targets.names))], axis=1)


def train_job(params: dict, progress: Progress) -> dict:
    """The job "train": arguments of :func:`train` as JSON.

    ``dataset`` is an id, ``run`` the id of the new run, ``owner`` who trains it.
    """
    own = ("dataset", "run", "owner")
    options = {name: value for name, value in params.items() if name not in own}
    dataset = load_dataset(params["dataset"])
    run = train(dataset, id=checked_id(params["run"]), progress=progress, **options)
    run.manifest = replace(run.manifest, owner=params.get("owner", ""))
    run.save()
    progress(100, 100, "saved")
    return {"run": run.id, "summary": summary(run)}
