"""When the steps of a workshop begin, by the clock of the visitor."""

import re
from datetime import UTC, datetime, timedelta

import streamlit as st

DAY = 24 * 60
"""Minutes."""


def minutes_of(text: str) -> int | None:
    """Minutes after midnight of a text such as 14:30; None where it is no time."""
    match = re.fullmatch(r"\s*(\d{1,2})[:.h](\d{2})\s*", text)
    if match is None:
        return None
    hours, minutes = int(match[1]), int(match[2])
    return 60 * hours + minutes if hours < 24 and minutes < 60 else None


def label(begin: int | None, start: int) -> str:
    """Time of a step: of the day where the beginning is known, else since the beginning.

    Parameters
    ----------
    begin : int or None
        Beginning of the workshop, minutes after midnight.
    start : int
        Beginning of the step, minutes after that of the workshop.
    """
    hours, minutes = divmod(((begin or 0) + start) % DAY, 60)
    return f"{hours}:{minutes:02d}"


def now(begin: int | None) -> float | None:
    """Minutes since the beginning today, None where that is unknown."""
    if begin is None:
        return None
    offset = st.context.timezone_offset or 0
    here = datetime.now(UTC) - timedelta(minutes=offset)
    return 60 * here.hour + here.minute + here.second / 60 - begin
