"""Which runs there are, and how they stand beside each other and beside the baseline."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from nmr_core.learning.run import Run, read_run
from nmr_core.storage import catalogue
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.kinds import RUN

RESULTS = (
    "id",
    "title",
    "dataset_title",
    "created",
    "seconds",
    "predict_seconds",
    "model_bytes",
    "model_sha256",
    "curve",
    "train_mean",
    "train_counts",
    "unidentifiable",
    "format",
    "time",
    "origin",
)
"""Entries of a manifest that are no choices: they never distinguish two runs."""
MISSING = "–"
"""What a table of differences shows where a run has no such entry."""


@dataclass(frozen=True)
class RunEntry(Entry):
    """A line of the list of runs; ``run`` is None and ``problem`` a sentence when it cannot be read."""

    run: Run | None = None


def list_runs() -> list[RunEntry]:
    """All runs, newest first, those that ship with the package last."""
    return catalogue.entries(RUN, RunEntry, lambda folder: {"run": read_run(folder)})


def load_run(name: str | Path) -> Run:
    """The run with an id, or in a folder."""
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
    """The leaderboard of the runs that predict numbers, best first (classifiers: :func:`compare_classes`).

    error, error_low, error_high : Σ MSE/w² over identifiable targets, with its 95 % interval; baseline_known: the baseline's
    error_total, baseline            : the same over all targets
    r2_, skill_, mse_w2_, rmse_ (in the target's unit), rmse_percent_ (of the prior's range) and the name of a target
    seconds, predict_seconds (for 1,000 curves), model_bytes : NaN where it is not known
    """
    rows = [_row(run) for run in runs if run.task == "regression"]
    return pd.DataFrame(rows).sort_values("error", ignore_index=True) if rows else pd.DataFrame()


def _row(run: Run) -> dict:
    m, scores = run.manifest, run.scores
    total, known = run.weighted_error(), run.weighted_error(identifiable_only=True)
    if set(run.targets) <= set(
        m.unidentifiable
    ):  # nothing is identifiable: no error of 0, but none at all
        known = (float("nan"),) * 3
    baseline = scores["baseline_mse_w2"]
    row = {
        "run": run.id,
        "title": m.title,
        "dataset": m.dataset_title,
        "error": known[0],
        "error_low": known[1],
        "error_high": known[2],
        "error_total": total[0],
        "baseline": float(baseline.sum()),
        "baseline_known": float(baseline.drop(list(m.unidentifiable)).sum()),
    }
    for column in ("r2", "skill", "mse_w2", "rmse", "rmse_percent"):
        row |= {f"{column}_{name}": scores.loc[name, column] for name in run.targets}
    return row | _cost(run)


def _cost(run: Run) -> dict:
    m = run.manifest
    return {
        "n_train": m.n_train + m.fresh,
        "n_test": m.n_test,
        "seconds": m.seconds,
        "predict_seconds": m.predict_seconds or float("nan"),
        "model_bytes": m.model_bytes or float("nan"),
        "model": m.model,
        "featurizer": m.featurizer,
        "seed": m.seed,
    }


def compare_classes(runs: Sequence[Run]) -> pd.DataFrame:
    """The leaderboard of the classifiers, best first: weighted F1 (f1_low, f1_high: its 95 % interval) and accuracy beside the
    baseline, and f1_<class>."""
    rows = []
    for run in runs:
        if run.task == "classification":
            (f1, low, high), (accuracy, a_low, a_high) = run.f1_weighted(), run.accuracy()
            row = {
                "run": run.id,
                "title": run.manifest.title,
                "dataset": run.manifest.dataset_title,
                "f1": f1,
                "f1_low": low,
                "f1_high": high,
                "baseline": run.baseline_f1,
                "accuracy": accuracy,
                "accuracy_low": a_low,
                "accuracy_high": a_high,
            }
            rows.append(
                row
                | {f"f1_{name}": run.scores.loc[name, "f1"] for name in run.classes}
                | _cost(run)
            )
    return (
        pd.DataFrame(rows).sort_values("f1", ascending=False, ignore_index=True)
        if rows
        else pd.DataFrame()
    )


def standings(runs: Sequence[Run], metric: str, target: str = "") -> pd.DataFrame:
    """One measure of every run that has it, best first: run, title, value, low, high (95 % interval, NaN = none), baseline.

    metric : "error" (without what cannot be known) or "error_total"; "r2" or "mse_w2" of one ``target``; "f1_weighted"
    """
    rows = [
        (run.id, run.manifest.title, *_standing(run, metric, target))
        for run in runs
        if (metric == "f1_weighted") == (run.task == "classification")
        and (not target or target in run.targets)
    ]
    table = pd.DataFrame(rows, columns=["run", "title", "value", "low", "high", "baseline"])
    return table.sort_values(
        "value", ascending=metric not in ("r2", "f1_weighted"), ignore_index=True
    )


def _standing(run: Run, metric: str, target: str) -> tuple[float, float, float, float]:
    none = float("nan")
    if metric == "f1_weighted":
        return (*run.f1_weighted(), run.baseline_f1)
    if metric == "r2":
        return (*run.scores.loc[target, ["r2", "r2_low", "r2_high"]], 0.0)
    if metric == "mse_w2":
        return (
            run.scores.loc[target, "mse_w2"],
            none,
            none,
            run.scores.loc[target, "baseline_mse_w2"],
        )
    baseline, hidden = run.scores["baseline_mse_w2"], list(run.manifest.unidentifiable)
    if metric == "error_total":
        return (*run.weighted_error(), float(baseline.sum()))
    if set(run.targets) <= set(hidden):
        return none, none, none, none
    return (*run.weighted_error(identifiable_only=True), float(baseline.drop(hidden).sum()))


def score_rows(runs: Sequence[Run]) -> pd.DataFrame:
    """All scores of all runs, a row for every run and target (or class): what a spreadsheet wants."""
    tables = []
    for run in runs:
        table = run.scores.rename_axis(
            "target" if run.task == "regression" else "class"
        ).reset_index()
        table.insert(0, "run", run.id)
        table.insert(1, "title", run.manifest.title)
        table.insert(2, "task", run.task)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def configuration(run: Run) -> dict[str, str]:
    """Every choice that made a run, flat: "model_options.width_1" -> "512"."""
    return _flat(
        {name: value for name, value in asdict(run.manifest).items() if name not in RESULTS}
        | {"targets": list(run.targets)}
    )


def _flat(entries: dict, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in entries.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            found |= _flat({str(k): item for k, item in enumerate(value)}, f"{prefix}{name}.")
        else:
            found[prefix + name] = (
                ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            )
    return found


def differences(first: Run, second: Run) -> pd.DataFrame:
    """What differs between the configurations of two runs: entry, and the value of either; empty if nothing does."""
    a, b = configuration(first), configuration(second)
    rows = [
        (name, a.get(name, MISSING), b.get(name, MISSING))
        for name in dict.fromkeys((*a, *b))
        if a.get(name) != b.get(name)
    ]
    return pd.DataFrame(rows, columns=["entry", "first", "second"])
