"""Sentences on a preparation, one per stage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nmr_core.io.measurement import Measurement
from nmr_core.measured.stages.echo import echo_stage, sense_stage, zero_stage
from nmr_core.measured.stages.record import (
    dead_time_stage,
    grid_stage,
    measurement_stage,
    noise_stage,
    saturation_stage,
)
from nmr_core.measured.stages.signal import (
    amplitude_stage,
    baseline_stage,
    offset_of_fit,
    phase_stage,
)
from nmr_core.measured.steps import Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.alignment import Alignment
    from nmr_core.measured.prepare import Echo


@dataclass(frozen=True, eq=False)
class Preparation:
    """Data of the sentences about one prepared measurement.

    Attributes
    ----------
    measurement : Measurement
    target : Target
    steps : Steps
    alignment : Alignment
        Of all settings.
    setting : int
        Index of this measurement among them.
    echo : Echo
    sigma : float
        Noise of one channel on the time points of the model, in units of M.
    snr : float
    explained : float
        Share of the energy that signals of the protocol explain.
    on_line : bool
        Whether all such signals lie on one line of the complex plane.
    """

    measurement: Measurement
    target: Target
    steps: Steps
    alignment: "Alignment"
    setting: int
    echo: "Echo"
    sigma: float
    snr: float
    explained: float
    on_line: bool


def stages(p: Preparation) -> list[Stage]:
    """Return all stages of one measurement, in order."""
    return [
        measurement_stage(p.measurement),
        saturation_stage(p.measurement),
        echo_stage(p.measurement, p.target, p.alignment, p.echo, p.explained),
        zero_stage(p.steps, p.alignment, p.target),
        sense_stage(p.measurement, p.steps, p.alignment, p.on_line),
        offset_of_fit(p.measurement, p.steps, p.alignment),
        phase_stage(p.measurement, p.steps, p.alignment),
        baseline_stage(p.steps, p.alignment, p.setting),
        amplitude_stage(p.steps, p.alignment),
        dead_time_stage(p.steps, p.alignment, p.target, p.setting),
        grid_stage(p.measurement, p.target, p.steps, p.alignment, p.setting),
        noise_stage(p.sigma, p.snr),
    ]
