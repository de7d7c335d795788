"""Tabs of the Identify page; only the one that is open is drawn."""

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.inference.identifiability import Identification
from nmr_core.inference.identifiability.information import directions
from nmr_core.plots import identifiability as figures
from nmr_core.plots.identify_report import identify_report
from ui.data_sets import catalogue
from ui.identify import results, scans
from ui.identify.form import Question
from ui.shared import boot, compute, export, inputs, once, tables
from ui.shared.figure import palette, show

VIEWS = {
    "time": "Sensitivity over time",
    "directions": "Parameter combinations",
    "prior": "Across the prior",
    "scan": "One setting",
    "map": "Two settings",
    "profile": "Profile likelihood",
}


@st.fragment
def views(question: Question, result: Identification | None) -> None:
    """Draw the tabs; a click redraws only this part of the page.

    Without a result only the tabs that have a job of their own can be used.
    """
    with boot.part("identify"):
        view = inputs.tabs(VIEWS, "side")
        if view in scans.KINDS:
            scans.view(question, view)
        elif result is None:
            st.caption("Nothing computed yet. Press Identify above.")
        else:
            {"time": _time, "directions": _directions, "prior": _prior}[view](question, result)
            _downloads(question, result, view)


def _point(result: Identification) -> int:
    """Index of the point of the prior that is shown."""
    labels = {
        str(k): ", ".join(
            f"{spec.symbol} = {row[spec.name]:.3g}" for spec in result.specs if spec.name in row
        )
        for k, row in enumerate(result.points.head(result.n_shown).to_dict("records"))
    }
    if len(labels) == 1:
        return 0
    return int(inputs.choice("Point of the prior", labels, "point", link=True, width=380))


def _setting(result: Identification) -> int:
    """Index of the echo of the sample that is shown."""
    labels = {
        str(k): catalogue.described(setting) or str(k + 1)
        for k, setting in enumerate(result.settings)
    }
    if len(labels) == 1:
        return 0
    return int(inputs.choice("Acquisition", labels, "acquisition", link=True, width=180))


def band(result: Identification, point: int, setting: int) -> np.ndarray:
    """Standard deviation of Re M (or Im M), (n_times,): half of the disorder's variance + noise."""
    disorder = result.disorder_sd[point, setting] if result.disorder else 0.0
    return np.sqrt(disorder**2 / 2 + result.noise**2 + np.zeros(len(result.time)))


def _time(question: Question, result: Identification) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        point, setting = _point(result), _setting(result)
    sensitivities = result.scaled_sensitivities()[point, setting]
    show(
        once.figure(
            lambda: figures.sensitivity_curves_figure(
                result.time, sensitivities, band(result, point, setting), result.specs, palette()
            ),
            *("sensitivities", result, point, setting),
        ),
        key="identify-time",
        name=f"identify-sensitivity-{question.source}",
        code=results.figure_code(
            question,
            "identifiability sensitivity_curves_figure",
            f"sensitivities = result.scaled_sensitivities()[{point}, {setting}]",
            f"disorder = result.disorder_sd[{point}, {setting}] if result.disorder else 0.0",
            "spread = disorder**2 / 2 + result.noise**2 + np.zeros(len(result.time))",
            "figure = sensitivity_curves_figure(",
            "    result.time, sensitivities, np.sqrt(spread), result.specs, LIGHT",
            ")",
        ),
        alt="Sensitivity of the signal to every parameter over time.",
    )
    error = float(np.nanmax(result.step_error[point]))
    st.caption(
        "dM/dθ times the range of θ. Grey: one standard deviation of noise and disorder in one "
        f"point of one echo. Numerical error at most {100 * error:.1g} %.",
        help="How to read: the curve is what a change of θ through its whole range would change in "
        "M, if M were linear in θ. Where it leaves the grey band, a single point is enough to see "
        "the change; many points together show more. Each row has its own scale.",
    )


def _directions(question: Question, result: Identification) -> None:
    point = _point(result)
    combinations = directions(result.names, result.fisher[point])
    show(
        once.figure(
            lambda: figures.directions_figure(
                combinations.errors, combinations.components, result.specs, palette()
            ),
            *("directions", result, point),
        ),
        key="identify-directions",
        name=f"identify-combinations-{question.source}",
        code=results.figure_code(
            question,
            "identifiability directions_figure",
            "from nmr_core.inference.identifiability.information import directions",
            f"combinations = directions(result.names, result.fisher[{point}])",
            "errors, components = combinations.errors, combinations.components",
            "figure = directions_figure(errors, components, result.specs, LIGHT)",
        ),
        alt="Parameter combinations, the best known first, with their standard errors.",
    )
    st.caption(
        "Eigenvectors of the Fisher information, the best-known combination first.",
        help="How to read: parameters are in units of their ranges. One long bar: this parameter "
        "is determined by itself. Several bars: only this combination of them is determined. The "
        "number is the standard error of the combination in units of the ranges.",
    )


def _prior(question: Question, result: Identification) -> None:
    best = {name: verdict.error_percent for name, verdict in result.verdicts.items() if verdict.run}
    show(
        once.figure(
            lambda: figures.points_figure(result.percents(), result.specs, palette(), best),
            *("prior", result, tuple(best.items())),
        ),
        key="identify-prior",
        name=f"identify-prior-{question.source}",
        code=results.figure_code(
            question,
            "identifiability points_figure",
            "best = {v.name: v.error_percent for v in result.verdicts.values() if v.run}",
            "figure = points_figure(result.percents(), result.specs, LIGHT, best)",
        ),
        alt="The standard error of every parameter at every point of the prior.",
    )
    st.caption(
        f"Dots: points of the prior {result.at_noise}. ◆ root mean square, ┃ median, ○ worst point"
        f"{', ★ best run' if best else ''}.",
        help="How to read: standard error of one estimate together with the prior, in % of the "
        "range. At the dotted line the echo tells nothing that the prior does not.",
    )
    with st.expander("Table"):
        symbols = {spec.name: spec.symbol for spec in result.specs}
        table = result.errors.assign(name=result.errors["name"].map(symbols))
        tables.show(table, kind="identify")


def sensitivities_table(result: Identification) -> pd.DataFrame:
    """Return dM/dtheta, one row per point, setting and time."""
    n_shown, n_settings, _, n_times = result.sensitivities.shape
    index = np.indices((n_shown, n_settings, n_times)).reshape(3, -1)
    columns = {"point": index[0], "setting": index[1], "time_us": result.time[index[2]]}
    for k, name in enumerate(result.names):
        slope = result.sensitivities[:, :, k].reshape(-1)
        columns |= {f"re_slope_{name}": slope.real, f"im_slope_{name}": slope.imag}
    return pd.DataFrame(columns)


def _table(result: Identification, view: str) -> pd.DataFrame:
    """The table behind a tab."""
    return sensitivities_table(result) if view == "time" else result.errors


def _downloads(question: Question, result: Identification, view: str) -> None:
    specs = {spec.name: spec for spec in result.specs}
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(_table(result, view), specs, "identify"),
            f"identify-{view}.csv",
            "text/csv",
            "identify-csv",
        )
        export.download(
            "Report (HTML)",
            lambda: identify_report(result).html().encode(),
            "identifiability.html",
            "text/html",
            "identify-html",
        )
        export.reproduce(results.python(question), results.command(question))
