"""Bring curves: uploaded, looked at without trust, shown, and only then accepted."""

from pathlib import Path

import pandas as pd
import streamlit as st

from nmr_core.datasets.imported import imported
from nmr_core.datasets.store import store_dataset
from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import FORMATS, Foreign, read_foreign
from nmr_core.plots import COMPONENTS, bands_figure
from ui.shared import inputs, uploads, visitor
from ui.shared.palette import palette, show
from ui.shared.text import quoted

TYPES = ["zip", "txt", "npz", "parquet", "csv", "h5", "hdf5", "dat", "tsv"]
MAX_MEGABYTES = 200
SHOWN = 500
FOUND, AGAIN, SAID = "_foreign", "_import-again", "_imported"


def form() -> None:
    """Upload, preview, accept; a file that cannot be read is one sentence."""
    labels = {"": "Recognise by content"} | {name: kind.label for name, kind in FORMATS.items()}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        files = st.file_uploader(
            "Files",
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=MAX_MEGABYTES,
            key=f"import-{st.session_state.get(AGAIN, 0)}",
            label_visibility="collapsed",
            help="Several text files of one data set together, or in a zip file.",
        )
    with right:
        name = inputs.choice(
            "Format",
            labels,
            "import-format",
            help=" · ".join(f"{kind.label}: {kind.files}" for kind in FORMATS.values()),
        )
    if not files:
        _forget()
        if said := st.session_state.pop(SAID, None):
            st.success(said, icon=":material/check_circle:")
        st.caption("Nothing is written before you have seen what is in it.")
        return
    try:
        path, foreign = _looked_at(files, name)
    except (InputError, FailedError) as error:
        st.error(str(error), icon=":material/error:")
        return
    _preview(foreign)
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    with first:
        title = st.text_input("Title", placeholder=path.name, max_chars=80, key="import-title")
    with second:
        if st.button("Accept", type="primary", key="import-accept", icon=":material/check:"):
            _accept(foreign, title or path.name, path.name)


def _looked_at(files: list, name: str) -> tuple[Path, Foreign]:
    """(where the files are, what is in them), read once for the same files and format."""
    asked = (name, *(file.file_id for file in files))
    kept = st.session_state.get(FOUND)
    if kept is None or kept[0] != asked:
        _forget()
        path = st.session_state[uploads.KEPT] = uploads.put(files)
        try:
            uploads.check_unpacked(path)
            with st.spinner("Reading …"):
                kept = (asked, path, read_foreign(path, name or None), None)
        except (InputError, FailedError) as error:
            kept = (asked, path, None, str(error).replace(f"{path.parent}/", ""))
        finally:
            uploads.forget()  # what was read is in memory; what was not is not wanted
        st.session_state[FOUND] = kept
    if kept[2] is None:
        raise InputError(kept[3])
    return kept[1], kept[2]


def _forget() -> None:
    st.session_state.pop(FOUND, None)
    uploads.forget()


def _preview(foreign: Foreign) -> None:
    """What would be imported: numbers, parameters with their ranges, the first curves."""
    n_samples, n_settings, n_times = foreign.signals.shape
    st.markdown(
        f"**{n_samples:,} curves × {n_settings} settings × {n_times:,} points**, {foreign.time[0]:.4g} to "
        f"{foreign.time[-1]:.4g} µs; {f'conventions of {foreign.preset}' if foreign.preset else 'no preset'}."
    )
    for note in foreign.notes:
        st.info(quoted(note), icon=":material/info:")
    left, right = st.columns([1, 1.6])
    with left:
        st.dataframe(ranges(foreign.parameters), hide_index=True)
    with right:
        magnitude = COMPONENTS["|M|"][0](foreign.signals[:SHOWN, 0])
        show(
            bands_figure(
                foreign.time, magnitude, palette(), "|M| per spin", magnitude[0], 10, height=300
            ),
            key="import-bands",
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
        made = imported(
            foreign.parameters,
            foreign.signals,
            foreign.time,
            source=f"uploaded file {file}",
            preset=foreign.preset,
            settings=foreign.settings,
            title=title,
        )
        folder = store_dataset(made, owner=visitor.owner())
    except (InputError, FailedError) as error:
        st.error(str(error), icon=":material/error:")
        return
    _forget()
    st.session_state[AGAIN] = st.session_state.get(AGAIN, 0) + 1
    st.session_state["dataset"] = folder.name
    st.session_state[SAID] = f"Imported {len(foreign.signals):,} curves; they are opened below."
    st.rerun()
