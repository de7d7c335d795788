"""Collect a series: read every file of a folder, find what is swept, group by protocol.

series = collect(["monday/"])
series.quantity, series.reason, [item.value for item in series.items]
if series.question: ...                        # say which quantity, or give the values
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.io.options import ReadOptions
from nmr_core.measured.reading import read_measurements
from nmr_core.measured.series.choosing import chosen
from nmr_core.measured.series.given import given_values
from nmr_core.measured.series.paths import Found, listed
from nmr_core.measured.series.series import Item, Series
from nmr_core.progress import Progress, silent

LISTED = 5
"""Names that a note lists."""
MAX_ECHOES = 2000
"""Echoes of a series, of all files together."""


def collect(
    paths: str | Path | Sequence[str | Path],
    *,
    quantity: str | None = None,
    values: str | Path | Mapping[str, float] | Sequence[float] | None = None,
    kind: str | None = None,
    options: ReadOptions | None = None,
    progress: Progress = silent,
) -> Series:
    """Read the echoes of a series and find the quantity that they are measured over.

    Parameters
    ----------
    paths : path or sequence of paths
        A folder, files, files with several echoes each, or a zip of them.
    quantity : str, optional
        Swept quantity: "temperature", "header:field", "name:temperature", "T (mK)", or "order"
        for the number of the echo. Default: found in the headers, then in the names of the files.
    values : path, mapping or sequence, optional
        Values of the swept quantity: a table of two columns (file, value), a mapping of the same,
        or one number per echo in the order of the files.
    kind : str, optional
        Key in ``READERS`` of all files; default: each is recognised by content.
    options : ReadOptions, optional
        How the files are read; default: as they say.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    Series
        With an open ``question`` where the swept quantity is missing, constant, no number, or one
        of several. Files that cannot be read are items with a ``problem``.

    Raises
    ------
    InputError
        If there are no files, too many, no such quantity, or values for other files.
    FailedError
        If a folder cannot be read.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    if not paths:
        raise InputError("A series needs a folder or files, got none. Give the folder.")
    title = Path(paths[0]).resolve().name if len(paths) == 1 else f"{len(paths)} files"
    items: list[Item] = []
    with listed(paths) as listing:
        for number, found in enumerate(listing.files):
            progress(number, len(listing.files), f"reading {found.name}")
            items += read_items(found, kind, options)
            if len(items) > MAX_ECHOES:
                raise InputError(
                    f"A series has at most {MAX_ECHOES:,} echoes; {title} has more by file "
                    f"{number + 1} of {len(listing.files)}. Give fewer files."
                )
        progress(len(listing.files), len(listing.files), "read")
    if values is not None:
        series = given_values(items, values, quantity, title)
    else:
        series = chosen(items, quantity, title)
    return replace(series, notes=(*series.notes, *_left_out(listing.left_out)))


def _left_out(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    files = "file was" if len(names) == 1 else "files were"
    return [f"{len(names):,} {files} left out, by their names no measurements: {shown}."]


def read_items(
    found: Found, kind: str | None = None, options: ReadOptions | None = None
) -> list[Item]:
    """Return the echoes of one file; one item with the reason if it cannot be read."""
    options = options or ReadOptions()
    try:
        measurements = read_measurements(
            found.path,
            kind=kind,
            time_unit=options.time_unit,
            columns=options.columns,
            step=options.step,
            magnitude=options.magnitude,
            text=options.text,
            first=options.first,
        )
    except (InputError, FailedError) as error:
        return [Item(found.name, problem=_without_place(str(error), found))]
    except OSError as error:
        return [
            Item(
                found.name,
                problem=f"{found.name} could not be opened ({error.strerror or error}). Check its "
                "permissions.",
            )
        ]
    return [
        Item(found.name, number, len(measurements), one)
        for number, one in enumerate(measurements, 1)
    ]


def _without_place(sentence: str, found: Found) -> str:
    """A sentence with the name of a file instead of its place on the server."""
    return sentence.replace(str(found.path), found.name)
