"""The page from top to bottom: files, echo, protocol, model, verdict."""

import streamlit as st

from nmr_core.measured import READERS, Measurement
from nmr_core.measured.example import Example
from nmr_core.measured.windowed import windowed
from ui.measurement import echo, model, protocol, series, several
from ui.measurement.code import EXAMPLE, SEED
from ui.measurement.sample import Sample
from ui.predict import error_model, reading
from ui.predict.reading import Reading
from ui.shared import compute, export, inputs, once, uploads

HELP = (
    "Measured echoes of any protocol, on any time points: text with columns, NPZ, HDF5, files and "
    "zipped folders of spectrometers. Several files at once, or a zip file of a folder."
)


def view() -> None:
    """Show the whole page; without an upload an example, marked as such."""
    labels = {"": "Recognise by content"} | {name: one.label for name, one in READERS.items()}
    left, middle, right = st.columns([2, 1, 0.8], vertical_alignment="bottom")
    with left:
        upload, failed = uploads.chooser(
            "measurement", max_megabytes=reading.MAX_MEGABYTES, help=HELP
        )
    with middle:
        kind = inputs.choice("Format", labels, "measurement-format", brief=True)
    with right:
        level = error_model.level()
    if failed:
        return
    if series.is_chosen():
        series.show(upload, kind, level)
        return
    example = None if upload is not None else _example()
    if upload is None and example is None:
        return
    files = reading.read(upload or example, kind)
    if files is None:
        return
    chosen = several.choose(files)
    if not chosen:
        return
    _one_sample(files, chosen, example, level)


def _one_sample(
    files: Reading, chosen: dict[int, Measurement], example: Example | None, level: float
) -> None:
    """From the echoes of one sample on."""
    st.header("The echo", divider="gray", anchor=False)
    left, right = st.columns([1.15, 1], gap="medium")
    with right:
        place = st.container()
        window = protocol.window(files.id, list(chosen.values()))
        cut = [_cut(one, window) for one in chosen.values()]
    pairs = [(one, echo.found(one)) for one in cut]
    with left:
        echo.figures(pairs, files, list(chosen), window)
    with place:
        echo.sentences(pairs)
    given = {"tau": 50.0} if example is not None else {}
    measured = protocol.fields(files.id, pairs, given)
    model.show(Sample(files, list(chosen), pairs, measured, window, level, example))


def _cut(measurement: Measurement, window: tuple[float | None, float | None]) -> Measurement:
    """The part of a record in a window, the same object as long as both are the same."""
    return once.table(lambda: windowed(measurement, *window), "window", measurement, window)


def _example() -> Example | None:
    """The example below a line that says what it is."""
    example = reading.example_of(compute.run(EXAMPLE, ""), SEED)
    if example is None:
        st.caption("Choose a file with a measured echo.")
        return None
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":orange-badge[:material/science: Example] **Everything below is an example, not your "
            "measurement:** a simulated Hahn echo with known parameters, turned, shifted, scaled "
            "and noisy. Choose your file above.",
            width="stretch",
        )
        export.download(
            "Example file", lambda: example.text, example.name, "text/csv", "measurement-example"
        )
    return example
