"""Axes of a figure in a PDF: lines, bands and points as vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.plots.palette import LIGHT
from nmr_core.plots.pdf_text import label

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

POINTS = 700
"""Points of one line; a denser one is drawn by its lowest and highest value per place."""
N_TICKS = 5
SMALL = 6.3
"""Size of the labels of ticks, pt."""


@dataclass(frozen=True)
class Axes:
    """A rectangle of the page with a range of values.

    Attributes
    ----------
    canvas : Canvas
    left, bottom, width, height : float
        pt.
    x, y : (float, float)
        Lowest and highest value.
    """

    canvas: "Canvas"
    left: float
    bottom: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def px(self, x: float | np.ndarray) -> np.ndarray:
        """Return the place of values on the page, pt."""
        share = (np.asarray(x, float) - self.x[0]) / (self.x[1] - self.x[0])
        return self.left + self.width * np.clip(share, 0, 1)

    def py(self, y: float | np.ndarray) -> np.ndarray:
        """Return the height of values on the page, pt."""
        share = (np.asarray(y, float) - self.y[0]) / (self.y[1] - self.y[0])
        return self.bottom + self.height * np.clip(share, 0, 1)

    def frame(self, x_label: str = "", y_label: str = "", *, title: str = "") -> None:
        """Draw both axes with round ticks."""
        c = self.canvas
        c.setStrokeColor(LIGHT.muted)
        c.setLineWidth(0.5)
        c.rect(self.left, self.bottom, self.width, self.height, stroke=1, fill=0)
        for tick in ticks(*self.x):
            x = float(self.px(tick))
            c.line(x, self.bottom, x, self.bottom - 2)
            if x_label:
                label(c, (x, self.bottom - 9), f"{tick:g}", SMALL, anchor="middle")
        for tick in ticks(*self.y, most=int(np.clip(self.height // 14, 1, 4))):
            y = float(self.py(tick))
            c.line(self.left, y, self.left - 2, y)
            label(c, (self.left - 3.5, y - 2), f"{tick:g}", SMALL, anchor="end")
        if x_label:
            middle = self.left + self.width / 2
            label(c, (middle, self.bottom - 17), x_label, SMALL, anchor="middle")
        if y_label:
            c.saveState()
            c.translate(self.left - 26, self.bottom + self.height / 2)
            c.rotate(90)
            label(c, (0, 0), y_label, SMALL, anchor="middle")
            c.restoreState()
        if title:
            place = (self.left, self.bottom + self.height + 3)
            label(c, place, title, SMALL + 0.5, colour=LIGHT.ink)

    def line(
        self, x: np.ndarray, y: np.ndarray, colour: str, width: float = 0.7, dash: Sequence = ()
    ) -> None:
        """Draw a line through points."""
        x, y = thinned(x, y)
        path = self.canvas.beginPath()
        px, py = self.px(x).round(2), self.py(y).round(2)
        path.moveTo(px[0], py[0])
        for at in zip(px[1:], py[1:], strict=True):
            path.lineTo(*at)
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.setDash(*([list(dash)] if dash else []))
        self.canvas.drawPath(path, stroke=1, fill=0)
        self.canvas.setDash()

    def band(self, x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> None:
        """Fill the area between two lines."""
        step = slice(None, None, max(1, len(x) // POINTS))
        path = self.canvas.beginPath()
        px = self.px(x[step]).round(2)
        lower, upper = self.py(low[step]).round(2), self.py(high[step]).round(2)
        path.moveTo(px[0], lower[0])
        for at in [*zip(px, lower, strict=True), *zip(px[::-1], upper[::-1], strict=True)]:
            path.lineTo(*at)
        path.close()
        self.canvas.setFillColor(colour, alpha=0.22)
        self.canvas.drawPath(path, stroke=0, fill=1)
        self.canvas.setFillAlpha(1)

    def mark(self, x: float, dash: Sequence = (1, 2)) -> None:
        """Draw a vertical line."""
        self.line(np.array([x, x]), np.array(self.y), LIGHT.muted, 0.5, dash)


def thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return at most about 2 POINTS points with the lowest and the highest value of each place."""
    n = len(x) // POINTS
    if n < 3:
        return x, y
    m = len(x) // n * n
    blocks = y[:m].reshape(-1, n)
    start = np.arange(0, m, n)
    keep = np.unique(np.r_[start + blocks.argmin(1), start + blocks.argmax(1), len(x) - 1])
    return x[keep], y[keep]


def ticks(low: float, high: float, most: int = N_TICKS) -> np.ndarray:
    """Return at most about ``most`` round values from low to high."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough)
    first = np.ceil(low / step - 1e-9)
    last = np.floor(high / step + 1e-9)
    return np.round(np.arange(first, last + 1) * step, 12) + 0.0


def padded(*values: np.ndarray, share: float = 0.06) -> tuple[float, float]:
    """Return the range of values with a margin, never empty."""
    low = min(float(np.min(one)) for one in values)
    high = max(float(np.max(one)) for one in values)
    margin = share * (high - low) or max(abs(high), 1.0) * share
    return low - margin, high + margin
