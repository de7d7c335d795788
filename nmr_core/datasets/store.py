"""Store data sets from memory (imported, joined, or with effects) in the data folder."""

from dataclasses import replace
from pathlib import Path

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent
from nmr_core.storage.files import write_folder
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import checked_id, datasets_folder


def store_dataset(dataset: EchoDataset, name: str = "", owner: str = "") -> Path:
    """Write a data set to the data folder, completely or not at all.

    Parameters
    ----------
    dataset : EchoDataset
        The data set.
    name : str
        Its new id; "" for its present one.
    owner : str
        Name of the owner, "" for none.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    InputError
        If the id is taken.
    """
    folder = datasets_folder() / checked_id(name or dataset.manifest.id)
    if folder.exists():
        raise InputError(f"There is a data set {folder.name} already. Choose another id.")
    dataset.manifest = replace(dataset.manifest, id=folder.name, owner=owner_now(owner))
    check_room(folder, 1.1 * dataset.manifest.size)
    write_folder(folder, dataset.save, folder.with_name(f".new-{folder.name}"))
    dataset.path = folder
    return folder


def effects_job(params: dict, progress: Progress = silent) -> dict:
    """Run the job "effects": store a copy of a data set with measurement effects.

    Parameters
    ----------
    params : dict
        ``source`` and ``dataset`` (ids), ``effects``, and optionally ``effects_seed``, ``title``
        and ``owner``.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    dict
        "dataset": the id of the copy.
    """
    source = load_dataset(checked_id(params["source"]))
    progress(0, len(source), "copying")
    noisy = source.with_effects(
        params["effects"], params.get("effects_seed"), params.get("title", "")
    )
    folder = store_dataset(noisy, params["dataset"], params.get("owner", ""))
    progress(len(source), len(source), "copied")
    return {"dataset": folder.name, "summary": load_dataset(folder.name).manifest.summary}


def join_job(params: dict, progress: Progress = silent) -> dict:
    """Run the job "join": store several data sets, ``sources``, as one, ``dataset``."""
    from nmr_core.datasets.joined import join

    sources = [load_dataset(checked_id(source)) for source in params["sources"]]
    joined = join(sources, params.get("title", ""))
    progress(0, len(joined), "joining")
    folder = store_dataset(joined, params["dataset"], params.get("owner", ""))
    progress(len(joined), len(joined), "joined")
    return {"dataset": folder.name, "summary": load_dataset(folder.name).manifest.summary}
