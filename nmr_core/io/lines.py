"""A text file as blocks of whole lines: any line end, UTF-8 or UTF-16, in bounded memory."""

import codecs
from collections.abc import Iterator

from nmr_core.errors import InputError
from nmr_core.io.source import Source

BLOCK = 1 << 20
"""Bytes that are read at a time: what a processor's cache holds."""
MAX_LINE = 1 << 23
"""Bytes of one line; 10,000 points need 150 kB."""
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def blocks(source: Source, name: str) -> Iterator[bytes]:
    """Yield whole lines, each ended by a line feed, about 1 MB at a time.

    Parameters
    ----------
    source : Source
        Files to read.
    name : str
        One of ``source.names``.

    Raises
    ------
    InputError
        For a file that is no text, and for a line of more than :data:`MAX_LINE` bytes.
    """
    rest = b""
    for chunk in _chunks(source, name):
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        rest = text[cut:]
        if len(rest) > MAX_LINE:
            raise InputError(
                f"{name} has a line of more than {MAX_LINE / 1e6:.0f} MB. Give a text file with "
                "one line per curve."
            )
        if cut:
            yield text[:cut]
    if rest.strip():
        yield rest + b"\n"


def _chunks(source: Source, name: str) -> Iterator[bytes]:
    """The file as UTF-8 with line feeds."""
    with source.open(name) as file:
        start = file.read(4)
        encoding = _UTF_16.get(start[:2])
        skipped = 2 if encoding else 3 if start.startswith(codecs.BOM_UTF8) else 0
        file.seek(skipped)
        decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        rest = b""
        while chunk := file.read(BLOCK):
            chunk = rest + _utf_8(decoder, chunk, name)
            # The line feed of a last carriage return may come with the next chunk
            rest = b"\r" if chunk.endswith(b"\r") else b""
            yield _line_feeds(chunk[: len(chunk) - len(rest)], name)
        if decoder is not None:
            rest += _utf_8(decoder, b"", name, final=True)
        if rest:
            yield b"\n"


def _utf_8(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, name: str, final: bool = False
) -> bytes:
    if decoder is None:
        return chunk
    try:
        return decoder.decode(chunk, final).encode()
    except UnicodeError:
        raise InputError(
            f"{name} begins as UTF-16 but is not. Save it again as plain text (UTF-8)."
        ) from None


def _line_feeds(chunk: bytes, name: str) -> bytes:
    if b"\0" in chunk:
        raise InputError(
            f"{name} is no text: it holds zero bytes. Give a text file, saved as UTF-8."
        )
    if b"\r" not in chunk:
        return chunk
    return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def numbered_lines(source: Source, name: str, n_bytes: int = 1 << 16) -> list[tuple[int, str]]:
    """Return the first lines that are not empty with their numbers in the file, counted from 1.

    Parameters
    ----------
    source : Source
        Files to read.
    name : str
        One of ``source.names``.
    n_bytes : int
        Bytes to look at; more if the first line is longer.

    Returns
    -------
    list of (number, line)
        Empty if the file is no text.
    """
    head = source.head(name, n_bytes)
    if len(head) == n_bytes < MAX_LINE and b"\n" not in head and b"\r" not in head:
        return numbered_lines(source, name, 8 * n_bytes)
    encoding = _UTF_16.get(head[:2])
    if encoding is None and b"\0" in head:
        return []
    text = head[2:].decode(encoding, "replace") if encoding else head.decode("utf-8-sig", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(head) == n_bytes and len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
