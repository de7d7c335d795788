"""What every interaction kernel offers, whatever its equation."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc

import numpy as np


@dataclass(frozen=True)
class Kernel:
    """An isotropic interaction K(r) between two spins at distance r (sites).

    name       : ASCII identifier, the key in ``KERNELS``
    label      : as menus show it
    function   : K(r, **parameters), a plain NumPy function of distance
    parameters : the names among ("xi", "p") that it uses
    equation   : K(r) in LaTeX
    """

    name: str
    label: str
    function: Callable[..., np.ndarray]
    parameters: tuple[str, ...]
    equation: str

    @property
    def help(self) -> str:
        """The text of the function, for the app."""
        return getdoc(self.function)

    def __call__(self, r: np.ndarray, *, xi: float, p: float) -> np.ndarray:
        """K at distances ``r > 0``; parameters that this kernel does not have are ignored."""
        given = {"xi": xi, "p": p}
        return self.function(
            np.asarray(r, dtype=float), **{name: given[name] for name in self.parameters}
        )
