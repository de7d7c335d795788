"""Import curves: uploaded, read without trust, shown, and stored once accepted."""

import pandas as pd
import streamlit as st

from nmr_core.datasets.imported import imported
from nmr_core.datasets.store import store_dataset
from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import Foreign
from nmr_core.plots import COMPONENTS, bands_figure
from ui.shared import adding, curve_files, figure_code, inputs, notice, tables, uploads, visitor
from ui.shared.figure import palette, show
from ui.shared.text import quoted

SHOWN = 500
"""Curves of the preview."""
DONE = "_imported"
"""In the session: id of the data set that was imported last, and a sentence on it."""


def form() -> None:
    """Show upload, preview and the button that accepts the curves.

    A file that cannot be read is one sentence.
    """
    file = curve_files.choose(
        "import", "Several text files of one data set together, or in a zip file."
    )
    if file is None:
        imported_id, sentence = st.session_state.get(DONE, ("", ""))
        if imported_id and imported_id == st.session_state.get("dataset"):
            st.success(sentence, icon=":material/check_circle:")
        st.caption("Nothing is stored before you have seen and accepted the content.")
        return
    foreign = curve_files.read(file, "import")
    if foreign is None:
        return
    name = file.upload.name
    _preview(foreign, file.python)
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    with first:
        title = st.text_input("Title", placeholder=name, max_chars=80, key="import-title")
    with second:
        if adding.button("Accept", type="primary", key="import-accept", icon=":material/check:"):
            _accept(foreign, title or name, name)


def _preview(foreign: Foreign, python: str) -> None:
    """Show what would be imported: counts, parameters with their ranges, the first curves.

    ``python`` reads the files.
    """
    n_samples, n_settings, n_times = foreign.signals.shape
    settings = "1 setting" if n_settings == 1 else f"{n_settings} settings"
    st.markdown(
        f"**{n_samples:,} curves × {settings} × {n_times:,} points**, "
        f"{foreign.time[0]:.4g} to {foreign.time[-1]:.4g} µs; "
        f"{f'conventions of {foreign.preset}' if foreign.preset else 'no preset'}."
    )
    for note in foreign.notes:
        st.info(quoted(note), icon=":material/info:")
    left, right = st.columns([1, 1.6])
    with left:
        tables.show(ranges(foreign.parameters))
    with right:
        magnitude = COMPONENTS["|M|"][0](foreign.signals[:SHOWN, 0])
        show(
            bands_figure(
                foreign.time, magnitude, palette(), "|M| per spin", magnitude[0], 10, height=300
            ),
            key="import-bands",
            name="import-first-curves",
            code=figure_code.lines(
                f"COMPONENTS, bands_figure{figure_code.text_options(python)}",
                f"curves = {python}",
                f"values = COMPONENTS['|M|'][0](curves.signals[:{SHOWN}, 0])",
                "figure = bands_figure(curves.time, values, LIGHT, '|M| per spin', values[0], 10,",
                "                      height=300)",
            ),
            alt=f"The first {min(SHOWN, n_samples)} curves of the files.",
        )


def ranges(parameters: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest value of every column; of names, which there are."""
    rows = [
        (name, f"{column.min():.4g}", f"{column.max():.4g}")
        if pd.api.types.is_numeric_dtype(column)
        else (name, ", ".join(sorted(set(column))[:6]), "")
        for name, column in parameters.items()
    ]
    return pd.DataFrame(rows, columns=["parameter", "from", "to"])


def _accept(foreign: Foreign, title: str, file: str) -> None:
    try:
        data = imported(
            foreign.parameters,
            foreign.signals,
            foreign.time,
            source=f"uploaded file {file}",
            preset=foreign.preset,
            settings=foreign.settings,
            title=title,
        )
        folder = store_dataset(data, owner=visitor.owner())
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    uploads.forget("import")
    inputs.assign("dataset", folder.name)
    st.session_state[DONE] = (
        folder.name,
        f"Imported {len(foreign.signals):,} curves; they are opened below.",
    )
    st.rerun()
