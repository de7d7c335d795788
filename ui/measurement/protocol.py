"""What was measured: fields with the values of the file, of the echo, or typed in."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from nmr_core.measured import Measurement
from nmr_core.measured.acquired import LABELS, RANGES, Acquired, acquired
from nmr_core.measured.found import FoundEcho
from nmr_core.parameters import Parameter
from ui.measurement.echo import Pair
from ui.shared import inputs, tables
from ui.shared.text import quoted

FIRST = ("tau", "start", "angle_1", "angle_2")
MORE = ("pulse_1", "pulse_2", "scans", "frequency")
SHORT = {
    "tau": "Pulse spacing τ",
    "start": "Recording starts",
    "angle_1": "First pulse",
    "angle_2": "Second pulse",
}
HELP = {
    "tau": "From the centre of the first pulse to the centre of the second.",
    "start": "From the centre of the last pulse to the first recorded point.",
}
LONGEST = 1e9
"""Largest time of a window, µs."""


def window(id: str, measurements: Sequence[Measurement]) -> tuple[float | None, float | None]:
    """Let the visitor cut the records; (first, last) in µs on the clock of the file, or None."""
    first = min(float(one.time[0]) for one in measurements)
    last = max(float(one.time[-1]) for one in measurements)
    ends = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, end in (("first", "Window from", first), ("last", "to", last)):
            spec = Parameter(name, f"{label} (µs)", "", -LONGEST, LONGEST, 0.0)
            ends.append(
                inputs.number(
                    spec,
                    _key(id, name),
                    link=name,
                    empty=True,
                    placeholder=f"{end:.5g}",
                    format="%.6g",
                    width=150,
                )
            )
    return ends[0], ends[1]


def fields(id: str, pairs: Sequence[Pair], given: Mapping[str, float]) -> list[Acquired]:
    """Show the fields; return what was measured, one for each of the echoes.

    Parameters
    ----------
    id : str
        Of the files: other files begin with empty fields.
    pairs : sequence of (Measurement, FoundEcho or str)
        The echoes of one sample.
    given : mapping
        Values that are known without the visitor.
    """
    st.header("What was measured", divider="gray", anchor=False)
    before = {name: st.session_state.get(_key(id, name)) for name in (*FIRST, *MORE)}
    typed: dict[str, float | None] = {}

    def draw(name: str) -> None:
        """One field, whose placeholder follows from all others."""
        others = {key: value for key, value in {**before, **typed}.items() if key != name}
        typed[name] = _field(id, name, _protocols(pairs[:1], {**given, **_filled(others)})[0])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in FIRST:
            draw(name)
        with st.popover("More", icon=":material/tune:"):
            for name in MORE:
                draw(name)
    measured = _protocols(pairs, {**given, **_filled(typed)})
    _remarks(measured)
    return measured


def asks(pairs: Sequence[Pair]) -> bool:
    """Whether the files of some echoes leave something open that has to be typed."""
    return any(one.missing for one in _protocols(pairs, {}))


def _key(id: str, name: str) -> str:
    return f"measured-{name}-{id[:12]}"


def _filled(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def _protocols(pairs: Sequence[Pair], given: Mapping[str, float]) -> list[Acquired]:
    """What was measured, with values that overrule the files."""
    return [
        acquired(measurement, echo if isinstance(echo, FoundEcho) else None, **given)
        for measurement, echo in pairs
    ]


def _field(id: str, name: str, usual: Acquired) -> float | None:
    """One number; its placeholder is the value without it, and where that comes from."""
    label, unit = SHORT.get(name, LABELS[name][0]), LABELS[name][1]
    low, high, _ = RANGES[name]
    spec = Parameter(
        name,
        f"{label} ({unit})" if unit else label,
        "",
        low,
        high,
        0.0,
        description=HELP.get(name, ""),
        integer=name == "scans",
        open_low=name == "tau",
    )
    value, origin = getattr(usual, name), usual.origins.get(name, "default")
    shown = "needed" if value is None else f"{value:.6g} ({origin})"
    return inputs.number(
        spec,
        _key(id, name),
        link=name.replace("_", "-"),
        empty=True,
        placeholder=shown,
        width=190,
        **({} if spec.integer else {"format": "%.6g"}),
    )


def _remarks(measured: Sequence[Acquired]) -> None:
    """What is missing, what disagrees, and the table of all facts."""
    for one in measured:
        for note in one.notes:
            st.warning(quoted(note), icon=":material/warning:")
    first = measured[0]
    if first.missing:
        st.info(
            "**The file does not say the pulse spacing τ.** Type it in above, or when recording "
            "started after the last pulse: either gives the other by the place of the echo.",
            icon=":material/help:",
        )
    with st.expander("All facts, and where they come from", icon=":material/list:"):
        tables.show(pd.DataFrame(first.facts), kind="measurement", key="measured-facts")
