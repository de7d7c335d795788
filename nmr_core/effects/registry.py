"""Effects by name. A new effect is a new file and one name in the tuple below."""

from nmr_core.effects._effect import Effect
from nmr_core.effects.amplitude_scale import AmplitudeScale
from nmr_core.effects.baseline import Baseline
from nmr_core.effects.clipping import Clipping
from nmr_core.effects.dead_time import DeadTime
from nmr_core.effects.echo_scaled import EchoScaled
from nmr_core.effects.frequency_offset import FrequencyOffset
from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.effects.line_width_error import LineWidthError
from nmr_core.effects.missing_points import MissingPoints
from nmr_core.effects.phase_error import PhaseError
from nmr_core.effects.pulse_angle_error import PulseAngleError
from nmr_core.effects.time_shift import TimeShift

EFFECTS: dict[str, type[Effect]] = {
    kind.name: kind
    for kind in (
        GaussianNoise,
        PhaseError,
        Baseline,
        DeadTime,
        TimeShift,
        MissingPoints,
        Clipping,
        AmplitudeScale,
        PulseAngleError,
        LineWidthError,
        FrequencyOffset,
        EchoScaled,
    )
}
"""Name -> class, in the order of menus."""
