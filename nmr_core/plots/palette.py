"""Colours, for light and for dark pages: Okabe-Ito, which stays readable with every kind of colour vision."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """series: distinct colours, in order; ink: text and lines; faint: grids, identity lines; diverging: low, 0, high."""

    series: tuple[str, ...]
    ink: str
    faint: str
    diverging: tuple[str, str, str]

    def of(self, key: str) -> str:
        """The colour of a model wherever it is drawn: fixed for the registered ones, hashed for others."""
        known = {"mean": 5, "ridge": 0, "random_forest": 1, "mlp": 2}
        return self.series[known.get(key, sum(key.encode())) % len(self.series)]


LIGHT = Palette(
    ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#7F7F7F"),
    "#31333F",
    "#E3E5EA",
    ("#0072B2", "#F7F7F7", "#D55E00"),
)
DARK = Palette(
    ("#56B4E9", "#F0B93A", "#2FC79B", "#FF8A4C", "#E6A6C7", "#A6A6A6"),
    "#FAFAFA",
    "#353A45",
    ("#56B4E9", "#1B1F27", "#FF8A4C"),
)


def faded(colour: str, opacity: float) -> str:
    """``#RRGGBB`` as ``rgba(...)``."""
    r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({r},{g},{b},{opacity})"
