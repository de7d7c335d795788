"""A text file as blocks of whole lines: any line end, UTF-8 or UTF-16, in bounded memory."""

import codecs
from collections.abc import Iterator

from nmr_core.errors import InputError
from nmr_core.io.source import Source

BLOCK = 1 << 20
MAX_LINE = 1 << 23
"""Bytes; 10,000 points need 150 kB."""
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def blocks(source: Source, name: str) -> Iterator[bytes]:
    """Lines of the file, ended by a line feed each, about 1 MB at a time (what a processor's cache holds)."""
    rest = b""
    for chunk in _chunks(source, name):
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        rest = text[cut:]
        if len(rest) > MAX_LINE:
            raise InputError(
                f"{name} has a line of more than {MAX_LINE / 1e6:.0f} MB. Give a text file with one curve per line."
            )
        if cut:
            yield text[:cut]
    if rest.strip():
        yield rest + b"\n"


def _chunks(source: Source, name: str) -> Iterator[bytes]:
    """UTF-8 with line feeds, whatever the file has."""
    with source.open(name) as file:
        start = file.read(4)
        encoding = _UTF_16.get(start[:2])
        file.seek(2 if encoding else 3 if start.startswith(codecs.BOM_UTF8) else 0)
        decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        held = b""
        while chunk := file.read(BLOCK):
            chunk = held + _utf_8(decoder, chunk, name)
            held = (
                b"\r" if chunk.endswith(b"\r") else b""
            )  # its line feed may come with the next chunk
            yield _line_feeds(chunk[: len(chunk) - len(held)], name)
        if decoder is not None:
            held += _utf_8(decoder, b"", name, final=True)
        if held:
            yield b"\n"


def _utf_8(decoder, chunk: bytes, name: str, final: bool = False) -> bytes:
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
    return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in chunk else chunk


def first_lines(source: Source, name: str, n_bytes: int = 1 << 16) -> list[str]:
    """The first lines of a file as text, without empty ones, and at least one; [] if it is no text."""
    head = source.head(name, n_bytes)
    if len(head) == n_bytes < MAX_LINE and b"\n" not in head and b"\r" not in head:
        return first_lines(source, name, 8 * n_bytes)
    encoding = _UTF_16.get(head[:2], "utf-8-sig")
    if encoding == "utf-8-sig" and b"\0" in head:
        return []
    text = head[2 if encoding != "utf-8-sig" else 0 :].decode(encoding, errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        line
        for line in (lines[:-1] if len(head) == n_bytes and len(lines) > 1 else lines)
        if line.strip()
    ]
