"""Results, which are frozen dataclasses, on disk: a JSON document and, beside it, the arrays.

    scan.json    {"format": 2, "version": "0.6.0", "class": "Scan",
                  "sha256": {"scan.npz": ...}, "value": {...}}
    scan.npz     every array under its path: "bounds", "surprise.emulator.axes", "table.error"

The document is written last and holds the checksums of the other files, so files that do not belong
together are never read. What is built is decided by the annotations of the class that the caller
names, never by the file, and every value is checked against them. Nothing is unpickled.
"""

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.errors import FailedError
from nmr_core.storage import old
from nmr_core.storage.arrays import read_arrays, reading, write_arrays
from nmr_core.storage.files import checksum, read_json, write_json

FORMAT = 2
"""Of the documents.

Format 1, of versions 0.1 to 0.5, is read as well (:mod:`nmr_core.storage.old`).
"""

Result = TypeVar("Result")
Arrays = dict[str, np.ndarray]


def write_result(
    result: object, document: Path, *, apart: Sequence[str] = (), beside: Sequence[str] = ()
) -> None:
    """Write a dataclass, replacing an earlier one.

    Parameters
    ----------
    result : dataclass
        Of numbers, texts, None, arrays, tables, and tuples, lists, dicts and dataclasses of these.
        A field with the metadata ``stored="name"`` is stored under that name.
    document : Path
        JSON file; arrays go to the file of the same name that ends in .npz.
    apart : sequence of str
        Fields that are not stored.
    beside : sequence of str
        Files of the same folder, written before, whose checksums the document is to hold.
    """
    import nmr_core

    arrays: Arrays = {}
    value = encoded(result, "", arrays, apart)
    sha256 = {name: checksum(document.with_name(name)) for name in beside}
    if arrays:
        path = document.with_suffix(".npz")
        sha256[path.name] = write_arrays(path, arrays)
    head = {"format": FORMAT, "version": nmr_core.__version__, "class": type(result).__name__}
    write_json(document, {**head, "sha256": sha256, "value": value})


def read_result(
    document: Path,
    *classes: type[Result],
    what: str,
    again: str = "Make it again.",
    apart: Sequence[str] = (),
    renamed: dict[str, str] = old.RENAMED,
) -> Result:
    """Read what :func:`write_result` wrote.

    Parameters
    ----------
    document : Path
        The JSON file of the result.
    classes : type
        Which dataclasses may be in it.
    what, again : str
        What it is and how to make it again, for the sentence of the error.
    apart : sequence of str
        Fields that are not stored; they are None.
    renamed : dict
        Name in earlier files -> name today, at any depth.

    Raises
    ------
    FailedError
        It is missing, damaged, of a newer version, or its values are not those of the class.
    """
    stored = read_json(document, what)
    with reading(what, document.parent, again):
        check_format(stored, what, document.parent, again)
        if "value" in stored:
            hashes = dict(stored["sha256"])
            arrays_hash = hashes.pop(document.with_suffix(".npz").name, None)
            for name, expected in hashes.items():
                if checksum(document.with_name(name)) != expected:
                    raise ValueError(f"{name} is not the one that was saved")
            path = document.with_suffix(".npz")
            arrays = read_arrays(path, arrays_hash) if arrays_hash else {}
            name, value = stored["class"], stored["value"]
        else:
            name, value, arrays = old.converted(stored, document)
        value = old.with_current_names(value, renamed)
        arrays = old.with_current_names(arrays, renamed)
        cls = classes[0] if len(classes) == 1 else _named(name, classes)
        return built(cls, value, "", arrays, apart)


def check_format(stored: dict, what: str, folder: Path, again: str) -> None:
    """Raise :class:`FailedError` if a document is of a format that this version does not read."""
    number = stored.get("format", 1)
    if number not in (1, FORMAT):
        version = stored.get("version", "another version")
        raise FailedError(
            f"The {what} at {folder} cannot be read: it has format {number!r} and was written by "
            f"Spin Echo Lab {version}, this version reads {FORMAT}. Update Spin Echo Lab. {again}"
        )


def _named(name: str, classes: Sequence[type[Result]]) -> type[Result]:
    for cls in classes:
        if cls.__name__ == old.CLASSES.get(name, name):
            return cls
    raise ValueError(f"it holds a {str(name)[:40]}")


# Writing: a value as JSON, its arrays put aside under their paths


def encoded(value: Any, path: str, arrays: Arrays, apart: Sequence[str] = ()) -> Any:
    """A value as JSON.

    Parameters
    ----------
    value : object
        As in :func:`write_result`.
    path : str
        Name of the value among the arrays.
    arrays : dict
        Gets the arrays of the value, by their paths.
    apart : sequence of str
        Fields that are left out.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return _put(value, path, arrays)
    if isinstance(value, pd.DataFrame):
        columns = {name: _column(value[name], f"{path}.{name}", arrays) for name in value}
        return {"columns": columns} if columns else {"columns": {}, "rows": len(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: encoded(getattr(value, entry.name), _under(path, name), arrays)
            for name, entry in _stored_fields(type(value)).items()
            if entry.name not in apart
        }
    if isinstance(value, dict):
        return {key: encoded(item, _under(path, key), arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(item, _under(path, str(k)), arrays) for k, item in enumerate(value)]
    if isinstance(value, complex):
        return {"complex": [encoded(value.real, "", {}), encoded(value.imag, "", {})]}
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": repr(value)}
    return value


def _put(array: np.ndarray, path: str, arrays: Arrays) -> str:
    """Put an array aside; returns what the document shows of it."""
    if array.dtype.hasobject:
        raise TypeError(f"{path} must be an array of numbers or texts, got objects.")
    arrays[path] = array
    return f"{array.dtype} {array.shape}"


def _column(values: pd.Series, path: str, arrays: Arrays) -> str | list:
    """A column of numbers or of texts is an array, any other one a list."""
    if is_numeric_dtype(values):
        return _put(values.to_numpy(), path, arrays)
    if len(values) and all(isinstance(cell, str) for cell in values):
        return _put(values.to_numpy().astype(str), path, arrays)
    return encoded(values.tolist(), path, {})


# Reading: an annotation, what the document holds for it, and the arrays


def built(hint: Any, stored: Any, path: str, arrays: Arrays, apart: Sequence[str] = ()) -> Any:
    """The value of an annotation from what :func:`encoded` made of it.

    Raises
    ------
    ValueError, TypeError, KeyError
        It is of another kind.
    """
    kind: Any = get_origin(hint) or hint
    if kind in (Union, UnionType):
        return _one_of(get_args(hint), stored, path, arrays)
    if is_dataclass(kind):
        return _dataclass(kind, stored, path, arrays, apart)
    if kind is np.ndarray:
        return arrays[path]
    if kind is pd.DataFrame:
        return pd.DataFrame(
            {
                name: arrays[f"{path}.{name}"] if f"{path}.{name}" in arrays else _plain(cells)
                for name, cells in stored["columns"].items()
            },
            index=None if stored["columns"] else range(stored.get("rows", 0)),
        )
    if kind in (tuple, list, dict):
        return _container(kind, get_args(hint), stored, path, arrays)
    value = _plain(stored)
    if kind in (Any, object) or _is_a(kind, value):
        return value
    raise TypeError(f"{path} must be {getattr(kind, '__name__', kind)}, got {repr(stored)[:40]}")


def _one_of(hints: Sequence[Any], stored: Any, path: str, arrays: Arrays) -> Any:
    """The first of several annotations that fits."""
    if stored is None and NoneType in hints:
        return None
    *others, last = [hint for hint in hints if hint is not NoneType]
    for hint in others:
        try:
            return built(hint, stored, path, arrays)
        except (TypeError, ValueError, KeyError):
            continue
    return built(last, stored, path, arrays)


def _dataclass(cls: type, stored: Any, path: str, arrays: Arrays, apart: Sequence[str] = ()) -> Any:
    if not isinstance(stored, dict):
        raise TypeError(f"{path} must be a {cls.__name__}, got {repr(stored)[:40]}")
    hints = _hints(cls)
    values: dict[str, Any] = {}
    for name, entry in _stored_fields(cls).items():
        if entry.name in apart:
            values[entry.name] = None
        elif name in stored or hints[entry.name] is np.ndarray:
            inner = _under(path, name)
            values[entry.name] = built(hints[entry.name], stored.get(name), inner, arrays)
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise ValueError(f"{_under(path, name)} is missing")
    return cls(**values)


def _container(kind: type, hints: tuple, stored: Any, path: str, arrays: Arrays) -> Any:
    """A dict, list or tuple, of values of annotated kinds or of anything that JSON holds."""
    if not isinstance(stored, dict if kind is dict else list):
        raise TypeError(f"{path} must be a {kind.__name__}, got {repr(stored)[:40]}")
    if kind is dict:
        hint = hints[1] if hints else Any
        return {k: built(hint, item, _under(path, k), arrays) for k, item in stored.items()}
    if kind is tuple and hints and hints[-1] is not Ellipsis:
        if len(stored) != len(hints):
            raise ValueError(f"{path} must have {len(hints)} entries, got {len(stored)}")
        each: Sequence[Any] = hints
    else:
        each = [hints[0] if hints else Any] * len(stored)
    pairs = enumerate(zip(each, stored, strict=True))
    return kind(built(hint, item, _under(path, str(k)), arrays) for k, (hint, item) in pairs)


def _plain(stored: Any) -> Any:
    """What JSON holds, with the numbers that JSON does not have."""
    if isinstance(stored, dict):
        if set(stored) == {"float"}:
            return float(stored["float"])
        if set(stored) == {"complex"}:
            return complex(*map(_plain, stored["complex"]))
        return {key: _plain(item) for key, item in stored.items()}
    return [_plain(item) for item in stored] if isinstance(stored, list) else stored


def _is_a(kind: type, value: Any) -> bool:
    """Whether a scalar is of its annotated kind: True is no number, 1 is a float as well."""
    if isinstance(value, bool):
        return kind is bool
    wider = {float: (int, float), complex: (int, float, complex)}
    return isinstance(value, wider.get(kind, kind))


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _stored_fields(cls: type) -> dict[str, Field]:
    """Name in the file -> field."""
    return {entry.metadata.get("stored", entry.name): entry for entry in fields(cls)}
