"""Datasets of an HDF5 file, read without trust: no links elsewhere, no objects, no bombs."""

import h5py
import numpy as np

from nmr_core.errors import InputError
from nmr_core.io import budget
from nmr_core.io.archives import MAX_RATIO, SMALL
from nmr_core.io.source import MAX_BYTES, check_numbers

MAGIC = b"\x89HDF\r\n\x1a\n"
"""First bytes of an HDF5 file."""


def reason_of(error: Exception) -> str:
    """What is wrong with a file, by the message of the HDF5 library."""
    message = str(error).lower()
    if "truncated" in message or "eof" in message:
        return "it ends before its header says"
    if "filter" in message or "plugin" in message:
        return "its numbers are packed by a filter that is not installed, or damaged"
    return "its list of contents or its numbers cannot be read"


def is_here(group: h5py.Group, name: str) -> bool:
    """Whether a group has a member; :class:`InputError` if it is a link to another place."""
    link = group.get(name, getlink=True)
    if link is not None and not isinstance(link, h5py.HardLink):
        raise InputError(
            f"{name} is a link to another place. Write the numbers themselves into the file."
        )
    return link is not None


def read_dataset(group: h5py.Group, name: str) -> np.ndarray:
    """Return a dataset of plain numbers or texts.

    Raises
    ------
    InputError
        If it is no dataset, lies in another file, holds objects, or claims more numbers than its
        file can hold.
    """
    data = _checked(group, name)
    check_numbers(data.size, name)
    budget.spend(data.size * max(8, data.dtype.itemsize), name)
    return _texts(data, name) if h5py.check_string_dtype(data.dtype) is not None else data[...]


def read_part(group: h5py.Group, name: str, part: tuple[int | slice, ...]) -> np.ndarray:
    """Return a part of a dataset of plain numbers, without reading the others.

    Parameters
    ----------
    group : h5py.Group
        Where the dataset lies.
    name : str
        Of the dataset.
    part : tuple of int or slice
        Along each axis: one index, or all of them.

    Raises
    ------
    InputError
        As for :func:`read_dataset`, but for the size of the part.
    """
    data = _checked(group, name)
    n = int(np.prod([m for m, k in zip(data.shape, part, strict=True) if isinstance(k, slice)]))
    budget.spend(n * max(8, data.dtype.itemsize), name)
    return data[part]


def _checked(group: h5py.Group, name: str) -> h5py.Dataset:
    """A dataset whose numbers lie in the file itself and are not packed without measure."""
    if not is_here(group, name) or not isinstance(group[name], h5py.Dataset):
        raise InputError(f"{name} is no dataset. Write it as an array.")
    data = group[name]
    text = h5py.check_string_dtype(data.dtype) is not None
    if data.external or data.is_virtual or (data.dtype.hasobject and not text):
        raise InputError(
            f"{name} lies in other files or holds objects. Write the numbers themselves into the "
            "file."
        )
    stored = data.id.get_storage_size()
    if data.nbytes > MAX_BYTES or (
        data.nbytes > SMALL and data.nbytes > MAX_RATIO * max(1, stored)
    ):
        raise InputError(
            f"{name} would unpack to {data.nbytes / 1e9:,.1f} GB from {stored:,} bytes, as no "
            "measurement does. Write it again without such compression."
        )
    return data


def _texts(data: h5py.Dataset, name: str) -> np.ndarray:
    """A dataset of texts, each checked for its length.

    Many values may refer to one long text in the file, so that the size of the file says nothing
    about the sum. It bounds each of them.
    """
    if data.ndim != 1:
        raise InputError(
            f"{name} must hold one text per sample, got {data.ndim} axes. Write it as a list."
        )
    largest = max(1, data.file.id.get_filesize())
    step = int(np.clip(budget.left() / largest, 1, 10_000))
    texts = np.empty(len(data), object)
    for start in range(0, len(data), step):
        part = data[start : start + step]
        budget.check_text(max(map(len, part), default=0), name)
        texts[start : start + step] = [value.decode("utf-8") for value in part]
    return texts
