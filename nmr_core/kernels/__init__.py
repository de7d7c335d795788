"""Interactions between spins, one file each; a new kernel is a new file and one name in the tuple below."""

from nmr_core.kernels import constant, gaussian, power_law, rkky
from nmr_core.kernels._kernel import Kernel

KERNELS: dict[str, Kernel] = {
    module.KERNEL.name: module.KERNEL for module in (gaussian, power_law, rkky, constant)
}

__all__ = ["KERNELS", "Kernel"]
