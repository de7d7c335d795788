"""The manifest of a data set, a small JSON file from which it can be simulated again."""

import platform
import time as clock
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from nmr_core.datasets.parts import fingerprint, part_path
from nmr_core.effects import effects_from
from nmr_core.errors import FailedError, InputError
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset, preset_from_dict, recipe, recipe_in
from nmr_core.storage.files import read_json, write_json

FORMAT = 3
READ = (1, 2, 3)
"""Formats that are read; in format 1 (versions 0.1 to 0.5) a preset has no recipe of its own, in
format 2 (0.6 and 0.7) its recipe has no version."""

N_SAMPLES = Parameter(
    "n_samples", "Curves", "", 1, 10_000_000, 2000, integer=True, description="Number of curves."
)
PART_SIZE = Parameter("part_size", "part size", "curves", 1, 100_000, 1000, integer=True)
SEED = Parameter(
    "seed",
    "Seed",
    "",
    0,
    2**53 - 1,
    0,
    integer=True,
    description="Same seed, same curves, to the last bit.",
)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that the numbers depend on."""
    from importlib.metadata import PackageNotFoundError, version

    numbers = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "numba", "scikit-learn", "spin-echo-lab"):
        try:
            numbers[name] = version(name)
        except PackageNotFoundError:
            numbers[name] = "from source"
    return numbers


def _comparable(value: Any):
    """Lists and dictionaries as tuples: 20 and 20.0 are the same, whatever wrote them."""
    if isinstance(value, dict):
        return tuple(sorted((key, _comparable(item)) for key, item in value.items()))
    return tuple(map(_comparable, value)) if isinstance(value, list | tuple) else value


RECIPE = {
    "name": str,
    "settings": list,
    "fixed": dict,
    "table": list,
    "sampling": str,
    "version": int,
}
CHALLENGE = ("(ml4sci_2020)", ".zip")
"""Ends of the source of signals that were imported from files of the 2020 challenge."""
UNNAMED = (*CHALLENGE, ".txt")
"""Ends of the source of imported signals whose files may not name their preset."""


def _renewed(stored: dict) -> dict:
    """Entries converted to the present format, also those of joined data sets."""
    stored = _with_recipe(stored)
    stored["joined"] = [_with_recipe(entry) for entry in stored.get("joined", [])]
    return stored


def _with_recipe(entries: dict) -> dict:
    """Entries with a complete recipe; missing keys have their defaults.

    Published files of the 2020 challenge hold the physics of the published code in every version.
    """
    stored = entries["preset"]
    name = stored if isinstance(stored, str) else stored["name"]
    entries = recipe_in(entries)
    if name == "ml4sci_2020" and str(entries.get("source", "")).endswith(CHALLENGE):
        entries["preset"]["name"] = name
    return entries | {"preset": recipe() | entries["preset"]}


ADDED = {"effects": [], "effects_seed": 0, "source": "", "owner": "", "joined": []}
"""Entries that manifests of earlier versions lack."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Everything that determines a data set, and the fingerprints of its files.

    Parameters
    ----------
    id, title : str
        The title is display text.
    preset : dict
        Recipe, see :mod:`nmr_core.presets.recipe`; its name is "" for imported signals of unknown
        provenance.
    effects : list of dict
        Measurement effects in their order, with ``effects_seed``.
    source : str
        Where imported signals come from; "" = simulated here.
    joined : list of dict
        The data sets that this one was joined from (id, preset, effects, ...).
    seed, n_samples, part_size : int
    time : list of float
        Sampling times, µs.
    parts : list of str
        Fingerprints of the parts of a complete data set.
    """

    id: str
    title: str
    preset: dict[str, Any]
    seed: int
    n_samples: int
    part_size: int
    time: list[float]
    effects: list[dict] = field(default_factory=list)
    effects_seed: int = 0
    source: str = ""
    owner: str = ""
    joined: list[dict] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    complete: bool = False
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT

    @property
    def preset_name(self) -> str:
        """Name of the preset; "" = unknown."""
        return self.preset["name"]

    @property
    def settings(self) -> list[dict[str, float]]:
        """Acquisitions of one sample, each as the protocol fields that differ from the preset."""
        return self.preset["settings"]

    @property
    def n_settings(self) -> int:
        """Number of acquisitions of one sample."""
        return len(self.settings)

    @property
    def n_parts(self) -> int:
        """Number of Parquet files of the complete data set."""
        return -(-self.n_samples // self.part_size)

    @property
    def n_times(self) -> int:
        """Number of points of a signal."""
        return len(self.time)

    @property
    def recipe(self) -> tuple:
        """Everything that determines the bytes: equal recipes, equal data sets."""
        return _comparable(
            [
                self.preset,
                self.effects,
                self.effects_seed,
                self.source,
                self.seed,
                self.n_samples,
                self.part_size,
            ]
        )

    @property
    def size(self) -> int:
        """Approximate size on disk, bytes: two float32 numbers per point."""
        return self.n_samples * self.n_settings * self.n_times * 8 + 4096 * self.n_parts

    @property
    def summary(self) -> str:
        """Number and size of the curves, in one line."""
        return f"{self.n_samples:,} curves, {max(0.1, self.size / 1e6):,.1f} MB"

    def fingerprint(self, index: int) -> str:
        """Fingerprint of part ``index``, "" if unknown."""
        return self.parts[index] if index < len(self.parts) else ""

    def part(self, index: int) -> tuple[int, int]:
        """First sample and one past the last sample of a part."""
        return index * self.part_size, min((index + 1) * self.part_size, self.n_samples)

    def experiment_preset(self) -> Preset | None:
        """The preset with its prior, fixed values and settings; None if it is unknown."""
        return preset_from_dict(self.preset) if self.preset_name else None

    def completed(self, folder: Path) -> "Manifest":
        """The manifest of a folder whose parts are all there, with their fingerprints."""
        parts = [fingerprint(part_path(folder, index)) for index in range(self.n_parts)]
        return replace(self, complete=True, parts=parts)

    def write(self, folder: Path) -> None:
        """Write ``folder/manifest.json``, atomically."""
        write_json(folder / "manifest.json", asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a data set.

        Raises
        ------
        FailedError
            If it is missing, damaged or of a newer version.
        """
        stored = read_json(folder / "manifest.json", "data set")
        if stored.get("format") not in READ:
            raise FailedError(
                f"The data set at {folder} has format {stored.get('format')!r}, this version reads "
                f"{READ[0]} to {FORMAT}. Update Spin Echo Lab, or generate it again."
            )
        try:
            stored = ADDED | _renewed(stored) | {"format": FORMAT}
            manifest = cls(**{f.name: stored[f.name] for f in fields(cls)})
            manifest._validate()
            return manifest
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise FailedError(
                f"The data set at {folder} cannot be read: manifest.json is damaged ({error}). "
                "Delete it and generate it again."
            ) from None

    def _validate(self) -> None:
        for name in ("id", "title", "created"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is {str(getattr(self, name))[:40]!r}")
        for spec, value in (
            (N_SAMPLES, self.n_samples),
            (PART_SIZE, self.part_size),
            (SEED, self.seed),
        ):
            if type(value) is not int or spec.check(value) != value:
                raise ValueError(f"{spec.name} is {value!r}")
        if not isinstance(self.parts, list) or not all(
            isinstance(text, str) for text in self.parts
        ):
            raise ValueError("parts is no list of fingerprints")
        if type(self.complete) is not bool or len(self.parts) not in (0, self.n_parts):
            raise ValueError("complete or the number of parts is not what it should be")
        self._validate_preset()
        if not isinstance(self.effects, list) or type(self.effects_seed) is not int:
            raise ValueError("effects or effects_seed is not what it should be")
        effects_from(self.effects)
        if not isinstance(self.joined, list) or not all(
            isinstance(origin, dict) for origin in self.joined
        ):
            raise ValueError("joined is no list of data sets")
        if (
            not isinstance(self.source, str)
            or not isinstance(self.owner, str)
            or not (self.preset_name or self.source)
        ):
            raise ValueError("source or owner is not what it should be")
        self._validate_grid()

    def _validate_preset(self) -> None:
        for name, kind in RECIPE.items():
            if not isinstance(self.preset[name], kind):
                raise ValueError(f"{name} of the preset is {str(self.preset[name])[:40]!r}")
        if not isinstance(self.preset.get("density", {}), dict):
            raise ValueError(f"density of the preset is {str(self.preset['density'])[:40]!r}")
        if not self.settings or not all(isinstance(setting, dict) for setting in self.settings):
            raise ValueError(f"settings are {str(self.settings)[:40]!r}")

    def _validate_grid(self) -> None:
        time = np.asarray(self.time, dtype=float)
        if time.ndim != 1 or not len(time) or not np.isfinite(time).all():
            raise ValueError("the time grid is no list of numbers")
        if self.source:
            return
        grid = self.experiment_preset().experiments()[0].protocol.time
        if np.shape(self.time) != grid.shape or not np.allclose(
            np.asarray(self.time, dtype=float), grid
        ):
            raise ValueError("the time grid is not the preset's")
