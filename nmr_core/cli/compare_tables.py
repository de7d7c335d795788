"""The tables of ``compare``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nmr_core.cli.output import interval, show_table
from nmr_core.cli.ticker import say
from nmr_core.glossary import score_text

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.learning.run import Run

COST = ("n_train", "n_test", "seconds")
"""Last columns of both tables."""


def show_numbers(table: "pd.DataFrame") -> None:
    """The runs that predict numbers, best first."""
    targets = [column.removeprefix("r2_") for column in table if column.startswith("r2_")]
    names = (
        "run",
        "title",
        "dataset",
        "error_interval",
        *(("change_interval",) if "change" in table else ()),
        "baseline_known",
        "error_total",
        "baseline",
        *(f"r2_{name}" for name in targets),
        *COST,
    )
    rows = [
        (
            row["run"],
            row["title"],
            row["dataset"],
            score_text(
                row["error"], row["baseline_known"], False, row["error_low"], row["error_high"]
            ),
            *_change(row),
            score_text(row["baseline_known"], row["baseline_known"]),
            score_text(row["error_total"], row["baseline"]),
            f"{row['baseline']:.4f}",
            *(_score(row[f"r2_{name}"]) for name in targets),
            *_cost(row),
        )
        for _, row in table.iterrows()
    ]
    show_table(names, rows)
    if table["dataset"].nunique() > 1 or table[[f"r2_{name}" for name in targets]].isna().any(
        axis=None
    ):
        say("These runs differ in their data set or targets: their errors cannot be compared.")


def show_classes(table: "pd.DataFrame") -> None:
    """The classifiers, best first."""
    classes = [
        name for name in table if name.startswith("f1_") and name not in ("f1_low", "f1_high")
    ]
    names = (
        "run",
        "title",
        "dataset",
        "f1_interval",
        "baseline_f1",
        "accuracy_interval",
        *classes,
        *COST,
    )
    rows = [
        (
            row["run"],
            row["title"],
            row["dataset"],
            interval(row["f1"], row["f1_low"], row["f1_high"]),
            f"{row['baseline']:.4f}",
            interval(row["accuracy"], row["accuracy_low"], row["accuracy_high"]),
            *(_score(row[name]) for name in classes),
            *_cost(row),
        )
        for _, row in table.iterrows()
    ]
    show_table(names, rows)
    if table["dataset"].nunique() > 1:
        say("These classifiers differ in their data set: their scores cannot be compared.")


def show_published(runs: "Sequence[Run]") -> None:
    """Published scores of the same kind of curves, in the metrics of the tables."""
    from nmr_core.evaluation.published import METRICS, comparable

    for task, metric in (
        ("regression", "error"),
        ("regression", "error_total"),
        ("classification", "f1_weighted"),
    ):
        of_task = [run for run in runs if run.task == task]
        scores = comparable(of_task, metric)
        if scores:
            print(f"\npublished, on other curves: {METRICS[metric]}")
            show_table(
                ("value", "published_by", "curves", "remark"),
                [
                    (
                        f"{p.value:.4g}",
                        p.who,
                        str(p.n_curves or ""),
                        p.remark if p.honest else f"NOT HONEST: {p.remark}",
                    )
                    for p in scores
                ],
            )


def _change(row: "pd.Series") -> tuple[str, ...]:
    from nmr_core.glossary import change_text

    if "change" not in row:
        return ()
    return (change_text(row["change"], row["change_low"], row["change_high"]),)


def _score(value: float) -> str:
    """R² or F1; words where it is far worse than the baseline, "" where there is none."""
    return "" if value != value else score_text(value, 0.0, True)


def _cost(row: "pd.Series") -> tuple[str, ...]:
    return str(row["n_train"]), str(row["n_test"]), f"{row['seconds']:.1f}"
