"""A measured echo: read, prepared for a model, estimated, re-simulated, refined, judged.

    [measurement] = read_measurements("echo.csv", time_unit="ms")
    target = Target.of_curves(time, curves, echo_time=100, pulse_times=(0, 50))
    prepared = prepare(measurement, target)
    prepared.signal, prepared.snr, [stage.sentence for stage in prepared.stages]

The modules in order: reading, prepare (alignment: locating, fitting, resampling), estimating,
resimulation, refine, verdict. Each stage of a preparation has a sentence, and each step can be
fixed or switched off. A new file format is a new file in io/readers with a READER, and one name in
its registry.
"""

from nmr_core.io.measurement import Measurement
from nmr_core.io.readers.registry import READERS
from nmr_core.measured.prepare import prepare, prepare_settings
from nmr_core.measured.reading import (
    Peek,
    peek,
    read_measurements,
    select_measurements,
    sniff_measurement,
)
from nmr_core.measured.steps import OFF, Prepared, Stage, Steps
from nmr_core.measured.target import Target

__all__ = [
    "OFF",
    "READERS",
    "Measurement",
    "Peek",
    "Prepared",
    "Stage",
    "Steps",
    "Target",
    "peek",
    "prepare",
    "prepare_settings",
    "read_measurements",
    "select_measurements",
    "sniff_measurement",
]
