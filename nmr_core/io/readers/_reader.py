"""The attributes of every reader of measured echoes."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions


@dataclass(frozen=True)
class Reader:
    """A file format of measured echoes.

    Attributes
    ----------
    name, label, files : str
        Key in ``READERS``, title, and the files of the format, for the user.
    sniff : callable
        MeasurementFiles -> (confidence from 0 to 1, reason).
    read : callable
        (MeasurementFiles, ReadOptions) -> list of Measurement.
    extra : str
        The optional extra that it needs.
    asks : bool
        Whether the files may leave the unit of time or the columns open.
    """

    name: str
    label: str
    files: str
    sniff: Callable[[MeasurementFiles], tuple[float, str]]
    read: Callable[[MeasurementFiles, ReadOptions], list[Measurement]]
    extra: str = ""
    asks: bool = False
