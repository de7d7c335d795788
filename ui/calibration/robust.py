"""How far the measurement may spoil the curves: every effect in words, one of them as pictures; how often the domain warns."""

import pandas as pd
import streamlit as st

from nmr_core.effects import EFFECTS
from nmr_core.inference.robustness import Robustness, honest, said, usable
from nmr_core.inference.robustness.limits import RULE
from nmr_core.plots import robustness as figures
from nmr_core.plots.calibration import applicability_bars_figure
from ui.calibration import tried as tried
from ui.calibration.chosen import Found
from ui.shared import effects_form, inputs
from ui.shared.palette import palette, show
from ui.shared.text import quoted


def robustness(found: Found) -> None:
    """The view "Robustness"."""
    r = found.robustness
    if r is None:
        st.info(
            "Nobody has tried this run on bad measurements yet. The button below sends the same curves through noise, phase "
            "errors, dead time, ... at growing strength, and counts errors and missed intervals.",
            icon=":material/info:",
        )
        tried.form(found)
        return
    _notes(found, r)
    st.dataframe(
        _overview(r),
        hide_index=True,
        key="robust-table",
        column_config={
            "of": st.column_config.Column("Measurement effect"),
            "usable": st.column_config.Column("Usable", help=RULE),
            "honest": st.column_config.Column(
                f"{100 * r.level:g} % intervals hold",
                help="At least 5 points less than promised are covered.",
            ),
            "other": st.column_config.Column("Other run usable"),
        },
    )
    labels = {name: EFFECTS[name].label for name in r.effects}
    effect = inputs.choice("Effect", labels, "effect", link=True, width=260)
    st.markdown(
        f"**{quoted(said(r, effect))}**"
        + (f"  \nOther run: {quoted(said(r, effect, r.other))}" if r.other else "")
    )
    _pictures(r, effect)
    with st.expander(
        "Try again, or beside a other that was trained with effects", icon=":material/replay:"
    ):
        tried.form(found)


def _notes(found: Found, r: Robustness) -> None:
    with_own = (
        f", which keep {quoted(effects_form.text(r.own))} from the training data" if r.own else ""
    )
    kind = "fresh" if r.fresh else "held-out"
    words = f"The same {r.n:,} {kind} curves{with_own}, through one effect at a time. {RULE[0].upper()}{RULE[1:]}."
    if r.other:
        through = effects_form.text(r.other_own) or "no effects"
        words += (
            f" Other run (dashed): **{quoted(r.other_title)}**, {r.other_n_train:,} curves with {quoted(through)}; the run "
            f"learned {r.n_train:,}."
        )
    if not r.method:
        words += " It was tried without intervals; calibrate the run first to see them too."
    elif found.calibration is not None and r.calibrated != found.calibration.created:
        words += " Its intervals were those of an earlier calibration."
    st.caption(words + "".join(f" {quoted(reason)}" for reason in r.left_out.values()))


@st.cache_data(
    max_entries=32,
    show_spinner=False,
    hash_funcs={Robustness: lambda r: (r.run, r.created, r.seconds)},
)
def _overview(r: Robustness) -> pd.DataFrame:
    """One row per effect: up to where the run, its intervals and the other run hold."""
    rows = []
    for effect in r.effects:
        row = {"of": EFFECTS[effect].label, "usable": usable(r, effect).words}
        row |= {"honest": honest(r, effect).words} if r.method else {}
        row |= {"other": usable(r, effect, run=r.other).words} if r.other else {}
        rows.append(row)
    return pd.DataFrame(rows)


def _pictures(r: Robustness, effect: str) -> None:
    limits = [("usable: ", usable(r, effect))] + (
        [("other: ", usable(r, effect, run=r.other))] if r.other else []
    )
    domain = r.own_rows()["out_of_domain"].notna().all()
    pictures = [("Error", figures.error_figure(r, effect, palette(), limits))]
    if r.method:
        pictures += [
            ("Covered", figures.coverage_figure(r, effect, palette())),
            ("Width", figures.width_figure(r, effect, palette())),
        ]
    if domain:
        pictures.append(("Applicability", figures.applicability_figure(r, effect, palette())))
    for k in range(0, len(pictures), 2):
        for (title, picture), column in zip(
            pictures[k : k + 2], st.columns(2, gap="large"), strict=False
        ):
            with column:
                st.markdown(f"**{title}**")
                show(
                    picture,
                    key=f"robust-{title}",
                    alt=f"{title} against the strength of {EFFECTS[effect].label}.",
                )
    kinds = (" Dashed with open dots: the other." if r.other else "") + (
        " Among the covered, dotted: only signals that are not out of domain."
        if r.method and domain
        else ""
    )
    st.caption(
        f"Strong to the right. Dotted across: undisturbed curves; dashed across: the baseline, or what was promised.{kinds} "
        "What is beyond the axis is drawn at its edge."
    )


def doubt(found: Found) -> None:
    """The view "Doubt": how often the domain warns, of curves as trained and of spoiled ones."""
    r = found.robustness
    own = r.own_rows().iloc[0]
    rows = [("as trained", own["borderline"], own["out_of_domain"])]
    for effect in r.effects:
        spoiled = first_useless(r, effect)
        rows.append(
            (
                f"{EFFECTS[effect].label}, {r.ladder(effect).written(spoiled['strength'])}",
                spoiled["borderline"],
                spoiled["out_of_domain"],
            )
        )
    st.markdown(
        f"**Of curves like those of its training, {100 * own['borderline']:.1f} % are borderline and "
        f"{100 * own['out_of_domain']:.1f} % out of domain (false alarms).**"
    )
    show(
        applicability_bars_figure(rows, palette()),
        key="doubt-bars",
        alt="Fractions of borderline and out-of-domain signals, one bar per effect.",
    )
    st.caption(
        f"{r.n:,} curves each: as trained, and at the first strength of each effect at which the run is not usable any "
        "more (the strongest, if it always is). There a warning is right. Estimates of "
        "signals that are out of domain are hidden."
    )


def first_useless(r: Robustness, effect: str) -> pd.Series:
    """The row of the first strength at which the run cannot be used any more; the strongest if there is none."""
    limit, rows = usable(r, effect), r.along(effect, r.known[0])
    if limit.kind == "none":
        return rows.iloc[0]
    beyond = (
        rows["strength"] < limit.value if limit.ladder.falling else rows["strength"] > limit.value
    )
    return rows[beyond].iloc[0] if limit.kind == "between" and beyond.any() else rows.iloc[-1]
