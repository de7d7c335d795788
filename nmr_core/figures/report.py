"""Runs as one HTML file that needs nothing else: no server, no network; figures are drawn when their part is opened.

Texts of users are escaped; a content security policy keeps the file from loading anything, whatever it holds.
"""

import html
import time as clock
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from nmr_core.errors import InputError
from nmr_core.evaluation import Run
from nmr_core.evaluation.compare import compare, compare_classes, configuration, standings
from nmr_core.evaluation.published import METRICS, PUBLISHED, comparable, family_of
from nmr_core.evaluation.reproduce import command_of, python_of
from nmr_core.figures.classes import confusion_figure, f1_figure
from nmr_core.figures.colours import run_colours
from nmr_core.figures.leaderboard import leaderboard_figure
from nmr_core.figures.palette import LIGHT
from nmr_core.figures.parity import parity_figure, residual_figure
from nmr_core.figures.training import training_figure

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
STYLE = """body{font:15px/1.45 system-ui,sans-serif;color:#31333F;max-width:1180px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem}table{border-collapse:collapse;font-size:13px;margin:.6rem 0}
td,th{border:1px solid #E3E5EA;padding:.2rem .5rem;text-align:left}th{background:#F6F7F9}.wide{overflow-x:auto}
details{border:1px solid #E3E5EA;border-radius:6px;margin:.6rem 0;padding:.4rem .8rem}summary{cursor:pointer;font-weight:600}
.row{display:grid;grid-template-columns:repeat(auto-fill,minmax(265px,1fr))}pre{background:#F6F7F9;padding:.6rem;overflow-x:auto}
.note{color:#6b6f7b;font-size:13px}"""
DRAW = """const draw = root => root.querySelectorAll('.figure:not(.drawn)').forEach(place => {
  if (place.closest('details:not([open])')) return;
  place.classList.add('drawn');
  const figure = JSON.parse(document.getElementById(place.dataset.of).textContent);
  Plotly.newPlot(place, figure.data, figure.layout, {responsive: true, displaylogo: false});
});
document.querySelectorAll('details').forEach(part => part.addEventListener('toggle', () => draw(part)));
draw(document);"""


def report_html(runs: Sequence[Run], title: str = "Comparison of runs") -> str:
    """Leaderboard, scores beside the null, predicted against true, residuals, configuration, seeds and how to make each again."""
    if not runs:
        raise InputError("A report needs at least one run, got none. Choose runs.")
    figures: list[go.Figure] = []
    body = [f"<h1>{_text(title)}</h1>", f"<p class=note>Spin Echo Lab, {clock.strftime('%Y-%m-%d %H:%M', clock.gmtime())} UTC · "
            f"{len(runs)} runs · every score is of test curves that the run never saw, with a 95 % interval</p>"]
    colours = run_colours(runs, LIGHT)
    numbers = [run for run in runs if run.task == "regression"]
    classes = [run for run in runs if run.task == "classification"]
    if numbers:
        label = "weighted error Σ MSE/w², without what cannot be known"
        body += _board(numbers, "error", label, compare(numbers), colours, figures)
    if classes:
        body += _board(classes, "f1_weighted", "weighted F1", compare_classes(classes), colours, figures)
        tables = {run.id: (run.manifest.title, run.scores, colours[run.id]) for run in classes}
        body.append(_place(f1_figure(tables, LIGHT), figures))
    body += _published(runs)
    body.append("<h2>Runs</h2>")
    for k, run in enumerate(runs):
        body += _run(run, colours[run.id], figures, k == 0)
    return _page(title, body, figures)


def _page(title: str, body: list[str], figures: list[go.Figure]) -> str:
    stored = [f'<script type="application/json" id="figure-{k}">{_json(figure)}</script>' for k, figure in enumerate(figures)]
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">', f"<title>{_text(title)}</title><style>{STYLE}</style>",
        f"<script>{get_plotlyjs()}</script></head><body>", *body, *stored, f"<script>{DRAW}</script></body></html>"])


def _json(figure: go.Figure) -> str:
    """A figure as JSON that cannot end the script it stands in."""
    return figure.to_json().replace("<", "\\u003c")


def _text(text: object) -> str:
    return html.escape(str(text))


def _place(figure: go.Figure, figures: list[go.Figure]) -> str:
    figure = go.Figure(figure)
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white")
    figures.append(figure)
    return f'<div class="figure" data-of="figure-{len(figures) - 1}" style="min-height:{figure.layout.height or 330}px"></div>'


def _table(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{_text(name)}</th>" for name in table)
    rows = ["".join(f"<td>{_text(_number(value))}</td>" for value in row) for row in table.itertuples(index=False)]
    return f"<div class=wide><table><tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table></div>"


def _number(value: object) -> object:
    if isinstance(value, float):
        return "" if value != value else f"{value:.5g}"
    return value


def _board(runs: list[Run], metric: str, label: str, table: pd.DataFrame, colours: dict, figures: list) -> list[str]:
    others = comparable(runs, metric)
    best = others[-3:][::-1] if metric == "f1_weighted" else others[:3]
    return [f"<h2>Leaderboard: {_text(label)}</h2>",
            _place(leaderboard_figure(standings(runs, metric), colours, LIGHT, label, best), figures), _table(table)]


def _published(runs: Sequence[Run]) -> list[str]:
    families = {family_of(run) for run in runs}
    rows = [(p.who, METRICS[p.metric] + (f" of {p.target}" if p.target else ""), p.value, p.n_curves or "", p.remark, p.source)
            for p in PUBLISHED if any(f == p.family or f.startswith(p.family + "_") for f in families)]
    if not rows:
        return []
    return ["<h2>Published, on other curves</h2>",
            _table(pd.DataFrame(rows, columns=["who", "measure", "value", "learned", "remark", "source"]))]


def _run(run: Run, colour: str, figures: list[go.Figure], is_open: bool) -> list[str]:
    m = run.manifest
    parts = [f"<details{' open' if is_open else ''}><summary>{_text(m.title)} <span class=note>{_text(run.id)}</span></summary>",
             f"<p class=note>{_text(m.dataset_title)} · {m.n_train:,} curves learned, {m.n_test:,} tested · seed {m.seed} · "
             f"{m.seconds:.3g} s to train</p>", *(f"<p>{_text(reason)}</p>" for reason in m.unidentifiable.values()),
             _table(run.scores.rename_axis("target" if run.task == "regression" else "class").reset_index())]
    if run.task == "classification":
        parts.append(_place(confusion_figure(run.confusion, LIGHT, colour), figures))
    else:
        for draw in (_parity, _residual):
            parts += ["<div class=row>", *(_place(draw(run, name, colour), figures) for name in run.targets), "</div>"]
    if m.curve:
        parts.append(_place(training_figure(pd.DataFrame(m.curve).to_numpy(), LIGHT, colour), figures))
    entries = configuration(run) | {f"versions.{name}": value for name, value in m.versions.items()}
    parts += [_table(pd.DataFrame(entries.items(), columns=["configuration", "value"])),
              f"<pre>{_text(python_of(run))}\n\n{_text(command_of(run))}</pre></details>"]
    return parts


def _parity(run: Run, name: str, colour: str) -> go.Figure:
    target, samples = run.manifest.targets[name], run.predictions["sample"].to_numpy()
    return parity_figure(run.true[name].to_numpy(), run.predicted[name].to_numpy(), target, run.scores.loc[name, "r2"], LIGHT,
                         colour, target["symbol"], samples)


def _residual(run: Run, name: str, colour: str) -> go.Figure:
    target = run.manifest.targets[name]
    return residual_figure(run.true[name].to_numpy(), run.predicted[name].to_numpy(), target, LIGHT, colour, target["symbol"])
