"""Comparison of runs as one HTML file (see :mod:`nmr_core.plots.html_page`)."""

import time as clock
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from nmr_core.errors import InputError
from nmr_core.evaluation.compare import compare, compare_classes, configuration, standings
from nmr_core.evaluation.published import METRICS, PUBLISHED, comparable, family_of
from nmr_core.evaluation.reproduce import command_of, python_of
from nmr_core.learning import Run
from nmr_core.plots.classes import confusion_figure, f1_figure
from nmr_core.plots.html_page import escaped, html_page, html_table, placed
from nmr_core.plots.leaderboard import leaderboard_figure
from nmr_core.plots.palette import LIGHT, run_colours
from nmr_core.plots.paper import Look
from nmr_core.plots.parity import Panel, parity_figure
from nmr_core.plots.residuals import residual_figure
from nmr_core.plots.training import training_figure

BASELINE = (
    "Baseline: predicts the mean of the training part (of classes: the most frequent one). "
    "Dotted lines: published results on other echoes of the same kind."
)
PARAMETERS = (
    "w: width of a parameter's prior. Error: Σ MSE/w², the sum of mean square errors in units of "
    "w². R²: 1 is perfect, 0 no better than the mean. Skill: 1 − MSE/MSE of the baseline."
)
COLUMNS = {
    "title": "run",
    "error": "error, identifiable parameters",
    "error_total": "error, all parameters",
    "f1": "weighted F1",
    "accuracy": "accuracy",
    "baseline": "baseline",
    "n_train": "training echoes",
    "n_test": "test echoes",
    "seconds": "seconds to train",
    "run": "id",
}
"""Column of a leaderboard -> heading."""


def report_html(
    runs: Sequence[Run], title: str = "Comparison of runs", look: Look | None = None
) -> str:
    """Return a self-contained HTML page that compares runs.

    It holds the leaderboard, scores beside the baseline, predicted against true, residuals,
    configurations, seeds, and the code that reproduces each run.

    Parameters
    ----------
    runs : sequence of Run
        At least one.
    title : str
        Title of the page.
    look : Look, optional
        Style and size of the figures. Default: those of the screen.

    Raises
    ------
    InputError
        Without any run.
    """
    if not runs:
        raise InputError("A report needs at least one run, got none. Choose runs.")
    figures: list[go.Figure] = []
    body = [
        f"<h1>{escaped(title)}</h1>",
        f"<p class=note>Spin Echo Lab, {clock.strftime('%Y-%m-%d %H:%M', clock.gmtime())} UTC · "
        f"{len(runs)} runs · all scores are for test echoes that took no part in training, with 95 "
        "% intervals</p>",
        f"<p class=note>{BASELINE}</p>",
    ]
    colours = run_colours(runs, LIGHT)
    numbers = [run for run in runs if run.task == "regression"]
    classes = [run for run in runs if run.task == "classification"]
    if numbers:
        body.append(f"<p class=note>{PARAMETERS}</p>")
        label = "weighted error Σ MSE/w², identifiable parameters"
        body += _board(numbers, "error", label, compare(numbers), colours, figures)
    if classes:
        body += _board(
            classes, "f1_weighted", "weighted F1", compare_classes(classes), colours, figures
        )
        tables = {run.id: (run.manifest.title, run.scores, colours[run.id]) for run in classes}
        body.append(placed(f1_figure(tables, LIGHT), figures))
    body += _published(runs)
    body.append("<h2>Runs</h2>")
    for k, run in enumerate(runs):
        body += _run(run, colours[run.id], figures, k == 0)
    return html_page(title, body, figures, look)


def _board(
    runs: list[Run], metric: str, label: str, table: pd.DataFrame, colours: dict, figures: list
) -> list[str]:
    others = comparable(runs, metric)
    best = others[-3:][::-1] if metric == "f1_weighted" else others[:3]
    return [
        f"<h2>Leaderboard: {escaped(label)}</h2>",
        placed(
            leaderboard_figure(
                standings(runs, metric), colours, LIGHT, label, best, metric == "f1_weighted"
            ),
            figures,
        ),
        html_table(_summary(table)),
    ]


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a leaderboard that a reader compares, with intervals and readable headings."""
    columns = {name: label for name, label in COLUMNS.items() if name in table}
    summary = table[list(columns)].astype(object)
    for name in columns:
        if f"{name}_low" in table:
            intervals = zip(table[name], table[f"{name}_low"], table[f"{name}_high"], strict=True)
            summary[name] = [f"{x:.5g} [{low:.3g}, {high:.3g}]" for x, low, high in intervals]
    return summary.rename(columns=columns)


def _published(runs: Sequence[Run]) -> list[str]:
    families = {family_of(run) for run in runs}
    rows = [
        (
            p.who,
            METRICS[p.metric] + (f" of {p.target}" if p.target else ""),
            p.value,
            p.n_curves or "",
            p.remark,
            p.source,
        )
        for p in PUBLISHED
        if any(f == p.family or f.startswith(p.family + "_") for f in families)
    ]
    if not rows:
        return []
    return [
        "<h2>Published, on other echoes</h2>",
        html_table(
            pd.DataFrame(
                rows, columns=["who", "measure", "value", "training echoes", "remark", "source"]
            )
        ),
    ]


def _run(run: Run, colour: str, figures: list[go.Figure], is_open: bool) -> list[str]:
    m = run.manifest
    parts = [
        f"<details{' open' if is_open else ''}><summary>{escaped(m.title)} <span "
        f"class=note>{escaped(run.id)}</span>"
        "</summary>",
        f"<p class=note>{escaped(m.dataset_title)} · {m.n_train:,} training echoes, {m.n_test:,} "
        f"test echoes · seed {m.seed} · {m.seconds:.3g} s to train</p>",
        *(f"<p>{escaped(reason)}</p>" for reason in m.unidentifiable.values()),
        html_table(
            run.scores.rename_axis("target" if run.task == "regression" else "class").reset_index()
        ),
    ]
    if run.task == "classification":
        parts.append(placed(confusion_figure(run.confusion, LIGHT, colour), figures))
    else:
        for draw in (_parity, _residual):
            parts += [
                "<div class=row>",
                *(placed(draw(run, name, colour), figures) for name in run.targets),
                "</div>",
            ]
    if m.curve:
        parts.append(
            placed(training_figure(pd.DataFrame(m.curve).to_numpy(), LIGHT, colour), figures)
        )
    entries = configuration(run) | {f"versions.{name}": value for name, value in m.versions.items()}
    parts += [
        html_table(pd.DataFrame(entries.items(), columns=["configuration", "value"])),
        f"<pre>{escaped(python_of(run))}\n\n{escaped(command_of(run))}</pre></details>",
    ]
    return parts


def _parity(run: Run, name: str, colour: str) -> go.Figure:
    target, samples = run.manifest.targets[name], run.predictions["sample"].to_numpy()
    panel = Panel(
        target["symbol"],
        run.true[name].to_numpy(),
        run.predicted[name].to_numpy(),
        run.scores.loc[name, "r2"],
        colour,
        samples,
    )
    return parity_figure(panel, target, LIGHT)


def _residual(run: Run, name: str, colour: str) -> go.Figure:
    target = run.manifest.targets[name]
    panel = Panel(
        target["symbol"],
        run.true[name].to_numpy(),
        run.predicted[name].to_numpy(),
        run.scores.loc[name, "r2"],
        colour,
    )
    return residual_figure(panel, target, LIGHT)
