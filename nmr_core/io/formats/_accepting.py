"""Foreign curves as a data set of ours, written completely or not at all."""

from dataclasses import replace
from pathlib import Path

from nmr_core.datasets import EchoDataset
from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.storage.files import write_folder
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import datasets_folder


def accept(
    foreign: Foreign,
    *,
    source: str,
    title: str = "",
    path: str | Path | None = None,
    owner: str = "",
) -> EchoDataset:
    """Write foreign curves as a data set.

    Parameters
    ----------
    foreign : Foreign
        Curves of a foreign file, in our units.
    source : str
        Where they come from, for the provenance.
    title : str
        Of the new data set.
    path : str or Path, optional
        New folder; default: a new id in the data folder.
    owner : str
        Visitor who imports it.

    Returns
    -------
    EchoDataset

    Raises
    ------
    InputError
        If the folder exists, or the curves cannot be a data set.
    """
    from nmr_core.datasets.imported import imported

    dataset = imported(
        foreign.parameters,
        foreign.signals,
        foreign.time,
        preset=foreign.preset,
        settings=foreign.settings,
        source=source,
        title=title,
        owner=owner_now(owner),
    )
    folder = datasets_folder() / dataset.manifest.id if path is None else Path(path).absolute()
    if folder.exists():
        raise InputError(f"{folder} exists already. Choose another folder.")
    dataset.manifest = replace(dataset.manifest, id=folder.name)
    check_room(folder.parent, 1.1 * dataset.manifest.size)
    write_folder(folder, dataset.save)
    dataset.path = folder
    return dataset
