"""Whether there is room for a result before work starts: on the disk, and within the limits."""

from pathlib import Path

from nmr_core.storage.files import check_space
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.limits import check_disk
from nmr_core.storage.workspace import data_folder


def check_room(folder: Path, n_bytes: float, owner: str = "") -> None:
    """Refuse work whose result cannot fit.

    Parameters
    ----------
    folder : Path
        Where the result goes.
    n_bytes : float
        Its size, about.
    owner : str
        Whose it will be; default: who acts.

    Raises
    ------
    RefusedError
        Who acts may not add anything to this workspace.
    FailedError
        The disk is too full.
    LimitError
        The person or the workspace would have more than it may.
    """
    is_here = folder.absolute().is_relative_to(data_folder())
    if is_here:
        kind = next((kind.name for kind in KINDS.values() if kind.folder == folder.parent.name), "")
        rights.check("create", None, folder.name, kind=kind or "file", id=folder.name)
    check_space(folder, n_bytes)
    if is_here:
        check_disk(n_bytes, owner)
