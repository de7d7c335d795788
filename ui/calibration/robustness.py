"""The tabs Robustness and Applicability: errors, coverage and warnings for disturbed signals."""

import pandas as pd
import streamlit as st

from nmr_core.effects import EFFECTS
from nmr_core.inference.robustness import (
    Robustness,
    coverage_limit,
    limits_text,
    usable_limit,
    warning_fractions,
)
from nmr_core.inference.robustness.limits import RULE
from nmr_core.plots import robustness as figures
from nmr_core.plots.calibration import applicability_bars_figure
from ui.calibration import robustness_form
from ui.calibration.run_checks import RunChecks
from ui.shared import caches, effects_form, figure_code, inputs, tables
from ui.shared.figure import palette, show
from ui.shared.text import quoted

PER_ROW = 2


def robustness(checks: RunChecks) -> None:
    """Draw the tab "Robustness"."""
    result = checks.robustness
    if result is None:
        st.info(
            "Nothing computed yet. Press Test robustness below: the same signals are disturbed by "
            "noise, phase errors, dead time and other effects of growing strength, and errors and "
            "missed intervals are counted.",
            icon=":material/info:",
        )
        robustness_form.form(checks)
        return
    _conditions(checks, result)
    tables.show(
        _overview(result),
        kind="limits",
        columns={"covered": {"label": f"{100 * result.level:g} % intervals hold"}},
        key="robust-table",
    )
    specs = [EFFECTS[name].ladder.spec for name in result.effects]
    symbols = [f"{quoted(spec.symbol)}: {quoted(spec.description)}" for spec in specs]
    st.caption("Symbols of the strengths", help="  \n".join(symbols))
    labels = {name: EFFECTS[name].label for name in result.effects}
    effect = inputs.choice("Effect", labels, "effect", link=True, width=260)
    text = f"**{quoted(limits_text(result, effect))}**"
    if result.other:
        text += f"  \nOther run: {quoted(limits_text(result, effect, result.other))}"
    st.markdown(text)
    _plots(result, effect)
    with st.expander("Compute again, or compare with another run", icon=":material/replay:"):
        robustness_form.form(checks)


def _conditions(checks: RunChecks, result: Robustness) -> None:
    """The caption: which signals, which intervals, what was left out."""
    kind = "fresh" if result.fresh else "held-out"
    own = ""
    if result.own:
        own = f", with {quoted(effects_form.text(result.own))} as in the training data"
    parts = [
        f"The same {result.n:,} {kind} signals{own}, through one effect at a time.",
        f"{RULE[0].upper()}{RULE[1:]}.",
    ]
    if result.other:
        effects = effects_form.text(result.other_own) or "no effects"
        parts.append(
            f"Other run (dashed): **{quoted(result.other_title)}**, trained on "
            f"{result.other_n_train:,} signals with {quoted(effects)}; this run: "
            f"{result.n_train:,} signals."
        )
    if not result.method:
        parts.append("No intervals: the run was not calibrated when this was computed.")
    elif checks.calibration is not None and result.calibrated != checks.calibration.created:
        parts.append("The intervals are those of an earlier calibration.")
    parts += [quoted(reason) for reason in result.left_out.values()]
    st.caption(" ".join(parts))


@caches.data(
    max_entries=32,
    show_spinner=False,
    hash_funcs={Robustness: lambda result: (result.run, result.created, result.seconds)},
)
def _overview(result: Robustness) -> pd.DataFrame:
    """One row per effect: the limits of the run, of its intervals, and of the other run."""
    rows = []
    for effect in result.effects:
        row = {"effect": EFFECTS[effect].label, "usable": usable_limit(result, effect).words}
        if result.method:
            row["covered"] = coverage_limit(result, effect).words
        if result.other:
            row["other"] = usable_limit(result, effect, run=result.other).words
        rows.append(row)
    return pd.DataFrame(rows)


def _code(result: Robustness, title: str, effect: str) -> str:
    function = f"{title.lower()}_figure"
    if title != "Error":
        line = f"figure = {function}(result, {effect!r}, LIGHT)"
        return figure_code.tested(result.run, function, line)
    limits = [f"limits = [('usable: ', usable_limit(result, {effect!r}))]"]
    if result.other:
        other = f"usable_limit(result, {effect!r}, run=result.other)"
        limits.append(f"limits.append(('other run: ', {other}))")
    line = f"figure = {function}(result, {effect!r}, LIGHT, limits)"
    return figure_code.tested(result.run, function, *limits, line)


def _plots(result: Robustness, effect: str) -> None:
    limits = [("usable: ", usable_limit(result, effect))]
    if result.other:
        limits.append(("other run: ", usable_limit(result, effect, run=result.other)))
    has_applicability = result.own_rows()["out_of_domain"].notna().all()
    plots = [("Error", figures.error_figure(result, effect, palette(), limits))]
    if result.method:
        plots.append(("Coverage", figures.coverage_figure(result, effect, palette())))
        plots.append(("Width", figures.width_figure(result, effect, palette())))
    if has_applicability:
        plots.append(("Applicability", figures.applicability_figure(result, effect, palette())))
    for first in range(0, len(plots), PER_ROW):
        columns = st.columns(PER_ROW, gap="large")
        for (title, figure), column in zip(plots[first : first + PER_ROW], columns, strict=False):
            with column:
                st.markdown(f"**{title}**")
                alt = f"{title} against the strength of {EFFECTS[effect].label}."
                name = f"robustness-{title}-{effect}-{result.run}"
                code = _code(result, title, effect)
                show(figure, key=f"robust-{title}", alt=alt, name=name, code=code)
    help_ = (
        "How to read: the effect gets stronger to the right. Horizontal lines: dotted, undisturbed "
        "signals; dashed, the baseline (mean predictor) or the level of the intervals. Points "
        "beyond the axis are drawn at its edge."
    )
    if result.other:
        help_ += " Open markers on dashed curves: the other run."
    if result.method and has_applicability:
        help_ += " Dotted curves of the coverage: only signals that are not out of domain."
    st.caption("One target per colour; the effect gets stronger to the right.", help=help_)


def applicability(checks: RunChecks) -> None:
    """Draw the tab "Applicability": how often signals are borderline or out of domain."""
    result = checks.robustness
    own = result.own_rows().iloc[0]
    st.markdown(
        f"**Of signals like the training data, {100 * own['borderline']:.1f} % are borderline and "
        f"{100 * own['out_of_domain']:.1f} % out of domain (false alarms).**"
    )
    show(
        applicability_bars_figure(warning_fractions(result), palette()),
        key="applicability-bars",
        name=f"calibration-applicability-{result.run}",
        code="\n".join(
            [
                "import nmr_core as nmr",
                "from nmr_core.inference.robustness import warning_fractions",
                "from nmr_core.plots import LIGHT",
                "from nmr_core.plots.calibration import applicability_bars_figure",
                "",
                f"fractions = warning_fractions(nmr.load_robustness({result.run!r}))",
                "figure = applicability_bars_figure(fractions, LIGHT)",
            ]
        ),
        alt="Fractions of borderline and out-of-domain signals, one bar per effect.",
    )
    st.caption(
        f"{result.n:,} signals each, without an effect and at the first strength at which the run "
        "is not usable.",
        help="How to read: for disturbed signals long bars are right, since the estimates are not "
        "to be trusted. Where a run is always usable, the largest strength is shown. Estimates of "
        "out-of-domain signals are hidden on the page Predict.",
    )
