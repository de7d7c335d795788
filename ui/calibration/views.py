"""Tabs of the Calibration page; only the one that is open is drawn."""

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.inference.intervals.coverage import JOINT, Coverage
from nmr_core.plots import calibration as figures
from ui.calibration import region_map, robustness, robustness_form
from ui.calibration.run_checks import RunChecks
from ui.shared import boot, compute, export, figure_code, inputs, once
from ui.shared.figure import palette, show
from ui.shared.text import quoted

VIEWS = {
    "coverage": "Coverage",
    "map": "Map",
    "ranks": "Ranks",
    "width": "Width",
    "robustness": "Robustness",
    "applicability": "Applicability",
}
MOST_PARAMETERS = 8


def available(checks: RunChecks) -> dict[str, str]:
    """Return the tabs that have a result, and Robustness, which can be computed on its tab."""
    numbers = checks.coverage is not None and checks.run.task == "regression"
    own = checks.robustness.own_rows() if checks.robustness else None
    has = {
        "coverage": checks.coverage is not None,
        "map": checks.coverage is not None and region_map.is_available(checks.coverage),
        "ranks": numbers,
        "width": checks.coverage is not None,
        "robustness": True,
        "applicability": own is not None and bool(own["out_of_domain"].notna().all()),
    }
    return {name: label for name, label in VIEWS.items() if has[name]}


@st.fragment
def views(checks: RunChecks) -> None:
    """Draw the tabs; a click redraws only this part of the page."""
    with boot.part("calibration"):
        view = inputs.tabs(available(checks), "view")
        if view == "coverage":
            _coverage(checks)
        elif view == "map":
            region_map.region_map(checks)
        elif view == "ranks":
            _ranks(checks)
        elif view == "width":
            _width(checks)
        elif view == "robustness":
            robustness.robustness(checks)
        else:
            robustness.applicability(checks)
        _downloads(checks, view)


def _symbols(checks: RunChecks) -> dict[str, str]:
    """Symbols of the targets that have intervals."""
    return {
        name: spec["symbol"]
        for name, spec in checks.run.manifest.targets.items()
        if name not in checks.run.manifest.unidentifiable
    }


def _target(checks: RunChecks) -> str:
    symbols = _symbols(checks)
    return (
        inputs.choice("Parameter", symbols, "target", link=True, width=180)
        if len(symbols) > 1
        else next(iter(symbols))
    )


def _coverage(checks: RunChecks) -> None:
    result = checks.coverage
    main = result.at().set_index("target")
    labels = _symbols(checks) | ({JOINT: JOINT} if JOINT in main.index else {})
    st.markdown(f"**True values inside their {100 * result.level:g} % interval**")
    with st.container(horizontal=True):
        for target, label in labels.items():
            _metric(result, main.loc[target], label)
    left, right = st.columns(2, gap="large")
    with left:
        _coverage_by_level(checks, labels)
    with right:
        _coverage_by_range(checks, labels)


def _metric(result: Coverage, row: pd.Series, label: str) -> None:
    """The coverage of one target, and whether it is as expected."""
    low, high = 100 * row["expected_low"], 100 * row["expected_high"]
    is_expected = row["expected_low"] <= row["covered"] <= row["expected_high"]
    st.metric(
        quoted(label),
        f"{100 * row['covered']:.1f} %",
        border=True,
        width=200,
        delta=f"expected: {low:.1f} to {high:.1f}",
        delta_color="normal" if is_expected else "inverse",
        delta_arrow="off",
        help=f"Percentage of {result.n:,} true values inside their {100 * result.level:g} % "
        "interval. Exact intervals give a percentage in the expected range in 95 of 100 cases. "
        f"p-value {row['p_value']:.2g}: probability of a deviation at least as large for exact "
        "intervals.",
    )


def _coverage_by_level(checks: RunChecks, labels: dict[str, str]) -> None:
    result = checks.coverage
    st.markdown("**Coverage by level**")
    show(
        once.figure(lambda: figures.coverage_figure(result, labels, palette()), "coverage", result),
        key="calibration-coverage",
        name=f"calibration-coverage-{checks.run.id}",
        code=figure_code.covered(
            checks.run,
            "coverage_figure",
            f"labels = {labels!r}",
            "figure = coverage_figure(result, labels, LIGHT)",
        ),
        alt=f"Coverage minus level against the level, on {result.n} signals.",
    )
    joint = " Dotted: all parameters inside their joint box." if JOINT in labels else ""
    st.caption(
        f"Coverage minus level, on {result.n:,} signals.",
        help="How to read: above 0 the intervals contain the true value more often than their "
        f"level, below 0 less often. Grey: the range of exact intervals.{joint}",
    )


def _coverage_by_range(checks: RunChecks, labels: dict[str, str]) -> None:
    result = checks.coverage
    target = next(iter(labels))
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"**By range: coverage of the {100 * result.level:g} % intervals of**"
        st.markdown(words, width="content")
        if len(labels) > 1:
            worst = result.worst.set_index("target")["covered"].idxmin()
            target = inputs.choice(
                "Parameter",
                labels,
                "range-of",
                link=True,
                width=220,
                label_visibility="collapsed",
                index=list(labels).index(worst),
            )
    rows = result.regimes[result.regimes["target"] == target].reset_index(drop=True)
    parameters = _parameters(checks, rows)
    rows = rows[rows["by"].isin(list(parameters))].reset_index(drop=True)
    show(
        once.figure(
            lambda: figures.regimes_figure(rows, result.level, parameters, palette()),
            *("regimes", result, target),
        ),
        key="calibration-regimes",
        name=f"calibration-coverage-{target}-{checks.run.id}",
        code=figure_code.covered(
            checks.run,
            "regimes_figure",
            f"symbols = {parameters!r}",
            f"rows = result.regimes[result.regimes['target'] == {target!r}]",
            "rows = rows[rows['by'].isin(list(symbols))].reset_index(drop=True)",
            "figure = regimes_figure(rows, result.level, symbols, LIGHT)",
        ),
        alt="Coverage by range of every parameter and estimate.",
    )
    if not len(rows) or not rows["range"].iloc[0]:
        st.caption("One dot per class, with its 95 % interval; grey: the range of exact sets.")
        return
    worst = rows.loc[rows["covered"].idxmin()]
    st.caption(
        f"Lowest: {100 * worst['covered']:.0f} % of {worst['n']:,} signals "
        f"({quoted(parameters[worst['by']])} {worst['from']:.3g} to {worst['to']:.3g}).",
        help="How to read: the signals are divided into ranges of equally many, by each true "
        "parameter and by each estimate (est.), lowest values first; one dot per range, with its "
        "95 % interval. Grey: the range of exact intervals.",
    )


def _parameters(checks: RunChecks, rows: pd.DataFrame) -> dict[str, str]:
    """Parameters and estimates with coverage by range, with their symbols; targets first."""
    names = list(dict.fromkeys(rows["by"]))[:MOST_PARAMETERS]
    return region_map.labels(checks.run, names)


def _ranks(checks: RunChecks) -> None:
    c, symbols = checks.coverage, _symbols(checks)
    colours = palette().series
    for row in (list(symbols)[k : k + 3] for k in range(0, len(symbols), 3)):
        for name, column in zip(row, st.columns(3), strict=False):
            with column:
                k = list(symbols).index(name)
                show(
                    once.figure(
                        lambda name=name, k=k: figures.rank_figure(
                            c.ranks[name].to_numpy(),
                            symbols[name],
                            palette(),
                            colours[k % len(colours)],
                        ),
                        *("ranks", c, name),
                    ),
                    key=f"calibration-rank-{name}",
                    name=f"calibration-ranks-{name}-{checks.run.id}",
                    code=figure_code.covered(
                        checks.run,
                        "rank_figure",
                        f"ranks = result.ranks[{name!r}].to_numpy()",
                        f"colour = {colours[k % len(colours)]!r}",
                        f"figure = rank_figure(ranks, {symbols[name]!r}, LIGHT, colour)",
                    ),
                    alt=f"Ranks of the true {name} in its predicted distribution.",
                )
    st.caption(
        f"Rank of the true value in its predictive distribution, on {c.n:,} signals.",
        help="How to read: 50 % is the middle of the intervals, 5 % and 95 % are the ends of the "
        "90 % interval. Flat inside the grey band: intervals are right at all levels; a valley: "
        "too narrow; a hill: too wide; a slope: shifted. Orange bars are outside the range of "
        "exact intervals, which 1 in 20 bars may be.",
    )


def _width(checks: RunChecks) -> None:
    c, run = checks.coverage, checks.run
    if run.task == "classification":
        return _sets(checks)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = _target(checks)
        specs = {name: spec["label"] for name, spec in run.manifest.targets.items()}
        true = checks.calibration.parameters
        names = [name for name in _parameters(checks, c.regimes) if name in true]
        known = {name: specs.get(name, name) for name in names}
        over = inputs.choice("Against", known, "over", link=True, width=180)
    rows, label = c.errors[c.errors["target"] == target], specs[target]
    main = c.at().set_index("target").loc[target]
    towards = np.where(
        rows["true"] >= rows["predicted"],
        rows["high"] - rows["predicted"],
        rows["predicted"] - rows["low"],
    )
    left, right = st.columns(2, gap="large")
    with left:
        show(
            figures.width_error_figure(
                towards, rows["error"].to_numpy(), c.level, label, palette()
            ),
            key="calibration-error",
            name=f"calibration-error-{target}-{run.id}",
            code=figure_code.covered(
                run,
                "width_error_figure",
                f"rows = result.errors[result.errors['target'] == {target!r}]",
                "true, predicted = rows['true'], rows['predicted']",
                "above, below = rows['high'] - predicted, predicted - rows['low']",
                "towards = np.where(true >= predicted, above, below)",
                "figure = width_error_figure(towards, rows['error'].to_numpy(), result.level,",
                f"                            {label!r}, LIGHT)",
            ),
            alt="Error of every signal against the length of its interval.",
        )
        st.caption(
            f"One dot per signal: error against the length of its {100 * c.level:g} % interval "
            "towards the true value.",
            help="How to read: above the dashed line the interval misses the true value. The thick "
            "line shows the level as a quantile of the error; it should lie on the dashed line, "
            "so that long intervals belong to large errors.",
        )
    with right:
        values = checks.calibration.parameters[over].to_numpy(float)
        missed = ((rows["true"] < rows["low"]) | (rows["true"] > rows["high"])).to_numpy()
        show(
            figures.width_over_figure(
                values, rows["width"].to_numpy(), missed, known[over], label, palette()
            ),
            key="calibration-width-over",
            name=f"calibration-width-{target}-{over}-{run.id}",
            code=figure_code.covered(
                run,
                "width_over_figure",
                f"rows = result.errors[result.errors['target'] == {target!r}]",
                f"values = calibration.parameters[{over!r}].to_numpy(float)",
                "missed = (rows['true'] < rows['low']) | (rows['true'] > rows['high'])",
                "widths = rows['width'].to_numpy()",
                f"figure = width_over_figure(values, widths, missed.to_numpy(), {known[over]!r},",
                f"                           {label!r}, LIGHT)",
            ),
            alt=f"Width of the intervals of {target} over {over}.",
        )
        unit = run.manifest.targets[target]["unit"]
        st.caption(
            f"Mean width {main['width']:.3g} {unit}, {main['width_percent']:.3g} % of the trained "
            "range."
        )
    return None


def _sets(checks: RunChecks) -> None:
    sizes, inside = checks.calibration.set_sizes(checks.level)
    show(
        figures.set_size_figure(sizes, inside, palette()),
        key="calibration-sets",
        name=f"calibration-sets-{checks.run.id}",
        code=figure_code.covered(
            checks.run,
            "set_size_figure",
            f"sizes, inside = calibration.set_sizes({checks.level!r})",
            "figure = set_size_figure(sizes, inside, LIGHT)",
        ),
        alt="Number of classes in the sets.",
    )
    st.caption(
        f"Number of classes in the {100 * checks.level:g} % set of each of {len(sizes):,} signals.",
        help="How to read: one class is a definite answer; several mean that they cannot be told "
        "apart at this level.",
    )


def _downloads(checks: RunChecks, view: str) -> None:
    """Downloads of what is shown, and the code that reproduces it."""
    c, r, run = checks.coverage, checks.robustness, checks.run.id
    targets = checks.run.manifest.targets
    makers = {
        "coverage": lambda: c.table,
        "map": lambda: region_map.shown_map(checks).table(),
        "ranks": lambda: c.ranks.add_prefix("rank_"),
        "robustness": lambda: r.table(),
        "applicability": lambda: r.table(),
        "width": lambda: c.errors if len(c.errors) else c.table,
    }
    kinds = {
        "ranks": "ranks",
        "robustness": "robustness",
        "applicability": "robustness",
        "width": "errors" if c is not None and len(c.errors) else "coverage",
    }
    with st.container(horizontal=True):
        if view in ("robustness", "applicability"):
            if r is None:
                return
            python, command = robustness_form.reproduce(r)
        else:
            k = checks.calibration
            options = f"method={k.method!r}, n={k.n_fit + k.n}, seed={k.seed}"
            python = (
                "from nmr_core.inference.intervals import calibrate, coverage\n\n"
                f"calibration = calibrate(run, {options})\nprint(coverage(calibration).table)"
            )
            command = f"calibrate {run} --method {k.method} --curves {k.n_fit + k.n}"
            if view == "map":
                python, command = region_map.reproduce(checks)
        export.download(
            "Table (CSV)",
            lambda: compute.csv(makers[view](), targets, kinds.get(view, "coverage")),
            f"{run}-{view}.csv",
            "text/csv",
            "calibration-csv",
        )
        if view == "coverage":
            export.download(
                "By range (CSV)",
                lambda: compute.csv(c.regimes, targets, "coverage"),
                f"{run}-ranges.csv",
                "text/csv",
                "calibration-ranges-csv",
            )
        head = f"import nmr_core as nmr\n\nrun = nmr.load_run({run!r})\n"
        export.reproduce(head + python, f"python -m nmr_core {command}")
