"""Data set -> run: split, fit on the training part, predict the test part."""

import time as clock
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.joined import draws
from nmr_core.learning.augment import fit_with_copies, maps_of
from nmr_core.learning.fresh import Fresh, check_fresh, rounds
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.matching import grid, settings_of
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
from nmr_core.learning.targets import TargetSpec, describe_targets, select_targets
from nmr_core.models import pipeline
from nmr_core.progress import Progress, publish, reporting, silent
from nmr_core.storage.workspace import checked_id, new_id


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
    featurizer_options: dict | None = None,
    model_options: dict | None = None,
    title: str = "",
    id: str = "",
    progress: Progress = silent,
) -> Run:
    """Fit ``featurizer`` + ``model`` on the training part of a data set and predict its test part.

    targets    : columns of ``dataset.parameters``; default: all that the preset draws. One that is text is a class
    recipe     : a name of ``nmr_core.models.recipes.RECIPES``; fills what is not given (else "raw" and "mlp")
    split      : test share in (0, 1), or the number of test samples; the split is by sample and comes first of all
    seed       : of the split and of the model
    stream     : True reads batches of curves again and again instead of all at once, for data sets beyond the memory (networks
                 can); None does so above 1 GB of curves
    symmetries : also train on copies of the training curves under the data set's symmetries; None: as the recipe says, else if
                 there are any
    fresh      : curves of the same preset and effects that are simulated while training, in addition (networks can)
    """
    plan = planned(recipe, featurizer, model, featurizer_options, model_options)
    found = select_targets(dataset, targets)
    check_task(plan, found.task, found.names[0])
    pipe = pipeline(
        plan.featurizer,
        plan.model,
        seed=seed,
        task=found.task,
        targets=found.names,
        featurizer_options=plan.featurizer_options,
        model_options=plan.model_options,
    )
    maps = maps_of(dataset, symmetries, plan.symmetries)
    check_fresh(dataset, fresh, plan.model, pipe[-1], found)
    streamed = is_streamed(dataset, plan.model, pipe[-1], stream, found.task, len(maps))
    train_, test = split_samples(
        len(dataset), split, seed, found.y if found.classes else None, draws(dataset.manifest)
    )
    progress(0, 100, "reading curves")
    refuse_duplicates(
        (signals for _, signals in dataset.batches(columns=[])) if streamed else dataset.signals,
        train_,
        test,
    )
    fit = _Fit(dataset, found, train_, seed, maps, streamed, fresh, progress)
    publish("task", found.task)
    start = clock.perf_counter()
    used = fit(pipe)
    seconds = clock.perf_counter() - start
    progress(95, 100, "predicting the test part")
    start = clock.perf_counter()
    predicted = (
        predict_streamed(pipe, dataset, test, found.names, found.classes)
        if streamed
        else predicted_table(pipe, dataset.curves(test), found.names, found.classes)
    )
    manifest = _manifest(dataset, plan, found, train_, test)
    manifest |= {
        "id": id or new_id("run"),
        "title": title or plan.label,
        "seed": seed,
        "split": split,
        "seconds": seconds,
        "stream": streamed,
        "symmetries": [m.name for m in maps],
        "fresh": used,
        "predict_seconds": 1000 * (clock.perf_counter() - start) / len(test),
        "curve": np.asarray(getattr(pipe[-1], "curve_", [])).tolist(),
    }
    return Run(RunManifest(**manifest), _predictions(found, test, predicted), pipe)


class _Fit:
    """Fit a pipeline on the training part in the way that was asked for; returns the fresh curves that it took."""

    def __init__(
        self,
        dataset: EchoDataset,
        found: TargetSpec,
        train_: np.ndarray,
        seed: int,
        maps: Sequence,
        streamed: bool,
        n_fresh: int,
        progress: Progress,
    ):
        self.dataset, self.found, self.train, self.seed, self.maps = (
            dataset,
            found,
            train_,
            seed,
            maps,
        )
        self.streamed, self.n_fresh, self.progress = streamed, n_fresh, progress
        self.done, self.message, self.fresh = 5, "fitting", None

    def __call__(self, pipe: Pipeline) -> int:
        self._say()
        with reporting(self._report):
            if self.streamed or self.n_fresh:
                return self._batches(pipe)
            fit_with_copies(
                pipe, self.dataset.signals[self.train], self.found.y[self.train], self.maps
            )
        return 0

    def _batches(self, pipe: Pipeline) -> int:
        featurizer, model = pipe[0], pipe[-1]
        fit_featurizer(featurizer, self.dataset, self.train, self.seed)
        stored, valid = (
            Stream(self.dataset, featurizer, self.train[part], self.found.y, self.seed, self.maps)
            for part in parts(model, len(self.train))
        )
        if not self.streamed:
            stored, valid = list(stored), list(valid)
        with self._source(featurizer, stored, rounds(model)) as source:
            fit_batches(model, source, valid, np.array(self.found.classes))
            return self.fresh.used if self.fresh else 0

    def _source(self, featurizer, stored, n_rounds: int):
        if not self.n_fresh:
            return nullcontext(stored)
        self.fresh = Fresh(
            self.dataset,
            featurizer,
            self.found,
            stored,
            self.n_fresh,
            self.seed,
            self.maps,
            n_rounds,
            waiting=lambda used: self._say(),
        )
        return self.fresh

    def _report(self, done: int, total: int, message: str = "") -> None:
        self.done, self.message = 5 + round(90 * done / total), message
        self._say()

    def _say(self) -> None:
        more = f", {self.fresh.used:,} of {self.n_fresh:,} fresh curves" if self.fresh else ""
        self.progress(self.done, 100, self.message + more)


def _manifest(
    dataset: EchoDataset, plan: Plan, found: TargetSpec, train_: np.ndarray, test: np.ndarray
) -> dict:
    """What is known before anything is fitted."""
    numbers = found.task == "regression"
    hidden = unidentifiable(dataset.preset) if dataset.preset and numbers else {}
    return {
        "dataset": dataset.manifest.id,
        "dataset_title": dataset.manifest.title,
        "preset": dataset.manifest.preset_name,
        "recipe": plan.recipe,
        "featurizer": plan.featurizer,
        "featurizer_options": plan.featurizer_options,
        "model": plan.model,
        "model_options": plan.model_options,
        "targets": describe_targets(dataset, found),
        "task": found.task,
        "train_mean": {name: float(found.y[train_, k].mean()) for k, name in enumerate(found.names)}
        if numbers
        else {},
        "classes": list(found.classes),
        "train_counts": {} if numbers else dict(Counter(found.y[train_].tolist())),
        "unidentifiable": {name: hidden[name] for name in found.names if name in hidden},
        "n_train": len(train_),
        "n_test": len(test),
        "time": grid(dataset.time),
        "settings": settings_of(dataset),
        "origin": origin_of(dataset.manifest),
    }


def _predictions(found: TargetSpec, test: np.ndarray, predicted: pd.DataFrame) -> pd.DataFrame:
    y = found.y[test].reshape(len(test), -1)
    table = pd.DataFrame(
        {"sample": test}
        | {f"true_{name}": y[:, k] for k, name in enumerate(found.names)}
        | {f"predicted_{name}": predicted[name].to_numpy() for name in found.names}
    )
    return pd.concat([table, predicted.drop(columns=list(found.names))], axis=1)


def train_job(params: dict, progress: Progress) -> dict:
    """The job "train": ``params`` are train's arguments as JSON, with ``dataset`` an id and ``run`` the id to save as."""
    options = {name: value for name, value in params.items() if name not in ("dataset", "run")}
    run = train(
        load_dataset(params["dataset"]), id=checked_id(params["run"]), progress=progress, **options
    )
    run.save()
    progress(100, 100, "saved")
    return {"run": run.id}
