"""Train a model: split the samples, fit on the training part, predict the test part."""

import time as clock
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.joined import draws
from nmr_core.learning.augment import drawn_by_weight, fit_with_copies, maps_of
from nmr_core.learning.begun import key_of
from nmr_core.learning.fresh import Source, check_fresh
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.in_parts import fit_in_parts
from nmr_core.learning.matching import grid, settings_of
from nmr_core.learning.metrics import weighted_mean
from nmr_core.learning.origin import origin_of
from nmr_core.learning.plan import Plan, check_task, planned
from nmr_core.learning.run import Run, RunManifest, predicted_table
from nmr_core.learning.splits import refuse_duplicates, split_samples
from nmr_core.learning.streaming import fit_featurizer, is_streamed, predict_streamed
from nmr_core.learning.summary import summary
from nmr_core.learning.targets import (
    TargetSpec,
    describe_targets,
    numbers_beside,
    select_targets,
)
from nmr_core.learning.training_folder import Request, TrainingFolder
from nmr_core.models import pipeline
from nmr_core.progress import Progress, part_of, publish, reporting, silent
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import DATASET
from nmr_core.storage.workspace import checked_id, new_id
from nmr_core.weights import WEIGHT, unequal
from nmr_core.workers import versions_here

STEPS = 1000
"""Total of the progress of a training."""


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
    resume: bool | str = False,
    restart: bool = False,
    keep_features: bool = False,
    featurizer_options: dict | None = None,
    model_options: dict | None = None,
    title: str = "",
    id: str = "",
    owner: str = "",
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
        Additional samples of the same preset and effects, simulated for the training; only models
        that take batches.
    resume : bool or str
        Of a training in batches. True or a name: features and state are stored in the data folder,
        and the same call continues a training that was interrupted, to the same result bit for
        bit. The name tells trainings apart, instead of their arguments. They are deleted when the
        run is saved.
    restart : bool
        Begin anew, although the training was begun before.
    keep_features : bool
        Of a training that is resumed: leave the features in the data folder, so that other models
        on the same samples, or the same one with more fresh ones, need not simulate them.
    weighted : bool
        Of samples with weights (drawn from a sampling density): False fits them as they are, so
        that the model is best where the density has more samples. True repeats or leaves out each
        training sample by its weight, so that the model is fitted to the stated prior. Scores are
        those of the prior in both cases.
    featurizer_options, model_options : dict, optional
        Options by name.
    title, id, owner : str
        Of the run; default: the label of the recipe, or model and features; a new id; unknown.
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
    progress(0, STEPS, "reading signals")
    signals = (batch for _, batch in dataset.batches(columns=[])) if streamed else dataset.signals
    refuse_duplicates(signals, train_part, test_part)

    # Fit on the training part
    weighted = weighted and unequal(dataset.weights) is not None
    fit = _Fit(dataset, plan, spec, train_part, maps, seed, weighted)
    folder = None
    if resume is not False and (streamed or fresh):
        arguments = {
            "targets": list(spec.names),
            "recipe": recipe,
            "featurizer": featurizer,
            "featurizer_options": featurizer_options,
            "model": model,
            "model_options": model_options,
            "split": split,
            "seed": seed,
            "stream": stream,
            "symmetries": symmetries,
            "fresh": fresh,
            "weighted": weighted,
            "keep_features": keep_features,
            "title": title,
        }
        folder = TrainingFolder(
            fit.about_features(split),
            fit.about_model(),
            fresh,
            _request(dataset, title or plan.label, owner, arguments),
            resume if isinstance(resume, str) else "",
            keep_features,
            restart,
        )
    publish("task", spec.task)
    start, cpu_start = clock.perf_counter(), clock.process_time()
    fitting = part_of(progress, 0.05 * STEPS, 0.95 * STEPS, STEPS)
    fitting(0, 1, "fitting")
    if streamed or fresh:
        fit.in_parts(pipe, fresh, folder, fitting)
    else:
        with reporting(fitting):
            fit.at_once(pipe)
    seconds, cpu_seconds = clock.perf_counter() - start, clock.process_time() - cpu_start
    if folder is not None:
        seconds = max(seconds, folder.checkpoint.spent)

    # Predict the test part
    progress(round(0.95 * STEPS), STEPS, "predicting the test part")
    start = clock.perf_counter()
    if streamed:
        predicted = predict_streamed(pipe, dataset, test_part, spec.names, spec.classes)
    else:
        predicted = predicted_table(pipe, dataset.curves(test_part), spec.names, spec.classes)
    predict_seconds = 1000 * (clock.perf_counter() - start) / len(test_part)

    manifest = _manifest(dataset, plan, spec, train_part, test_part) | {
        "id": id or new_id("run"),
        "title": title or plan.label,
        "owner": owner,
        "seed": seed,
        "split": split,
        "seconds": seconds,
        "stream": streamed,
        "symmetries": [m.name for m in maps],
        "fresh": fresh,
        "weighted": weighted,
        "predict_seconds": predict_seconds,
        "cpu_seconds": cpu_seconds,
        "curve": np.asarray(getattr(pipe[-1], "curve_", [])).tolist(),
    }
    table = _predictions(spec, test_part, predicted)
    if unequal(dataset.weights) is not None:
        table[WEIGHT] = dataset.weights[test_part]
    run = Run(RunManifest(**manifest), table, pipe)
    run.training = folder
    return run


def _request(dataset: EchoDataset, title: str, owner: str, arguments: Mapping[str, Any]) -> Request:
    """The call of a training; a data set of the data folder is named by its id."""
    name = ""
    if dataset.path is not None:
        is_listed = catalogue.find(DATASET, dataset.manifest.id) == dataset.path.absolute()
        name = dataset.manifest.id if is_listed else str(dataset.path.absolute())
    filled = {name: value for name, value in arguments.items() if value not in (None, "", {})}
    return Request(title, owner, name, filled)


@dataclass(frozen=True)
class _Fit:
    """What is fitted to which samples."""

    dataset: EchoDataset
    plan: Plan
    targets: TargetSpec
    samples: np.ndarray
    maps: Sequence
    seed: int
    weighted: bool

    def at_once(self, pipe: Pipeline) -> None:
        """Fit a pipeline on all samples; of a weighted fit each as often as its weight says."""
        rows = self.samples
        if self.weighted:
            rows = rows[drawn_by_weight(self.dataset.weights[rows], self.seed)]
        groups = rows if self.weighted else None
        signals, y = self.dataset.signals[rows], self.targets.y[rows]
        numbers = numbers_beside(self.dataset, rows, y) if self.targets.classes else None
        fit_with_copies(pipe, signals, y, self.maps, groups, numbers)

    def in_parts(
        self, pipe: Pipeline, n_fresh: int, folder: TrainingFolder | None, progress: Progress
    ) -> None:
        """Fit a pipeline in bounded memory; with a folder, continue where another sitting ended."""
        with folder.opened() if folder else nullcontext():
            featurizer = folder.featurizer() if folder else None
            if featurizer is None:
                featurizer = pipe[0]
                fit_featurizer(featurizer, self.dataset, self.samples, self.seed)
                if folder:
                    folder.write_featurizer(featurizer)
            pipe.steps[0] = (pipe.steps[0][0], featurizer)
            source = Source(
                self.dataset, featurizer, self.targets, self.samples, n_fresh, self.seed, self.maps
            )
            fit_in_parts(pipe, source, weighted=self.weighted, folder=folder, progress=progress)

    def about_features(self, split: float) -> dict:
        """What determines the features of all samples, in words."""
        m = self.dataset.manifest
        curves = key_of({"parts": m.parts}) if m.parts else self.dataset.digest()[:16]
        return {
            "data set": m.id if self.dataset.path else "in memory",
            "preset": m.preset,
            "measurement effects": m.effects,
            "curves of the data set": curves,
            "targets": list(self.targets.names),
            "features": self.plan.featurizer,
            "options of the features": self.plan.featurizer_options,
            "symmetries": [symmetry.name for symmetry in self.maps],
            "split": split,
            "seed": self.seed,
            "versions": versions_here(),
        }

    def about_model(self) -> dict:
        """What determines the model fitted to these features, in words."""
        return {
            "model": self.plan.model,
            "options of the model": self.plan.model_options,
            "weighted": self.weighted,
        }


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

    ``dataset`` is an id, ``run`` the id of the new run, ``owner`` who trains it. A training in
    batches that was stopped continues when the job is run again.
    """
    own = ("dataset", "run")
    options = {name: value for name, value in params.items() if name not in own}
    dataset = load_dataset(params["dataset"])
    id = checked_id(params["run"])
    run = train(dataset, id=id, progress=progress, **{"resume": id} | options)
    run.save()
    progress(STEPS, STEPS, "saved")
    return {"run": run.id, "summary": summary(run)}
