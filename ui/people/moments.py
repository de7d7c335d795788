"""Times in tables: those of the reader's clock."""

from typing import Any

import pandas as pd
import streamlit as st


def moment(seconds: float) -> pd.Timestamp:
    """A time in s since 1970 as the cell of a table."""
    return pd.Timestamp(seconds, unit="s", tz="UTC")


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
