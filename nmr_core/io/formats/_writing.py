"""Files out: written under another name first, so that nothing half written is left."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nmr_core.datasets import EchoDataset
from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.io.formats._reading import format_named
from nmr_core.storage.files import check_space, write_file, write_folder

TEXT_BYTES, BINARY_BYTES = 24, 8
"""Of one complex number."""


def foreign_of(dataset: EchoDataset, columns: tuple[str, ...] = ()) -> Foreign:
    """A data set as it is written; held values become columns, and so do ``columns`` that only its
    experiments know.
    """
    m, parameters, notes = dataset.manifest, dataset.parameters, []
    held = {name: value for name, value in m.preset["fixed"].items() if name not in parameters}
    parameters = parameters.assign(**held)
    missing = [name for name in columns if name not in parameters and name not in m.settings[0]]
    if missing and m.preset_name:
        experiments = [dataset.experiment(index) for index in range(len(dataset))]
        parameters = parameters.assign(
            **{name: np.array([getattr(e, name) for e in experiments]) for name in missing}
        )
    if held:
        notes.append(
            f"Held values are written as columns where the format has room: {', '.join(held)}."
        )
    return Foreign(
        parameters, dataset.signals, dataset.time, m.preset_name, m.settings, notes=notes
    )


def write_foreign(dataset: EchoDataset | Foreign, path: str | Path, format: str) -> list[str]:
    """Write a new file (or, for formats of several files, a new folder); returns what the format
    cannot hold, a sentence each.
    """
    form, path = format_named(format), Path(path).absolute()
    foreign = dataset if isinstance(dataset, Foreign) else foreign_of(dataset, form.columns)
    notes = form.check(foreign) + (foreign.notes if not isinstance(dataset, Foreign) else [])
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists already. Choose another name.")
    check_space(
        path.parent,
        foreign.signals.size
        * (TEXT_BYTES if form.folder or form.ending == ".csv" else BINARY_BYTES),
    )

    def write(temporary: Path) -> None:
        if form.folder:
            temporary.mkdir()
        _with_errno(lambda: form.write(foreign, temporary))

    (write_folder if form.folder else write_file)(path, write)
    return notes


def _with_errno(write: Callable[[], None]) -> None:
    """HDF5 tells the operating system's error only in its text."""
    try:
        write()
    except OSError as error:
        found = re.search(r"errno = (\d+), error message = '([^']*)'", str(error))
        if error.errno is None and found:
            raise OSError(int(found[1]), found[2]) from error
        raise
