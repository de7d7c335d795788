"""One's own echo before and after: what was found and done, a sentence a step, and what somebody wants otherwise."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.measured import OFF, Prepared, Steps, Target
from nmr_core.plots.measured import measurement_figure, prepared_figure
from ui.shared.palette import palette, show
from ui.shared.text import quoted

FOUND, MINE = "found", "mine"
NUMBERS = {
    "time_zero": ("First pulse", "µs", "The measurement's own time of the first pulse."),
    "phase": ("Phase", "°", "By how much the receiver has turned the signal."),
    "amplitude": ("Signal for M = 1", "", "What the measurement shows for one whole polarisation."),
    "dead_time": ("Dead time", "µs", "How long the receiver is blind after each pulse."),
}
CHOICES = {
    "baseline": (
        "Baseline",
        {FOUND: "found", "constant": "constant", "linear": "linear", OFF: "off"},
    ),
    "conjugate": ("Sense of Im", {FOUND: "found", "no": "as it is", "yes": "the other"}),
    "resample": (
        "Resampling",
        {FOUND: "found", "average": "local parabolas", "spline": "spline", "nearest": "nearest"},
    ),
}


def wanted(last: Sequence[Prepared] | None) -> Steps:
    """What somebody wants otherwise; ``last``: what was found before, to stand in grey where nobody said anything."""
    values = {}
    with st.expander("Change a step", icon=":material/tune:"):
        columns = st.columns(4)
        for k, (name, (label, unit, text)) in enumerate(NUMBERS.items()):
            with columns[k % 4]:
                values[name] = _number(name, f"{label} ({unit})" if unit else label, text, last)
        for k, (name, (label, options)) in enumerate(CHOICES.items()):
            with columns[k % 4]:
                values[name] = _choice(name, label, options)
    return Steps(**{name: value for name, value in values.items() if value is not None})


def _number(name: str, label: str, text: str, last: Sequence[Prepared] | None):
    """None = found; "off"; or a number."""
    how = st.segmented_control(
        label, [FOUND, OFF, MINE], key=f"step-{name}", default=FOUND, required=True, help=text
    )
    if how != MINE:
        return None if how == FOUND else OFF
    return st.number_input(
        label,
        value=_used(name, last),
        key=f"step-{name}-value",
        format="%.6g",
        label_visibility="collapsed",
    )


def _used(name: str, last: Sequence[Prepared] | None) -> float:
    stages = [stage for stage in (last[0].stages if last else []) if stage.name == name]
    used = stages[0].used if stages else 0.0
    return float(used.real) if used == used else 0.0


def _choice(name: str, label: str, options: dict[str, str]):
    how = st.segmented_control(
        label,
        list(options),
        key=f"step-{name}",
        format_func=options.get,
        default=FOUND,
        required=True,
    )
    return None if how == FOUND else {"yes": True, "no": False}.get(how, how)


def before_after(prepared: Sequence[Prepared], target: Target) -> None:
    """Both pictures of every setting, warnings, and the sentences of all steps."""
    for number, one in enumerate(prepared):
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"**As it came**  \n:small[{_facts(one)}]")
            show(
                measurement_figure(one.measurement, palette()),
                key=f"measurement-{number}",
                alt=f"The measurement {number} as it came.",
            )
        with right:
            st.markdown(
                f"**As the run takes it**  \n:small[{len(one.time):,} points · signal to noise {one.snr:.3g} · over the "
                "curves that the run knows (grey)]"
            )
            show(
                prepared_figure(one, target, palette(), setting=number),
                key=f"prepared-{number}",
                alt=f"The measurement {number} on the run's time points.",
            )
        for text in dict.fromkeys([*one.measurement.notes, *one.warnings]):
            st.warning(quoted(text), icon=":material/warning:")
    with st.expander("What was found and done", icon=":material/list:"):
        for one in prepared:
            st.dataframe(
                stages_table(one),
                hide_index=True,
                row_height=36,
                key=f"stages-{one.measurement.name}",
                column_config={"": st.column_config.TextColumn(width="small")},
            )


def _facts(one: Prepared) -> str:
    measurement = one.measurement
    size = (
        f"{len(measurement):,} points, {measurement.time[0]:.5g} to {measurement.time[-1]:.5g} µs"
    )
    return quoted(f"{measurement.name}: {size}, times in {measurement.unit}")


def stages_table(one: Prepared) -> pd.DataFrame:
    """step, used, what was found and done; "look" where somebody should."""
    rows = [
        (stage.label, _value(stage), stage.sentence, "look" if stage.warning else "")
        for stage in one.stages
    ]
    return pd.DataFrame(rows, columns=["step", "used", "what was found and done", ""])


def _value(stage) -> str:
    used = stage.used
    if used != used:
        return ""
    number = f"{used.real:.4g}{used.imag:+.4g}i" if isinstance(used, complex) else f"{used:.4g}"
    return f"{number} {stage.unit}".rstrip()
