"""Interaction kernels K(r), one file each.

A new kernel is a new file and one name in the tuple below.
"""

from nmr_core.kernels import constant, gaussian, power_law, rkky
from nmr_core.kernels._kernel import Kernel, Search
from nmr_core.parameters import Parameter

KERNELS: dict[str, Kernel] = {
    module.KERNEL.name: module.KERNEL for module in (gaussian, power_law, rkky, constant)
}
"""Name -> kernel, in the order of menus."""

__all__ = ["KERNELS", "Kernel", "Search", "kernel_parameters", "solvable"]


def kernel_parameters() -> dict[str, Parameter]:
    """Name -> specification of every parameter of a registered kernel."""
    return {spec.name: spec for kernel in KERNELS.values() for spec in kernel.parameters}


def solvable() -> tuple[str, ...]:
    """Names of the parameters that at least one kernel can be solved for."""
    return tuple(
        dict.fromkeys(search.name for kernel in KERNELS.values() for search in kernel.searches)
    )
