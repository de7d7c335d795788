"""Words: what users wrote is quoted, numbers and durations are made readable."""

from datetime import datetime
from zoneinfo import ZoneInfo

_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\`*_{}[]()#+-.!|<>~:$^&"}


def quoted(text: str) -> str:
    """User text without Markdown meaning (Streamlit's labels, titles and toasts are Markdown)."""
    return text.translate(_SIGNS)


def duration(seconds: float) -> str:
    """12 s, 3 min, 1.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def time_range(low: float, high: float) -> str:
    """10 to 20 s, 50 s to 2 min, about 3 min."""
    low, high = max(1.0, low), max(1.0, high)
    first, last = duration(low), duration(high)
    if first == last:
        return f"about {last}"
    number, unit = first.split()
    return f"{number} to {last}" if last.endswith(f" {unit}") else f"{first} to {last}"


def clock(seconds: float, zone: str | None = None) -> str:
    """A time in s since 1970 as a clock shows it, with the day if that is not today: "16:30".

    Parameters
    ----------
    seconds : float
        The time.
    zone : str, optional
        Time zone of the reader, as of ``st.context.timezone``; None: UTC.
    """
    place = ZoneInfo(zone or "UTC")
    moment = datetime.fromtimestamp(seconds, place)
    is_today = moment.date() == datetime.now(place).date()
    return f"{moment:%H:%M}" if is_today else f"{moment.day} {moment:%b, %H:%M}"


def megabytes(n_bytes: float) -> str:
    """12 kB, 3.8 MB."""
    if n_bytes < 1e5:
        return f"{max(1, round(n_bytes / 1000)) if n_bytes else 0} kB"
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes < 1e8 else f"{n_bytes / 1e6:,.0f} MB"
