"""The tables of ``compare``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nmr_core.cli.output import interval, show_table
from nmr_core.cli.ticker import say

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.learning.run import Run


def show_numbers(table: "pd.DataFrame") -> None:
    """The runs that predict numbers, best first."""
    targets = [column.removeprefix("r2_") for column in table if column.startswith("r2_")]
    header = (
        "run",
        "title",
        "data set",
        "error [95 % interval]",
        *(("change [95 % interval]",) if "change" in table else ()),
        "baseline",
        "total",
        "baseline of total",
        *(f"R² {name}" for name in targets),
        "training",
        "test",
        "train s",
    )
    rows = [
        (
            row["run"],
            row["title"],
            row["dataset"],
            interval(row["error"], row["error_low"], row["error_high"]),
            *_change(row),
            _score(row["baseline_known"]),
            f"{row['error_total']:.4f}",
            f"{row['baseline']:.4f}",
            *(_score(row[f"r2_{name}"]) for name in targets),
            str(row["n_train"]),
            str(row["n_test"]),
            f"{row['seconds']:.1f}",
        )
        for _, row in table.iterrows()
    ]
    show_table(header, rows)
    if table["dataset"].nunique() > 1 or table[[f"r2_{name}" for name in targets]].isna().any(
        axis=None
    ):
        say("These runs differ in their data set or targets: their errors cannot be compared.")


def show_classes(table: "pd.DataFrame") -> None:
    """The classifiers, best first."""
    classes = [
        name for name in table if name.startswith("f1_") and name not in ("f1_low", "f1_high")
    ]
    header = (
        "run",
        "title",
        "data set",
        "weighted F1 [95 % interval]",
        "baseline",
        "accuracy [95 % interval]",
        *(f"F1 {name.removeprefix('f1_')}" for name in classes),
        "training",
        "test",
        "train s",
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
            str(row["n_train"]),
            str(row["n_test"]),
            f"{row['seconds']:.1f}",
        )
        for _, row in table.iterrows()
    ]
    show_table(header, rows)
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
                ("value", "who", "curves", "remark"),
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
    return "" if value != value else f"{value:.4f}"
