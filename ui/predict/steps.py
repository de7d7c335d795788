"""A measurement before and after its preparation: a sentence per step, and its fields."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.measured import OFF, Prepared, Stage, Steps, Target
from nmr_core.parameters import Parameter
from nmr_core.plots.measured import measurement_figure, prepared_figure
from ui.predict import code
from ui.shared import inputs
from ui.shared.figure import palette, show
from ui.shared.text import quoted

AUTOMATIC, VALUE = "automatic", "value"
WAYS = {name: name for name in (AUTOMATIC, OFF, VALUE)}
MOST = 1e12
"""Largest value of a step."""
NUMBERS = {
    "time_zero": ("First pulse", "µs", "Time of the first pulse in the file."),
    "phase": ("Phase", "°", "Phase of the receiver, by which the signal is turned back."),
    "amplitude": ("Signal for M = 1", "", "Signal of full polarisation, in the unit of the file."),
    "dead_time": ("Dead time", "µs", "Time after each pulse in which the receiver is blind."),
    "offset": ("Offset", "kHz", "Frequency of the line's centre from the carrier."),
}
CHOICES = {
    "baseline": ("Baseline", ["constant", "linear", OFF]),
    "conjugate": ("Sign of Im", ["as measured", "reversed"]),
    "resample": ("Resampling", ["local parabolas", "spline", "nearest"]),
}
VALUES = {"as measured": False, "reversed": True, "local parabolas": "average"}
"""Words of the page that Steps call otherwise."""


def choose(last: Sequence[Prepared] | None) -> Steps:
    """Let the visitor change steps of the preparation.

    Parameters
    ----------
    last : sequence of Prepared, optional
        The last preparation, whose values the fields begin with.
    """
    values = {}
    with st.expander("Change a step", icon=":material/tune:"):
        columns = st.columns(len(NUMBERS))
        for column, (name, (label, unit, text)) in zip(columns, NUMBERS.items(), strict=True):
            with column:
                values[name] = _number(name, f"{label} ({unit})" if unit else label, text, last)
        for column, (name, (label, options)) in zip(columns, CHOICES.items(), strict=False):
            with column:
                values[name] = _choice(name, label, options)
    return Steps(**{name: value for name, value in values.items() if value is not None})


def _number(
    name: str, label: str, text: str, last: Sequence[Prepared] | None
) -> float | str | None:
    """None for automatic, "off", or a number."""
    how = inputs.tabs(
        WAYS, f"step-{name}", label=label, label_visibility="visible", brief=True, help=text
    )
    if how == AUTOMATIC:
        return None
    if how == OFF:
        return OFF
    return inputs.number(
        Parameter(name, label, "", -MOST, MOST, _used(name, last)),
        f"step-{name}-value",
        link=True,
        format="%.6g",
        label_visibility="collapsed",
    )


def _used(name: str, last: Sequence[Prepared] | None) -> float:
    """What the last preparation used."""
    stages = [stage for stage in (last[0].stages if last else []) if stage.name == name]
    used = float(stages[0].used.real) if stages else 0.0
    return used if used == used else 0.0


def _choice(name: str, label: str, options: list[str]) -> bool | str | None:
    labels = {option: option for option in (AUTOMATIC, *options)}
    how = inputs.choice(label, labels, f"step-{name}", link=True, brief=True)
    return None if how == AUTOMATIC else VALUES.get(how, how)


def before_after(
    prepared: Sequence[Prepared],
    target: Target,
    python: Sequence[str],
    *,
    with_record: bool = True,
) -> None:
    """Show both pictures of every setting, warnings, and the sentences of all steps.

    Parameters
    ----------
    prepared : sequence of Prepared
        Measurements on the time points of the model.
    target : Target
        Times, sequence and typical signals that the model needs.
    python : sequence of str
        Statements that prepare the measurements.
    with_record : bool
        Whether the records as they are in the file are drawn, too.
    """
    for number, one in enumerate(prepared):
        right = st.container()
        if with_record:
            left, right = st.columns(2, gap="medium")
            with left:
                _record(one, number, python)
        with right:
            st.markdown(
                f"**Prepared for the run**  \n:small[{len(one.time):,} points · signal to noise "
                f"{one.snr:.3g} · grey: curves that the run was trained on]"
            )
            show(
                prepared_figure(one, target, palette(), setting=number),
                key=f"prepared-{number}",
                code=code.prepared(python, number),
                alt=f"Measurement {number + 1} on the time points of the run.",
            )
        for text in dict.fromkeys([*one.measurement.notes, *one.warnings]):
            st.warning(quoted(text), icon=":material/warning:")
    with st.expander("Steps of the preparation", icon=":material/list:"):
        for one in prepared:
            st.markdown(stages(one))


def _record(one: Prepared, number: int, python: Sequence[str]) -> None:
    """The measurement as it is in the file."""
    st.markdown(f"**As measured**  \n:small[{_facts(one)}]")
    show(
        measurement_figure(one.measurement, palette()),
        key=f"measurement-{number}",
        code=code.measurement(python, number),
        alt=f"Measurement {number + 1} as it is in the file.",
    )


def _facts(one: Prepared) -> str:
    measurement = one.measurement
    first, last = measurement.time[[0, -1]]
    return quoted(
        f"{measurement.name}: {len(measurement):,} points, {first:.5g} to {last:.5g} µs, times in "
        f"{measurement.unit}"
    )


def stages(one: Prepared) -> str:
    """Return a list item per step: value used, and sentence; with a sign where a warning stands."""
    lines = []
    for stage in one.stages:
        sign = ":material/warning: " if stage.warning else ""
        value = _value(stage)
        lines.append(f"- {sign}**{stage.label}** {value}  \n  {quoted(stage.sentence)}")
    return "\n".join(lines)


def _value(stage: Stage) -> str:
    used = stage.used
    if used != used:
        return ""
    number = f"{used.real:.4g}{used.imag:+.4g}i" if isinstance(used, complex) else f"{used:.4g}"
    return f"{number} {stage.unit}".rstrip()
