"""A self-contained HTML page on one measured echo: verdict, estimates, checks, preparation."""

import time as clock
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core import __version__
from nmr_core.datasets.manifest import versions
from nmr_core.learning.hardly import hardly_estimated
from nmr_core.learning.run import Run
from nmr_core.measured import Prepared, Target
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.answering import Answer
from nmr_core.measured.estimating import INTERVALS, NOT_IDENTIFIABLE, OUT_OF_DOMAIN
from nmr_core.measured.resimulation import p_value_sentence
from nmr_core.measured.verdict import Verdict
from nmr_core.plots.html_page import Page, escaped, html_glossary, html_table, placed
from nmr_core.plots.measured import (
    estimates_figure,
    measurement_figure,
    prepared_figure,
    resimulation_figure,
)
from nmr_core.plots.measured_methods import methods
from nmr_core.plots.palette import LIGHT

if TYPE_CHECKING:
    from nmr_core.measured.refine import Refinement
    from nmr_core.measured.resimulation import Resimulation

APPLICABILITY = {
    "in domain": (LIGHT.series[2], "In the domain of the model"),
    "borderline": (LIGHT.series[1], "Borderline"),
    "out of domain": (LIGHT.series[3], "Out of the domain of the model"),
    "": (LIGHT.series[5], "Applicability unknown: this run is not calibrated"),
}

GLOSSARY = ("applicability", "interval", "joint_low", "inside", "trained_on", "refined_sd")
"""Terms of the glossary at the end."""

QUOTABLE = {
    "yes": (LIGHT.series[2], "May be quoted"),
    "with caution": (LIGHT.series[1], "May be quoted with caution"),
    "no": (LIGHT.series[3], "Not to be quoted"),
}


def measured_page(result: Answer, *, name: str = "", acquired: Acquired | None = None) -> Page:
    """Return a page about one measured echo and its estimate.

    Parameters
    ----------
    result : Answer
        Of one measured sample.
    name : str
        Of the file; default: that of the measurement.
    acquired : Acquired, optional
        What was measured.
    """
    run, row, prepared = result.run, result.row, result.prepared
    figures: list[go.Figure] = []
    title = title_of(result, name)
    body = [
        f"<h1>{escaped(title)}</h1>",
        f"<p class=note>{escaped(subtitle_of(result))}</p>",
        *_verdict(result.verdict),
        _applicability(row),
        "<h2>Estimates</h2>",
    ]
    hidden = run.manifest.unidentifiable
    reasons = [*hidden.values(), *hardly_estimated(run).values()]
    if run.task == "regression":
        body.append(
            placed(
                estimates_figure(row, run.manifest.targets, LIGHT, unidentifiable=hidden), figures
            )
        )
    body += [
        html_table(estimates_table(run, row)),
        *_about_level(row, result.level),
        *(f"<p class=note>{escaped(reason)}</p>" for reason in reasons),
    ]
    body += _explained(result.resimulation, result.refinement, figures)
    if acquired is not None:
        facts = html_table(pd.DataFrame(acquired.facts), table="measurement")
        body += ["<h2>What was measured</h2>", facts]
    for number, one in enumerate(prepared):
        body += _measured(one, result.target, number, len(prepared), figures)
    body += ["<h2>Methods</h2>", f"<p>{escaped(' '.join(methods(result)))}</p>"]
    body += [*_card(run), *html_glossary(GLOSSARY)]
    return Page(title, body, figures)


def title_of(result: Answer, name: str = "") -> str:
    """Return the title of a report."""
    return f"Estimate for {name or result.prepared[0].measurement.name}"


def subtitle_of(result: Answer) -> str:
    """Return date and run of a report."""
    date = clock.strftime("%Y-%m-%d %H:%M", clock.gmtime())
    return f"Spin Echo Lab {__version__}, {date} UTC · run {result.run.id}"


def estimates_table(run: Run, row: pd.Series) -> pd.DataFrame:
    """Return the estimates of one sample as a table.

    Parameters
    ----------
    run : Run
        The trained run.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.

    Returns
    -------
    DataFrame
        parameter, unit, predicted, low, high, joint_low, joint_high, trained_on, inside, and true
        where known; of a classifier: class, probability, in_set.
    """
    if run.task == "classification":
        rows = [
            {
                "class": label,
                "probability": row.get(f"probability_{label}", np.nan),
                "in_set": label in str(row.get("set", "")).split(", ") if "set" in row else "",
            }
            for label in run.classes
        ]
        return pd.DataFrame(rows)
    table = pd.DataFrame([_estimate(run, row, name) for name in run.targets])
    # An echo out of domain has no estimates at all
    return table if _numbers(row) else table.drop(columns="predicted")


def _estimate(run: Run, row: pd.Series, name: str) -> dict:
    """The row of one parameter; one that cannot be identified has words instead of numbers."""
    spec = run.manifest.targets[name]
    hidden = name in run.manifest.unidentifiable
    entry = {
        "parameter": spec["symbol"],
        "unit": spec["unit"],
        "predicted": NOT_IDENTIFIABLE if hidden else _digits(row[f"predicted_{name}"]),
    }
    kinds = [kind for kind in INTERVALS if f"{kind}_{name}" in row]
    entry |= {kind: "–" if hidden else _digits(row[f"{kind}_{name}"]) for kind in kinds}
    inside = "yes" if row.get(f"inside_{name}", True) else "no"
    entry |= {
        "trained_on": f"{spec['low']:g} to {spec['high']:g}",
        "inside": "–" if hidden or not _is_number(row[f"predicted_{name}"]) else inside,
    }
    return entry | ({"true": row[f"true_{name}"]} if f"true_{name}" in row else {})


def _digits(value: object) -> object:
    return f"{value:.4g}" if _is_number(value) else np.nan


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value == value


def _verdict(result: Verdict) -> list[str]:
    """Paragraphs on what may be quoted, in the colour of the applicability that it resembles."""
    colour, words = QUOTABLE[result.quotable]
    return [
        f'<p style="border-left:4px solid {colour};padding-left:.8em"><b>{words}.</b> '
        f"{escaped(result.sentence)}</p>",
        *(f"<p>{escaped(sentence)}</p>" for sentence in result.out_of_range),
        *(f"<p class=note>{escaped(comment)}</p>" for comment in result.comments),
    ]


def _applicability(row: pd.Series) -> str:
    colour, words = APPLICABILITY[row.get("applicability", "") or ""]
    hidden = (
        " Its estimates are hidden."
        if row.get("applicability") == OUT_OF_DOMAIN and not _numbers(row)
        else ""
    )
    return (
        f'<p><span style="color:{colour};font-size:1.4em">●</span> <b>{escaped(words)}.</b> '
        f"{escaped(row.get('reason', '') or '')}{hidden}</p>"
    )


def _numbers(row: pd.Series) -> bool:
    """Whether a row holds any estimate."""
    return any(
        str(value) not in ("nan", "")
        for key, value in row.items()
        if str(key).startswith("predicted_")
    )


def _about_level(row: pd.Series, level: float) -> list[str]:
    if not any(str(name).startswith("low_") for name in row.index):
        return []
    return [
        f"<p class=note>Each interval from low to high covers the truth for {level:.0%} of echoes "
        "like the training data; the joint intervals cover all parameters at once.</p>"
    ]


def _explained(
    resimulation: "Resimulation | None", refinement: "Refinement | None", figures: list[go.Figure]
) -> list[str]:
    """Measurement over simulation, and the refined parameters."""
    body = []
    if resimulation is not None:
        curve = None if refinement is None else np.atleast_2d(refinement.curve)
        body += [
            "<h2>Does the estimate explain the echo?</h2>",
            f"<p>{escaped(p_value_sentence(resimulation))}</p>",
        ]
        body += [
            placed(
                resimulation_figure(
                    resimulation, LIGHT, setting=k, curve=None if curve is None else curve[k]
                ),
                figures,
            )
            for k in range(len(resimulation.measured))
        ]
    if refinement is not None:
        rows = [
            {
                "parameter": name,
                "refined": float(value),
                "refined_sd": float(refinement.sd.get(name, np.nan)),
            }
            for name, value in refinement.values.items()
        ]
        body += [
            "<h2>Refined by least squares on the simulator</h2>",
            html_table(pd.DataFrame(rows)),
            f"<p class=note>{refinement.n_evaluations:,} evaluations, χ² {refinement.chi2:.5g}, "
            f"p-value {refinement.p_value:.3g}.</p>",
        ]
    return body


def _measured(
    prepared: Prepared, target: Target, number: int, n: int, figures: list[go.Figure]
) -> list[str]:
    measurement = prepared.measurement
    setting = f" of setting {number + 1}" if n > 1 else ""
    facts = {
        "points": f"{len(measurement):,}",
        "from, to (µs)": f"{measurement.time[0]:.6g}, {measurement.time[-1]:.6g}",
        "unit in the file": measurement.unit,
        "read as": measurement.kind,
        "signal to noise": f"{prepared.snr:.3g}",
    } | measurement.about
    stages = pd.DataFrame(
        [
            (stage.label, stage.sentence, "check" if stage.warning else "")
            for stage in prepared.stages
        ],
        columns=["step", "result", "warning"],
    )
    return [
        f"<h2>The echo{setting}: {escaped(measurement.name)}</h2>",
        "<h3>As measured</h3>",
        placed(measurement_figure(measurement, LIGHT), figures),
        "<h3>Prepared for the model</h3>",
        placed(prepared_figure(prepared, target, LIGHT, setting=number), figures),
        *(f"<p>⚠ {escaped(text)}</p>" for text in prepared.warnings),
        html_table(stages),
        html_table(
            pd.DataFrame(
                [(name, str(value)) for name, value in facts.items()], columns=["name", "value"]
            ),
            table="measurement",
        ),
    ]


def _card(run: Run) -> list[str]:
    """Facts of the run, and versions of all packages."""
    m = run.manifest
    facts = {
        "run": m.id,
        "title": m.title,
        "created": m.created,
        "trained on": f"{m.n_train:,} echoes{m.and_fresh} of {m.dataset_title}",
        "features": m.featurizer,
        "model": m.model,
        "seed": m.seed,
        "sha256 of the model": m.model_sha256,
    }
    facts |= {f"version of {name}": value for name, value in versions().items()}
    return [
        "<h2>The run</h2>",
        html_table(
            pd.DataFrame(
                [(name, str(value)) for name, value in facts.items()], columns=["entry", "value"]
            )
        ),
    ]
