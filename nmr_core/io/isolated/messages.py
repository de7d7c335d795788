"""What the two processes send each other: JSON and plain arrays in frames of known length."""

import io
import json
import struct
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO, get_type_hints

import numpy as np

from nmr_core.storage.results import Arrays, built, encoded

FUNCTIONS = {
    "curves": "nmr_core.io.formats:read_foreign",
    "peek": "nmr_core.measured.reading:peek",
    "measurements": "nmr_core.measured.reading:read_measurements",
    "prior": "nmr_core.presets.table:read_table",
    "series": "nmr_core.measured.series.uploaded:read_zip",
}
"""What may be asked for: name -> function of this package that reads a file."""
LENGTH = struct.Struct("<Q")


def function(name: str) -> Callable[..., Any]:
    """The function that reads."""
    module, _, attribute = FUNCTIONS[name].partition(":")
    return getattr(import_module(module), attribute)


def send(stream: BinaryIO, message: dict, value: Any = None) -> None:
    """Write a message and the arrays of a value.

    Parameters
    ----------
    stream : binary file
        Open for writing.
    message : dict
        Of JSON.
    value : object
        Dataclasses, tables and arrays as in :mod:`nmr_core.storage.results`.
    """
    arrays: Arrays = {}
    stored = encoded(value, "", arrays)
    head = {**message, "value": stored, "arrays": list(arrays)}
    _write(stream, json.dumps(head).encode())
    for array in arrays.values():
        content = io.BytesIO()
        np.lib.format.write_array(content, array, allow_pickle=False)
        _write(stream, content.getbuffer())
    stream.flush()


def receive(stream: BinaryIO, most: float) -> tuple[dict, Arrays]:
    """Read what :func:`send` wrote: the message with its value, and the arrays.

    Raises
    ------
    EOFError
        The other process has ended, or sends more than ``most`` bytes.
    """
    message = json.loads(_read(stream, most))
    arrays: Arrays = {}
    for name in message["arrays"]:
        content = io.BytesIO(_read(stream, most))
        arrays[name] = np.lib.format.read_array(content, allow_pickle=False)
    return message, arrays


def arguments(read: Callable[..., Any], stored: dict) -> dict[str, Any]:
    """The arguments of a function, checked against its annotations."""
    hints = get_type_hints(read)
    return {name: built(hints[name], value, name, {}) for name, value in stored.items()}


def result(read: Callable[..., Any], stored: Any, arrays: Arrays) -> Any:
    """What a function returned, checked against its annotation."""
    return built(get_type_hints(read)["return"], stored, "", arrays)


def _write(stream: BinaryIO, content: bytes | memoryview) -> None:
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)


def _read(stream: BinaryIO, most: float) -> bytes:
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    if length > most:
        raise EOFError(f"{length} bytes are too many")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError("the other process has ended")
    return content
