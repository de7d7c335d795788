"""What the footer of a Parquet file declares of its columns, read without pyarrow.

pyarrow 22 ends the process where the statistics of a column in a damaged footer do not fit its
schema, as soon as Python asks for that column's metadata; it reads the values of such a file with
an ordinary error.
"""

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from nmr_core.errors import DamagedError

MAGIC = b"PAR1"
MAX_FOOTER = 64_000_000
"""Bytes; 4,000 columns in 100 row groups take 40 MB."""
MAX_DEPTH = 20


@dataclass(frozen=True)
class Chunk:
    """A column in one group of rows.

    Attributes
    ----------
    column : str
        Name of the top level.
    n_values : int
        Values, those of lists one by one.
    n_bytes : int
        Size after unpacking.
    """

    column: str
    n_values: int
    n_bytes: int


def chunks(file: BinaryIO, where: str) -> list[Chunk]:
    """Return the columns of all groups of rows, as the footer declares them.

    Parameters
    ----------
    file : binary file
        Open for reading; its place is kept.
    where : str
        What to call it in messages.

    Raises
    ------
    DamagedError
        If the footer is no structure of Parquet.
    """
    place = file.tell()
    try:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length, magic = struct.unpack("<I4s", file.read(8))
        if magic != MAGIC or length > min(size - 8, MAX_FOOTER):
            raise ValueError("no footer")
        file.seek(size - 8 - length)
        metadata = Compact(file.read(length)).struct()
        return [_chunk(column[3]) for group in metadata[4] for column in group[1]]
    except (ValueError, LookupError, TypeError, AttributeError, struct.error, OverflowError):
        raise DamagedError(
            f"{where} is a damaged Parquet file: its footer does not list its columns. Get it "
            "again."
        ) from None
    finally:
        file.seek(place)


def _chunk(metadata: dict[int, Any]) -> Chunk:
    """Of ColumnMetaData: 3 path_in_schema, 5 num_values, 6 total_uncompressed_size."""
    n_values, n_bytes = int(metadata[5]), int(metadata[6])
    if n_values < 0 or n_bytes < 0:
        raise ValueError("a size is negative")
    return Chunk(metadata[3][0].decode("utf-8"), n_values, n_bytes)


class Compact:
    """Values in Thrift's compact protocol; a structure is a dict of its field numbers.

    Parameters
    ----------
    content : bytes
        Encoded values.

    References
    ----------
    Apache Thrift, compact protocol; Apache Parquet, parquet.thrift.
    """

    def __init__(self, content: bytes):
        self._content = content
        self._at = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return the fields of a structure."""
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != 0:
            kind = head & 15
            # The difference to the number before, or the number itself
            number = number + (head >> 4) if head >> 4 else self._signed()
            fields[number] = kind == 1 if kind in (1, 2) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (1, 2, 3):  # in a list a truth value takes a byte, like an integer of 8 bits
            return self._byte()
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 7:
            return struct.unpack("<d", self._bytes(8))[0]
        if kind == 8:
            return self._bytes(self._unsigned())
        if kind in (9, 10):
            head = self._byte()
            n = head >> 4 if head >> 4 != 15 else self._unsigned()
            return [self._value(head & 15, depth + 1) for _ in range(self._possible(n))]
        if kind == 11:
            n = self._possible(self._unsigned())
            kinds = self._byte() if n else 0
            return [
                (self._value(kinds >> 4, depth + 1), self._value(kinds & 15, depth + 1))
                for _ in range(n)
            ]
        if kind == 12:
            return self.struct(depth + 1)
        raise ValueError("no kind of value")

    def _possible(self, n: int) -> int:
        """A number of elements, each of which takes a byte."""
        if n > len(self._content) - self._at:
            raise ValueError("more elements than bytes")
        return n

    def _bytes(self, n: int) -> bytes:
        self._possible(n)
        self._at += n
        return self._content[self._at - n : self._at]

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("an integer of more than 64 bits")

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
