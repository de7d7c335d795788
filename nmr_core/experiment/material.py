"""What nature has: the interaction between the spins, and their relaxation."""

from dataclasses import dataclass

from nmr_core.experiment._checked import Checked
from nmr_core.experiment.physical import choice
from nmr_core.kernels import KERNELS
from nmr_core.lattice import SIGNS

NORMALISATIONS = ("none", "sum")


@dataclass(frozen=True)
class Material(Checked):
    """The interaction and the dissipation.

    normalisation : "sum" divides K by its own sum; "none" leaves it
    s_w, p_w, d_w : K is multiplied by s_w + p_w cos(theta) + d_w cos(2 theta)
    sign          : "alternating" multiplies K by (-1)^(i+j) (antiferromagnetic)
    """

    kernel: str = "gaussian"
    xi: float = 3.0
    p: float = 2.0
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

    def _check(self) -> None:
        choice("kernel", self.kernel, tuple(KERNELS))
        choice("normalisation", self.normalisation, NORMALISATIONS)
        choice("sign", self.sign, tuple(SIGNS))
