"""Text of unknown encoding: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252.

Spectrometers write their headers in the encoding of their operator's computer. Foreign code opens
them in one encoding only, so it is given a clean copy.
"""

import codecs
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nmr_core.io.measurement_files import MeasurementFiles

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_WESTERN = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))
"""Windows-1252; the five codes that it leaves open are those of Latin-1."""


def decoded(content: bytes) -> str:
    """Return bytes as text; there is a character for each of them, so this never fails.

    Parameters
    ----------
    content : bytes
        Of a whole file, or of whole lines.

    Returns
    -------
    str
        With line feeds as line ends.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "replace")
            break
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = codecs.charmap_decode(content, "strict", _WESTERN)[0]
    return text.replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def clean_copy(
    files: MeasurementFiles,
    headers: Iterable[str],
    data: Iterable[str] = (),
    *,
    encoding: str = "utf-8",
) -> Iterator[Path]:
    """Yield a temporary folder with the named files only, their headers in one encoding.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    headers : iterable of str
        Names of text files: decoded by :func:`decoded`, without empty lines at their end, written
        in ``encoding``. A name that is missing is left out.
    data : iterable of str
        Names of binary files: linked where the system can, else copied.
    encoding : str
        What foreign code expects; characters that it lacks become "?".
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in headers:
            if name in files.names:
                text = decoded(_content(files, name)).rstrip() + "\n"
                (copy / name).write_bytes(text.encode(encoding, "replace"))
        for name in data:
            if name in files.names:
                _link(files, name, copy / name)
        yield copy


def _content(files: MeasurementFiles, name: str) -> bytes:
    with files.source.open(name) as file:
        return file.read()


def _link(files: MeasurementFiles, name: str, target: Path) -> None:
    """A link to a file of the measurement; a copy where there are no links."""
    original = files.path if files.path.is_file() else files.path / name
    try:
        target.symlink_to(original.resolve())
    except OSError:
        with files.source.open(name) as file, target.open("wb") as copied:
            shutil.copyfileobj(file, copied, 1 << 20)
