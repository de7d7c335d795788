"""Times of the reader's clock, in tables and in sentences."""

from typing import Any

import pandas as pd
import streamlit as st


def moment(seconds: float) -> pd.Timestamp:
    """A time in s since 1970 as the cell of a table."""
    return pd.Timestamp(seconds, unit="s", tz="UTC")


def text(seconds: float) -> str:
    """A time in s since 1970 in a sentence, e.g. "6 Dec 2026, 00:02"."""
    local = moment(seconds).tz_convert(st.context.timezone or "UTC")
    return f"{local.day} {local:%b %Y, %H:%M}"


def columns(*names: str) -> dict[str, Any]:
    """Configuration of the columns of a table that hold times.

    Parameters
    ----------
    *names : str
        Their heads.
    """
    zone = st.context.timezone
    format = "D MMM YYYY, HH:mm"
    return {name: st.column_config.DatetimeColumn(format=format, timezone=zone) for name in names}
