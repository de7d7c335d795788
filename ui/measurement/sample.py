"""The echoes of one sample, and everything that is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nmr_core.measured import Measurement
from nmr_core.measured.acquired import Acquired, given_of, stated
from nmr_core.measured.example import Example
from nmr_core.measured.found import FoundEcho
from ui.measurement.echo import Pair
from ui.predict.reading import Reading


@dataclass(frozen=True, eq=False)
class Sample:
    """What the page shows, from the files to the protocol.

    Attributes
    ----------
    files : Reading
    numbers : list of int
        Of the chosen measurements in the files.
    pairs : sequence of (Measurement, FoundEcho or str)
        One per setting: the record in its window, and its echo or why there is none.
    acquired : list of Acquired
        What was measured, one per setting.
    window : (float or None, float or None)
        µs on the clock of the file.
    level : float
        Of the intervals.
    example : Example, optional
        Where nothing was uploaded.
    """

    files: Reading
    numbers: list[int]
    pairs: Sequence[Pair]
    acquired: list[Acquired]
    window: tuple[float | None, float | None]
    level: float
    example: Example | None

    @property
    def measurements(self) -> list[Measurement]:
        """One per setting."""
        return [measurement for measurement, _ in self.pairs]

    @property
    def stated(self) -> list[Measurement]:
        """The measurements, with what was typed in among their facts."""
        pairs = zip(self.measurements, self.acquired, strict=True)
        return [stated(one, **given_of(protocol)) for one, protocol in pairs]

    @property
    def echoes(self) -> list[FoundEcho]:
        """Echoes of the measurements that have one."""
        return [echo for _, echo in self.pairs if isinstance(echo, FoundEcho)]

    @property
    def key(self) -> tuple:
        """What identifies measurements and protocol."""
        return (*self.source, repr(self.acquired))

    @property
    def source(self) -> tuple:
        """What identifies the measurements."""
        files = self.files
        return (files.id, files.kind, files.command, tuple(self.numbers), self.window)
