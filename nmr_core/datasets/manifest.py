"""What a data set is, in one small JSON file: enough to make the very same curves again."""

import platform
import time as clock
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np

from nmr_core.errors import FailedError, InputError
from nmr_core.files import read_json, write_json
from nmr_core.presets import Preset, preset

FORMAT = 1


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from importlib.metadata import PackageNotFoundError, version
    found = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "numba", "scikit-learn", "spin-echo-lab"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "from source"
    return found


@dataclass(frozen=True)
class Manifest:
    """id and title; the preset with the values that were held ``fixed``; seed and size; the time grid in µs."""

    id: str
    title: str
    preset: str
    fixed: dict[str, float]
    seed: int
    n_samples: int
    part_size: int
    n_settings: int
    time: list[float]
    complete: bool = False
    created: str = field(default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()))
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT

    @property
    def n_parts(self) -> int:
        """Parquet files of the complete data set."""
        return -(-self.n_samples // self.part_size)

    @property
    def n_times(self) -> int:
        """Points of a curve."""
        return len(self.time)

    @property
    def recipe(self) -> tuple:
        """What determines the bytes: two manifests with the same recipe describe the same data set."""
        return self.preset, tuple(sorted(self.fixed.items())), self.seed, self.n_samples, self.part_size

    @property
    def size(self) -> int:
        """Bytes on disk, about: two float32 numbers a point."""
        return self.n_samples * self.n_settings * self.n_times * 8 + 4096 * self.n_parts

    def part(self, index: int) -> tuple[int, int]:
        """First sample and one past the last sample of a part."""
        return index * self.part_size, min((index + 1) * self.part_size, self.n_samples)

    def experiment_preset(self) -> Preset:
        """The preset, with the fixed values in place."""
        return preset(self.preset).hold(**self.fixed)

    def write(self, folder: Path) -> None:
        """``folder/manifest.json``, atomically."""
        write_json(folder / "manifest.json", asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a data set's folder; a missing, damaged or newer one is a :class:`FailedError`."""
        stored = read_json(folder / "manifest.json", "data set")
        if stored.get("format") != FORMAT:
            raise FailedError(f"The data set at {folder} has format {stored.get('format')!r}, this version reads "
                              f"{FORMAT}. Update Spin Echo Lab, or generate it again.")
        try:
            manifest = cls(**{f.name: stored[f.name] for f in fields(cls)})
            manifest._validate()
            return manifest
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise FailedError(f"The data set at {folder} cannot be read: manifest.json is damaged ({error}). "
                              "Delete it and generate it again.") from None

    def _validate(self) -> None:
        grid = np.asarray(self.time, dtype=float)
        if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all():
            raise ValueError("the time grid is not a list of numbers")
        if min(self.n_samples, self.part_size, self.n_settings) < 1:
            raise ValueError("a size is below 1")
        preset(self.preset)
