"""Text of unknown encoding: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252.

Spectrometers write their headers in the encoding of their operator's computer.
"""

import codecs

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
