"""The base of all interaction kernels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.docstrings import description
from nmr_core.parameters import Parameter


@dataclass(frozen=True)
class Search:
    """Range in which ``solve_for`` searches for a parameter, from the longest interaction on.

    Parameters
    ----------
    name : str
        A parameter of the kernel.
    longest, shortest : float
        Its values for the longest and for the shortest range of the interaction.
    """

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
        Text for menus.
    function : callable
        ``K(r, **parameters)``, or ``K(r, cos_theta, **parameters)`` for an angular kernel: a
        NumPy function of the distance r in sites and of the angle theta between the displacement
        and the lattice vector a_1.
    parameters : tuple of Parameter
        The kernel's own parameters, in the order of menus. A name that several kernels use has
        the same meaning in all of them.
    equation : str
        K in LaTeX.
    searches : tuple of Search
        Parameters that can be solved for a given kernel integral W.
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
        """Help text for menus: the description of the function."""
        return description(self.function)

    def __call__(
        self, r: np.ndarray, cos_theta: np.ndarray | float = 1.0, **values: float | np.ndarray
    ) -> np.ndarray:
        """Evaluate K.

        Parameters
        ----------
        r : float array
            Distances > 0, in sites.
        cos_theta : float array or float
            Cosine of the angle to a_1; ignored unless the kernel is angular.
        **values : float or array
            Parameter values by name; those of other kernels are ignored.

        Returns
        -------
        float array
            K, of the common shape of the arguments.
        """
        own = {spec.name: values[spec.name] for spec in self.parameters}
        r = np.asarray(r, dtype=float)
        if self.angular:
            return self.function(r, np.asarray(cos_theta, dtype=float), **own)
        return self.function(r, **own)
