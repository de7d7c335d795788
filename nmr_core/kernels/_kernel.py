"""What every interaction kernel offers, whatever its equation."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc

import numpy as np

from nmr_core.parameters import Parameter


@dataclass(frozen=True)
class Search:
    """Where ``solve_for`` looks for a parameter that gives a strength; the longest range is tried first."""

    name: str
    longest: float
    shortest: float


@dataclass(frozen=True)
class Kernel:
    """The interaction K between two spins at distance r.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``KERNELS``.
    label : str
        As menus show it.
    function : callable
        ``K(r, **parameters)``, or ``K(r, cos_theta, **parameters)`` for an angular kernel: a plain NumPy function of
        the distance r in sites and of the angle theta between the displacement and the lattice vector a_1.
    parameters : tuple of Parameter
        The kernel's own numbers, in the order of menus. A name that several kernels use means the same in all.
    equation : str
        K in LaTeX.
    searches : tuple of Search
        The parameters that can be solved for a strength.
    angular : bool
        Whether K depends on theta.
    """

    name: str
    label: str
    function: Callable[..., np.ndarray]
    parameters: tuple[Parameter, ...]
    equation: str
    searches: tuple[Search, ...] = ()
    angular: bool = False

    @property
    def help(self) -> str:
        """The docstring of the function, for menus."""
        return getdoc(self.function) or ""

    def __call__(
        self, r: np.ndarray, cos_theta: np.ndarray | float = 1.0, **values: float | np.ndarray
    ) -> np.ndarray:
        """K at distances r > 0, in sites.

        ``values`` of parameters that this kernel does not have are ignored, and so is ``cos_theta`` unless the kernel
        is angular.
        """
        own = {spec.name: values[spec.name] for spec in self.parameters}
        r = np.asarray(r, dtype=float)
        if self.angular:
            return self.function(r, np.asarray(cos_theta, dtype=float), **own)
        return self.function(r, **own)
