"""RS2D: a folder with data.dat and header.xml."""

from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, traces, without_package


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are an RS2D folder, and the reason."""
    if {"data.dat", "header.xml"} <= files.names:
        return 0.95, "an RS2D folder"
    return 0.0, "no data.dat and header.xml"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve along the first dimension."""
    rs2d = nmrglue("rs2d")
    try:
        import xmltodict  # noqa: F401  (nmrglue imports it while reading)
    except ImportError:
        raise without_package("xmltodict", "Reading RS2D") from None
    with foreign(files, "RS2D") as messages:
        dic, data = rs2d.read(str(files.path))
        width = dic["SPECTRAL_WIDTH"]["value"]
        if isinstance(width, list):
            width = width[0]
        dwell = 1e6 / float(width)
        return traces(
            data, dwell, files, "rs2d", about={"dwell_us": dwell}, notes=messages, options=options
        )


READER = Reader(
    "rs2d", "RS2D", "a folder (or a zip of it) with data.dat and header.xml", sniff, read, EXTRA
)
