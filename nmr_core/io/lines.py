"""A text file as blocks of whole lines: any line end and encoding, in bounded memory.

UTF-16 is recognised by its mark or its zeros; a line that is no UTF-8 is Windows-1252. Blocks are
UTF-8.
"""

import codecs
from collections.abc import Iterator

from nmr_core.errors import InputError
from nmr_core.io.source import Source

BLOCK = 1 << 20
"""Bytes that are read at a time: what a processor's cache holds."""
MAX_LINE = 1 << 23
"""Bytes of one line; 10,000 points need 150 kB."""
HEAD = 64
"""Bytes by which an encoding is recognised."""
_WESTERN = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))
END = b"\x1a"
"""Ctrl-Z: the end of a file of CP/M and DOS, written by old programs still."""
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
            yield _readable(text[:cut])
    if rest.strip():
        yield _readable(rest + b"\n")


def _readable(text: bytes) -> bytes:
    """Whole lines in UTF-8; those in another encoding are taken as Windows-1252."""
    if text.isascii():
        return text
    try:
        text.decode()
    except UnicodeDecodeError:
        return as_text(text, None).encode()
    return text


def _chunks(source: Source, name: str) -> Iterator[bytes]:
    """The file as UTF-8 with line feeds."""
    with source.open(name) as file:
        start = file.read(HEAD)
        encoding, skipped = encoding_of(start)
        file.seek(skipped)
        decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        rest = b""
        while chunk := file.read(BLOCK):
            chunk = rest + _utf_8(decoder, chunk, name)
            if END in chunk:
                yield _line_feeds(chunk.partition(END)[0], name)
                return
            # The line feed of a last carriage return may come with the next chunk
            rest = b"\r" if chunk.endswith(b"\r") else b""
            yield _line_feeds(chunk[: len(chunk) - len(rest)], name)
        if decoder is not None:
            rest += _utf_8(decoder, b"", name, final=True)
        if rest:
            yield b"\n"


def encoding_of(head: bytes) -> tuple[str | None, int]:
    """Return (UTF-16 of either order or None, bytes of the mark) by the beginning of a file.

    Parameters
    ----------
    head : bytes
        The first 64 bytes or more. UTF-16 without a mark shows by a zero in every other byte.
    """
    if head[:2] in _UTF_16:
        return _UTF_16[head[:2]], 2
    if head.startswith(codecs.BOM_UTF8):
        return None, len(codecs.BOM_UTF8)
    even, odd = head[:HEAD:2], head[1:HEAD:2]
    if len(odd) > 8 and not any(odd) and all(even[: len(odd)]):
        return "utf-16-le", 0
    if len(odd) > 8 and not any(even) and all(odd):
        return "utf-16-be", 0
    return None, 0


def as_text(content: bytes, encoding: str | None) -> str:
    """Return bytes as text: of the encoding, else UTF-8, else Windows-1252, by the line."""
    if encoding is not None:
        return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "\n".join(map(western, content.split(b"\n")))


def western(line: bytes) -> str:
    """Return a line as text: UTF-8, else Windows-1252."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return codecs.charmap_decode(line, "strict", _WESTERN)[0]


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
    encoding, skipped = encoding_of(head)
    if encoding is None and b"\0" in head:
        return []
    text = as_text(head[skipped:], encoding).partition(END.decode())[0]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(head) == n_bytes and len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
