"""The sample: a periodic lattice of spins and the line of their offsets."""

from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.experiment._checked import Checked
from nmr_core.experiment.physical import choice
from nmr_core.lattice import LATTICES, Grid

OFFSETS = {
    "stratified": "The N quantiles of the line, randomly placed: least seed noise, closest to 1e20 "
    "spins.",
    "iid": "N independent draws, as the reference codes of 2021 and later.",
    "grid": "N independent draws from N equidistant values with Lorentzian weights, as the 2020 "
    "code.",
    "frozen": "One stored list of frequencies for every curve, whatever the seed, as the weak data "
    "sets of 2021: no seed noise, and nothing that carries over to another list.",
}
"""How the offsets are drawn: name -> text for menus."""
LINES = {
    "lorentzian": "L(δ) ~ 1/(1 + (2δ/Γ)²), truncated: as in the published data sets.",
    "gaussian": "G(δ) ~ 2^(-(2δ/Γ)²), truncated: a sample of many small, independent fields.",
    "pseudo_voigt": "η L(δ) + (1 - η) G(δ) of the same width Γ, truncated: between both.",
}
"""Shapes of the line: name -> text for menus."""
MAX_SITES = 2048 * 2048


@dataclass(frozen=True)
class Sample(Checked):
    """A periodic lattice of spins and the truncated line of their offsets.

    Parameters
    ----------
    n_x, n_y : int
        Sites along the lattice vectors a_1 and a_2.
    offsets : str
        How the offsets are drawn, a name in ``OFFSETS``.
    line_width : float
        Full width at half maximum of the line, whatever its shape, MHz.
    cutoff : float
        The line ends at ± this from its centre, MHz.
    offsets_seed : int
        Which list of frequencies all curves share, with offsets "frozen".
    lattice : str
        A name in ``LATTICES``.
    line : str
        Shape of the line, a name in ``LINES``.
    line_fraction : float
        Lorentzian fraction of the area of a pseudo-Voigt line before it is truncated.
    centre : float
        Centre of the line minus the carrier, MHz; it shifts all offsets alike.
    """

    n_x: int = 50
    n_y: int = 50
    offsets: str = "stratified"
    line_width: float = 0.05
    cutoff: float = 0.25
    offsets_seed: int = 1
    lattice: str = "square"
    line: str = "lorentzian"
    line_fraction: float = 0.5
    centre: float = 0.0

    def _check(self) -> None:
        choice("offsets", self.offsets, tuple(OFFSETS))
        choice("lattice", self.lattice, tuple(LATTICES))
        choice("line", self.line, tuple(LINES))
        if not 2 <= self.n_sites <= MAX_SITES:
            raise InputError(
                f"A lattice needs 2 to {MAX_SITES:,} spins, got {self.n_x} × {self.n_y}. "
                "50 × 50 is what the published data sets use."
            )

    @property
    def grid(self) -> Grid:
        """The lattice and its size, without the line."""
        return Grid(self.lattice, self.n_x, self.n_y)

    @property
    def n_sites(self) -> int:
        """Number of spins, N = n_x n_y."""
        return self.n_x * self.n_y
