"""Words: what users wrote is quoted, numbers and durations are made readable."""

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


def megabytes(n_bytes: float) -> str:
    """12 kB, 3.8 MB."""
    if n_bytes < 1e5:
        return f"{max(1, round(n_bytes / 1000)) if n_bytes else 0} kB"
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes < 1e8 else f"{n_bytes / 1e6:,.0f} MB"
