"""Whether the error bars do what they promise, from several sides; only the view that is open is drawn."""

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.inference.intervals.coverage import JOINT
from nmr_core.plots import calibration as figures
from ui.calibration import robust, tried
from ui.calibration.chosen import Found
from ui.shared import boot, compute, export, inputs
from ui.shared.palette import palette, show
from ui.shared.text import quoted

VIEWS = {
    "coverage": "Coverage",
    "ranks": "Ranks",
    "width": "Width",
    "robustness": "Robustness",
    "doubt": "Doubt",
}
MOST_PARAMETERS = 8


def there(found: Found) -> dict[str, str]:
    """The views that have something to show, and robustness, which can be asked for there."""
    numbers = found.coverage is not None and found.run.task == "regression"
    own = found.robustness.own_rows() if found.robustness else None
    has = {
        "coverage": found.coverage is not None,
        "ranks": numbers,
        "width": found.coverage is not None,
        "robustness": True,
        "doubt": own is not None and bool(own["out_of_domain"].notna().all()),
    }
    return {name: label for name, label in VIEWS.items() if has[name]}


@st.fragment
def views(found: Found) -> None:
    """Everything that answers a click: only this is run again, not the whole page."""
    with boot.worded():
        view = inputs.tabs(there(found), "view")
        if view == "coverage":
            _coverage(found)
        elif view == "ranks":
            _ranks(found)
        elif view == "width":
            _width(found)
        elif view == "robustness":
            robust.robustness(found)
        else:
            robust.doubt(found)
        _take(found, view)


def _symbols(found: Found) -> dict[str, str]:
    """Targets that have intervals, with their symbols."""
    return {
        name: spec["symbol"]
        for name, spec in found.run.manifest.targets.items()
        if name not in found.run.manifest.unidentifiable
    }


def _target(found: Found) -> str:
    symbols = _symbols(found)
    return (
        inputs.choice("Parameter", symbols, "calibration-target", width=180)
        if len(symbols) > 1
        else next(iter(symbols))
    )


def _coverage(found: Found) -> None:
    c = found.coverage
    main = c.at().set_index("target")
    labels = _symbols(found) | ({JOINT: JOINT} if JOINT in main.index else {})
    with st.container(horizontal=True):
        for target, name in labels.items():
            row = main.loc[target]
            good = row["expected_low"] <= row["covered"] <= row["expected_high"]
            st.metric(
                quoted(name),
                f"{100 * row['covered']:.1f} %",
                border=True,
                width=200,
                delta=f"chance: {100 * row['expected_low']:.1f} to {100 * row['expected_high']:.1f}",
                delta_color="normal" if good else "inverse",
                delta_arrow="off",
                help=f"Promised {100 * c.level:g} %, on {c.n:,} curves. p = {row['p_value']:.2g}: how likely chance alone "
                "is as far off.",
            )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Covered against promised**")
        show(
            figures.coverage_figure(c, labels, palette()),
            key="calibration-coverage",
            alt=f"Covered minus promised share against the promised one, on {c.n} curves.",
        )
        joint = " Dotted: all parameters at once, in their joint box." if JOINT in labels else ""
        st.caption(
            f"How much more (or less) often than promised the truth is inside, on {c.n:,} curves. Grey: what chance does "
            f"to intervals that are right.{joint}"
        )
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**In every quarter, at {100 * c.level:g} %, of**", width="content")
            target = next(iter(labels))
            if len(labels) > 1:
                worst = c.worst.set_index("target")["covered"].idxmin()
                target = inputs.choice(
                    "Of",
                    labels,
                    "calibration-of",
                    width=150,
                    label_visibility="collapsed",
                    index=list(labels).index(worst),
                )
        rows = c.regimes[c.regimes["target"] == target].reset_index(drop=True)
        parameters = _parameters(found, rows)
        rows = rows[rows["by"].isin(list(parameters))].reset_index(drop=True)
        show(
            figures.regimes_figure(rows, c.level, parameters, palette()),
            key="calibration-regimes",
            alt="Coverage in every quarter of every parameter.",
        )
        worst = rows.loc[rows["covered"].idxmin()]
        st.caption(
            f"A dot a quarter of the curves, lowest values of the parameter first, with its 95 % interval; grey: chance. "
            f"Worst: {100 * worst['covered']:.0f} % of {worst['n']:,} curves ({quoted(parameters[worst['by']])}, quarter "
            f"{worst['quartile']})."
            if len(rows) and worst["quartile"]
            else "One dot per class with its 95 % interval; grey: chance."
        )


def _parameters(found: Found, rows: pd.DataFrame) -> dict[str, str]:
    """Parameters by whose quarters the coverage is known: targets first, with their symbols."""
    specs = found.run.manifest.targets
    names = sorted(dict.fromkeys(rows["by"]), key=lambda name: name not in specs)[:MOST_PARAMETERS]
    return {name: specs[name]["symbol"] if name in specs else name for name in names}


def _ranks(found: Found) -> None:
    c, symbols = found.coverage, _symbols(found)
    colours = palette().series
    for row in (list(symbols)[k : k + 3] for k in range(0, len(symbols), 3)):
        for name, column in zip(row, st.columns(3), strict=False):
            with column:
                k = list(symbols).index(name)
                show(
                    figures.rank_figure(
                        c.ranks[name].to_numpy(),
                        symbols[name],
                        palette(),
                        colours[k % len(colours)],
                    ),
                    key=f"calibration-rank-{name}",
                    alt=f"Ranks of the true {name} in its predicted distribution.",
                )
    st.caption(
        f"Where the truth lies in what was predicted for it, {c.n:,} curves: 50 % is the middle, 5 % and 95 % are the "
        "ends of the 90 % interval. Flat inside the grey band: right. A valley: too narrow; a hill: too wide; a slope: "
        "shifted. Orange bars lie outside of what chance allows (1 in 20 may)."
    )


def _width(found: Found) -> None:
    c, run = found.coverage, found.run
    if run.task == "classification":
        return _sets(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = _target(found)
        specs = {name: spec["label"] for name, spec in run.manifest.targets.items()}
        known = {name: specs.get(name, name) for name in _parameters(found, c.regimes)}
        over = inputs.choice("Over", known, "calibration-over", width=180)
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
            alt="Error of every curve against the reach of its interval.",
        )
        st.caption(
            f"One dot per curve: how far the estimate was off, and how far its {100 * c.level:g} % interval reaches towards "
            "the truth. Above the dashed line it is missed. The thick line should lie on the dashed one: then wide "
            "intervals are those with large errors."
        )
    with right:
        values = found.calibration.parameters[over].to_numpy(float)
        missed = ((rows["true"] < rows["low"]) | (rows["true"] > rows["high"])).to_numpy()
        show(
            figures.width_over_figure(
                values, rows["width"].to_numpy(), missed, known[over], label, palette()
            ),
            key="calibration-width-over",
            alt=f"Width of the intervals of {target} over {over}.",
        )
        st.caption(
            f"Mean width {main['width']:.3g} {run.manifest.targets[target]['unit']}, {main['width_percent']:.3g} % of the "
            "range that was trained."
        )
    return None


def _sets(found: Found) -> None:
    c = found.calibration
    reading, target = c.checked(), found.run.targets[0]
    chosen = reading.sets(found.level)
    true = c.parameters[target].astype(str).to_numpy()
    inside = np.array(
        [
            row[list(c.classes).index(name)] if name in c.classes else False
            for row, name in zip(chosen, true, strict=True)
        ]
    )
    show(
        figures.set_size_figure(chosen.sum(axis=1), inside, palette()),
        key="calibration-sets",
        alt="Number of classes in the sets.",
    )
    st.caption(
        f"Classes in the {100 * found.level:g} % set of each of {len(true):,} curves: one class is a plain answer, "
        "several are an honest “cannot tell”."
    )


def _take(found: Found, view: str) -> None:
    """The table of what is shown, and the lines that make it again."""
    c, r, run = found.coverage, found.robustness, found.run.id
    tables = {
        "coverage": lambda: c.table,
        "ranks": lambda: c.ranks,
        "robustness": lambda: r.table(),
        "doubt": lambda: r.table(),
        "width": lambda: c.errors if len(c.errors) else c.table,
    }
    with st.container(horizontal=True):
        if view in ("robustness", "doubt"):
            if r is None:
                return
            python, command = tried.lines(r)
        else:
            k = found.calibration
            options = f"method={k.method!r}, n={k.n_fit + k.n}, seed={k.seed}"
            python = (
                "from nmr_core.inference.intervals import calibrate, coverage\n\n"
                f"calibration = calibrate(run, {options})\nprint(coverage(calibration).table)"
            )
            command = f"calibrate {run} --method {k.method} --curves {k.n_fit + k.n}"
        export.download(
            "Table (CSV)",
            lambda: compute.csv(tables[view]()),
            f"{run}-{view}.csv",
            "text/csv",
            "calibration-csv",
        )
        if view == "coverage":
            export.download(
                "By quarters (CSV)",
                lambda: compute.csv(c.regimes),
                f"{run}-quarters.csv",
                "text/csv",
                "calibration-quarters-csv",
            )
        head = f"import nmr_core as nmr\n\nrun = nmr.load_run({run!r})\n"
        export.reproduce(head + python, f"python -m nmr_core {command}")
