"""RS2D: a folder with data.dat and header.xml."""

from nmr_core.errors import InputError
from nmr_core.io.asked import Asked
from nmr_core.io.given import Given
from nmr_core.io.readers._reader import EXTRA, RecordReader, foreign, nmrglue, traces
from nmr_core.io.record import Record


def sniff(given: Given) -> tuple[float, str]:
    """data.dat beside header.xml."""
    return (
        (0.95, "an RS2D folder")
        if {"data.dat", "header.xml"} <= given.names
        else (0.0, "no data.dat and header.xml")
    )


def read(given: Given, asked: Asked) -> list[Record]:
    """Each curve along the first dimension."""
    rs2d = nmrglue("rs2d")
    try:
        import xmltodict  # noqa: F401  (nmrglue imports it while reading)
    except ImportError:
        raise InputError(
            "Reading RS2D needs xmltodict, which is not installed. Install it with: pip install xmltodict, or "
            "export the echo "
            "as CSV."
        ) from None
    with foreign(given, "RS2D") as said:
        dic, data = rs2d.read(str(given.path))
        width = dic["SPECTRAL_WIDTH"]["value"]
        dwell = 1e6 / float(width[0] if isinstance(width, list) else width)
        return traces(data, dwell, given, "rs2d", about={"dwell_us": dwell}, notes=said)


READER = RecordReader(
    "rs2d", "RS2D", "a folder (or a zip of it) with data.dat and header.xml", sniff, read, EXTRA
)
