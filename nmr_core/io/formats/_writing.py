"""Write data sets in foreign formats, under a temporary name until they are complete."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nmr_core.datasets import EchoDataset
from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.io.formats._reading import format_named
from nmr_core.storage.files import check_space, write_file, write_folder
from nmr_core.weights import WEIGHT

TEXT_BYTES = 24
BINARY_BYTES = 8
"""Size of one complex number as text and in binary formats."""


def foreign_of(dataset: EchoDataset, columns: tuple[str, ...] = ()) -> Foreign:
    """Return a data set as it is written.

    Parameters
    ----------
    dataset : EchoDataset
        What is written.
    columns : tuple of str
        Physical columns that the format needs; missing ones are taken from the experiments.

    Returns
    -------
    Foreign
        With fixed values as columns.
    """
    m = dataset.manifest
    parameters = dataset.parameters
    notes = []
    fixed = {name: value for name, value in m.preset["fixed"].items() if name not in parameters}
    parameters = parameters.assign(**fixed)
    missing = [name for name in columns if name not in parameters and name not in m.settings[0]]
    if missing and m.preset_name:
        experiments = [dataset.experiment(index) for index in range(len(dataset))]
        for name in missing:
            values = [getattr(experiment, name) for experiment in experiments]
            parameters = parameters.assign(**{name: np.array(values)})
    if fixed:
        notes.append(
            f"Fixed values are written as columns where the format has room: {', '.join(fixed)}."
        )
    return Foreign(
        parameters, dataset.signals, dataset.time, m.preset_name, m.settings, notes=notes
    )


def write_foreign(dataset: EchoDataset | Foreign, path: str | Path, format: str) -> list[str]:
    """Write a data set to a new file, or to a new folder for formats of several files.

    Parameters
    ----------
    dataset : EchoDataset or Foreign
        What is written.
    path : str or Path
        File or folder.
    format : str
        Key in ``FORMATS``.

    Returns
    -------
    list of str
        One sentence per fact that the format cannot hold.

    Raises
    ------
    InputError
        If the path exists, or the format cannot hold the data set.
    """
    form = format_named(format)
    path = Path(path).absolute()
    if isinstance(dataset, Foreign):
        foreign = dataset
        notes = form.check(foreign)
    else:
        foreign = foreign_of(dataset, form.columns)
        notes = form.check(foreign) + foreign.notes
    # The folders of text of the challenges have a fixed list of parameters
    if form.folder and WEIGHT in foreign.parameters:
        notes = [*notes, "The weights are left out: as if these curves were drawn from the prior."]
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists already. Choose another name.")
    is_text = form.folder or form.ending == ".csv"
    bytes_per_number = TEXT_BYTES if is_text else BINARY_BYTES
    check_space(path.parent, foreign.signals.size * bytes_per_number)

    def write(temporary: Path) -> None:
        if form.folder:
            temporary.mkdir()
        _with_errno(lambda: form.write(foreign, temporary))

    write_new = write_folder if form.folder else write_file
    write_new(path, write)
    return notes


def _with_errno(write: Callable[[], None]) -> None:
    """Call ``write``; an error of HDF5 gets the error number that its text holds."""
    try:
        write()
    except OSError as error:
        numbered = re.search(r"errno = (\d+), error message = '([^']*)'", str(error))
        if error.errno is None and numbered:
            raise OSError(int(numbered[1]), numbered[2]) from error
        raise
