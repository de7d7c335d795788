"""Material, protocol and sample together."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import sqrt

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment.material import Material
from nmr_core.experiment.protocol import Protocol
from nmr_core.experiment.sample import Sample
from nmr_core.kernels import kernel_parameters
from nmr_core.lattice import interaction


@dataclass(frozen=True)
class Experiment:
    """Everything that determines an echo except the random placement of the offsets."""

    material: Material = field(default_factory=Material)
    protocol: Protocol = field(default_factory=Protocol)
    sample: Sample = field(default_factory=Sample)

    def replace(self, **changes) -> "Experiment":
        """A copy with other values; every field of the three parts is reached by its own name."""
        unknown = sorted(name for name in changes if name not in FIELDS)
        if unknown:
            raise InputError(
                f"An experiment has no parameter {unknown[0]!r}; it has {', '.join(FIELDS)}."
            )
        parts = {}
        for part in ("material", "protocol", "sample"):
            mine = {name: value for name, value in changes.items() if FIELDS[name] == part}
            if mine:
                parts[part] = replace(getattr(self, part), **mine)
        return replace(self, **parts)

    def to_dict(self) -> dict:
        """Plain nested dictionaries for a manifest; ``Experiment.from_dict`` reads them back."""
        return {
            "material": self.material.to_dict(),
            "protocol": asdict(self.protocol),
            "sample": asdict(self.sample),
        }

    @classmethod
    def from_dict(cls, stored: dict) -> "Experiment":
        """The inverse of :meth:`to_dict`."""
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
        """Read any field of the three parts directly: ``experiment.xi``."""
        part = FIELDS.get(name)
        if part is None:
            raise AttributeError(name)
        return getattr(object.__getattribute__(self, part), name)

    @property
    def interaction(self) -> np.ndarray:
        """K(d) on the lattice, float64 (n_x, n_y); see :func:`nmr_core.lattice.interaction`."""
        return interaction(self.material.coupling, self.sample.grid)

    @property
    def W(self) -> float:
        """The kernel integral, W = sum_d K(d)."""
        return float(self.interaction.sum())

    @property
    def alpha(self) -> float:
        """The largest of the three couplings by size, MHz."""
        m = self.material
        return max(abs(m.alpha_x), abs(m.alpha_y), abs(m.alpha_z))

    @property
    def omega_p(self) -> float:
        """2 alpha |W| / line width, with the largest of the three couplings: the interaction in line widths."""
        return 2 * self.alpha * abs(self.W) / self.sample.line_width

    @property
    def derived(self) -> dict[str, float]:
        """What follows from the parameters and is worth a column in a data set: W, omega_p, length_scale = sqrt|W|."""
        W = self.W
        return {
            "W": W,
            "omega_p": 2 * self.alpha * abs(W) / self.sample.line_width,
            "length_scale": sqrt(abs(W)),
        }


class Fields(Mapping[str, str]):
    """Name of a parameter -> the part of an Experiment that holds it; those of the kernels belong to the material."""

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
