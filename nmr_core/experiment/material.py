"""The material: the interaction between the spins, and their relaxation."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from nmr_core.experiment._checked import Checked
from nmr_core.experiment.physical import choice
from nmr_core.kernels import KERNELS, kernel_parameters
from nmr_core.lattice import SIGNS, Coupling, Weights

NORMALISATIONS = ("none", "sum")


@dataclass(frozen=True, init=False)
class Material(Checked):
    """Interaction and relaxation of the spins.

    Every parameter of a kernel is a keyword, ``Material("rkky", xi=5)``, and an attribute.

    Parameters
    ----------
    kernel : str
        A name in ``KERNELS``.
    kernel_parameters : tuple of (name, value)
        Parameters of kernels that differ from their default, also those of other kernels: they
        apply again when ``kernel`` changes.
    normalisation : str
        "sum" divides K by its own sum, "none" does not.
    s_w, p_w, d_w : float
        Angular weights: K is multiplied by s_w + p_w cos(theta) + d_w cos(2 theta).
    sign : str
        "alternating" multiplies K by (-1)^(i+j) (antiferromagnetic), "uniform" does not.
    alpha_x, alpha_y, alpha_z : float
        Couplings, MHz.
    gamma_1, gamma_2, gamma_3 : float
        Relaxation rates of the jump operators I+, I- and Iz, MHz.

    Notes
    -----
    H_i = -delta_i Iz - sum_a alpha_a B_a,i Ia with the mean field B_a,i = sum_d K(d) m_a,i+d.
    Relaxation: dm_xy/ds = -(gamma_1 + gamma_2 + gamma_3)/2 m_xy and
    dm_z/ds = -(gamma_1 + gamma_2) m_z + (gamma_1 - gamma_2)/2, with s = 2π t.

    References
    ----------
    Carr et al., PRB 106, L041119 (2022).
    """

    kernel: str = "gaussian"
    kernel_parameters: tuple[tuple[str, float], ...] = ()
    normalisation: str = "none"
    s_w: float = 1.0
    p_w: float = 0.0
    d_w: float = 0.0
    sign: str = "uniform"
    alpha_x: float = 0.05
    alpha_y: float = 0.05
    alpha_z: float = 0.0
    gamma_1: float = 0.0
    gamma_2: float = 0.0
    gamma_3: float = 0.0

    def __init__(self, kernel: str = "gaussian", **values: Any):
        values["kernel"] = kernel
        specs = kernel_parameters()
        own = dict(values.pop("kernel_parameters", ()))
        own |= {name: values.pop(name) for name in specs if name in values}
        checked = {name: specs[name].check(value) for name, value in own.items()}
        values["kernel_parameters"] = tuple(
            sorted(item for item in checked.items() if item[1] != specs[item[0]].default)
        )
        for name, default in _defaults().items():
            object.__setattr__(self, name, values.pop(name, default))
        if values:
            raise TypeError(f"unexpected keyword {next(iter(values))!r}")
        self.__post_init__()

    def _check(self) -> None:
        choice("kernel", self.kernel, tuple(KERNELS))
        choice("normalisation", self.normalisation, NORMALISATIONS)
        choice("sign", self.sign, tuple(SIGNS))

    def __getattr__(self, name: str) -> float:
        """A parameter of a kernel, such as ``material.xi``."""
        spec = kernel_parameters().get(name)
        if spec is None:
            raise AttributeError(name)
        return dict(self.kernel_parameters).get(name, spec.default)

    @property
    def coupling(self) -> Coupling:
        """Everything that determines K(d), besides the lattice."""
        own = tuple(
            (spec.name, getattr(self, spec.name)) for spec in KERNELS[self.kernel].parameters
        )
        weights = Weights(self.s_w, self.p_w, self.d_w, self.sign)
        return Coupling(self.kernel, own, self.normalisation, weights)

    def to_dict(self) -> dict[str, Any]:
        """Convert to a dictionary of JSON values.

        Of the parameters of kernels it holds those of this kernel, and all others that differ from
        their default.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        own = dict(self.coupling.parameters) | dict(values.pop("kernel_parameters"))
        return values | own


@cache
def _defaults() -> dict[str, Any]:
    """Name -> default of every field."""
    return {field.name: field.default for field in fields(Material)}
