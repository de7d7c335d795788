"""List of runs, leaderboards with the baseline, and differences between configurations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nmr_core.evaluation.choices import Choice, choices, value_text
from nmr_core.learning.run import Run, read_run
from nmr_core.storage import catalogue
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.kinds import RUN

MISSING = "–"
"""Cell of a table of differences where a run has no such entry."""
HIGHER_IS_BETTER = ("r2", "f1_weighted")
NO_VALUE = float("nan")


@dataclass(frozen=True)
class RunEntry(Entry):
    """A line of the list of runs; of an unreadable one ``run`` is None, ``problem`` the reason."""

    run: Run | None = None


def list_runs() -> list[RunEntry]:
    """All runs, newest first, those that ship with the package last."""
    return catalogue.entries(RUN, RunEntry, lambda folder: {"run": read_run(folder)})


def load_run(name: str | Path) -> Run:
    """Read a run.

    Parameters
    ----------
    name : str or Path
        Id of a stored run, or a folder.
    """
    return read_run(catalogue.located(RUN, name))


def delete_run(name: str, *, by: str = "") -> None:
    """Put a run of the data folder into the trash, readable or not.

    Its calibration, robustness, explanation, star and note go with it, and come back with it
    (:func:`nmr_core.storage.trash.restore`).

    Raises
    ------
    InputError
        There is none, or it ships with the package.
    """
    catalogue.delete(RUN, name, by=by)


def compare(runs: Sequence[Run]) -> pd.DataFrame:
    """Leaderboard of the runs that predict numbers, best first.

    Classifiers are left out: see :func:`compare_classes`.

    Parameters
    ----------
    runs : sequence of Run
        In any order.

    Returns
    -------
    DataFrame
        One row per run:

        - run, title, dataset
        - error, error_low, error_high: sum of MSE/w^2 over identifiable targets, with its 95 %
          interval; baseline_known: that of the baseline
        - error_total, baseline: the same over all targets
        - r2_<target>, skill_<target>, mse_w2_<target>, rmse_<target> (in the unit of the target)
          and rmse_percent_<target> (of the prior's range)
        - n_train, n_test, seconds, predict_seconds (for 1,000 samples), model_bytes; NaN: unknown
        - model, featurizer, seed
    """
    rows = [_row(run) for run in runs if run.task == "regression"]
    return pd.DataFrame(rows).sort_values("error", ignore_index=True) if rows else pd.DataFrame()


def _row(run: Run) -> dict:
    m = run.manifest
    scores = run.scores
    baseline = scores["baseline_mse_w2"]
    error, low, high = _identifiable_error(run)
    row = {
        "run": run.id,
        "title": m.title,
        "dataset": m.dataset_title,
        "error": error,
        "error_low": low,
        "error_high": high,
        "error_total": run.weighted_error()[0],
        "baseline": float(baseline.sum()),
        "baseline_known": float(baseline.drop(list(m.unidentifiable)).sum()),
    }
    for column in ("r2", "skill", "mse_w2", "rmse", "rmse_percent"):
        row |= {f"{column}_{name}": scores.loc[name, column] for name in run.targets}
    return row | _cost(run)


def _identifiable_error(run: Run) -> tuple[float, float, float]:
    """Weighted error of the identifiable targets; NaN, not 0, where there is none."""
    if set(run.targets) <= set(run.manifest.unidentifiable):
        return NO_VALUE, NO_VALUE, NO_VALUE
    return run.weighted_error(identifiable_only=True)


def _cost(run: Run) -> dict:
    m = run.manifest
    return {
        "n_train": m.n_training,
        "n_test": m.n_test,
        "seconds": m.seconds,
        "predict_seconds": m.predict_seconds or NO_VALUE,
        "model_bytes": m.model_bytes or NO_VALUE,
        "model": m.model,
        "featurizer": m.featurizer,
        "seed": m.seed,
    }


def compare_classes(runs: Sequence[Run]) -> pd.DataFrame:
    """Leaderboard of the classifiers, best first.

    Returns
    -------
    DataFrame
        One row per run: run, title, dataset, f1 (weighted), f1_low, f1_high (95 % interval),
        baseline (most frequent class), accuracy, accuracy_low, accuracy_high, f1_<class>, and the
        costs as in :func:`compare`.
    """
    rows = [_class_row(run) for run in runs if run.task == "classification"]
    if not rows:
        return pd.DataFrame()
    return pd.DataFrame(rows).sort_values("f1", ascending=False, ignore_index=True)


def _class_row(run: Run) -> dict:
    f1, f1_low, f1_high = run.f1_weighted()
    accuracy, accuracy_low, accuracy_high = run.accuracy()
    row = {
        "run": run.id,
        "title": run.manifest.title,
        "dataset": run.manifest.dataset_title,
        "f1": f1,
        "f1_low": f1_low,
        "f1_high": f1_high,
        "baseline": run.baseline_f1,
        "accuracy": accuracy,
        "accuracy_low": accuracy_low,
        "accuracy_high": accuracy_high,
    }
    row |= {f"f1_{name}": run.scores.loc[name, "f1"] for name in run.classes}
    return row | _cost(run)


def standings(runs: Sequence[Run], metric: str, target: str = "") -> pd.DataFrame:
    """One metric of every run that has it, best first.

    Parameters
    ----------
    runs : sequence of Run
        In any order.
    metric : str
        "error" (identifiable targets), "error_total", "r2" or "mse_w2" of one ``target``, or
        "f1_weighted".
    target : str
        Name of a target.

    Returns
    -------
    DataFrame
        One row per run: run, title, value, low, high (95 % interval; NaN: none), baseline.
    """
    task = "classification" if metric == "f1_weighted" else "regression"
    rows = [
        (run.id, run.manifest.title, *_standing(run, metric, target))
        for run in runs
        if run.task == task and (not target or target in run.targets)
    ]
    table = pd.DataFrame(rows, columns=["run", "title", "value", "low", "high", "baseline"])
    return table.sort_values("value", ascending=metric not in HIGHER_IS_BETTER, ignore_index=True)


def _standing(run: Run, metric: str, target: str) -> tuple[float, float, float, float]:
    """Value, low, high and baseline of a metric."""
    if metric == "f1_weighted":
        return (*run.f1_weighted(), run.baseline_f1)
    if metric == "r2":
        return (*run.scores.loc[target, ["r2", "r2_low", "r2_high"]], 0.0)
    if metric == "mse_w2":
        value, baseline = run.scores.loc[target, ["mse_w2", "baseline_mse_w2"]]
        return value, NO_VALUE, NO_VALUE, baseline
    baselines = run.scores["baseline_mse_w2"]
    if metric == "error_total":
        return (*run.weighted_error(), float(baselines.sum()))
    unidentifiable = list(run.manifest.unidentifiable)
    if set(run.targets) <= set(unidentifiable):
        return NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE
    return (*_identifiable_error(run), float(baselines.drop(unidentifiable).sum()))


def score_rows(runs: Sequence[Run]) -> pd.DataFrame:
    """All scores of all runs as one table, one row per run and target (or class)."""
    tables = []
    for run in runs:
        axis = "target" if run.task == "regression" else "class"
        table = run.scores.rename_axis(axis).reset_index()
        table.insert(0, "run", run.id)
        table.insert(1, "title", run.manifest.title)
        table.insert(2, "task", run.task)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def differences(first: Run, second: Run) -> pd.DataFrame:
    """Choices in which two runs differ.

    Returns
    -------
    DataFrame
        entry (of the manifest), label (in words), first, second; "–" where a run has no such
        choice.
    """
    a, b = (choices(run.manifest) for run in (first, second))
    stored = {name for run in (first, second) for name in choices(run.manifest, defaults=False)}
    rows = [
        (name, (a.get(name) or b[name]).label, _choice(a.get(name)), _choice(b.get(name)))
        for name in dict.fromkeys((*a, *b))
        # A default that the other model does not even have is no difference
        if (name in a and name in b) or name in stored
    ]
    different = [row for row in rows if row[2] != row[3]]
    return pd.DataFrame(different, columns=["entry", "label", "first", "second"])


def _choice(choice: Choice | None) -> str:
    return MISSING if choice is None else value_text(choice.value)
