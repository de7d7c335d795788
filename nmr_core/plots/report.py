"""Comparison of runs as one HTML file (see :mod:`nmr_core.plots.html_page`)."""

import time as clock
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go

from nmr_core.errors import InputError
from nmr_core.evaluation.choices import choices, value_text
from nmr_core.evaluation.compare import compare, compare_classes, standings
from nmr_core.evaluation.published import PUBLISHED, comparable, family_of
from nmr_core.evaluation.reproduce import reproduction
from nmr_core.glossary import percent_text, score_text
from nmr_core.inference.identifiability import Identification
from nmr_core.inference.identifiability.identify import identification_of
from nmr_core.inference.identifiability.words import beside_run
from nmr_core.learning import Run
from nmr_core.learning.curves import run_curve
from nmr_core.learning.hardly import hardly_estimated
from nmr_core.plots.classes import confusion_figure, f1_figure
from nmr_core.plots.html_page import escaped, html_glossary, html_page, html_table, placed
from nmr_core.plots.leaderboard import leaderboard_figure
from nmr_core.plots.palette import LIGHT, run_colours
from nmr_core.plots.paper import Look
from nmr_core.plots.parity import Panel, parity_figure
from nmr_core.plots.residuals import residual_figure
from nmr_core.plots.training import training_figure
from nmr_core.weights import effective_note

BASELINE = "Dotted lines: published results on other echoes of the same kind."
NUMBERS = (
    "error",
    "error_total",
    "baseline",
    "symbol_w",
    "r2",
    "rmse",
    "rmse_percent",
    "identified",
    "skill",
    "word_identifiable",
)
CLASSES = ("f1", "baseline_f1", "precision", "recall", "accuracy")
"""Terms of the glossary at the end."""
COST = ("n_train", "n_test", "seconds")


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
        label = "weighted error Σ MSE/w², identifiable parameters"
        body += _board(numbers, "error", label, _numbers(numbers), colours, figures)
        body += ["<h2>Every parameter</h2>", html_table(_parameters(numbers)), *_reasons(numbers)]
    if classes:
        table = _classes(classes)
        body += _board(classes, "f1_weighted", "weighted F1", table, colours, figures)
        tables = {run.id: (run.manifest.title, run.scores, colours[run.id]) for run in classes}
        body.append(placed(f1_figure(tables, LIGHT), figures))
    body += _published(runs)
    body.append("<h2>Runs</h2>")
    for k, run in enumerate(runs):
        body += _run(run, colours[run.id], figures, k == 0)
    python, command = reproduction(runs)
    body += [
        "<h2>Reproduce</h2>",
        f"<pre>{escaped(python)}</pre>",
        f"<pre>{escaped(command)}</pre>",
    ]
    body += html_glossary((NUMBERS if numbers else ()) + (CLASSES if classes else ()))
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
        html_table(table),
    ]


def _numbers(runs: list[Run]) -> pd.DataFrame:
    """One row per run: its errors beside those of the baseline, and its cost."""
    rows = [
        {
            "run": row["title"],
            "error_interval": score_text(
                row["error"], row["baseline_known"], False, row["error_low"], row["error_high"]
            ),
            "baseline_known": row["baseline_known"],
            "error_total": score_text(row["error_total"], row["baseline"]),
            "baseline": row["baseline"],
        }
        | {name: row[name] for name in COST}
        for row in compare(runs).to_dict("records")
    ]
    return pd.DataFrame(rows)


def _parameters(runs: list[Run]) -> pd.DataFrame:
    """One row per parameter and run, so that nothing lies beyond the right edge."""
    names = dict.fromkeys(name for run in runs for name in run.targets)
    identified = {run.id: identification_of(run) for run in runs}
    rows = [
        _parameter(run, name, identified[run.id])
        for name in names
        for run in runs
        if name in run.targets
    ]
    return pd.DataFrame(rows)


def _reasons(runs: list[Run]) -> list[str]:
    """Why parameters cannot be identified, each reason once, and what is hardly estimated."""
    reasons = dict.fromkeys(
        reason for run in runs for reason in run.manifest.unidentifiable.values()
    )
    hardly = [
        f"{run.manifest.title}: {' '.join(sentences.values())}"
        for run in runs
        if (sentences := hardly_estimated(run))
    ]
    return [f"<p class=note>{escaped(text)}</p>" for text in (*reasons, *hardly)]


def _parameter(run: Run, name: str, identified: Identification | None) -> dict:
    score, spec = run.scores.loc[name], run.manifest.targets[name]
    return {
        "parameter": spec["symbol"],
        "run": run.manifest.title,
        "r2_interval": score_text(score.r2, 0.0, True, score.r2_low, score.r2_high),
        "rmse": f"{score.rmse:.3g} {spec['unit']}".strip(),
        "rmse_percent": percent_text(score.rmse_percent),
        "identified": beside_run(identified, name),
        "skill": score_text(score.skill, 0.0, True),
    }


def _classes(runs: list[Run]) -> pd.DataFrame:
    """One row per classifier: its scores beside the baseline, and its cost."""
    rows = [
        {
            "run": row["title"],
            "f1_interval": score_text(row["f1"], 0.0, True, row["f1_low"], row["f1_high"]),
            "baseline_f1": row["baseline"],
            "accuracy_interval": score_text(
                row["accuracy"], 0.0, True, row["accuracy_low"], row["accuracy_high"]
            ),
        }
        | {name: row[name] for name in COST}
        for row in compare_classes(runs).to_dict("records")
    ]
    return pd.DataFrame(rows)


def _published(runs: Sequence[Run]) -> list[str]:
    families = {family_of(run) for run in runs}
    rows = [
        (
            p.who,
            p.measure,
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
                rows, columns=["published_by", "measure", "value", "n_train", "remark", "source"]
            )
        ),
    ]


def _run(run: Run, colour: str, figures: list[go.Figure], is_open: bool) -> list[str]:
    m = run.manifest
    parts = [
        f"<details{' open' if is_open else ''}><summary>{escaped(m.title)}</summary>",
        f"<p class=note>{escaped(m.dataset_title)} · {m.n_train:,} training echoes"
        f"{m.and_fresh}, {m.n_test:,} test echoes{effective_note(run.weights)} · seed {m.seed} · "
        f"{m.seconds:.3g} s to train</p>",
    ]
    if run.task == "classification":
        parts.append(html_table(run.scores.rename_axis("class").reset_index()))
        parts.append(placed(confusion_figure(run.confusion, LIGHT, colour), figures))
    else:
        for draw in (_parity, _residual):
            parts += [
                "<div class=row>",
                *(placed(draw(run, name, colour), figures) for name in run.targets),
                "</div>",
            ]
    if curve := run_curve(m):
        parts.append(placed(training_figure(curve, LIGHT, colour), figures))
    rows = [(choice.label, value_text(choice.value)) for choice in choices(m).values()]
    chosen = [(label, value) for label, value in rows if value]
    parts += [
        html_table(pd.DataFrame(chosen, columns=["entry", "value"])),
        "</details>",
    ]
    return parts


def _parity(run: Run, name: str, colour: str) -> go.Figure:
    target = run.manifest.targets[name]
    return parity_figure(Panel.of(run, name, colour, target["symbol"]), target, LIGHT)


def _residual(run: Run, name: str, colour: str) -> go.Figure:
    target = run.manifest.targets[name]
    panel = replace(Panel.of(run, name, colour, target["symbol"]), samples=None)
    return residual_figure(panel, target, LIGHT)
