"""Open a data set of which only some parts have been simulated."""

from dataclasses import replace
from pathlib import Path

from nmr_core.datasets.catalogue import find_dataset
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path
from nmr_core.errors import FailedError


class UnfinishedDataset(EchoDataset):
    """The samples of an unfinished data set that exist, in their order.

    Parameters
    ----------
    manifest : Manifest
        Of the whole data set.
    path : Path
        Its folder.
    present : list of int
        Indices of the parts that exist.
    """

    def __init__(self, manifest: Manifest, path: Path, present: list[int]):
        sizes = [stop - start for start, stop in map(manifest.part, present)]
        super().__init__(replace(manifest, n_samples=sum(sizes)), path)
        self.present = present

    def part_file(self, index: int) -> Path:
        """Path of the part that comes at position ``index`` among those that exist."""
        return part_path(self._folder, self.present[index])


def open_dataset(name: str | Path) -> EchoDataset:
    """Open a data set, complete or not.

    Parameters
    ----------
    name : str or Path
        A folder, or an id of the data folder or of the examples.

    Raises
    ------
    FailedError
        If it has no curves yet, or cannot be read.
    """
    folder = find_dataset(name)
    manifest = Manifest.read(folder)
    if manifest.complete:
        return EchoDataset(manifest, folder)
    present = [i for i in range(manifest.n_parts) if part_path(folder, i).exists()]
    if not present:
        raise FailedError(
            f"The data set {manifest.id} has no curves yet. Finish it: python -m nmr_core generate "
            f"--resume {manifest.id}"
        )
    return UnfinishedDataset(manifest, folder, present)
