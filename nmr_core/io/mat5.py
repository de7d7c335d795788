"""Variables of a MATLAB file of version 5 to 7, read element by element and none trusted.

scipy's reader ends the process for some damaged files, and takes the memory that a header claims.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np

HEADER = 128
MATRIX, PACKED = 14, 15
NUMBERS = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip
"""Type of an element -> NumPy's letter."""
TEXTS = {1: "latin-1", 2: "latin-1", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
CLASSES = ("f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
"""NumPy's letters of the classes from DOUBLE on; numbers may be stored in a smaller type."""
CELL, STRUCT, CHAR, DOUBLE, UINT64 = 1, 2, 4, 6, 15
COMPLEX = 0x800
MAX_DEPTH = 20


def variables(
    content: bytes, unpack: Callable[[bytes], bytes] = zlib.decompress
) -> dict[str, np.ndarray | None]:
    """Return the variables by name.

    Numbers are arrays of their own type, texts arrays of one text, structures arrays with a field
    of objects per field, and cells arrays of objects. What is neither (functions, sparse matrices,
    objects) is None.

    Parameters
    ----------
    content : bytes
        The whole file.
    unpack : callable
        Unpacks an element.

    Returns
    -------
    dict of str to array or None

    Raises
    ------
    ValueError
        The elements do not fit into each other, or into the file.
    """
    order = "<" if content[126:128] == b"IM" else ">"
    found: dict[str, np.ndarray | None] = {}
    try:
        for kind, body in _elements(content[HEADER:], order):
            if kind == PACKED:
                [(kind, body), *_] = _elements(unpack(body), order)
            if kind == MATRIX:
                name, value = _matrix(body, order, 0)
                if name:
                    found[name] = value
    except (struct.error, LookupError, TypeError, OverflowError, UnicodeError, zlib.error) as error:
        raise ValueError(f"no element of MATLAB ({type(error).__name__})") from None
    return found


def _elements(content: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Type and body of each element, in order."""
    at = 0
    while at + 8 <= len(content):
        first, second = struct.unpack_from(f"{order}II", content, at)
        if first >> 16:  # up to four bytes, inside the tag
            kind, n, start, stop = first & 0xFFFF, first >> 16, at + 4, at + 8
            if n > 4:
                raise ValueError("a small element of more than four bytes")
        else:
            kind, n, start = first, second, at + 8
            stop = start + n + (-n % 8 if kind != PACKED else 0)
        if start + n > len(content):
            raise ValueError("an element is longer than what holds it")
        yield kind, content[start : start + n]
        at = stop


def _next(parts: Iterator[tuple[int, bytes]]) -> tuple[int, bytes]:
    """The next part of a matrix."""
    part = next(parts, None)
    if part is None:
        raise ValueError("a part of a matrix is missing")
    return part


def _matrix(body: bytes, order: str, depth: int) -> tuple[str, np.ndarray | None]:
    """Name and value of a matrix."""
    if not body:
        return "", np.empty((0, 0))
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    parts = _elements(body, order)
    flags = struct.unpack_from(f"{order}I", _next(parts)[1])[0]
    form = flags & 0xFF
    if form in (16, 17):  # functions and objects have no size
        return "", None
    shape = _shape(_numbers(*_next(parts), order))
    name = _next(parts)[1].decode("latin-1").strip("\0 ")
    n = int(np.prod(shape, dtype=object))
    if n > len(body):  # at least a byte each, also for cells
        raise ValueError("a matrix claims more than it holds")
    if DOUBLE <= form <= UINT64:
        value = _numbers(*_next(parts), order).astype(CLASSES[form - DOUBLE])
        if flags & COMPLEX:
            re, value = value, np.empty(n, complex)
            value.real, value.imag = re, _numbers(*_next(parts), order)
        return name, value.reshape(shape, order="F")
    if form == CHAR:
        return name, np.array(_text(*_next(parts), order))
    if form == CELL:
        cells = np.empty(n, object)
        cells[:] = [_inner(parts, order, depth) for _ in range(n)]
        return name, cells.reshape(shape, order="F")
    if form == STRUCT:
        return name, _structure(parts, shape, n, order, depth)
    return name, None


def _structure(
    parts: Iterator[tuple[int, bytes]], shape: tuple[int, ...], n: int, order: str, depth: int
) -> np.ndarray:
    """Fields of a structure array, each an array of objects."""
    length = int(_numbers(*_next(parts), order)[0])
    names = _next(parts)[1]
    if length < 1 or len(names) % length:
        raise ValueError("no names of fields")
    fields = [
        names[k : k + length].split(b"\0")[0].decode("latin-1")
        for k in range(0, len(names), length)
    ]
    if not fields or len(set(fields)) < len(fields) or not all(fields):
        raise ValueError("no names of fields")
    value = np.empty(n, [(field, object) for field in fields])
    for k in range(n):
        value[k] = tuple(_inner(parts, order, depth) for _ in fields)
    return value.reshape(shape, order="F")


def _inner(parts: Iterator[tuple[int, bytes]], order: str, depth: int) -> np.ndarray | None:
    kind, body = _next(parts)
    if kind != MATRIX:
        raise ValueError("a part of a structure is missing")
    return _matrix(body, order, depth + 1)[1]


def _shape(dimensions: np.ndarray) -> tuple[int, ...]:
    shape = tuple(int(n) for n in dimensions)
    if not 2 <= len(shape) <= 8 or min(shape) < 0:
        raise ValueError("no dimensions")
    return shape


def _numbers(kind: int, body: bytes, order: str) -> np.ndarray:
    if kind not in NUMBERS:
        raise ValueError("no numbers")
    values = np.frombuffer(body, np.dtype(order + NUMBERS[kind]))
    return values.astype(values.dtype.newbyteorder("="))


def _text(kind: int, body: bytes, order: str) -> str:
    if kind in TEXTS:
        encoding = TEXTS[kind]
        if kind in (17, 18):
            encoding += "-le" if order == "<" else "-be"
        return body.decode(encoding)
    return "".join(map(chr, _numbers(kind, body, order)))
