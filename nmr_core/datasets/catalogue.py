"""Which data sets there are: those of the data folder, and the example that ships with the package."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path
from nmr_core.errors import FailedError, InputError
from nmr_core.workspace import checked_id, datasets_folder

EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class DatasetEntry:
    """A line of the catalogue. ``manifest`` is None and ``problem`` a sentence when the folder cannot be read."""

    id: str
    path: Path
    manifest: Manifest | None
    n_done: int = 0
    problem: str = ""

    @property
    def example(self) -> bool:
        """Whether it ships with the package (and cannot be deleted)."""
        return self.path.is_relative_to(EXAMPLES)

    @property
    def usable(self) -> bool:
        """Whether it is complete and can be read."""
        return self.manifest is not None and self.manifest.complete


def _entry(folder: Path) -> DatasetEntry:
    try:
        manifest = Manifest.read(folder)
    except FailedError as error:
        return DatasetEntry(folder.name, folder, None, problem=str(error))
    if manifest.complete:
        return DatasetEntry(folder.name, folder, manifest, manifest.n_samples)
    parts = [manifest.part(i) for i in range(manifest.n_parts) if part_path(folder, i).exists()]
    return DatasetEntry(folder.name, folder, manifest, sum(stop - start for start, stop in parts))


def list_datasets() -> list[DatasetEntry]:
    """All data sets, newest first, examples last."""
    own = [folder for folder in _folders(datasets_folder()) if (folder / "manifest.json").exists()]
    return [_entry(folder) for folder in sorted(own, reverse=True) + sorted(_folders(EXAMPLES / "datasets"))]


def _folders(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []


def find_dataset(name: str | Path) -> Path:
    """The folder of a data set, given as a path or as an id of the data folder or of the examples."""
    if isinstance(name, Path) or "/" in name or "\\" in name:
        folder = Path(name)
        if (folder / "manifest.json").is_file():
            return folder
        raise InputError(f"There is no data set at {folder}: it has no manifest.json. Give a data set's folder or id.")
    for root in (datasets_folder(), EXAMPLES / "datasets"):
        if (root / checked_id(name) / "manifest.json").is_file():
            return root / name
    raise InputError(f"There is no data set {name!r} under {datasets_folder()}. It may have been deleted; "
                     "choose another, or generate it again.")


def delete_dataset(name: str) -> None:
    """Remove a data set of the data folder, curves and all."""
    folder = find_dataset(checked_id(name))
    if folder.is_relative_to(EXAMPLES):
        raise InputError(f"The data set {name} ships with the package and cannot be deleted. Choose one of your own.")
    (folder / "manifest.json").unlink(missing_ok=True)  # from here on it is in no list, whatever happens next
    shutil.rmtree(folder)
