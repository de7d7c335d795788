"""Files of the members of an ensemble: member-1.skops, ... beside model.skops, with checksums."""

import copy
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.errors import FailedError
from nmr_core.storage.files import checksum, write_file

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def dump(path: Path, model: Any) -> None:
    """Write an object with skops, atomically."""
    from nmr_core.models.trusted import import_skops

    skops_io = import_skops()

    def write(temporary: Path) -> None:
        skops_io.dump(model, temporary, compression=zipfile.ZIP_DEFLATED)

    write_file(path, write)


def member_path(folder: Path, k: int) -> Path:
    """Path of member ``k``, counted from 0."""
    return folder / f"member-{k + 1}.skops"


def write_members(folder: Path, model: Any) -> tuple[Any, int]:
    """Write the members of an ensemble to files of their own.

    Parameters
    ----------
    folder : Path
        Of the run.
    model : Pipeline or other estimator
        Fitted.

    Returns
    -------
    model : Pipeline or other estimator
        What is left to store: of an ensemble a copy that knows the checksums of its members.
    n_bytes : int
        Size of the files.
    """
    members = getattr(_last(model), "members_", None)
    if not members:
        return model, 0
    paths = [member_path(folder, k) for k in range(len(members))]
    for path, member in zip(paths, members, strict=True):
        dump(path, member)
    ensemble = copy.copy(_last(model))
    ensemble.members_ = []
    ensemble.checksums_ = [checksum(path) for path in paths]
    rest = copy.copy(model)
    rest.steps = [*model.steps[:-1], (model.steps[-1][0], ensemble)]
    return rest, sum(path.stat().st_size for path in paths)


def read_members(folder: Path, model: "Pipeline", name: str) -> None:
    """Read the members of an ensemble into it; other models are left alone.

    Parameters
    ----------
    folder : Path
        Of the run.
    model : Pipeline
        As it was stored.
    name : str
        What it is called in errors.

    Raises
    ------
    FailedError
        If a member is missing or damaged; names it.
    """
    from nmr_core.models.trusted import load_trusted

    checksums = getattr(_last(model), "checksums_", ())
    for k, expected in enumerate(checksums):
        path = member_path(folder, k)
        is_there = path.exists()
        if not is_there or checksum(path) != expected:
            problem = "is not the one that was saved" if is_there else "is missing"
            raise FailedError(
                f"Member {k + 1} of {len(checksums)} of {name[0].lower()}{name[1:]} is damaged: "
                f"{path.name} {problem}. Copy this file from where the run comes from, or train "
                "again."
            )
        _last(model).members_.append(load_trusted(path))


def _last(model: Any) -> Any:
    """Last step of a pipeline; None of anything else."""
    steps = getattr(model, "steps", None)
    return steps[-1][1] if steps else None
