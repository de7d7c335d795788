"""Colours for light and dark pages, and the colours of runs.

References
----------
Okabe and Ito, "Color universal design" (2008): hues that stay apart with every kind of colour
vision. Two are darker on light pages, where orange had a contrast of 2.2, and vermilion, which is
also a colour of text, of 3.9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nmr_core.learning import Run

HUES = {
    "baseline": 5,
    "linear": 0,
    "neighbours": 4,
    "kernels": 4,
    "trees": 1,
    "networks": 2,
    "ensembles": 3,
    "deep": 3,
}
"""Family of models -> position in ``Palette.series``."""
FIXED = {"mean": 5, "ridge": 0, "random_forest": 1, "mlp": 2}
"""Models whose colour does not depend on their name's letters."""


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, as ``#RRGGBB``.

    Attributes
    ----------
    series : tuple of str
        Distinct colours, in order of use.
    ink, muted, faint : str
        Text and lines, labels of ticks, grids.
    diverging : tuple of str
        Colours of the lowest value, of zero and of the highest value.
    shades : tuple of float
        Towards black (negative) or white, of the first, second ... run of a family of models.
    """

    series: tuple[str, ...]
    ink: str
    muted: str
    faint: str
    diverging: tuple[str, str, str]
    shades: tuple[float, ...]

    def of(self, model: str) -> str:
        """Return the colour of a model, the same wherever it is drawn."""
        position = FIXED.get(model, sum(model.encode()))
        return self.series[position % len(self.series)]


LIGHT = Palette(
    ("#0072B2", "#BA8B00", "#009E73", "#C05400", "#CC79A7", "#7F7F7F"),
    "#31333F",
    "#5B5E6B",
    "#E3E5EA",
    ("#0072B2", "#F7F7F7", "#D55E00"),
    (0.0, -0.3, -0.5, -0.15, -0.65),
)
DARK = Palette(
    ("#56B4E9", "#F0B93A", "#2FC79B", "#FF8A4C", "#E6A6C7", "#A6A6A6"),
    "#FAFAFA",
    "#B4B8C2",
    "#353A45",
    ("#56B4E9", "#1B1F27", "#FF8A4C"),
    (0.0, -0.35, 0.35, -0.18, 0.6),
)


def family(model: str) -> str:
    """Return the family of a registered model, "" for another."""
    from nmr_core.models import MODELS  # scikit-learn takes a second to import

    return MODELS[model].family if model in MODELS else ""


def run_colours(runs: "Sequence[Run]", palette: Palette) -> dict[str, str]:
    """Return run id -> colour: a hue per family of models, a shade per run of the family.

    The order of ``runs`` does not matter: runs are counted by their time of creation.
    """
    colours: dict[str, str] = {}
    counts: dict[int, int] = {}
    for run in sorted(runs, key=lambda run: (run.manifest.created, run.id)):
        model = run.manifest.model
        hue = HUES.get(family(model), sum(model.encode())) % len(palette.series)
        count = counts.get(hue, 0)
        colours[run.id] = shaded(palette.series[hue], palette.shades[count % len(palette.shades)])
        counts[hue] = count + 1
    return colours


def faded(colour: str, opacity: float) -> str:
    """Return ``#RRGGBB`` as ``rgba(...)``."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def shaded(colour: str, amount: float) -> str:
    """Return ``#RRGGBB`` mixed with white (amount > 0) or black (amount < 0)."""
    end = 255 if amount > 0 else 0
    mixed = [round(channel + (end - channel) * abs(amount)) for channel in _channels(colour)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
