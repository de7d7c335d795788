"""The echo of each measurement: found without a model, drawn and described."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.measured import Measurement
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.plots.measured import measurement_figure
from ui.measurement import code
from ui.predict.reading import Reading
from ui.shared import compute, notice, once
from ui.shared.figure import palette, show
from ui.shared.text import quoted

Pair = tuple[Measurement, FoundEcho | str]
"""A measurement, and its echo or why there is none."""


def found(measurement: Measurement) -> FoundEcho | str:
    """The echo of a measurement, found once; the sentence of the refusal if there is none."""
    return once.table(lambda: _found(measurement), "found echo", measurement)


def _found(measurement: Measurement) -> FoundEcho | str:
    try:
        with compute.turn():
            return find_echo(measurement)
    except InputError as error:
        return str(error)


def figures(
    pairs: Sequence[Pair],
    files: Reading,
    numbers: Sequence[int],
    window: tuple[float | None, float | None],
) -> None:
    """Draw each record with the place of its echo."""
    for number, (measurement, echo) in enumerate(pairs):
        show(
            once.figure(
                lambda measurement=measurement, echo=echo: measurement_figure(
                    measurement, palette(), echo=echo if isinstance(echo, FoundEcho) else None
                ),
                "record",
                measurement,
            ),
            key=f"record-{number}",
            name=f"measured-record-{number + 1}",
            code=code.record(files, numbers, window, number),
            alt=f"Measurement {number + 1} as it is in the file, with the place of its echo.",
        )


def sentences(pairs: Sequence[Pair]) -> None:
    """Say where each echo is, or why there is none."""
    for measurement, echo in pairs:
        first, last = measurement.time[[0, -1]]
        st.markdown(
            f"**{quoted(measurement.name)}**  \n:small[{len(measurement):,} points, {first:.5g} to "
            f"{last:.5g} µs, every {measurement.step:.4g} µs]"
        )
        if isinstance(echo, str):
            notice.warning(echo)
        else:
            st.markdown(quoted(echo.sentence))
