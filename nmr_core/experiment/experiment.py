"""The experiment: material, protocol and sample."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import cos, radians, sin, sqrt

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment.material import Material
from nmr_core.experiment.protocol import Protocol
from nmr_core.experiment.sample import Sample
from nmr_core.kernels import kernel_parameters
from nmr_core.lattice import interaction


@dataclass(frozen=True)
class Experiment:
    """Everything that determines an echo except the random placement of the offsets.

    The fields of the three parts can be read directly: ``experiment.xi``.

    Parameters
    ----------
    material : Material
        Interaction and relaxation.
    protocol : Protocol
        Pulse sequence, time grid and receiver.
    sample : Sample
        Lattice and line.
    """

    material: Material = field(default_factory=Material)
    protocol: Protocol = field(default_factory=Protocol)
    sample: Sample = field(default_factory=Sample)

    def replace(self, **changes) -> "Experiment":
        """Copy with other values.

        Parameters
        ----------
        **changes
            Fields of the three parts, by name: ``experiment.replace(xi=4, tau=60)``.

        Raises
        ------
        InputError
            For an unknown name or a value out of range.
        """
        unknown = sorted(name for name in changes if name not in FIELDS)
        if unknown:
            raise InputError(
                f"An experiment has no parameter {unknown[0]!r}; it has {', '.join(FIELDS)}."
            )
        parts = {}
        for part in ("material", "protocol", "sample"):
            values = {name: value for name, value in changes.items() if FIELDS[name] == part}
            if values:
                parts[part] = replace(getattr(self, part), **values)
        return replace(self, **parts)

    def to_dict(self) -> dict:
        """Convert to nested dictionaries, one per part."""
        return {
            "material": self.material.to_dict(),
            "protocol": asdict(self.protocol),
            "sample": asdict(self.sample),
        }

    @classmethod
    def from_dict(cls, stored: dict) -> "Experiment":
        """Inverse of :meth:`to_dict`.

        Raises
        ------
        InputError
            If parts or fields are missing or unknown.
        """
        try:
            return cls(
                Material(**stored["material"]),
                Protocol(**stored["protocol"]),
                Sample(**stored["sample"]),
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                f"This is not a stored experiment ({error}). It was written by another version, "
                "or damaged."
            ) from None

    def __getattr__(self, name: str):
        """A field of one of the three parts."""
        part = FIELDS.get(name)
        if part is None:
            raise AttributeError(name)
        return getattr(object.__getattribute__(self, part), name)

    @property
    def interaction(self) -> np.ndarray:
        """K(d) on the lattice, float64 (n_x, n_y), see :func:`nmr_core.lattice.interaction`."""
        return interaction(self.material.coupling, self.sample.grid)

    @property
    def W(self) -> float:
        """Kernel integral, W = sum_d K(d)."""
        return float(self.interaction.sum())

    @property
    def alpha(self) -> float:
        """Largest coupling by size, MHz."""
        m = self.material
        return max(abs(m.alpha_x), abs(m.alpha_y), abs(m.alpha_z))

    @property
    def couplings(self) -> tuple[float, float, float]:
        """Couplings along x, y and z of the rotating frame, MHz.

        Notes
        -----
        At ``orientation`` 0 they are alpha_x, alpha_y and alpha_z as given. In a crystal that is
        turned by theta about y they follow from the turned tensor, whose transverse part is
        averaged over the rotation of the frame:
        c_z = alpha_z cos(theta)^2 + alpha_x sin(theta)^2 and
        c_x = c_y = (alpha_x cos(theta)^2 + alpha_z sin(theta)^2 + alpha_y)/2.
        Their sum is that of the alphas; for alpha_x = alpha_y they are continuous in theta.
        """
        m = self.material
        if not self.protocol.orientation:
            return m.alpha_x, m.alpha_y, m.alpha_z
        c = cos(radians(self.protocol.orientation)) ** 2
        s = sin(radians(self.protocol.orientation)) ** 2
        across = (m.alpha_x * c + m.alpha_z * s + m.alpha_y) / 2
        return across, across, m.alpha_z * c + m.alpha_x * s

    @property
    def omega_p(self) -> float:
        """Interaction in line widths, 2 alpha abs(W) / line_width."""
        return 2 * self.alpha * abs(self.W) / self.sample.line_width

    @property
    def derived(self) -> dict[str, float]:
        """Derived columns of a data set: W, omega_p and length_scale = sqrt(abs(W))."""
        W = self.W
        return {
            "W": W,
            "omega_p": 2 * self.alpha * abs(W) / self.sample.line_width,
            "length_scale": sqrt(abs(W)),
        }


class Fields(Mapping[str, str]):
    """Mapping from every field name to its part: "material", "protocol" or "sample".

    The parameters of registered kernels belong to the material; they are looked up on every access,
    so that a kernel registered later is included.
    """

    def __init__(self) -> None:
        self._parts = {
            own.name: part
            for part, kind in (("material", Material), ("protocol", Protocol), ("sample", Sample))
            for own in fields(kind)
            if own.name != "kernel_parameters"
        }

    def __getitem__(self, name: str) -> str:
        part = self._parts.get(name)
        if part is not None:
            return part
        if name in kernel_parameters():
            return "material"
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names = list(self._parts)
        yield names[0]
        yield from kernel_parameters()
        yield from names[1:]

    def __len__(self) -> int:
        return len(self._parts) + len(kernel_parameters())


FIELDS = Fields()
"""Name of a field of an Experiment -> name of its part."""
