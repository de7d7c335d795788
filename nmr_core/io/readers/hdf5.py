"""HDF5 files, also with a user block as MATLAB 7.3 writes it: every group that holds a signal."""

from collections.abc import Iterator
from functools import partial

import h5py
import numpy as np

from nmr_core.errors import DamagedError, InputError
from nmr_core.io.hdf5_arrays import MAGIC, read_dataset, read_part, reason_of
from nmr_core.io.hdf5_heaps import check_heaps
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.trees import Leaf, Tree
from nmr_core.io.trees.names import parsed
from nmr_core.io.trees.packing import not_applied, packing_of, unpacked

MAX_DEPTH = 12
"""Groups in groups."""
MAX_GROUPS = 10_000
UNITS = ("unit", "units")
MAX_REFERENCES = 1000
"""References to other arrays in one array."""
INTERNAL = ("#refs#", "#subsystem#")
"""Groups of MATLAB's own."""
MAX_SCALES = 4
"""Dimension scales of one axis that are looked at."""
MAX_TEXT = 1000
"""Characters of a text among the parameters."""


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is an HDF5 file, and the reason."""
    if files.head(8) == MAGIC:
        return 0.9, "an HDF5 file"
    if files.file is not None and h5py.is_hdf5(files.file):
        return 0.9, "an HDF5 file with a user block"
    return 0.0, "no HDF5 file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return one measurement per group that holds times and a signal."""
    with files.source.seekable(files.source.only) as opened:
        try:
            check_heaps(opened, files.name)
            with h5py.File(opened, "r") as file:
                return measurements_from(_tree(file, files.name), options, files, "hdf5")
        except InputError:
            raise
        except (
            OSError,
            KeyError,
            ValueError,
            TypeError,
            RuntimeError,
            AttributeError,
            OverflowError,
            MemoryError,
        ) as error:
            raise DamagedError(
                f"{files.name} is a damaged HDF5 file: {reason_of(error)}. Get it again."
            ) from None


def _tree(file: h5py.File, where: str) -> Tree:
    """Arrays and values of a file, in natural order of their paths."""
    if "pandas_type" in _attribute_names(file) or any(
        "pandas_type" in _attribute_names(item)
        for _, item in _members(file)
        if isinstance(item, h5py.Group)
    ):
        raise InputError(
            f"{where} is a store of pandas, whose tables are no plain arrays. Write the table as "
            "CSV or Parquet."
        )
    tree = Tree()
    seen: set[tuple[int, int]] = set()
    _walk(file, "", tree, seen, where)
    if "preset" in str(tree.values.get("about", "")):
        tree.unit = "us"  # our own files have their times in µs
    return tree


def _walk(group: h5py.Group, path: str, tree: Tree, seen: set[tuple[int, int]], where: str) -> None:
    """Add everything in a group, each object once."""
    info = h5py.h5o.get_info(group.id)
    key = info.fileno, info.addr
    if key in seen:
        return
    seen.add(key)
    if len(seen) > MAX_GROUPS or path.count("/") >= MAX_DEPTH:
        raise InputError(
            f"{where} holds more groups than any measurement has. Write the arrays of the echo "
            "alone."
        )
    unit = _attributes(group, path, tree)
    if unit:
        tree.set(f"{path}/unit" if path else "unit", unit)
    for name, item in _members(group):
        inner = f"{path}/{name}" if path else name
        if item is None:
            tree.skipped.append(f"{inner} (a link to another place)")
        elif isinstance(item, h5py.Dataset):
            _dataset(group, name, item, inner, tree, where)
        elif isinstance(item, h5py.Group) and name not in INTERNAL:
            _walk(item, inner, tree, seen, where)


def _members(group: h5py.Group) -> Iterator[tuple[str, object]]:
    """Names and objects; None for what lies elsewhere."""
    for name in group:
        is_here = isinstance(group.get(name, getlink=True), h5py.HardLink)
        yield name, group[name] if is_here else None


def _dataset(
    group: h5py.Group, name: str, data: h5py.Dataset, path: str, tree: Tree, where: str
) -> None:
    if data.external or data.is_virtual:
        tree.skipped.append(f"{path} (lies in other files)")
        return
    unit = _attributes(data, path, tree)
    if h5py.check_ref_dtype(data.dtype) is h5py.Reference:
        _references(data, path, tree, where)
        return
    if _plain(data.attrs.get("MATLAB_class")) == "char" and data.size <= MAX_TEXT:
        tree.set(path, "".join(map(chr, np.ravel(data[()]))).strip("\0 "))
        return
    if h5py.check_string_dtype(data.dtype) is not None or data.dtype.kind == "S":
        if data.size == 1:
            tree.set(path, _text(data[()]))
        else:
            tree.skipped.append(f"{path} (text)")
        return
    load = partial(read_dataset, group, name)
    part = partial(read_part, group, name)
    leaf = Leaf(path, data.shape or (), data.dtype, load, unit, part, time_axis=_time_axis(data))
    attributes = _numbers_beside(data)
    packing = packing_of(attributes, path, where, _fill_value(data))
    others = not_applied(attributes)
    if others:
        tree.remarks[leaf.path] = (
            f"{where}: {leaf.path} has the attribute {', '.join(others)}, which is not applied to "
            "its numbers."
        )
    tree.add(unpacked(leaf, packing, where), where)


def _numbers_beside(data: h5py.Dataset) -> dict[str, str | float | None]:
    """Attributes of an array by name; None for those that are no single number or text."""
    attributes: dict[str, str | float | None] = {}
    for name in _attribute_names(data):
        try:
            attributes[name] = _plain(data.attrs[name])
        except (OSError, TypeError, ValueError, KeyError, RuntimeError):
            attributes[name] = None
    return attributes


def _fill_value(data: h5py.Dataset) -> float:
    """What stands in the file where nothing was written; 0 unless it is a number."""
    try:
        return _number_of(data.fillvalue)
    except (OSError, TypeError, ValueError, RuntimeError):
        return 0.0


def _number_of(value: object) -> float:
    plain = _plain(value)
    return plain if isinstance(plain, float) else 0.0


def _time_axis(data: h5py.Dataset) -> int | None:
    """The axis that the file itself calls time, by its label or its dimension scale."""
    if "DIMENSION_LIST" not in data.attrs and "DIMENSION_LABELS" not in data.attrs:
        return None
    try:
        for k, dimension in enumerate(data.dims):
            scales = [dimension[j].name or "" for j in range(min(len(dimension), MAX_SCALES))]
            names = [dimension.label, *(scale.rpartition("/")[2] for scale in scales)]
            if any(parsed(name).role == "time" for name in names if name):
                return k
    except (OSError, TypeError, ValueError, KeyError, RuntimeError):
        return None
    return None


def _references(data: h5py.Dataset, path: str, tree: Tree, where: str) -> None:
    """Arrays that stand elsewhere in the file, as in lists of structures of MATLAB 7.3."""
    group, _, name = path.rpartition("/")
    if data.size > MAX_REFERENCES:
        tree.skipped.append(f"{path} ({data.size:,} references)")
        return
    for number, reference in enumerate(np.ravel(data[()]), 1):
        item = data.file[reference] if reference else None
        if isinstance(item, h5py.Dataset) and h5py.check_ref_dtype(item.dtype) is None:
            inner = f"{group}/{number}/{name}" if group else f"{number}/{name}"
            parent, _, own = item.name.rpartition("/")
            _dataset(data.file[parent or "/"], own, item, inner, tree, where)


def _attributes(item: h5py.Group | h5py.Dataset, path: str, tree: Tree) -> str:
    """Add the attributes of an object as values; return its unit."""
    unit = ""
    for name in _attribute_names(item):
        try:
            stored = item.attrs.get_id(name)
            if int(np.prod(stored.shape or (), dtype=object)) > 1 or stored.dtype.names:
                continue
            value = _plain(item.attrs[name])
        except (OSError, TypeError, ValueError, KeyError, RuntimeError):
            continue
        if value is None:
            continue
        if name.lower() in UNITS and isinstance(value, str):
            unit = value
        else:
            tree.set(f"{path}/{name}" if path else name, value, _unit_beside(item, name))
    return unit


def _unit_beside(item: h5py.Group | h5py.Dataset, name: str) -> str:
    """Unit of an attribute, from one that is called name_unit or name_units."""
    for ending in UNITS:
        beside = f"{name}_{ending}"
        if beside in item.attrs:
            value = _plain(item.attrs[beside])
            return value if isinstance(value, str) else ""
    return ""


def _attribute_names(item: h5py.Group | h5py.Dataset) -> list[str]:
    return list(item.attrs)[:200]


def _plain(value: object) -> str | float | None:
    """A number or a text; None for anything else."""
    if isinstance(value, np.ndarray):
        if value.size != 1:
            return None
        value = value.reshape(())[()]
    if isinstance(value, bytes | str):
        return _text(value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return None
    return None if isinstance(value, complex | np.complexfloating) else float(value)


def _text(value: object) -> str:
    if isinstance(value, np.ndarray):
        value = value.reshape(())[()]
    if isinstance(value, bytes):
        value = value[:MAX_TEXT].decode("utf-8", "replace")
    return str(value)[:MAX_TEXT].strip("\0 ")


READER = Reader(
    "hdf5",
    "HDF5 (.h5, .hdf, .mat of MATLAB 7.3)",
    "one HDF5 file whose groups hold a time and a signal each",
    sniff,
    read,
    asks=True,
)
