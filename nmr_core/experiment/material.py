"""What nature has: the interaction between the spins, and their relaxation."""

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
    """The interaction and the dissipation; every parameter of a kernel is a keyword: ``Material("rkky", xi=5)``.

    Parameters
    ----------
    kernel : str
        A name in ``KERNELS``.
    kernel_parameters : tuple of (name, value)
        The parameters of kernels that differ from their default. Those that the kernel does not use are kept for
        when it changes.
    normalisation : str
        "sum" divides K by its own sum; "none" leaves it.
    s_w, p_w, d_w : float
        K is multiplied by s_w + p_w cos(theta) + d_w cos(2 theta).
    sign : str
        "alternating" multiplies K by (-1)^(i+j) (antiferromagnetic).
    alpha_x, alpha_y, alpha_z : float
        Couplings, MHz.
    gamma_1, gamma_2, gamma_3 : float
        Relaxation rates of the jump operators I+, I- and Iz, MHz.
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
        """A parameter of a kernel: ``material.xi``."""
        spec = kernel_parameters().get(name)
        if spec is None:
            raise AttributeError(name)
        return dict(self.kernel_parameters).get(name, spec.default)

    @property
    def coupling(self) -> Coupling:
        """What determines K(d) on a lattice, besides the lattice."""
        own = tuple(
            (spec.name, getattr(self, spec.name)) for spec in KERNELS[self.kernel].parameters
        )
        weights = Weights(self.s_w, self.p_w, self.d_w, self.sign)
        return Coupling(self.kernel, own, self.normalisation, weights)

    def to_dict(self) -> dict[str, Any]:
        """Name -> value; of the kernels' parameters those of this kernel, and what differs from its default."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        own = dict(self.coupling.parameters) | dict(values.pop("kernel_parameters"))
        return values | own


@cache
def _defaults() -> dict[str, Any]:
    """Name -> default of every field."""
    return {field.name: field.default for field in fields(Material)}
