"""Two or more ways to read a text table, side by side: a click chooses one."""

import pandas as pd
import streamlit as st

from nmr_core.io.text_options import GROUPS, TextOptions
from nmr_core.measured import Peek
from ui.shared import inputs
from ui.shared.text import quoted

NONE = "none"
RECOGNISED = "recognised"


def own(id: str) -> str:
    """Return the end of the keys of widgets that belong to one upload."""
    return f"-{id[:12]}"


def choose(found: Peek, key: str, id: str) -> None:
    """Show the readings of a table with their first rows, each with a button that chooses it.

    Parameters
    ----------
    found : Peek
        Preview of a file with ``found.readings``.
    key : str
        Of the widgets, which :func:`ui.shared.curve_files.text_options` draws.
    id : str
        Of the upload.
    """
    st.info(quoted(found.unit_reason), icon=":material/help:")
    places = st.columns(len(found.readings))
    for number, (place, reading) in enumerate(zip(places, found.readings, strict=True), 1):
        with place, st.container(border=True):
            st.markdown(f"**{quoted(reading.words)}**")
            rows = pd.DataFrame(reading.rows, columns=reading.columns)
            st.dataframe(rows, hide_index=True)
            st.button(
                "Read it like this",
                key=f"{key}-reading-{number}",
                on_click=_take,
                args=(reading.text, key, own(id)),
                icon=":material/check:",
            )


def _take(text: TextOptions, key: str, own: str) -> None:
    """Callback: the fields of separator, decimal sign and digit groups show a reading."""
    inputs.assign(f"{key}-separator{own}", text.separator or RECOGNISED)
    inputs.assign(f"{key}-decimal{own}", text.decimal or RECOGNISED)
    inputs.assign(f"{key}-groups{own}", group_key(text.group))


def group_key(group: str | None) -> str:
    """Return the key of a choice of digit groups; "" of :class:`TextOptions` is "none"."""
    if group is None:
        return RECOGNISED
    return group or NONE


def group_labels() -> dict[str, str]:
    """Return the choice of digit groups: key -> label."""
    return {RECOGNISED: RECOGNISED} | {sign or NONE: word for sign, word in GROUPS.items()}


def group_of(key: str) -> str | None:
    """Return the sign of ``TextOptions.group`` for a key of that choice."""
    if key == RECOGNISED:
        return None
    return "" if key == NONE else key
